import type {
  IceServer,
  ReceiverLanesCommand,
  ReceiverLanesEvent,
  SenderLanesCommand,
  SenderLanesEvent,
  SharedSource,
} from '@burritoshare/core';
import type { AdoptBulk, BulkChannel } from '../engines/engine-pair.ts';
import type { Platform } from '../platform.ts';
import { createFurtherLanes, type FurtherLanes } from '../webrtc/further-lanes.ts';

/** The options with which either end starts its lanes machine. */
export interface LanesRun<Command> {
  readonly platform: Platform;
  readonly onCommand: (command: Command) => void;
  readonly onError: (error: unknown) => void;
}

export interface LanesHostOptions<Event, Command> {
  readonly platform: Platform;
  readonly adopt: AdoptBulk;
  /** Those that the signaling server sent last. */
  readonly iceServers: () => readonly IceServer[];
  readonly dispatch: (
    source:
      | Extract<SharedSource, { readonly from: 'lane' }>
      | { readonly from: 'lanes'; readonly command: Command },
  ) => void;
  readonly failed: (error: unknown) => void;
  /** Starts the machine of this end, for one generation. */
  readonly run: (how: LanesRun<Command>) => { send(event: Event): void };
  /** The events that tell that machine about a lane. An end leaves out those that its machine doesn't take. */
  readonly facts: {
    readonly opened?: (lane: number) => Event;
    /** The lane can't be made, or is gone after `chunks` chunks have come from it. */
    readonly failed: (lane: number, chunks: number) => Event;
    /** `chunks` chunks have come from the lane, at least as many as were awaited. */
    readonly taken?: (lane: number, chunks: number) => Event;
  };
  /** Carries out the commands that only this end's machine gives. */
  readonly carryOut: (command: Command, lanes: FurtherLanes) => void;
  /** Joins the deliveries that share an allotment, while these lanes live. Returns a function that leaves. */
  readonly join?: (tell: (event: Event) => void) => () => void;
}

/** The further lanes of the newest generation, at either end. */
export interface LanesHost<Event> {
  start(): void;
  hear(event: Event): void;
  channelOf(lane: number): BulkChannel | undefined;
  /** What the checks of some lanes' paths have measured, by the lane's number. */
  checks: FurtherLanes['checks'];
}

interface Running<Event> {
  readonly actor: { send(event: Event): void };
  readonly lanes: FurtherLanes;
  readonly leave: (() => void) | undefined;
}

export function createLanesHost<
  Event extends SenderLanesEvent | ReceiverLanesEvent,
  Command extends SenderLanesCommand | ReceiverLanesCommand,
>(options: LanesHostOptions<Event, Command>): LanesHost<Event> {
  const { platform, adopt, iceServers, dispatch, facts } = options;
  let running: Running<Event> | undefined;

  const run = (): Running<Event> => {
    // Drop reports of an older generation's lanes (I5).
    const tell = (event: Event | undefined): void => {
      if (event !== undefined && running?.lanes === lanes) running.actor.send(event);
    };
    const lanes = createFurtherLanes({
      platform,
      adopt,
      iceServers,
      opened: (lane) => {
        tell(facts.opened?.(lane));
      },
      failed: (lane, chunks) => {
        tell(facts.failed(lane, chunks));
      },
      taken: (lane, chunks) => {
        tell(facts.taken?.(lane, chunks));
      },
      onNegotiation: (lane, command) => {
        dispatch({ from: 'lane', lane, command });
      },
      onError: options.failed,
    });
    const actor = options.run({
      platform,
      onCommand(command) {
        if (command.type === 'lane.receive') lanes.hear(command.lane, command.message);
        else if (command.type === 'lane.shut') lanes.shut(command.lane);
        else options.carryOut(command, lanes);
        dispatch({ from: 'lanes', command });
      },
      onError: options.failed,
    });
    const leave = options.join?.((event) => {
      actor.send(event);
    });
    return { actor, lanes, leave };
  };

  const stop = (): void => {
    running?.leave?.();
    running?.lanes.shutAll();
    running = undefined;
  };

  return {
    start() {
      stop();
      running = run();
    },
    hear(event) {
      running?.actor.send(event);
      if (event.type === 'lanes.stopped') stop();
    },
    channelOf: (lane) => running?.lanes.channelOf(lane),
    checks: (most) => running?.lanes.checks(most) ?? [],
  };
}
