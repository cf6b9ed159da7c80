// What a delivery leaves to others on its path.
//
// The more bytes are in flight, the longer is the queue of the path's narrowest link, and the longer do the packets of
// a call wait in it. ICE's checks wait there, too: their round trip shows the queue, while a report of arrived bytes
// also shows how long bytes waited at this end. So there is a limit for what is in flight. It doubles as long as the
// round trip stays short, and gives way when it is too long. If less in flight doesn't make it shorter, the cause is
// somebody else or a busy processor: then the limit is what it was, and for some time the round trip tells nothing.

import {
  BUFFER_HIGH_BYTES,
  IN_FLIGHT_MIN,
  LANE_SHARE_MIN,
  LANES_MAX,
  MANNERS_CARRIED,
  MANNERS_DOUBTS,
  MANNERS_FULL,
  MANNERS_GAIN,
  MANNERS_GROWTH,
  MANNERS_HELP,
  MANNERS_INTERVAL,
  MANNERS_INTERVAL_FIRST,
  MANNERS_KEPT_MAX,
  MANNERS_KEPT_MIN,
  MANNERS_MARGIN,
  MANNERS_NEAR,
  MANNERS_OWN,
  MANNERS_NEAR_PART,
  MANNERS_PATIENCE_MAX,
  MANNERS_PATIENCE_MIN,
  MANNERS_RAMP,
  MANNERS_RESTORED,
  MANNERS_START,
  MANNERS_START_RATE,
  ROUND_TRIP_MAX,
} from '../constants.ts';
import type { ArrivalSample, Manners, RoundTripSample, Share, Stage } from './types.ts';

type Starting = Extract<Stage, { name: 'starting' }>;

/** Nothing is known of the path, so nothing is limited: some browsers never tell. */
export const initialManners: Manners = {
  base: undefined,
  limit: undefined,
  stage: { name: 'starting' },
  settlesAt: -Infinity,
  fullSince: undefined,
  doubts: 0,
  patience: MANNERS_PATIENCE_MIN,
};

/** Milliseconds that a round trip may be longer than that of empty queues. */
export function marginOf(base: number): number {
  return base < MANNERS_NEAR ? MANNERS_MARGIN : Math.min(MANNERS_MARGIN, MANNERS_NEAR_PART * base);
}

/** Bytes that may be in flight at first. */
function startOf(base: number): number {
  const carried = Math.floor((MANNERS_START_RATE * (base + marginOf(base))) / 1000);
  return Math.min(BUFFER_HIGH_BYTES / 4, Math.max(MANNERS_START, carried));
}

/** What the delivery may take now. */
export function shareOf({ limit }: Manners): Share {
  if (limit === undefined) return { inFlight: undefined, lanes: LANES_MAX };
  const lanes = Math.floor(limit / LANE_SHARE_MIN);
  return { inFlight: limit, lanes: Math.min(LANES_MAX, Math.max(1, lanes)) };
}

/** The delivery goes on over another path, of which nothing is known but what it took of the one before. */
export function changePath(manners: Manners): Manners {
  return { ...initialManners, limit: manners.limit };
}

/** Takes a sample in. One that can't be true changes nothing. */
export function observe(manners: Manners, measured: RoundTripSample): Manners {
  // Bytes wait in each queue of the path, too: if some arrived sooner, the check was late for another reason.
  const arrival = isPossible(manners, measured.shortest) ? measured.shortest : Infinity;
  const sample = { ...measured, roundTrip: Math.min(measured.roundTrip, arrival) };
  const { at, roundTrip } = sample;
  if (!(roundTrip > 0 && roundTrip <= ROUND_TRIP_MAX) || !Number.isFinite(at)) return manners;
  if (manners.base === undefined)
    return { ...manners, base: roundTrip, limit: manners.limit ?? startOf(roundTrip) };
  const base = Math.min(manners.base, roundTrip);
  const margin = marginOf(base);
  const isCalm = Math.max(roundTrip, sample.typical ?? 0) - base <= margin / 2;
  const known = {
    ...noteInFlight(manners, sample),
    base,
    stage: stageAt(manners.stage, at),
    doubts: isCalm ? 0 : manners.doubts + 1,
  };
  if (at < manners.settlesAt) return { ...known, doubts: 0 };
  const excess = roundTrip - base;
  if (isCalm) return hearCalm(known, sample);
  // What doesn't travel makes no queue: with loss, most of what is in flight waits at this end.
  if (excess > margin && partOnPath(sample) < MANNERS_OWN) return { ...known, doubts: 0 };
  if (excess > margin && known.stage.name === 'starting' && hasGainedNothing(known.stage, sample))
    return { ...known, ...goBack(known.stage.before) };
  // A queue stays; a process that waits for a core makes one check late, and not the next one.
  if (known.doubts < MANNERS_DOUBTS) return known;
  if (excess <= margin) return hearEnough(known, sample);
  return hearCrowded(known, sample, base);
}

