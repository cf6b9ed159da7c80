import { foldCase } from '@burritoshare/core';

/**
 * Compares two paths as people sort them: folder by folder, without case, numbers by their value. A total order. It
 * ignores the language, so that a bundle has the same order wherever it is made.
 */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (const [index, name] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareNames(name, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareNames(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  // Paths such as `a01` and `a1`, or `A` and `a`, sort alike but are not equal.
  return left.length - right.length || compareTexts(a, b);
}

function partsOf(name: string): readonly string[] {
  return foldCase(name).match(/[0-9]+|[^0-9]+/g) ?? [];
}

function compareParts(a: string, b: string): number {
  if (!isNumber(a) || !isNumber(b)) return compareTexts(a, b);
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compareTexts(left, right);
}

function isNumber(part: string): boolean {
  return /^[0-9]/.test(part);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
