import { PlatformError } from '@burritoshare/peer/storage';
import { afterEach, expect, test, vi } from 'vitest';

import { createCaller } from '../../src/workers/caller.ts';
import { serveCalls } from '../../src/workers/serve-calls.ts';

interface Doubling {
  readonly double: { readonly input: number; readonly output: number };
}

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/**
 * A caller of a port that doubles numbers below ten; for others the port reports a full disk. Lists the messages posted
 * each way.
 */
function setUp() {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const watch = (port: MessagePort): (() => readonly number[]) => {
    const post = vi.spyOn(port, 'postMessage');
    return () => post.mock.calls.map(([calls]) => (calls as unknown[]).length);
  };
  const [asked, answered] = [watch(port1), watch(port2)];
  serveCalls<Doubling>(port2, {
    async double(input) {
      if (input >= 10) throw new PlatformError('disk.full', `${input}`);
      return { output: input * 2 };
    },
  });
  return { caller: createCaller<Doubling>(port1), asked, answered };
}

test('calls go out one by one, and so do their answers', async () => {
  const { caller, asked, answered } = setUp();
  const answers = [1, 2, 3].map((input) => caller.call('double', input));
  expect(asked()).toEqual([1, 1, 1]);
  expect(await Promise.all(answers)).toEqual([2, 4, 6]);
  expect(answered()).toEqual([1, 1, 1]);
});

test('batched calls go out in one message, and so do their answers', async () => {
  const { caller, asked, answered } = setUp();
  const answers = [1, 2, 3].map((input) => caller.callBatched('double', input));
  expect(await Promise.all(answers)).toEqual([2, 4, 6]);
  expect([asked(), answered()]).toEqual([[3], [3]]);
});

test('an error rejects its own call in the batch, and no other', async () => {
  const { caller } = setUp();
  const answers = [1, 10, 3].map((input) => caller.callBatched('double', input));
  const [first, second, third] = await Promise.allSettled(answers);
  expect([first, third]).toEqual([2, 6].map((value) => ({ status: 'fulfilled', value })));
  expect(second).toMatchObject({ reason: { name: 'PlatformError', code: 'disk.full' } });
});

test('no call overtakes batched ones', async () => {
  const { caller, asked } = setUp();
  const order: number[] = [];
  const answers = [
    caller.callBatched('double', 1),
    caller.callBatched('double', 2),
    caller.call('double', 3),
  ].map(async (answer) => order.push(await answer));
  await Promise.all(answers);
  expect(order).toEqual([2, 4, 6]);
  expect(asked()).toEqual([2, 1]);
});

test('calls that wait to go out also reject at the end', async () => {
  const { caller } = setUp();
  const answer = caller.callBatched('double', 1);
  caller.end();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  await expect(caller.callBatched('double', 1)).rejects.toMatchObject({ name: 'AbortError' });
});

test('a call that can’t be posted rejects, and so does one whose answer can’t', async () => {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  interface Passing {
    readonly pass: { readonly input: unknown; readonly output: unknown };
  }
  serveCalls<Passing>(port2, { pass: async () => ({ output: () => undefined }) });
  const caller = createCaller<Passing>(port1);
  await expect(caller.call('pass', () => undefined)).rejects.toMatchObject({
    name: 'DataCloneError',
  });
  await expect(caller.call('pass', 1)).rejects.toThrow('DataCloneError');
});
