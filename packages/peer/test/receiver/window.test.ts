import { CREDIT_WINDOW_BYTES, PIECE_BYTES } from '@burritoshare/core';
import { expect, test } from 'vitest';
import { accept, expectComplete, expectNothingLeft, filesOf } from '../support/scenario.ts';
import { createWorld, type ReceiverParty } from '../support/world.ts';

interface Credit {
  readonly upTo: number;
  readonly settled: number;
}

/** Records the credit that the receiver gives from now on. */
function watchCredit(receiver: ReceiverParty): readonly Credit[] {
  const credits: Credit[] = [];
  const control = receiver.channel('control');
  const send = control.send.bind(control);
  control.send = (data) => {
    const message = JSON.parse(String(data)) as Credit & { readonly type: string };
    if (message.type === 'credit') credits.push(message);
    send(data);
  };
  return credits;
}

/** The windows that a receiver gives over a path of this rate (bytes a millisecond) and delay (milliseconds). */
async function windowsOver(
  speed: { readonly rate: number; readonly delay: number },
  pieces: number,
): Promise<readonly number[]> {
  const chosen = filesOf([pieces * PIECE_BYTES]);
  const world = createWorld({ speed });
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link);
  await accept(world, receiver);
  const credits = watchCredit(receiver);
  await expectComplete(world, { sender, receiver, chosen });
  await expectNothingLeft(world, sender, [receiver]);
  return credits.map(({ upTo, settled }) => upTo - settled);
}

test('K9: the window grows on a path that is long and fast', async () => {
  const windows = await windowsOver({ rate: 20_000, delay: 60 }, 192);
  const most = Math.max(...windows);
  expect(most).toBeGreaterThan(1.1 * CREDIT_WINDOW_BYTES);
  expect(most).toBeLessThanOrEqual(2 * CREDIT_WINDOW_BYTES);
});

test('K9: the window shrinks on a path that is short and slow', async () => {
  const windows = await windowsOver({ rate: 500, delay: 5 }, 20);
  const last = windows.at(-1) ?? 0;
  expect(last).toBeLessThan(CREDIT_WINDOW_BYTES);
  expect(last).toBeGreaterThanOrEqual(CREDIT_WINDOW_BYTES / 2);
});
