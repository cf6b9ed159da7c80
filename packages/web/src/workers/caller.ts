import { createBatcher, PlatformError } from '@burritoshare/peer/storage';

import type { CallFailure, CallReply, CallRequest, Calls } from './calls.ts';
import { isLifeline, watchLifeline } from './lifeline.ts';

/** Calls in one message: with so many, the message itself costs little beside them. */
const CALLS_TOGETHER = 16;

/** The calling side of a worker, or of a worker's port. */
export interface Caller<C extends Calls<C>> {
  /**
   * Calls `name` with `input`, and transfers the objects in `transfer`.
   *
   * @throws the worker's error: a PlatformError with its code, an `AbortError` DOMException, or an Error with the same
   * message. After the worker died it throws an Error, after `end` an `AbortError`.
   */
  call<Name extends keyof C & string>(
    name: Name,
    input: C[Name]['input'],
    transfer?: readonly Transferable[],
  ): Promise<C[Name]['output']>;
  /**
   * Like {@link Caller.call}, but while such calls are pending, new ones wait and then go out in one message. Their
   * answers come together. For frequent calls that take little time.
   */
  readonly callBatched: Caller<C>['call'];
  /** Resolves if the worker or port dies without a call of `end`. */
  readonly died: Promise<void>;
  /** Ends the worker or closes the port. Pending calls reject with an `AbortError`. Idempotent. */
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

/** Makes a caller for a worker or a port that runs `serveCalls`. The caller then owns it. */
export function createCaller<C extends Calls<C>>(called: Worker | MessagePort): Caller<C> {
  // One type for both, so that the same listeners fit. A port never fires `error`.
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
  // The script didn't load, or threw outside of a call. Such a worker can't be relied on.
  worker.addEventListener('error', (event) =>
    die(`a worker died: ${(event as ErrorEvent).message}`),
  );
  worker.addEventListener('messageerror', () => die('a message of a worker was lost'));
  // A port's worker is watched by its own caller.
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
