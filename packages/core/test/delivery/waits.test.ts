// Every wait for the other side ends, with a failure that a person then reads (SPEC.md: M1, T5, X3). The other side is
// present all the time: its connection is alive, but it doesn't go on.

import { describe, expect, test } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import {
  ABANDON_TIMEOUT,
  ANSWER_TIMEOUT,
  CONFIRM_TIMEOUT,
  OFFER_TIMEOUT,
  PAGE_TIMEOUT,
  QUIET_TIMEOUT,
  STANDSTILL_TIMEOUT,
  STANDSTILLS_MAX,
} from '../../src/constants.ts';
import {
  deliveryStateOf,
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type DeliveryCommand,
  type ReceiverDeliveryEvent,
  type SenderDeliveryEvent,
} from '../../src/delivery/index.ts';
import { emptyPieces } from '../../src/pieces/piece-set.ts';
import type { FailureCode } from '../../src/protocol/types.ts';
import { createDriver, createVirtualClock } from '../../src/testing/index.ts';
import { DIGEST, MANIFEST, OFFER } from '../support/delivery-events.ts';

const [FIRST, ...PAGES] = OFFER as [ReceiverDeliveryEvent, ...ReceiverDeliveryEvent[]];
const FOREVER = 100 * ABANDON_TIMEOUT;
const established = { type: 'connection.established' } as const;
const lost = { type: 'connection.lost' } as const;

const listed = [
  { type: 'sink.listed', pieces: emptyPieces },
  { type: 'inflow.started' },
] as const satisfies readonly ReceiverDeliveryEvent[];
const accepted: readonly ReceiverDeliveryEvent[] = [
  established,
  ...OFFER,
  { type: 'sink.probed', sink: { kind: 'memory' } },
  { type: 'accept.requested' },
  ...listed,
];

function receiver(...events: readonly ReceiverDeliveryEvent[]) {
  const clock = createVirtualClock();
  const commands: DeliveryCommand[] = [];
  const driver = createDriver(receiverDeliveryMachine, undefined, {
    clock,
    onCommand: (command) => void commands.push(command),
  });
  driver.start();
  for (const event of events) driver.send(event);
  return {
    clock,
    driver,
    commands,
    state: () => deliveryStateOf(driver.snapshot),
    failure: () => driver.snapshot.context.failure,
    count: (type: DeliveryCommand['type']) =>
      commands.filter((command) => command.type === type).length,
  };
}

function sender(...events: readonly SenderDeliveryEvent[]) {
  const clock = createVirtualClock();
  const commands: DeliveryCommand[] = [];
  const driver = createDriver(
    senderDeliveryMachine,
    { manifest: MANIFEST },
    {
      clock,
      onCommand: (command) => void commands.push(command),
    },
  );
  driver.start();
  for (const event of events) driver.send(event);
  return {
    clock,
    driver,
    commands,
    state: () => deliveryStateOf(driver.snapshot),
    failure: () => driver.snapshot.context.failure,
  };
}

/** Both ends read the same. */
function expectToldEnd(
  end: { readonly commands: readonly DeliveryCommand[]; failure(): FailureCode | undefined },
  code: FailureCode,
): void {
  expect(end.failure()).toBe(code);
  expect(end.commands).toContainEqual({ type: 'failed.send', code });
}

