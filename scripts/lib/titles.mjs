// Reads the titles of a file's tests.

import { existsSync } from 'node:fs';

import ts from 'typescript';

import { parse, targetOf } from './imports.mjs';

/**
 * @typedef {object} Module
 * @property {ts.SourceFile} source
 * @property {ReadonlyMap<string, ts.Node>} values the value of each name, or the list that a loop takes it from
 * @property {ReadonlyMap<string, string>} imported the file that each imported name comes from
 */

/**
 * @param {string} file
 * @returns {Module}
 */
function read(file) {
  const source = parse(file);
  /** @type {Map<string, ts.Node>} */
  const values = new Map();
  /** @type {Map<string, string>} */
  const imported = new Map();
  const bind = (/** @type {ts.BindingName} */ name, /** @type {ts.Node} */ value) => {
    if (ts.isIdentifier(name)) values.set(name.text, value);
    else for (const part of name.elements) if (ts.isBindingElement(part)) bind(part.name, value);
  };
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isVariableDeclaration(node) && node.initializer) bind(node.name, node.initializer);
    else if (ts.isForOfStatement(node) && ts.isVariableDeclarationList(node.initializer)) {
      for (const { name } of node.initializer.declarations) bind(name, node.expression);
    } else if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const target = targetOf(file, node.moduleSpecifier.text);
      const names = node.importClause?.namedBindings;
      if (!names || !ts.isNamedImports(names) || !existsSync(target)) return;
      for (const { name } of names.elements) imported.set(name.text, target);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { source, values, imported };
}

/** @type {Map<string, Module>} */
const modules = new Map();

/** @param {string} file */
function moduleAt(file) {
  const module = modules.get(file) ?? read(file);
  modules.set(file, module);
  return module;
}

/**
 * All texts in a node, and in the constants that it refers to.
 *
 * @param {ts.Node} node
 * @param {string} file
 * @param {Set<ts.Node>} [seen]
 * @returns {readonly string[]}
 */
function textsIn(node, file, seen = new Set()) {
  if (seen.has(node)) return [];
  seen.add(node);
  if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) return [node.text];
  if (ts.isIdentifier(node)) {
    const { values, imported } = moduleAt(file);
    const home = imported.get(node.text) ?? file;
    const value = home === file ? values.get(node.text) : moduleAt(home).values.get(node.text);
    return value ? textsIn(value, home, seen) : [];
  }
  /** @type {string[]} */
  const texts = [];
  ts.forEachChild(node, (child) => void texts.push(...textsIn(child, file, seen)));
  return texts;
}

/**
 * Whether this is `test(…)`, `describe.each(…)`, `it.each(…)(…)` and so on.
 *
 * @param {ts.CallExpression} call
 */
function isOfTests(call) {
  /** @type {ts.Expression} */
  let callee = call;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) {
    callee = callee.expression;
  }
  return ts.isIdentifier(callee) && ['test', 'it', 'describe'].includes(callee.text);
}

/**
 * The titles of a file's tests and groups, and all texts in the tables that fill them in.
 *
 * @param {string} file
 */
export function titlesIn(file) {
  /** @type {string[]} */
  const titles = [];
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isCallExpression(node) && isOfTests(node) && node.arguments[0]) {
      titles.push(...textsIn(node.arguments[0], file));
    }
    ts.forEachChild(node, visit);
  };
  visit(moduleAt(file).source);
  return titles;
}
