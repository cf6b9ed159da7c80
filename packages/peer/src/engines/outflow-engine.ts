import {
  ARRIVED_STEP,
  BUFFER_HIGH_BYTES,
  BUFFER_LOW_BYTES,
  CHUNK_BYTES,
  createPlan,
  FRAME_HEADER_BYTES,
  hasBytes,
  LEAF_BYTES,
  outflowMachine,
  PIECE_BYTES,
  READ_AHEAD_PIECES,
  IN_FLIGHT_START,
  type EntrySet,
  type FailedFile,
  type Manifest,
  type OutflowCommand,
  type OutflowEvent,
  type PieceSet,
  type SenderLanesEvent,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { createChannels } from './channels.ts';
import {
  ARRIVAL_INTERVAL,
  type ChannelReport,
  type ChannelRequest,
  type Engine,
  type FlowArrival,
  type FlowFailure,
} from './engine.ts';
import { runMachine } from '../machine-host.ts';
import type { RecentFlight } from './in-flight.ts';
import { createOutflowPump, type Arrivals, type OutflowPump } from './outflow-pump.ts';
import type { Runtime } from '../runtime.ts';
import { codeOf, type Source } from '../storage/ports.ts';

/** Leaves that the receiver presented, of consecutive pieces, one after the other. */
export interface PresentedLeaves {
  readonly first: number;
  readonly leaves: Uint8Array;
}

export interface OutflowStart {
  /** Its number, used once. Starting it ends the flow before it. */
  readonly flow: number;
  readonly source: Source;
  readonly manifest: Manifest;
  /** Pieces that the receiver says it holds. */
  readonly held: PieceSet;
  readonly failedFiles: readonly FailedFile[];
  /** Entries that the receiver left out. */
  readonly leftOut: EntrySet;
  readonly presented: readonly PresentedLeaves[];
  /** The number of lane 0's channel. */
  readonly channel: number;
}

export type OutflowRequest =
  | ChannelRequest
  | ({ readonly type: 'flow.start' } & OutflowStart)
  /** Assigns a channel to a further lane, before the flow hears that the lane is open. */
  | { readonly type: 'lane.assign'; readonly lane: number; readonly channel: number }
  | { readonly type: 'flow.hear'; readonly flow: number; readonly event: OutflowEvent }
  /** Measure from now on what arrives. */
  | { readonly type: 'sample.start' }
  /** Answer `sample.taken`. */
  | { readonly type: 'sample.take' };

export type OutflowReport =
  | ChannelReport
  | FlowFailure
  /** With what was seen since the last such report. */
  | (FlowArrival & RecentFlight)
  /** A command that the engine has not carried out by itself. */
  | { readonly type: 'flow.command'; readonly flow: number; readonly command: OutflowCommand }
  /** The receiver reports that bytes have arrived. */
  | { readonly type: 'traffic.received'; readonly flow: number }
  | ({ readonly flow: number } & Extract<SenderLanesEvent, { type: 'sample.taken' }>);

/** Milliseconds between two reports that bytes arrive: often enough to notice when none do. */
const TRAFFIC_INTERVAL = 1_000;

export interface OutflowEngineOptions {
  readonly runtime: Runtime;
  readonly report: (report: OutflowReport) => void;
}

interface Flow {
  readonly number: number;
  readonly actor: Actor<typeof outflowMachine>;
  readonly pump: OutflowPump;
  /** The number of each lane's channel, by the lane's number. */
  readonly channelNumbers: Map<number, number>;
}

/** A sender's channels for one delivery, and the flow control of its newest generation with its pump. */
export function createOutflowEngine({
  runtime,
  report,
}: OutflowEngineOptions): Engine<OutflowRequest> {
  let flow: Flow | undefined;
  let past: 'none' | 'a flow has ended' = 'none';
  let since = { bytes: 0, at: 0 };
  let traffic = { bytes: 0, at: -Infinity };

  // Count only steps as large as an honest receiver reports (F6): a byte at a time is no movement.
  const reportTraffic = ({ number, pump }: Flow): void => {
    const at = runtime.now();
    if (at - traffic.at < TRAFFIC_INTERVAL) return;
    const { bytes } = pump.arrivals();
    if (bytes - traffic.bytes < ARRIVED_STEP) return;
    traffic = { bytes, at };
    report({ type: 'traffic.received', flow: number });
  };

  const channels = createChannels({
    report,
    onMessage(channel, message) {
      const bulk = channels.get(channel);
      // Accept, and ignore, reports about a flow that has ended.
      const isExpected =
        bulk !== undefined && (flow?.pump.hear(bulk, message) ?? past === 'a flow has ended');
      if (!isExpected) return report({ type: 'bulk.received', channel });
      reportArrival();
      if (flow !== undefined) reportTraffic(flow);
    },
  });

  let lastArrival = -Infinity;

  const reportArrival = (): void => {
    const now = runtime.now();
    if (flow === undefined || now - lastArrival < ARRIVAL_INTERVAL) return;
    lastArrival = now;
    const { heldBytes, creditedBytes } = flow.actor.getSnapshot().context;
    // An estimate: the arrived bytes include headers, and chunks that were sent again after a lane was lost. Credited
    // bytes are exact.
    const payload = (flow.pump.arrivals().bytes * CHUNK_BYTES) / (CHUNK_BYTES + FRAME_HEADER_BYTES);
    const bytes = heldBytes + Math.max(creditedBytes, Math.round(payload));
    report({ type: 'flow.arrived', flow: flow.number, bytes, ...flow.pump.recent() });
  };

  const stop = (): void => {
    if (flow === undefined) return;
    flow.pump.close();
    flow = undefined;
    past = 'a flow has ended';
  };

  const startFlow = (start: OutflowStart): Flow => {
    const { flow: number, source, manifest, held, failedFiles, leftOut } = start;
    const plan = createPlan(manifest);
    const theirLeaf = leavesOf(start.presented);
    const channelNumbers = new Map([[0, start.channel]]);
    const pump = createOutflowPump({
      runtime,
      plan,
      source,
      theirLeaf: (ordinal) => theirLeaf.get(ordinal) ?? new Uint8Array(),
      channelOf: (lane) => channels.get(channelNumbers.get(lane) ?? 0),
      // Drop reports of an older generation's pump (I5).
      tell: (event) => {
        if (flow?.pump === pump) flow.actor.send(event);
      },
    });
    const actor = runMachine(outflowMachine, {
      input: {
        plan,
        files: manifest.entries.filter(hasBytes).length,
        highWater: BUFFER_HIGH_BYTES,
        lowWater: BUFFER_LOW_BYTES,
        inFlightStart: IN_FLIGHT_START,
        readAhead: READ_AHEAD_PIECES,
        packBytes: PIECE_BYTES,
        held,
        failedFiles,
        leftOut,
      },
      platform: runtime,
      onCommand(command) {
        if (!pump.carryOut(command)) report({ type: 'flow.command', flow: number, command });
      },
      onError(error) {
        report({ type: 'flow.failed', flow: number, code: codeOf(error, 'internal') });
      },
    });
    return { number, actor, pump, channelNumbers };
  };

  const arrivals = (): Arrivals =>
    flow?.pump.arrivals() ?? { bytes: 0, inFlight: 0, roundTrip: undefined };

  const takeSample = (): void => {
    if (flow === undefined) return;
    const { bytes, inFlight, roundTrip } = arrivals();
    report({
      type: 'sample.taken',
      flow: flow.number,
      bytes: bytes - since.bytes,
      milliseconds: runtime.now() - since.at,
      inFlight,
      roundTrip,
    });
  };

  const hear = (number: number, event: OutflowEvent): void => {
    if (flow?.number !== number) return;
    flow.actor.send(event);
    if (event.type === 'outflow.stopped') stop();
  };

  return {
    handle(request) {
      switch (request.type) {
        case 'flow.start':
          stop();
          traffic = { bytes: 0, at: -Infinity };
          flow = startFlow(request);
          return;
        case 'lane.assign':
          flow?.channelNumbers.set(request.lane, request.channel);
          return;
        case 'flow.hear':
          return hear(request.flow, request.event);
        case 'sample.start':
          since = { bytes: arrivals().bytes, at: runtime.now() };
          return;
        case 'sample.take':
          return takeSample();
        case 'engine.end':
          stop();
          return channels.handle(request);
        default:
          return channels.handle(request);
      }
    },
  };
}

function leavesOf(presented: readonly PresentedLeaves[]): ReadonlyMap<number, Uint8Array> {
  const byOrdinal = new Map<number, Uint8Array>();
  for (const { first, leaves } of presented)
    for (let at = 0; at < leaves.length; at += LEAF_BYTES)
      byOrdinal.set(first + at / LEAF_BYTES, leaves.subarray(at, at + LEAF_BYTES));
  return byOrdinal;
}
