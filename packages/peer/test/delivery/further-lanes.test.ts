import { LANE_CANDIDATES_MAX, parseControlMessage, PIECE_BYTES } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import { accept, expectComplete, expectNothingLeft, filesOf } from '../support/scenario.ts';
import { createWorld, type Party, type PlatformFaults } from '../support/world.ts';

/** A path over which lanes help, and a delivery that takes long enough for several steps of them. */
const FAR = { speed: { rate: 20_000, delay: 60 } } as const;
const SIZES = [56 * PIECE_BYTES];

type Message = ReturnType<typeof parseControlMessage>;

/** Records what a party says on its newest control channel from now on. */
function watchControl(party: Party): readonly Message[] {
  const said: Message[] = [];
  const control = party.channel('control');
  const send = control.send.bind(control);
  control.send = (data) => {
    said.push(parseControlMessage(String(data)));
    send(data);
  };
  return said;
}

function furtherOf({ connections }: Party): readonly string[] {
  return connections
    .filter(({ channels }) => channels.size === 1)
    .map(({ fingerprint }) => fingerprint);
}

async function deliver(faults: PlatformFaults = {}) {
  const world = createWorld(FAR);
  const chosen = filesOf(SIZES);
  const sender = world.addSender(chosen, faults);
  const receiver = world.addReceiver(sender.link, faults);
  await accept(world, receiver);
  const said = [watchControl(sender), watchControl(receiver)];
  await expectComplete(world, { sender, receiver, chosen });
  const parties: readonly Party[] = [sender, receiver];
  return { world, sender, receiver, parties, said };
}

test('W1: lanes that are opened together are described together', async () => {
  const { world, sender, receiver, said } = await deliver();
  for (const messages of said) {
    const signals = messages.flatMap((one) => (one.type === 'lane.signals' ? [one.signals] : []));
    const lanes = new Set(signals.flat().map(({ lane }) => lane));
    expect(lanes.size).toBeGreaterThan(3);
    const most = Math.max(...signals.map((some) => new Set(some.map(({ lane }) => lane)).size));
    expect(most).toBeGreaterThanOrEqual(3);
    expect(signals.length).toBeLessThanOrEqual(lanes.size);
    for (const lane of lanes) {
      const [first, ...rest] = signals.flat().filter((one) => one.lane === lane);
      expect(first?.type).toBe('description');
      expect(rest.every(({ type }) => type === 'candidate')).toBe(true);
      // One more for their end.
      expect(rest.length).toBeLessThanOrEqual(LANE_CANDIDATES_MAX + 1);
    }
  }
  await expectNothingLeft(world, sender, [receiver]);
});

describe('W8: certificates', () => {
  test('a generation’s further lanes have one at each end, which is not lane 0’s', async () => {
    const { parties } = await deliver();
    const ends = parties.map((party) => {
      const further = furtherOf(party);
      expect(further.length).toBeGreaterThan(3);
      expect(new Set(further).size).toBe(1);
      return [...party.generations().map(({ fingerprint }) => fingerprint), further[0]];
    });
    expect(new Set(ends.flat()).size).toBe(4);
  });

  test('another delivery has another', async () => {
    const world = createWorld(FAR);
    const chosen = filesOf(SIZES);
    const sender = world.addSender(chosen);
    for (const number of [1, 2]) {
      const receiver = world.addReceiver(sender.link);
      await accept(world, receiver);
      await expectComplete(world, { sender, receiver, chosen, number });
    }
    expect(new Set(furtherOf(sender)).size).toBe(2);
  });

  test.each([
    ['that can’t make any', undefined],
    ['that fails to make one', () => Promise.reject(new DOMException('no', 'OperationError'))],
  ])('a platform %s has one for each lane', async (_, generateCertificate) => {
    const { parties } = await deliver({ platform: { generateCertificate } as object });
    for (const party of parties) {
      const further = furtherOf(party);
      expect(further.length).toBeGreaterThan(3);
      expect(new Set(further).size).toBe(further.length);
    }
  });
});
