import { expect } from 'vitest';

import { LocalProtocolError, RemoteProtocolError } from '../../src/errors.ts';

/** What a parser gives, or how it refuses; anything else that it throws fails the test. */
export function attempt<Result>(parse: () => Result): Result | RemoteProtocolError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error;
    throw error;
  }
}

/** The code with which the other side's input was refused; fails the test if it was taken. */
export function refusalOf(parse: () => unknown): string {
  const result = attempt(parse);
  if (result instanceof RemoteProtocolError) return result.code;
  return expect.fail(`taken: ${JSON.stringify(result)}`);
}

/** The code with which a call of this side's was refused; fails the test if it was taken. */
export function misuseOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof LocalProtocolError) return error.code;
    throw error;
  }
  return expect.fail('the call was taken');
}
