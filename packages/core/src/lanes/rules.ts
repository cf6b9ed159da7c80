import {
  ARRIVED_STEP,
  CREDIT_BATCH_BYTES,
  LANE_COMPARE_SAMPLES,
  LANE_DOUBTS_MAX,
  LANE_FIRST_INTERVAL,
  LANE_FAR,
  LANE_FIRST_SAMPLES,
  LANE_GROWTH,
  LANE_GROWTH_LATER,
  LANE_NUMBERS_MAX,
  LANE_PATIENCE_MAX,
  LANE_PATIENCE_MIN,
  LANE_SAMPLE_INTERVAL,
  LANE_STALL_TIMEOUT,
  LANES_MAX,
  LANES_NEAR_MAX,
  LANES_TOTAL,
  PIECE_BYTES,
  SHORT_ROUND_TRIP,
} from '../constants.ts';
import type { NegotiationMessage } from '../protocol/types.ts';
import type {
  ReceiverLanesContext,
  Sample,
  SenderLane,
  SenderLanesCommand,
  SenderLanesContext,
} from './types.ts';

/** The context before the first further lane: lane 0 alone. */
export const initialContext: SenderLanesContext = {
  allowance: LANES_MAX,
  polite: LANES_MAX,
  lanes: [],
  next: 1,
  before: undefined,
  added: [],
  rates: [],
  more: undefined,
  patience: LANE_PATIENCE_MIN,
  bytesPerSecond: undefined,
};

/** The lanes that each of a sender's deliveries may have, so that none takes them from another. */
export function laneAllowance(deliveries: number): number {
  return bounded(LANES_TOTAL / Math.max(1, deliveries));
}

function bounded(lanes: number): number {
  return Math.min(LANES_MAX, Math.max(1, Math.floor(lanes)));
}

/** Bytes a second. */
function rateOf({ bytes, milliseconds }: Sample): number {
  return milliseconds > 0 ? (bytes * 1000) / milliseconds : 0;
}

/** Milliseconds that the next sample takes. */
export function sampleInterval({ next }: SenderLanesContext): number {
  return next === 1 ? LANE_FIRST_INTERVAL : LANE_SAMPLE_INTERVAL;
}

/**
 * Whether the path limited the delivery, since only then there is something to learn. If the rate is capped, a portion
 * may be more than the lanes may have in flight. Then the path is too slow only if less arrives than the cap allows,
 * even with a step added for each lane that has not been reported yet.
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
 * Milliseconds without credit after which further lanes are given up. Credit comes for whole pieces, in batches: a
 * capped sender also waits for the time of a piece and a batch.
 */
export function stallTimeout({ bytesPerSecond: cap }: SenderLanesContext): number {
  const forCap = cap === undefined ? 0 : ((PIECE_BYTES + CREDIT_BATCH_BYTES) * 1000) / cap;
  return LANE_STALL_TIMEOUT + forCap;
}

/** Whether this sample is the first: the next step is compared with it. */
export function isFirst({ before }: SenderLanesContext): boolean {
  return before === undefined;
}

export function hasGrown({ before, lanes, added }: SenderLanesContext, sample: Sample): boolean {
  return rateOf(sample) >= (before ?? 0) * growthFrom(lanes.length - added.length, sample);
}

/** The factor that a step must gain, by the number of further lanes before it. */
function growthFrom(lanes: number, sample: Sample): number {
  return lanes === 0 || isNear(sample) ? LANE_GROWTH : LANE_GROWTH_LATER;
}

/** Whether no path limits the delivery, but the processors do. */
function isNear({ roundTrip = Infinity }: Sample): boolean {
  return roundTrip < SHORT_ROUND_TRIP;
}

export function isInDoubt({ rates }: SenderLanesContext): boolean {
  return rates.length + 1 < LANE_DOUBTS_MAX;
}

/** Whether more samples are needed before a step is compared with them. The very first step is not worth the wait. */
export function isUnsettled({ before, next, rates }: SenderLanesContext): boolean {
  return before === undefined && next > 1 && rates.length + 1 < LANE_FIRST_SAMPLES;
}

export function doubt({ rates }: SenderLanesContext, sample: Sample): Partial<SenderLanesContext> {
  return { rates: [...rates, rateOf(sample)] };
}

/**
 * Closes the lanes of a step that showed no gain, and measures those that are left: samples from before say little
 * about now.
 */
export function shrink(context: SenderLanesContext): Outcome {
  const { rates, added } = context;
  const [changed, commands] = retire(context, added);
  return [{ ...changed, more: meanOf(rates), rates: [] }, commands];
}

/** Whether bytes in flight on the closing lanes still arrive. */
export function isSettling({ lanes }: SenderLanesContext): boolean {
  return lanes.some(({ state }) => state === 'retiring');
}

/** Whether the smaller number of lanes needs more samples. */
export function isComparing({ rates }: SenderLanesContext): boolean {
  return rates.length + 1 < LANE_COMPARE_SAMPLES;
}

/** Whether the closed lanes had helped after all, by as much as a step must gain. */
export function hasFallen({ lanes, rates, more }: SenderLanesContext, sample: Sample): boolean {
  return meanOf([...rates, rateOf(sample)]) * growthFrom(lanes.length, sample) < (more ?? 0);
}