describe('a receiver waits for the offer', () => {
  test.each([
    ['nothing of it comes', []],
    ['its pages are withheld', [FIRST]],
  ])('T2, M1: %s, and it ends with a reason', (_, said) => {
    const end = receiver(established, ...said);
    end.clock.advance(PAGE_TIMEOUT - 1);
    expect([end.state(), end.driver.snapshot.context.waitingFor]).toEqual(['connecting', 'offer']);
    end.clock.advance(1);
    expect(end.state()).toBe('failed');
    expectToldEnd(end, 'stalled');
  });

  test('T2, M1: each page has its time, and all of them together have an end', () => {
    const page = (number: number): ReceiverDeliveryEvent => ({
      type: 'page.received',
      page: number,
      entries: [{ kind: 'folder', path: `f${number}` }],
    });
    const end = receiver(established, {
      type: 'offer.received',
      name: 'a',
      files: 1_000,
      bytes: 0,
      pages: 1_000,
    });
    for (let number = 0; end.state() === 'connecting'; number++) {
      end.driver.send(page(number));
      end.clock.advance(PAGE_TIMEOUT - 1);
    }
    expect(end.clock.now()).toBeLessThan(OFFER_TIMEOUT + PAGE_TIMEOUT);
    expect(end.clock.now()).toBeGreaterThanOrEqual(OFFER_TIMEOUT);
    expectToldEnd(end, 'stalled');
  });

  test('T1, M1: its time begins and ends with the connection', () => {
    const end = receiver();
    end.clock.advance(FOREVER);
    end.driver.send(established);
    end.clock.advance(PAGE_TIMEOUT - 1);
    end.driver.send(lost);
    end.clock.advance(FOREVER);
    expect(end.state()).toBe('connecting');
    // As early as possible: messages may come on one channel before both are seen to be open.
    for (const event of [FIRST, established, ...PAGES]) end.driver.send(event);
    expect(end.state()).toBe('offered');
    end.clock.advance(FOREVER);
    expect(end.state()).toBe('offered');
  });

  test('T5: an accepted delivery is first tried over other connections', () => {
    const end = receiver(...accepted, lost);
    for (let attempt = 1; attempt <= STANDSTILLS_MAX; attempt++) {
      end.driver.send(established);
      end.clock.advance(PAGE_TIMEOUT);
      expect(end.count('generation.spoil')).toBe(attempt);
      end.driver.send(lost);
      expect(end.state()).toBe('interrupted');
    }
    end.driver.send(established);
    end.clock.advance(PAGE_TIMEOUT);
    expectToldEnd(end, 'stalled');
    // The stored pieces stay: nobody has broken a rule.
    expect(end.commands.at(-1)).toEqual({ type: 'delivery.release', sink: 'close' });
  });
});

describe('a receiver waits for bytes', () => {
  const isQuiet = (end: ReturnType<typeof receiver>): boolean =>
    end.driver.snapshot.matches({ open: { moving: 'quiet' } });

  test('T5: nothing comes: the page shows it, then other connections are tried, then it ends', () => {
    const end = receiver(...accepted);
    for (let attempt = 1; attempt <= STANDSTILLS_MAX; attempt++) {
      end.clock.advance(QUIET_TIMEOUT - 1);
      expect(isQuiet(end)).toBe(false);
      end.clock.advance(1);
      expect([isQuiet(end), end.state()]).toEqual([true, 'moving']);
      end.clock.advance(STANDSTILL_TIMEOUT);
      expect(end.count('generation.spoil')).toBe(attempt);
      for (const event of [lost, established, ...OFFER, ...listed]) end.driver.send(event);
      expect(end.state()).toBe('moving');
    }
    end.clock.advance(QUIET_TIMEOUT + STANDSTILL_TIMEOUT);
    expectToldEnd(end, 'stalled');
  });

  test.each([
    { type: 'traffic.received' },
    { type: 'compared.received', pieces: 64 },
    { type: 'progress.made', bytes: 1 },
  ] as const)('T5: $type is movement', (movement) => {
    const end = receiver(...accepted);
    end.clock.advance(QUIET_TIMEOUT - 1);
    end.driver.send(movement);
    end.clock.advance(QUIET_TIMEOUT - 1);
    expect(isQuiet(end)).toBe(false);
    end.clock.advance(1);
    expect(isQuiet(end)).toBe(true);
    end.clock.advance(STANDSTILL_TIMEOUT - 1);
    end.driver.send(movement);
    expect(isQuiet(end)).toBe(false);
    end.clock.advance(QUIET_TIMEOUT);
    expect([isQuiet(end), end.count('generation.spoil')]).toEqual([true, 0]);
  });

  test('T5: bytes that have come since make the next standstill count as the first', () => {
    const end = receiver(...accepted);
    for (let time = 1; time <= 3 * STANDSTILLS_MAX; time++) {
      end.clock.advance(QUIET_TIMEOUT + STANDSTILL_TIMEOUT);
      for (const event of [lost, established, ...OFFER, ...listed]) end.driver.send(event);
      end.driver.send({ type: 'traffic.received' });
    }
    expect([end.state(), end.count('generation.spoil')]).toEqual(['moving', 3 * STANDSTILLS_MAX]);
  });

  test('T1, P1: a pause may last, whoever paused, and the quiet time starts again after it', () => {
    const end = receiver(...accepted);
    end.clock.advance(QUIET_TIMEOUT + STANDSTILL_TIMEOUT - 1);
    end.driver.send({ type: 'pause.received', reason: 'person' });
    end.clock.advance(FOREVER);
    expect(end.state()).toBe('paused');
    end.driver.send({ type: 'resume.received' });
    end.clock.advance(QUIET_TIMEOUT + STANDSTILL_TIMEOUT - 1);
    expect(end.count('generation.spoil')).toBe(0);
  });

  test('X3: the last message may be missing: the receiver has everything', () => {
    const verified: readonly ReceiverDeliveryEvent[] = [
      { type: 'inflow.verifying' },
      { type: 'inflow.verified', digest: DIGEST },
      { type: 'sink.sealed' },
    ];
    const end = receiver(...accepted, ...verified);
    end.clock.advance(CONFIRM_TIMEOUT - 1);
    expect(end.state()).toBe('verifying');
    end.clock.advance(1);
    expect([end.state(), end.count('delivery.release')]).toEqual(['complete', 0]);
    // It is still handled if it comes late.
    end.driver.send({ type: 'complete.received', digest: toBase64Url(DIGEST.all) });
    expect(end.commands.at(-1)).toEqual({ type: 'delivery.release', sink: 'keep' });
  });
});

