import {
  changePath,
  initialManners,
  intervalOf,
  MANNERS_LANES_MAX,
  noteInFlight,
  observe,
  observeArrival,
  shareOf,
  type Manners,
  type OutflowEvent,
  type SenderLanesEvent,
  type Share,
} from '@burritoshare/core';
import type { Runtime } from '../runtime.ts';
import type { PathChecks } from '../webrtc/round-trip.ts';
import type { Allotment } from './allotment.ts';
import type { Flight } from './outflow-host.ts';
import type { Use } from './use.ts';

/** What the checks of each lane's path have measured, by the lane's number. */
type Checks = readonly (readonly [lane: number, Promise<PathChecks | undefined>])[];

export interface MannersHostOptions {
  readonly runtime: Runtime;
  readonly use: Allotment<Use>;
  /** Asks at most so many lanes, lane 0 first. */
  readonly checks: (most: number) => Checks;
  /** What the delivery has in flight. */
  readonly flight: () => Flight;
  /** Takes the delivery's share of the path when it changes. Each flow starts without a limit. */
  readonly tell: (share: Share) => void;
}

/** Keeps the manners of one delivery while its bytes move: asks for round trips, and tells what it may take. */
export interface MannersHost {
  /** Takes the events of the delivery's outflow and lanes, after these did. */
  hear(event: OutflowEvent | SenderLanesEvent): void;
}

export function createMannersHost(options: MannersHostOptions): MannersHost {
  const { runtime, tell } = options;
  let manners: Manners = initialManners;
  let use: Use = 'polite';
  let told = shareOf(initialManners);
  let seen = new Map<number, PathChecks>();
  let asking: { readonly leave: () => void } | undefined;
  let state: 'stopped' | 'paused' | 'moving' = 'stopped';
  let timer: unknown;

  const change = (next: Manners): void => {
    manners = next;
    const share = shareOf(use === 'polite' ? manners : initialManners);
    if (share.inFlight === told.inFlight && share.lanes === told.lanes) return;
    told = share;
    tell(share);
  };

  const take = (lane: number, checks: PathChecks): number | undefined => {
    const before = seen.get(lane);
    seen.set(lane, checks);
    if (lane === 0 && before !== undefined && before.pair !== checks.pair)
      change(changePath(manners));
    return newRoundTrip(before, checks);
  };

  // A connection that is closed meanwhile may never answer: then this question is lost, and not the next one.
  const ask = async (): Promise<void> => {
    const asked = asking;
    timer = runtime.clock.setTimeout(() => void ask(), intervalOf(manners));
    const answers = await Promise.all(
      options
        .checks(MANNERS_LANES_MAX)
        .map(async ([lane, answer]) => [lane, await answer] as const),
    );
    if (asked !== asking) return;
    const { since, inFlight, rate, roundTrips } = options.flight();
    manners = noteInFlight(manners, { at: runtime.now(), inFlight });
    if (roundTrips !== undefined)
      change(observeArrival(manners, { at: since, longest: roundTrips.longest, rate }));
    const news = answers.flatMap(([lane, checks]) =>
      checks === undefined ? [] : (take(lane, checks) ?? []),
    );
    if (news.length === 0) return;
    change(
      observe(manners, {
        at: runtime.now(),
        roundTrip: Math.min(...news),
        typical: middleOf(news),
        shortest: roundTrips?.shortest,
        inFlight,
        rate,
      }),
    );
  };

  const start = (): void => {
    rest('stopped');
    const leave = options.use.join((next) => {
      use = next;
      change(manners);
    });
    asking = { leave };
    state = 'moving';
    void ask();
  };

  const rest = (next: typeof state): void => {
    state = next;
    runtime.clock.clearTimeout(timer);
    asking?.leave();
    asking = undefined;
  };

  return {
    hear(event) {
      switch (event.type) {
        case 'outflow.started':
          manners = initialManners;
          told = shareOf(initialManners);
          seen = new Map();
          return start();
        // Nothing is in flight, so there is nothing to learn.
        case 'outflow.paused':
          if (asking !== undefined) rest('paused');
          return;
        case 'outflow.resumed':
          if (state === 'paused') start();
          return;
        case 'path.changed':
          return change(changePath(manners));
        case 'outflow.stopped':
        case 'lanes.stopped':
          return rest('stopped');
        default:
          return;
      }
    },
  };
}

function middleOf(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[values.length >> 1];
}

/** Milliseconds: the mean of the round trips since the last look, or the latest one at first; undefined without any. */
function newRoundTrip(before: PathChecks | undefined, checks: PathChecks): number | undefined {
  if (before === undefined || before.pair !== checks.pair) return checks.latest;
  const { answers, total, latest } = checks;
  if (before.answers === undefined || answers === undefined || answers <= before.answers)
    return undefined;
  if (before.total === undefined || total === undefined) return latest;
  return (total - before.total) / (answers - before.answers);
}
