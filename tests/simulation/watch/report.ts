import * as core from '@burritoshare/core';
import type { AnyStateMachine } from 'xstate';
import { ACTS } from '../world/people.ts';
import { CAP_ACTS } from '../world/caps.ts';
import { INTRUSIONS } from '../world/intruder.ts';
import { FAULTS, LANE_FAULT } from '../world/faults.ts';
import { namesOf, type Counts } from './counts.ts';
import { EXTENTS } from '../world/withholding.ts';
import { UNREACHED } from './unreached.ts';

type Counted = Pick<Counts, 'faults' | 'states' | 'transitions'>;

const MACHINES: readonly AnyStateMachine[] = [
  core.bundleMachine,
  core.connectionMachine,
  core.inflowMachine,
  core.negotiationMachine,
  core.outflowMachine,
  core.receiverDeliveryMachine,
  core.senderDeliveryMachine,
  core.signalingMachine,
];

/** Faults that are counted without being scheduled by name. */
const RELAY_FAULTS = [
  'drop',
  'duplicate',
  'reorder',
  'hostile server',
  'hostile sender',
  'hostile receiver',
  ...EXTENTS.map((extent) => `withheld ${extent}`),
  ...INTRUSIONS.map((what) => `attacker ${what}`),
];

/** A table of how often each event occurred. */
export function tableOf({ faults, states, transitions }: Counted): string {
  const rows = (title: string, counts: ReadonlyMap<string, number>): readonly string[] => [
    '',
    title,
    ...[...counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, times]) => `${String(times).padStart(10)}  ${name}`),
  ];
  return [
    ...rows('faults and people', faults),
    ...rows('states', states),
    ...rows('transitions', transitions),
  ].join('\n');
}

/** The names that never occurred and are not listed as unreached. */
export function missedOf({ faults, states, transitions }: Counted): readonly string[] {
  const expected: (readonly [string, ReadonlyMap<string, number>])[] = [
    ...[...Object.keys(FAULTS), LANE_FAULT, ...Object.keys(ACTS), ...CAP_ACTS, ...RELAY_FAULTS].map(
      (name) => [name, faults] as const,
    ),
    ...MACHINES.flatMap((machine) => {
      const names = namesOf(machine);
      return [
        ...names.states.map((name) => [name, states] as const),
        ...names.transitions.map((name) => [name, transitions] as const),
      ];
    }),
  ];
  return expected
    .filter(([name, counts]) => !counts.has(name) && !UNREACHED.has(name))
    .map(([name]) => name);
}
