import {
  ARRIVED_STEP,
  CREDIT_BATCH_BYTES,
  LANE_COMPARE_SAMPLES,
  LANE_DOUBTS_MAX,
  LANE_FIRST_INTERVAL,
  LANE_FIRST_SAMPLES,
  LANE_GROWTH,
  LANE_PATIENCE_MAX,
  LANE_PATIENCE_MIN,
  LANE_SAMPLE_INTERVAL,
  LANE_STALL_TIMEOUT,
  LANES_MAX,
  LANES_TOTAL,
  PIECE_BYTES,
} from '../constants.ts';
import type { NegotiationMessage } from '../protocol/types.ts';
import type {
  ReceiverLanesContext,
  Sample,
  SenderLane,
  SenderLanesCommand,
  SenderLanesContext,
} from './types.ts';

/** Before the first of them: lane 0 alone. */
export const initialContext: SenderLanesContext = {
  allowance: LANES_MAX,
  lanes: [],
  next: 1,
  before: undefined,
  added: [],
  rates: [],
  more: undefined,
  patience: LANE_PATIENCE_MIN,
  bytesPerSecond: undefined,
};

/** The lanes that each of so many deliveries of one sender may have, so that none takes them from another. */
export function laneAllowance(deliveries: number): number {
  return bounded(LANES_TOTAL / Math.max(1, deliveries));
}

function bounded(allowance: number): number {
  return Math.min(LANES_MAX, Math.max(1, Math.floor(allowance)));
}

/** Bytes in a second. */
function rateOf({ bytes, milliseconds }: Sample): number {
  return milliseconds > 0 ? (bytes * 1000) / milliseconds : 0;
}

/** Milliseconds of the next sample. */
export function sampleInterval({ next }: SenderLanesContext): number {
  return next === 1 ? LANE_FIRST_INTERVAL : LANE_SAMPLE_INTERVAL;
}

/**
 * Whether the path was what held the delivery up: only then is there something to learn. Where the rate is
 * capped, a portion of it may be more than lanes may have in flight: the path is behind only if less arrives than the
 * cap lets through, a step of each lane that nobody has told of yet included.
 */
export function isBusy(
  { bytesPerSecond: cap, lanes }: SenderLanesContext,
  sample: Sample,
): boolean {
  const { bytes, inFlight, milliseconds } = sample;
  const most = { ...sample, bytes: bytes + ARRIVED_STEP * (lanes.length + 1) };
  const isBehind = cap === undefined || rateOf(most) * LANE_GROWTH < cap;
  return inFlight > 0 && milliseconds > 0 && isBehind;
}

/**
 * Milliseconds without credit after which further lanes are given up. Credit comes for whole pieces, a batch at a
 * time: a capped sender waits as long as it takes for a piece and a batch besides.
 */
export function stallTimeout({ bytesPerSecond: cap }: SenderLanesContext): number {
  const forCap = cap === undefined ? 0 : ((PIECE_BYTES + CREDIT_BATCH_BYTES) * 1000) / cap;
  return LANE_STALL_TIMEOUT + forCap;
}

/** Whether this is no step's sample, but the one that the next step is held against. */
export function isFirst({ before }: SenderLanesContext): boolean {
  return before === undefined;
}

export function hasGrown({ before }: SenderLanesContext, sample: Sample): boolean {
  return rateOf(sample) >= (before ?? 0) * LANE_GROWTH;
}

export function isInDoubt({ rates }: SenderLanesContext): boolean {
  return rates.length + 1 < LANE_DOUBTS_MAX;
}

/** Whether more samples are wanted before a step is held against them. The very first step is not worth the wait. */
export function isUnsettled({ before, next, rates }: SenderLanesContext): boolean {
  return before === undefined && next > 1 && rates.length + 1 < LANE_FIRST_SAMPLES;
}

export function doubt({ rates }: SenderLanesContext, sample: Sample): Partial<SenderLanesContext> {
  return { rates: [...rates, rateOf(sample)] };
}

/** A step that showed nothing is closed, and what is left is measured: what was before it says little of now. */
export function shrink(context: SenderLanesContext): Outcome {
  const { rates, added } = context;
  const [changed, commands] = retire(context, added);
  return [{ ...changed, more: meanOf(rates), rates: [] }, commands];
}

/** Whether what is in flight on the lanes that were closed still arrives. */
export function isSettling({ lanes }: SenderLanesContext): boolean {
  return lanes.some(({ state }) => state === 'retiring');
}

