import { expect } from 'vitest';

import { LocalProtocolError, RemoteProtocolError } from '../../src/errors.ts';

/** The result of a parser, or its refusal. Anything else that it throws fails the test. */
export function attempt<Result>(parse: () => Result): Result | RemoteProtocolError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error;
    throw error;
  }
}

/** The code with which the other side's input was refused. The test fails if it was accepted. */
export function refusalOf(parse: () => unknown): string {
  const result = attempt(parse);
  if (result instanceof RemoteProtocolError) return result.code;
  return expect.fail(`taken: ${JSON.stringify(result)}`);
}

/** The code with which a call by this side was refused. The test fails if it was accepted. */
export function misuseOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof LocalProtocolError) return error.code;
    throw error;
  }
  return expect.fail('the call was taken');
}
