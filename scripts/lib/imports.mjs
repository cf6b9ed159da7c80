// The imports of the files of the workspace in the current folder.

import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

import ts from 'typescript';

/** @param {string} file */
export function parse(file) {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });
}

/**
 * Everything that a file imports: statements, re-exports, `import()` as a call and as a type, and `require`.
 * `undefined` stands for an import that is only known at run time.
 *
 * @param {ts.SourceFile} source
 */
export function importsOf(source) {
  /** @type {{ specifier: string | undefined, line: number }[]} */
  const found = [];
  const add = (/** @type {ts.Node} */ at, /** @type {ts.Node | undefined} */ specifier) => {
    found.push({
      specifier: specifier && ts.isStringLiteralLike(specifier) ? specifier.text : undefined,
      line: source.getLineAndCharacterOfPosition(at.getStart(source)).line + 1,
    });
  };
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node, node.expression);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal);
    } else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(node.expression) && node.expression.text === 'require'))
    ) {
      add(node, node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * The file that a relative specifier refers to. It may lie outside of the workspace.
 *
 * @param {string} file that imports it
 * @param {string} specifier
 */
export const targetOf = (file, specifier) =>
  specifier.startsWith('/') ? specifier : posix.join(posix.dirname(file), specifier);
