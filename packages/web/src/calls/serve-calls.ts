import { PlatformError } from '@burritoshare/peer/storage';

import type { CallFailure, CallReply, CallRequest, Calls } from './types.ts';

/** Where calls come from: a worker's own scope, or a port. */
export interface Serving {
  addEventListener(type: 'message', listen: (event: MessageEvent<CallRequest>) => void): void;
  postMessage(reply: CallReply, transfer: Transferable[]): void;
  /** Of a port: without it nothing is heard. */
  start?(): void;
}

/** An output, and what of it is handed over instead of copied. */
export interface Answer<Output> {
  readonly output: Output;
  readonly transfer?: readonly Transferable[];
}

export type CallHandlers<C extends Calls<C>> = {
  readonly [Name in keyof C & string]: (
    input: C[Name]['input'],
  ) => Promise<Answer<C[Name]['output']>>;
};

/** Answers the calls that a `createCaller` on the other side puts. Calls run side by side. */
export function serveCalls<C extends Calls<C>>(scope: Serving, handlers: CallHandlers<C>): void {
  scope.addEventListener('message', ({ data }) => {
    void answer(scope, handlers, data);
  });
  scope.start?.();
}

async function answer<C extends Calls<C>>(
  scope: Serving,
  handlers: CallHandlers<C>,
  { id, name, input }: CallRequest,
): Promise<void> {
  const handler = handlers[name as keyof C & string];
  try {
    const { output, transfer = [] } = await handler(input);
    const reply: CallReply = { id, ok: true, output };
    scope.postMessage(reply, [...transfer]);
  } catch (error) {
    const reply: CallReply = { id, ok: false, failure: failureOf(error) };
    scope.postMessage(reply, []);
  }
}

function failureOf(error: unknown): CallFailure {
  const code = error instanceof PlatformError ? error.code : undefined;
  // DOMException is not an Error to `instanceof` everywhere.
  const { name, message } = error as Partial<Error>;
  return { code, name: name ?? 'Error', message: message ?? String(error) };
}
