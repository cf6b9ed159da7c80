import { receiverDeliveryMachine } from '@burritoshare/core';
import { createActor } from 'xstate';
import { expect, test } from 'vitest';

import { phaseOf } from '../../src/receiving/phase.ts';

type Value = Parameters<typeof phaseOf>[0];

/** The machine leaves these states in the step that enters them, so no snapshot shows them. */
function isPassing(state: { readonly always?: unknown }): boolean {
  return state.always !== undefined && !('on' in state && state.on !== undefined);
}

const { states } = receiverDeliveryMachine;
const open = states['open']!;
const complete = states['complete']!;
const ends = Object.keys(states).filter((key) => key !== 'open' && key !== 'complete');

test('a delivery begins by connecting', () => {
  const actor = createActor(receiverDeliveryMachine).start();
  expect(phaseOf(actor.getSnapshot().value)).toBe('connecting');
});

test('every state inside of `open` that a snapshot can show is a phase of the same name', () => {
  const seen = Object.values(open.states).filter(({ config }) => !isPassing(config));
  expect(seen.length).toBeGreaterThanOrEqual(5);
  for (const { key, config } of seen) {
    const inner = config.initial === undefined ? key : { [key]: config.initial };
    expect(phaseOf({ open: inner } as Value)).toBe(key);
  }
});

test('every state inside of `complete`, and every other end, is a phase of the same name', () => {
  for (const key of Object.keys(complete.states)) {
    expect(phaseOf({ complete: key } as Value)).toBe(key);
  }
  // A page that has been left is not shown.
  expect(ends.toSorted()).toEqual(['cancelled', 'declined', 'failed', 'left']);
  for (const key of ['cancelled', 'declined', 'failed']) expect(phaseOf(key as Value)).toBe(key);
});

test('moving shows whether it is paused', () => {
  expect(phaseOf({ open: { moving: 'flowing' } })).toBe('moving');
  expect(phaseOf({ open: { moving: 'paused' } })).toBe('paused');
});