/**
 * The rate that the next step is compared with: the mean of all samples since the last one. A step succeeds by its best
 * sample, and the next step would reach that one only by chance.
 */
function meanOf(rates: readonly number[]): number {
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

export function canGrow({ lanes, allowance, next }: SenderLanesContext, sample: Sample): boolean {
  return lanes.length + 1 < mostOf(allowance, sample) && next <= LANE_NUMBERS_MAX;
}

function mostOf(allowance: number, sample: Sample): number {
  return isNear(sample) ? Math.min(LANES_NEAR_MAX, allowance) : allowance;
}

/** Whether a whole step would take too much of the path now. With more room it will come. */
export function isHeldBack({ lanes, allowance, polite }: SenderLanesContext): boolean {
  return polite < Math.min(2 * (lanes.length + 1), allowance);
}

export function isOpening({ lanes }: SenderLanesContext): boolean {
  return lanes.some(({ state }) => state === 'opening');
}

/** Whether the last step added no lanes. */
export function isStepEmpty({ added }: SenderLanesContext): boolean {
  return added.length === 0;
}

type Outcome = readonly [Partial<SenderLanesContext>, readonly SenderLanesCommand[]];

/**
 * Adds as many lanes as there are: if a path gives each lane a share, this shows it soonest. Once the second lane has
 * helped over a long path, adds three times as many.
 */
export function grow(context: SenderLanesContext, sample: Sample): Outcome {
  const { lanes, next } = context;
  const allowance = mostOf(context.allowance, sample);
  const most = Math.min(allowance, context.polite);
  const isFar = lanes.length > 0 && (sample.roundTrip ?? 0) >= LANE_FAR;
  const wanted = (lanes.length + 1) * (isFar ? 3 : 1);
  // Such a step can't show what it would have brought.
  const isCut = context.polite < Math.min(lanes.length + 1 + wanted, allowance);
  const count = Math.min(wanted, most - lanes.length - 1, LANE_NUMBERS_MAX + 1 - next);
  const added = Array.from({ length: count }, (_, index) => next + index);
  return [
    {
      lanes: [...lanes, ...added.map((lane): SenderLane => ({ lane, state: 'opening' }))],
      next: next + count,
      added,
      before: isCut ? 0 : meanOf([...context.rates, rateOf(sample)]),
      rates: [],
    },
    added.map((lane) => ({ type: 'lane.open', lane })),
  ];
}

function retire({ lanes, added }: SenderLanesContext, retired: readonly number[]): Outcome {
  const isRetired = ({ lane, state }: SenderLane): boolean =>
    state === 'open' && retired.includes(lane);
  return [
    {
      lanes: lanes.map((lane) => (isRetired(lane) ? { ...lane, state: 'retiring' } : lane)),
      added: added.filter((lane) => !retired.includes(lane)),
    },
    lanes.filter(isRetired).map(({ lane }) => ({ type: 'lane.retire', lane })),
  ];
}

/** Other deliveries need lanes, too: closes those over the allowance, the newest first. */
export function allow(context: SenderLanesContext, allowance: number): Outcome {
  return keepWithin({ ...context, allowance: bounded(allowance) });
}

/** Others need the path, too: closes the lanes that are too many for it, the newest first. */
export function yieldTo(context: SenderLanesContext, lanes: number): Outcome {
  return keepWithin({ ...context, polite: bounded(lanes) });
}

/** Whether the path is too small for the lanes that there are. */
export function hasTooMany(context: SenderLanesContext, polite: number): boolean {
  return usedLanes(context).length + 1 > bounded(polite);
}

function usedLanes({ lanes }: SenderLanesContext): readonly number[] {
  return lanes.filter(({ state }) => state === 'open').map(({ lane }) => lane);
}

function keepWithin(context: SenderLanesContext): Outcome {
  const { allowance, polite } = context;
  const [changed, commands] = retire(
    context,
    usedLanes(context).slice(Math.min(allowance, polite) - 1),
  );
  return [{ ...changed, allowance, polite }, commands];
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
  // It has come too late: what it would take has been left to others.
  if (usedLanes(context).length + 2 > context.polite) return lose(context, [id]);
  return [
    {
      lanes: context.lanes.map((lane) => (lane.lane === id ? { ...lane, state: 'open' } : lane)),
    },
    [{ type: 'lane.use', lane: id }],
  ];
}

/** A lane is gone at this end: asks the receiver what it has had of it. */
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

/**
 * W2: whether this is the offer of a new lane, and there is room for one. The sender has given up what it has closed,
 * and may offer another in its place before the last chunks have been taken from it.
 */
export function isJoinable(
  { lanes, closing, last }: ReceiverLanesContext,
  lane: number,
  message: NegotiationMessage,
): boolean {
  const isOffer = message.type === 'description' && message.kind === 'offer';
  const hasRoom = lanes.length - closing.length + 1 < LANES_MAX;
  return lane > last && lane <= LANE_NUMBERS_MAX && isOffer && hasRoom;
}