/** Whether fewer lanes have not been measured for long enough. */
export function isComparing({ rates }: SenderLanesContext): boolean {
  return rates.length + 1 < LANE_COMPARE_SAMPLES;
}

/** Whether the lanes that were closed had helped after all. In doubt there are more: they cost little. */
export function hasFallen({ rates, more }: SenderLanesContext, sample: Sample): boolean {
  return meanOf([...rates, rateOf(sample)]) < (more ?? 0);
}

/**
 * What the next step is held against: the mean of all samples since the last one. A step goes ahead on its best sample,
 * and that one alone would be a height that the next step comes up to by chance only.
 */
function meanOf(rates: readonly number[]): number {
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

export function canGrow({ lanes, allowance }: SenderLanesContext): boolean {
  return lanes.length + 1 < allowance;
}

export function isOpening({ lanes }: SenderLanesContext): boolean {
  return lanes.some(({ state }) => state === 'opening');
}

/** Whether nothing came of the last step. */
export function isStepEmpty({ added }: SenderLanesContext): boolean {
  return added.length === 0;
}

type Outcome = readonly [Partial<SenderLanesContext>, readonly SenderLanesCommand[]];

/** As many lanes more as there are: a path that gives each its share shows it soonest this way. */
export function grow(context: SenderLanesContext, sample: Sample): Outcome {
  const { lanes, allowance, next } = context;
  const count = Math.min(lanes.length + 1, allowance - lanes.length - 1);
  const added = Array.from({ length: count }, (_, index) => next + index);
  return [
    {
      lanes: [...lanes, ...added.map((lane): SenderLane => ({ lane, state: 'opening' }))],
      next: next + count,
      added,
      before: meanOf([...context.rates, rateOf(sample)]),
      rates: [],
    },
    added.map((lane) => ({ type: 'lane.open', lane })),
  ];
}

function retire({ lanes }: SenderLanesContext, retired: readonly number[]): Outcome {
  const isRetired = ({ lane, state }: SenderLane): boolean =>
    state === 'open' && retired.includes(lane);
  return [
    {
      lanes: lanes.map((lane) => (isRetired(lane) ? { ...lane, state: 'retiring' } : lane)),
      added: [],
    },
    lanes.filter(isRetired).map(({ lane }) => ({ type: 'lane.retire', lane })),
  ];
}

/** Others have a right to lanes, too: what is over the allowance goes, the newest first. */
export function allow(context: SenderLanesContext, allowance: number): Outcome {
  const most = bounded(allowance);
  const used = context.lanes.filter(({ state }) => state === 'open').map(({ lane }) => lane);
  const [changed, commands] = retire(context, used.slice(most - 1));
  return [{ ...changed, allowance: most }, commands];
}

export function doubled({ patience }: SenderLanesContext): number {
  return Math.min(LANE_PATIENCE_MAX, patience * 2);
}

export function stateOf(
  { lanes }: SenderLanesContext,
  id: number,
): SenderLane['state'] | undefined {
  return lanes.find(({ lane }) => lane === id)?.state;
}

export function open(context: SenderLanesContext, id: number): Outcome {
  return [
    {
      lanes: context.lanes.map((lane) => (lane.lane === id ? { ...lane, state: 'open' } : lane)),
    },
    [{ type: 'lane.use', lane: id }],
  ];
}

/** A lane is gone at this end; the receiver is asked what it has had of it. */
export function lose(context: SenderLanesContext, ids: readonly number[]): Outcome {
  const lost = context.lanes.filter(({ lane }) => ids.includes(lane));
  return [
    without(context, ids),
    lost.flatMap(({ lane, state }): SenderLanesCommand[] => [
      { type: 'lane.shut', lane },
      { type: state === 'opening' ? 'lane.withdraw' : 'lane.lose', lane },
    ]),
  ];
}

export function close(context: SenderLanesContext, id: number): Outcome {
  return [without(context, [id]), [{ type: 'lane.shut', lane: id }]];
}

function without(
  { lanes, added }: SenderLanesContext,
  ids: readonly number[],
): Partial<SenderLanesContext> {
  return {
    lanes: lanes.filter(({ lane }) => !ids.includes(lane)),
    added: added.filter((lane) => !ids.includes(lane)),
  };
}

/** W2: an offer of a lane that has not been before, where there is still room for one. */
export function isJoinable(
  { lanes, last }: ReceiverLanesContext,
  lane: number,
  message: NegotiationMessage,
): boolean {
  const isOffer = message.type === 'description' && message.kind === 'offer';
  return lane > last && isOffer && lanes.length + 1 < LANES_MAX;
}
