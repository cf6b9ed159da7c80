import type { FailureCode } from '@burritoshare/core';

/** The input and output of one call. Both are structured-cloneable. */
export interface Call {
  readonly input: unknown;
  readonly output: unknown;
}

/** The calls that a worker serves. The constraint `C extends Calls<C>` says that each member of C is a {@link Call}. */
export type Calls<C> = { readonly [Name in keyof C]: Call };

/** A call on its way to a worker. A message holds a list of these, and another their replies. */
export interface CallRequest {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

/** The reply to a call. Errors are sent as data, since structured cloning would lose their classes and codes. */
export type CallReply =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: CallFailure };

export interface CallFailure {
  /** The code of a PlatformError; undefined for any other error. */
  readonly code: FailureCode | undefined;
  readonly name: string;
  readonly message: string;
}
