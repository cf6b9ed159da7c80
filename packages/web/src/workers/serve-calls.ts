import { PlatformError } from '@burritoshare/peer/storage';

import type { CallFailure, CallReply, CallRequest, Calls } from './calls.ts';

/** The source of calls: a worker's own scope, or a port. */
export interface Serving {
  addEventListener(
    type: 'message',
    listen: (event: MessageEvent<readonly CallRequest[]>) => void,
  ): void;
  postMessage(replies: readonly CallReply[], transfer: Transferable[]): void;
  /** Only ports have it. Without it no message arrives. */
  start?(): void;
}

/** An output, and the objects in it that are transferred instead of copied. */
export interface Answer<Output> {
  readonly output: Output;
  readonly transfer?: readonly Transferable[];
}

export type CallHandlers<C extends Calls<C>> = {
  readonly [Name in keyof C & string]: (
    input: C[Name]['input'],
  ) => Promise<Answer<C[Name]['output']>>;
};

interface Answered {
  readonly reply: CallReply;
  readonly transfer: readonly Transferable[];
}

/** Answers the calls of a `createCaller` on the other side. Calls run side by side. */
export function serveCalls<C extends Calls<C>>(scope: Serving, handlers: CallHandlers<C>): void {
  scope.addEventListener('message', ({ data }) => {
    void answerAll(scope, handlers, data);
  });
  scope.start?.();
}

async function answerAll<C extends Calls<C>>(
  scope: Serving,
  handlers: CallHandlers<C>,
  requests: readonly CallRequest[],
): Promise<void> {
  const answers = await Promise.all(requests.map((request) => answer(handlers, request)));
  try {
    scope.postMessage(
      answers.map(({ reply }) => reply),
      answers.flatMap(({ transfer }) => transfer),
    );
  } catch (error) {
    const failure = failureOf(error);
    scope.postMessage(
      requests.map(({ id }) => ({ id, ok: false, failure })),
      [],
    );
  }
}

async function answer<C extends Calls<C>>(
  handlers: CallHandlers<C>,
  { id, name, input }: CallRequest,
): Promise<Answered> {
  const handler = handlers[name as keyof C & string];
  try {
    const { output, transfer = [] } = await handler(input);
    return { reply: { id, ok: true, output }, transfer };
  } catch (error) {
    return { reply: { id, ok: false, failure: failureOf(error) }, transfer: [] };
  }
}

function failureOf(error: unknown): CallFailure {
  const code = error instanceof PlatformError ? error.code : undefined;
  // In some browsers a DOMException is no `instanceof Error`.
  const { name, message } = error as Partial<Error>;
  return { code, name: name ?? 'Error', message: message ?? String(error) };
}
