import { FAILURE_CODES } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';

import {
  failureText,
  lostFileText,
  REFUSALS,
  type FailureText,
} from '../../src/delivery/failures.ts';

const roles = ['sender', 'receiver'] as const;
const cases = FAILURE_CODES.flatMap((code) => roles.map((role) => ({ code, role })));

/** The parts of a text that are no whole sentences in the app's voice. */
function slipsOf({ what, safe, next }: FailureText): readonly string[] {
  return [what, safe, next].filter(
    (text, index, all) =>
      !/^[A-Z0-9].{9,}\.$/s.test(text) ||
      /!|oops|sorry|error|undefined|something went wrong/i.test(text) ||
      all.indexOf(text) !== index,
  );
}

test('a slip is noticed', () => {
  const good = failureText('disk.full', 'receiver');
  expect(slipsOf({ ...good, next: 'try again' })).toEqual(['try again']);
  expect(slipsOf({ ...good, what: 'Oops, the disk is full.' })).toHaveLength(1);
  expect(slipsOf({ ...good, next: good.safe })).toEqual([good.safe]);
});

describe('the text of every failure says what happened, what is safe and what to do', () => {
  test.each(cases)('$code, $role', ({ code, role }) => {
    expect(slipsOf(failureText(code, role))).toEqual([]);
  });

  test.each(roles)('and no two texts for the %s are the same', (role) => {
    const said = FAILURE_CODES.map((code) => failureText(code, role).what);
    expect(new Set(said).size).toBe(FAILURE_CODES.length);
  });
});

test.each(Object.entries(REFUSALS))('the server’s refusal %s has a text', (_, text) => {
  expect(slipsOf(text)).toEqual([]);
});

test('every code can follow the name of a lost file', () => {
  for (const code of FAILURE_CODES) expect(lostFileText(code)).toMatch(/^it .*[a-z]$/);
  expect(lostFileText('source.changed')).not.toBe(lostFileText('source.unreadable'));
});
