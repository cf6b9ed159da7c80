import { createBatcher, PlatformError } from '@burritoshare/peer/storage';

import type { CallFailure, CallReply, CallRequest, Calls } from './calls.ts';
import { isLifeline, watchLifeline } from './lifeline.ts';

/** Calls in one message: what a message costs by itself is small beside what they do. */
const CALLS_TOGETHER = 16;

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
  /**
   * Asks as {@link Caller.call} does, and puts calls of this kind into one message while others of them are under
   * way; none of them is answered before all are. For what is asked often, and is soon done.
   */
  readonly callBatched: Caller<C>['call'];
  /** Resolves if what is called dies, and not by `end`. */
  readonly died: Promise<void>;
  /** Ends the worker or closes the port; calls under way reject with an `AbortError`. Idempotent. */
  end(): void;
}

interface Waiting {
  readonly resolve: (output: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Asked {
  readonly request: CallRequest;
  readonly transfer: readonly Transferable[];
  readonly answer: Promise<unknown>;
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

  const settle = (id: number): Waiting | undefined => {
    const call = waiting.get(id);
    waiting.delete(id);
    return call;
  };
  const endWith = (error: unknown): void => {
    if (ended !== undefined) return;
    ended = error;
    if ('terminate' in called) called.terminate();
    else called.close();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const die = (message: string): void => {
    if (ended !== undefined) return;
    endWith(new Error(message));
    reportDeath();
  };
  worker.addEventListener('message', (event) => {
    const { data } = event as MessageEvent<unknown>;
    if (isLifeline(data)) return;
    for (const reply of data as readonly CallReply[]) {
      const call = settle(reply.id);
      if (reply.ok) call?.resolve(reply.output as never);
      else call?.reject(errorOf(reply.failure));
    }
  });
  // A script that doesn't load, or an error outside of a call: nothing that it does can be relied on.
  worker.addEventListener('error', (event) =>
    die(`a worker died: ${(event as ErrorEvent).message}`),
  );
  worker.addEventListener('messageerror', () => die('a message of a worker was lost'));
  // A port belongs to a worker that somebody else watches.
  if ('terminate' in called) watchLifeline(called, () => die('a worker ended, or never began'));
  if ('start' in called) called.start();

  const post = async (calls: readonly Asked[]): Promise<void> => {
    try {
      worker.postMessage(
        calls.map(({ request }) => request),
        calls.flatMap(({ transfer }) => transfer),
      );
    } catch (error) {
      for (const { request } of calls) settle(request.id)?.reject(error);
    }
    await Promise.allSettled(calls.map(({ answer }) => answer));
  };
  const batched = createBatcher(CALLS_TOGETHER, post);

  const ask =
    (put: (asked: Asked) => void): Caller<C>['call'] =>
    async (name, input, transfer = []) => {
      if (ended !== undefined) throw ended;
      const id = ++lastId;
      const answer = new Promise<never>((resolve, reject) => waiting.set(id, { resolve, reject }));
      put({ request: { id, name, input }, transfer, answer });
      return answer;
    };

  return {
    call: ask((asked) => {
      batched.flush();
      void post([asked]);
    }),
    callBatched: ask((asked) => batched.add(asked)),
    died,
    end: () => endWith(new DOMException('the worker was ended', 'AbortError')),
  };
}

function errorOf({ code, name, message }: CallFailure): Error {
  if (code !== undefined) return new PlatformError(code, message);
  return name === 'AbortError' ? new DOMException(message, name) : new Error(`${name}: ${message}`);
}
