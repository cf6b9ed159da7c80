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

/** What the lanes machine of either end is run with. */
export interface LanesRun<Command> {
  readonly platform: Platform;
  readonly onCommand: (command: Command) => void;
  readonly onError: (error: unknown) => void;
}

export interface LanesHostOptions<Event, Command> {
  readonly platform: Platform;
  readonly adopt: AdoptBulk;
  /** As the signaling server said last. */
  readonly iceServers: () => readonly IceServer[];
  readonly dispatch: (
    source:
      | Extract<SharedSource, { readonly from: 'lane' }>
      | { readonly from: 'lanes'; readonly command: Command },
  ) => void;
  readonly failed: (error: unknown) => void;
  /** Starts the machine of this end, for one generation. */
  readonly run: (how: LanesRun<Command>) => { send(event: Event): void };
  /** What that machine is told of a lane; nothing of what has no place here. */
  readonly facts: {
    readonly opened?: (lane: number) => Event;
    /** It can't be made, or is gone, after so many frames have come from it. */
    readonly failed: (lane: number, frames: number) => Event;
    /** So many frames have come, which are at least as many as were awaited. */
    readonly taken?: (lane: number, frames: number) => Event;
  };
  /** What only this end's machine commands. */
  readonly carryOut: (command: Command, lanes: FurtherLanes) => void;
  /** Takes part in what deliveries divide among them, as long as these lanes live; returns how to leave. */
  readonly join?: (tell: (event: Event) => void) => () => void;
}

/** The further lanes of the newest generation, at either end. */
export interface LanesHost<Event> {
  start(): void;
  hear(event: Event): void;
  channelOf(lane: number): BulkChannel | undefined;
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
    // What the lanes of an older generation still say is dropped (I5).
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
      failed: (lane, frames) => {
        tell(facts.failed(lane, frames));
      },
      taken: (lane, frames) => {
        tell(facts.taken?.(lane, frames));
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
  };
}