/**
 * Takes in the longest time from handing a message over until its arrival was reported. It includes waiting at this
 * end, so a long one tells nothing. If all were short, no queue of the path is long, and no check has to tell that.
 */
export function observeArrival(manners: Manners, sample: ArrivalSample): Manners {
  const { base, limit = Infinity } = manners;
  const { at, longest, rate } = sample;
  if (base === undefined || !isPossible(manners, longest)) return manners;
  if (longest > base + marginOf(base) / 2) return manners;
  // Less in flight than may be doesn't show what all of it would do.
  const carried = (rate * longest) / 1000;
  if (!(carried >= MANNERS_CARRIED * limit)) return { ...manners, doubts: 0 };
  return observe(manners, { at, roundTrip: longest, inFlight: carried, rate });
}

/** Whether bytes can have arrived so soon. Their receiver says so, and a check can't be answered before it was sent. */
function isPossible({ base = Infinity }: Manners, arrival?: number): arrival is number {
  return arrival !== undefined && arrival >= base;
}

/** Takes in what is in flight, which the path can show only once it has been there. */
export function noteInFlight(
  manners: Manners,
  sample: Pick<RoundTripSample, 'at' | 'inFlight'>,
): Manners {
  const isKnown = manners.fullSince !== undefined;
  if (isFull(manners, sample) === isKnown) return manners;
  return { ...manners, fullSince: isKnown ? undefined : sample.at };
}

function isFull({ limit }: Manners, { inFlight }: Pick<RoundTripSample, 'inFlight'>): boolean {
  return inFlight >= MANNERS_FULL * (limit ?? Infinity);
}

function stageAt(stage: Stage, at: number): Stage {
  return stage.name === 'ignoring' && at >= stage.until ? { name: 'steady' } : stage;
}

// What is not used shows nothing, and an association takes some round trips until it uses what it is given.
function hearCalm(manners: Manners, sample: RoundTripSample): Manners {
  const { limit, stage, fullSince } = manners;
  // What lasts so long isn't over with one short round trip.
  if (stage.name === 'ignoring') return manners;
  const next = { ...goOn(manners), patience: MANNERS_PATIENCE_MIN };
  const isShown = fullSince !== undefined && sample.at - fullSince >= rampOf(sample);
  if (limit === undefined || !isShown) return stage.name === 'starting' ? manners : next;
  const isStarting = stage.name === 'starting';
  const grown = isStarting ? 2 * limit : Math.floor(limit * MANNERS_GROWTH);
  const isOver = grown >= BUFFER_HIGH_BYTES;
  return settle(
    {
      ...(isStarting && !isOver ? { ...manners, stage: doubledAt(limit, sample) } : next),
      limit: isOver ? undefined : grown,
    },
    sample,
  );
}

function doubledAt(limit: number, { rate }: RoundTripSample): Stage {
  return rate === undefined ? { name: 'starting' } : { name: 'starting', before: { limit, rate } };
}

/** Whether twice as much in flight brought hardly more, and a longer round trip: all of it waits in a queue. */
function hasGainedNothing(stage: Starting, sample: RoundTripSample): stage is Required<Starting> {
  const { rate = Infinity } = sample;
  if (stage.before === undefined || partOnPath(sample) < 2 * MANNERS_OWN) return false;
  return rate < MANNERS_GAIN * stage.before.rate;
}

