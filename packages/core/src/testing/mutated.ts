// Arbitraries of messages, with changes made to them.

import * as fc from 'fast-check';

import {
  addMember,
  HOSTILE_JSON,
  mutateBytes,
  mutateText,
  swapJson,
  type Mutation,
} from './mutations.ts';

/** Some changes to a byte string or a text. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'cut', 'duplicate', 'insert'),
    at: fc.nat(),
    length: fc.integer({ min: 1, max: 40 }),
    value: fc.oneof(fc.nat(0x7f), fc.nat(0xffff)),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Byte strings with changes made to them. */
export function mutatedBytes(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(bytes, mutations).map(([original, changes]) => mutateBytes(original, changes));
}

/** JSON texts with changes made to their characters, a value swapped, or a member added. */
export function mutatedJson(messages: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const json = fc.oneof(fc.constantFrom(...HOSTILE_JSON), fc.json({ maxDepth: 3 }));
  const names = fc.constantFrom('__proto__', 'constructor', 'type', 'x', 'version');
  return fc.oneof(
    fc.tuple(messages, mutations).map(([text, changes]) => mutateText(text, changes)),
    fc.tuple(messages, fc.nat(), json).map(([text, at, value]) => swapJson(text, at, value)),
    fc
      .tuple(messages, fc.nat(), names, json)
      .map(([text, at, name, value]) => addMember(text, at, `${JSON.stringify(name)}:${value}`)),
  );
}
