import { PlatformError } from '@burritoshare/peer/storage';

import type { CallFailure, CallReply, CallRequest, Calls } from './types.ts';

/** The asking side of a worker, or of a port of one. */
export interface Caller<C extends Calls<C>> {
  /**
   * Asks, and hands over what is in `transfer`.
   *
   * @throws what the worker threw: a PlatformError with its code, an `AbortError` DOMException, or an Error
   *   with the other's message. A worker that died gives an Error, an ended caller an `AbortError`.
   */
  call<Name extends keyof C & string>(
    name: Name,
    input: C[Name]['input'],
    transfer?: readonly Transferable[],
  ): Promise<C[Name]['output']>;
  /** Resolves if what is called dies, and not by `end`. */
  readonly died: Promise<void>;
  /** Ends the worker or closes the port; calls under way reject with an `AbortError`. Idempotent. */
  end(): void;
}

interface Waiting {
  readonly resolve: (output: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Puts calls to a worker or a port that serves them with `serveCalls`, and that the caller then owns. */
export function createCaller<C extends Calls<C>>(called: Worker | MessagePort): Caller<C> {
  // Of the one union both kinds of events are heard; a port has no `error`.
  const worker: EventTarget & Pick<Worker, 'postMessage'> = called;
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: unknown;
  let reportDeath: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    reportDeath = resolve;
  });

  const endWith = (error: unknown): void => {
    if (ended !== undefined) return;
    ended = error;
    if ('terminate' in called) called.terminate();
    else called.close();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const die = (message: string): void => {
    endWith(new Error(message));
    reportDeath();
  };
  worker.addEventListener('message', (event) => {
    const { data } = event as MessageEvent<CallReply>;
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.ok) call?.resolve(data.output as never);
    else call?.reject(errorOf(data.failure));
  });
  // A script that doesn't load, or an error outside of a call: nothing that it does can be relied on.
  worker.addEventListener('error', (event) =>
    die(`a worker died: ${(event as ErrorEvent).message}`),
  );
  worker.addEventListener('messageerror', () => die('a message of a worker was lost'));
  if ('start' in called) called.start();

  return {
    call: (name, input, transfer = []) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        const id = ++lastId;
        const request: CallRequest = { id, name, input };
        worker.postMessage(request, [...transfer]);
        waiting.set(id, { resolve, reject });
      }),
    died,
    end: () => endWith(new DOMException('the worker was ended', 'AbortError')),
  };
}

function errorOf({ code, name, message }: CallFailure): Error {
  if (code !== undefined) return new PlatformError(code, message);
  return name === 'AbortError' ? new DOMException(message, name) : new Error(`${name}: ${message}`);
}
