import { PIECE_BYTES, type FailureCode } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import { PlatformError, wish, type ChosenFile } from '../../src/index.ts';
import {
  accept,
  expectComplete,
  expectNothingLeft,
  fileOf,
  filesOf,
  isOver,
  offered,
} from '../support/scenario.ts';
import { createWorld, type ReceiverParty, type SenderParty, type World } from '../support/world.ts';

interface Ends {
  readonly world: World;
  readonly sender: SenderParty;
  readonly receiver: ReceiverParty;
}

const failureOf = ({ sender, receiver }: Ends) => [
  sender.delivery().getSnapshot().context.failure,
  receiver.host.delivery.getSnapshot().context.failure,
];

async function bothOver({ world, sender, receiver }: Ends): Promise<void> {
  await world.until('both ends', () => isOver(sender.state()) && isOver(receiver.state));
}

const STAGES: Readonly<Record<string, (ends: Ends) => Promise<void>>> = {
  offered: ({ world, receiver }) => offered(world, receiver),
  preparing: async ({ world, receiver }) => {
    await accept(world, receiver);
    await world.pass(10);
    expect(receiver.host.delivery.getSnapshot().matches({ open: 'preparing' })).toBe(true);
  },
  moving: async ({ world, receiver }) => {
    await accept(world, receiver);
    await world.until('bytes', () => receiver.host.delivery.getSnapshot().context.bytes > 0);
    expect(receiver.state).toBe('moving');
  },
};

describe.each(Object.keys(STAGES))('while %s', (stage) => {
  const begin = async (): Promise<Ends> => {
    const world = createWorld();
    const sender = world.addSender(filesOf([4 * PIECE_BYTES]));
    const receiver = world.addReceiver(sender.link, {
      beforeOpen: () => (stage === 'preparing' ? world.wait(1_000) : undefined),
      beforeStore: () => world.wait(100),
    });
    const ends = { world, sender, receiver };
    await STAGES[stage]!(ends);
    return ends;
  };

  test('C4: the sender cancels', async () => {
    const ends = await begin();
    ends.sender.delivery().send({ type: 'cancel.requested' });
    await bothOver(ends);
    expect([ends.sender.state(), ends.receiver.state]).toEqual(['cancelled', 'cancelled']);
    expect(ends.receiver.host.delivery.getSnapshot().context.cancelledBy).toBe('them');
    await expectNothingLeft(ends.world, ends.sender, [ends.receiver]);
  });

  test('C4: the receiver cancels', async () => {
    const ends = await begin();
    ends.receiver.host.delivery.send({ type: 'cancel.requested' });
    await bothOver(ends);
    expect([ends.sender.state(), ends.receiver.state]).toEqual(['cancelled', 'cancelled']);
    expect(ends.sender.delivery().getSnapshot().context.cancelledBy).toBe('them');
    await expectNothingLeft(ends.world, ends.sender, [ends.receiver]);
  });

  test('C7: the receiver declines what it has not accepted, and only that', async () => {
    const ends = await begin();
    const { delivery } = ends.receiver.host;
    const isTaken = wish(delivery, { type: 'decline.requested' });
    expect(isTaken).toBe(stage === 'offered');
    if (!isTaken) return;
    await bothOver(ends);
    expect([ends.sender.state(), ends.receiver.state]).toEqual(['declined', 'declined']);
    expect(delivery.getSnapshot().context.cancelledBy).toBe('me');
    expect(ends.sender.delivery().getSnapshot().context.cancelledBy).toBe('them');
    await expectNothingLeft(ends.world, ends.sender, [ends.receiver]);
  });

  test('C4: the sender stops sharing', async () => {
    const ends = await begin();
    ends.sender.host.bundle.send({ type: 'sharing.stopped' });
    await ends.world.until('the end', () => isOver(ends.receiver.state));
    expect(ends.receiver.state).toBe('cancelled');
    await expectNothingLeft(ends.world, ends.sender, [ends.receiver]);
  });
});

test.each(['sender', 'receiver'] as const)(
  'the %s goes before the two are connected',
  async (who) => {
    const world = createWorld();
    const sender = world.addSender(filesOf([10]));
    const receiver = world.addReceiver(sender.link);
    await world.until('a connection being made', () => sender.connections.length > 0);
    if (who === 'sender') sender.host.stop();
    else void receiver.host.stop();
    await world.pass(60_000);
    await expectNothingLeft(world, sender, [receiver]);
  },
);

test('without a way between the two, the receiver says so, and the sender lets go', async () => {
  const world = createWorld({ hasWay: false });
  const sender = world.addSender(filesOf([10]));
  const receiver = world.addReceiver(sender.link);
  await world.until('the end', () => isOver(receiver.state));
  expect(receiver.host.delivery.getSnapshot().context.failure).toBe('unreachable');
  await world.pass(30_000);
  expect(sender.held()).toMatchObject({ connections: 0, channels: 0, sources: 0 });
  await expectNothingLeft(world, sender, [receiver]);
});

