import { PlatformError } from '@burritoshare/peer/storage';

import type { CallFailure, CallReply, CallRequest, Calls } from './types.ts';

/** The asking side of a worker. */
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
  /** Ends the worker; calls under way reject with an `AbortError`. Idempotent. */
  end(): void;
}

interface Waiting {
  readonly resolve: (output: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Puts calls to a worker that serves them with `serveCalls`. The caller owns the worker. */
export function createCaller<C extends Calls<C>>(worker: Worker): Caller<C> {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: unknown;

  const endWith = (error: unknown): void => {
    if (ended !== undefined) return;
    ended = error;
    worker.terminate();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<CallReply>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.ok) call?.resolve(data.output as never);
    else call?.reject(errorOf(data.failure));
  });
  // A script that doesn't load, or an error outside of a call: nothing that it does can be relied on.
  worker.addEventListener('error', (event) =>
    endWith(new Error(`a worker died: ${event.message}`)),
  );
  worker.addEventListener('messageerror', () =>
    endWith(new Error('a message of a worker was lost')),
  );

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
    end: () => endWith(new DOMException('the worker was ended', 'AbortError')),
  };
}

function errorOf({ code, name, message }: CallFailure): Error {
  if (code !== undefined) return new PlatformError(code, message);
  return name === 'AbortError' ? new DOMException(message, name) : new Error(`${name}: ${message}`);
}
