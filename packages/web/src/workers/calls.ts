import type { FailureCode } from '@burritoshare/core';

/** One thing that a worker does. Both are structured-cloneable. */
export interface Call {
  readonly input: unknown;
  readonly output: unknown;
}

/** What a worker offers: the constraint `C extends Calls<C>` says that each of C's members is a {@link Call}. */
export type Calls<C> = { readonly [Name in keyof C]: Call };

/** A question to a worker. One message has some of them, and one their answers. */
export interface CallRequest {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

/** Its answer. Errors are data here: structured cloning would lose their classes and codes. */
export type CallReply =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: CallFailure };

export interface CallFailure {
  /** Of a PlatformError; undefined for every other one. */
  readonly code: FailureCode | undefined;
  readonly name: string;
  readonly message: string;
}