/** A file that can't be read from a byte on, or from the start. */
function broken(path: string, size: number, name: string, after = 0): ChosenFile {
  const file = fileOf(path, size);
  const slice = file.file!.slice.bind(file.file);
  const read = (start = 0, end = size): Blob => {
    const part = slice(start, end);
    if (end > after) {
      Object.assign(part, { arrayBuffer: () => Promise.reject(new DOMException('', name)) });
    }
    return part;
  };
  return {
    ...file,
    file: Object.assign(file.file!, { slice: read, arrayBuffer: () => read().arrayBuffer() }),
  };
}

describe('K5: a source file that fails', () => {
  test.each([
    ['NotReadableError', 'source.changed'],
    ['NotFoundError', 'source.unreadable'],
  ] as const)('%s: that file alone', async (name, code) => {
    const chosen = [
      fileOf('a', 50_000),
      broken('b', 6 * PIECE_BYTES, name, 4 * PIECE_BYTES),
      fileOf('c', PIECE_BYTES + 1),
    ];
    const world = createWorld();
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link);
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
    const failed = [{ file: 1, code }];
    expect(receiver.host.delivery.getSnapshot().context.failedFiles).toEqual(failed);
    expect(sender.delivery().getSnapshot().context.failedFiles).toEqual(failed);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('X4: when all fail, the delivery fails with the first one’s code', async () => {
    const world = createWorld();
    // Too large to be read together with others, which would not show the fake's errors.
    const sender = world.addSender([
      broken('a', 100_000, 'NotFoundError'),
      broken('b', 100_000, 'NotReadableError'),
    ]);
    const receiver = world.addReceiver(sender.link);
    const ends = { world, sender, receiver };
    await accept(world, receiver);
    await bothOver(ends);
    expect(failureOf(ends)).toEqual(['source.unreadable', 'source.unreadable']);
    await expectNothingLeft(world, sender, [receiver]);
  });
});

describe('a sink that fails', () => {
  test.each(['disk.failed', 'memory.limit'] as const)('%s: both say so', async (code) => {
    const world = createWorld();
    const sender = world.addSender(filesOf([6 * PIECE_BYTES]));
    const receiver = world.addReceiver(sender.link, {
      beforeStore(ordinal) {
        if (ordinal === 3) throw new PlatformError(code, 'as the test wants it');
      },
    });
    const ends = { world, sender, receiver };
    await accept(world, receiver);
    await bothOver(ends);
    expect(failureOf(ends)).toEqual([code, code]);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('can’t be opened', async () => {
    const world = createWorld();
    const sender = world.addSender(filesOf([10]));
    const receiver = world.addReceiver(sender.link, {
      beforeOpen() {
        throw new PlatformError('disk.failed', 'as the test wants it');
      },
    });
    const ends = { world, sender, receiver };
    await accept(world, receiver);
    await bothOver(ends);
    expect(failureOf(ends)).toEqual(['disk.failed', 'disk.failed']);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('I14: where there is no room, accepting is refused and does nothing', async () => {
    const world = createWorld();
    const sender = world.addSender(filesOf([10]));
    const receiver = world.addReceiver(sender.link, {
      choice: { kind: 'none', code: 'memory.limit', limit: 5 },
    });
    await expect(accept(world, receiver)).rejects.toMatchObject({ code: 'state' });
    await world.pass(5_000);
    expect([receiver.state, sender.state(), receiver.sinks.length]).toEqual([
      'offered',
      'offered',
      0,
    ]);
    await expectNothingLeft(world, sender, [receiver]);
  });
});

describe('a platform that throws fails the delivery with a code', () => {
  const refuse = (): never => {
    throw new DOMException('as the test wants it', 'SyntaxError');
  };
  const expected: readonly (readonly ['sender' | 'receiver', FailureCode])[] = [
    ['sender', 'unreachable'],
    ['receiver', 'unreachable'],
  ];
  test.each(expected)('no peer connection for the %s', async (who, code) => {
    const world = createWorld();
    const faults = { platform: { createPeerConnection: refuse } };
    const sender = world.addSender(filesOf([10]), who === 'sender' ? faults : {});
    const receiver = world.addReceiver(sender.link, who === 'receiver' ? faults : {});
    await world.until('the end', () => receiver.state === 'failed');
    expect(receiver.host.delivery.getSnapshot().context.failure).toBe(code);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('no source', async () => {
    const world = createWorld();
    const sender = world.addSender(filesOf([10]), { platform: { openSource: refuse } });
    const receiver = world.addReceiver(sender.link);
    const ends = { world, sender, receiver };
    await accept(world, receiver);
    await bothOver(ends);
    expect(failureOf(ends)).toEqual(['internal', 'internal']);
    await expectNothingLeft(world, sender, [receiver]);
  });
});

test('after the end, files are handed over once and then forgotten', async () => {
  const chosen = filesOf([10]);
  const world = createWorld();
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link);
  await accept(world, receiver);
  await expectComplete(world, { sender, receiver, chosen });
  receiver.host.delivery.send({ type: 'save.requested', method: 'download' });
  await world.until('saved', () =>
    receiver.host.delivery.getSnapshot().matches({ complete: 'discarded' }),
  );
  expect(receiver.sinks[0]!.isDiscarded).toBe(true);
});
