/** One random change to a byte string or a text. Positions wrap around, so any number is valid. */
export interface Mutation {
  readonly kind: 'flip' | 'cut' | 'duplicate' | 'insert';
  readonly at: number;
  /** How many items are cut or duplicated. */
  readonly length: number;
  /** The value that is inserted, or XORed with an item. */
  readonly value: number;
}

/** JSON values that parsers trip over: of another type, out of range, deeply nested, or named like internals. */
// prettier-ignore
export const HOSTILE_JSON: readonly string[] = [
  'null', 'true', '{}', '[]', '""', '0', '-0', '-1', '1.5', '1e999', '9007199254740993', '1e21',
  '"sender"', '"__proto__"', '"constructor"', '"\\ud800"', '"\\u0000"', '["sender"]',
  '{"__proto__":{"type":"ping"}}', '{"toString":1}', '{"length":1e9}',
  '['.repeat(5000) + ']'.repeat(5000), '{"a":'.repeat(5000) + '1' + '}'.repeat(5000),
  `"${'A'.repeat(70_000)}"`,
];

/** A changed copy of a byte string. */
export function mutateBytes(
  bytes: Uint8Array,
  mutations: readonly Mutation[],
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(mutations.reduce(mutate, [...bytes]));
}

/** A text with its UTF-16 code units changed. */
export function mutateText(text: string, mutations: readonly Mutation[]): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return mutations
    .reduce(mutate, units)
    .reduce((made, unit) => made + String.fromCharCode(unit), '');
}

/** A JSON text with its value number `at` replaced by another piece of JSON. */
export function swapJson(text: string, at: number, json: string): string {
  const mark = '\u2400 here \u2400';
  const places = countValues(JSON.parse(text));
  let number = 0;
  // A reviver sees each value once; the root is the last.
  const swapped = JSON.parse(text, (_key, value: unknown) =>
    number++ === at % places ? mark : value,
  ) as unknown;
  return JSON.stringify(swapped).replace(JSON.stringify(mark), () => json);
}

/** A JSON text with one more member in its object number `at`. Texts without objects stay. */
export function addMember(text: string, at: number, member: string): string {
  const parts = text.split('{');
  if (parts.length < 2) return text;
  const place = 1 + (at % (parts.length - 1));
  const after = parts.slice(place).join('{');
  const comma = after.startsWith('}') ? '' : ',';
  return `${parts.slice(0, place).join('{')}{${member}${comma}${after}`;
}

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((count, part) => count + countValues(part), 1);
}

function mutate(items: readonly number[], mutation: Mutation): readonly number[] {
  const { kind, at, length, value } = mutation;
  const start = at % (items.length + 1);
  const end = start + length;
  const changed: Readonly<Record<Mutation['kind'], () => readonly number[]>> = {
    flip: () => items.map((item, index) => (index === start ? item ^ value : item)),
    cut: () => items.toSpliced(start, length),
    duplicate: () => items.toSpliced(end, 0, ...items.slice(start, end)),
    insert: () => items.toSpliced(start, 0, value),
  };
  return changed[kind]();
}