describe('a sender waits for the receiver', () => {
  const moving: readonly SenderDeliveryEvent[] = [
    established,
    { type: 'accept.received', credit: 16_777_216, entries: 3 },
  ];
  const isQuiet = (end: ReturnType<typeof sender>): boolean =>
    end.driver.snapshot.matches({ open: { moving: 'quiet' } });

  test('T3, S8: an offer without an answer ends, even without a server', () => {
    const end = sender(established);
    end.clock.advance(ANSWER_TIMEOUT - 1);
    // Leaves of the pieces that it holds are no answer.
    end.driver.send({ type: 'held.received', first: 0, leaves: new Uint8Array(32) });
    expect(end.state()).toBe('offered');
    end.clock.advance(1);
    expectToldEnd(end, 'room.idle');
  });

  test('R1: a receiver that has accepted before has longer to answer, since a disk may be slow', () => {
    const end = sender(...moving, lost, established);
    end.clock.advance(ABANDON_TIMEOUT - 1);
    expect(end.state()).toBe('interrupted');
    end.clock.advance(1);
    expectToldEnd(end, 'stalled');
  });

  test('T5: if nothing arrives, the page shows it, and it ends', () => {
    const end = sender(...moving);
    end.clock.advance(QUIET_TIMEOUT);
    expect([isQuiet(end), end.state()]).toEqual([true, 'moving']);
    // Credit can be raised even if nothing was written.
    end.driver.send({ type: 'progress.made', bytes: 0 });
    expect(isQuiet(end)).toBe(true);
    end.clock.advance(ABANDON_TIMEOUT);
    expectToldEnd(end, 'stalled');
  });

  test.each([{ type: 'traffic.received' }, { type: 'progress.made', bytes: 1 }] as const)(
    'T5: $type is movement',
    (movement) => {
      const end = sender(...moving);
      end.clock.advance(QUIET_TIMEOUT - 1);
      end.driver.send(movement);
      end.clock.advance(QUIET_TIMEOUT - 1);
      expect(isQuiet(end)).toBe(false);
      end.clock.advance(1 + ABANDON_TIMEOUT - 1);
      expect(isQuiet(end)).toBe(true);
      end.driver.send(movement.type === 'progress.made' ? { ...movement, bytes: 2 } : movement);
      end.clock.advance(ABANDON_TIMEOUT);
      expect(end.state()).toBe('moving');
    },
  );

  test.each(['person', 'disk.full'] as const)('P1: a pause (%s) may last', (reason) => {
    const end = sender(...moving, { type: 'pause.received', reason });
    end.clock.advance(FOREVER);
    expect(end.state()).toBe('paused');
  });

  test('G9: a receiver that is away may come back for as long as the tab is open', () => {
    const end = sender(...moving, lost);
    end.clock.advance(FOREVER);
    expect([end.state(), end.clock.pending]).toEqual(['interrupted', 0]);
  });

  test('X2: it ends if `verified` never comes', () => {
    const end = sender(
      ...moving,
      { type: 'outflow.finished' },
      { type: 'digest.computed', digest: DIGEST },
    );
    end.clock.advance(ABANDON_TIMEOUT - 1);
    expect(end.state()).toBe('verifying');
    end.clock.advance(1);
    expectToldEnd(end, 'stalled');
  });
});