/** The part of what is in flight that is on the path, by what arrives in a round trip. */
function partOnPath({ rate = Infinity, roundTrip, inFlight }: RoundTripSample): number {
  return inFlight > 0 ? (rate * roundTrip) / 1000 / inFlight : Infinity;
}

function goBack({ limit }: Required<Starting>['before']): Partial<Manners> {
  return { limit, stage: { name: 'steady' }, doubts: 0 };
}

/** Milliseconds until an association uses what it is given. */
function rampOf({ roundTrip }: RoundTripSample): number {
  return MANNERS_RAMP * roundTrip;
}

/** The round trip is as long as it may be: what is in flight is enough. */
function hearEnough(manners: Manners, { inFlight }: RoundTripSample): Manners {
  const { stage, limit } = manners;
  const most = Math.max(IN_FLIGHT_MIN, inFlight);
  if (stage.name !== 'starting' || limit === undefined || !(most < limit)) return goOn(manners);
  return { ...goOn(manners), limit: most };
}

function goOn(manners: Manners): Manners {
  return manners.stage.name === 'ignoring' ? manners : { ...manners, stage: { name: 'steady' } };
}

function hearCrowded(manners: Manners, sample: RoundTripSample, base: number): Manners {
  const { stage, limit } = manners;
  const { at, roundTrip } = sample;
  if (stage.name === 'ignoring') return manners;
  const bytes = sample.inFlight >= 0 ? sample.inFlight : Infinity;
  const inFlight = Math.min(limit ?? BUFFER_HIGH_BYTES, Math.max(IN_FLIGHT_MIN, bytes));
  const wanted = base + marginOf(base) / 2;
  if (
    stage.name === 'giving' &&
    roundTrip > MANNERS_HELP * Math.max(wanted, ownOf(stage, inFlight))
  )
    return {
      ...manners,
      limit: restoredFrom(stage, limit),
      stage: { name: 'ignoring', until: at + manners.patience },
      patience: Math.min(MANNERS_PATIENCE_MAX, 2 * manners.patience),
    };
  // A little too much may be a busy processor's, and much hurts a call.
  const least = roundTrip - base > MANNERS_MARGIN ? MANNERS_KEPT_MIN : MANNERS_KEPT_MAX;
  // What arrives at such a time is all that the path takes.
  const carried = sample.rate === undefined ? Infinity : (sample.rate * wanted) / 1000;
  const part = Math.min(MANNERS_KEPT_MAX, wanted / roundTrip, carried / inFlight);
  const next = Math.max(IN_FLIGHT_MIN, Math.floor(inFlight * Math.max(least, part)));
  const giving: Stage =
    stage.name === 'giving' ? stage : { name: 'giving', roundTrip, inFlight, before: limit };
  return settle({ ...manners, limit: next, stage: giving }, sample);
}

/** Not all of what there was: a download beside it may be the cause, and keeps more than a third. */
function restoredFrom(
  { before = Infinity, inFlight }: Extract<Stage, { name: 'giving' }>,
  limit = Infinity,
): number {
  return Math.max(limit, Math.floor(MANNERS_RESTORED * Math.min(before, inFlight)));
}

/** Milliseconds of the round trip, if the queue is this delivery's own: it goes with what is in flight. */
function ownOf(giving: Extract<Stage, { name: 'giving' }>, inFlight: number): number {
  return (giving.roundTrip * inFlight) / giving.inFlight;
}

// A check that came back before then may have been sent before the change.
function settle(manners: Manners, { at, roundTrip }: RoundTripSample): Manners {
  return {
    ...manners,
    settlesAt: at + roundTrip + intervalOf(manners),
    fullSince: undefined,
    doubts: 0,
  };
}

/** Milliseconds until the host asks again: a question costs processor time, and a limit that may double is urgent. */
export function intervalOf({ stage, fullSince }: Manners): number {
  const isUrgent = stage.name === 'starting' && fullSince !== undefined;
  return isUrgent ? MANNERS_INTERVAL_FIRST : MANNERS_INTERVAL;
}
