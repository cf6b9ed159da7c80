import {
  createPlan,
  CREDIT_BATCH_BYTES,
  hasBytes,
  inflowMachine,
  type EntrySet,
  type InflowCommand,
  type InflowEvent,
  type Manifest,
  type PieceSet,
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
import { createInflowPump, type InflowPump } from './inflow-pump.ts';
import { runMachine } from '../machine-host.ts';
import { createProgressGate, type ProgressGate } from './progress-gate.ts';
import type { Runtime } from '../runtime.ts';
import { codeOf, type PieceSink } from '../storage/ports.ts';

/** Milliseconds between two reports that bulk data keeps coming: well below the heartbeat's time-out. */
const TRAFFIC_INTERVAL = 1_000;

export interface InflowStart {
  /** Its number, used once. Starting it ends the flow before it. */
  readonly flow: number;
  readonly sink: PieceSink;
  readonly manifest: Manifest;
  /** The pieces that the sink holds. */
  readonly held: PieceSet;
  /** Entries that were left out. */
  readonly leftOut: EntrySet;
  /** Bytes of the first credit window. */
  readonly window: number;
}

export type InflowRequest =
  | ChannelRequest
  | ({ readonly type: 'flow.start' } & InflowStart)
  | { readonly type: 'flow.hear'; readonly flow: number; readonly event: InflowEvent };

export type InflowReport =
  | ChannelReport
  | FlowFailure
  /** A command that the engine has not carried out by itself. */
  | { readonly type: 'flow.command'; readonly flow: number; readonly command: InflowCommand }
  /** Bulk data has come for the flow: the other side is alive. `news` is `none` if all of it was here already. */
  | { readonly type: 'traffic.received'; readonly flow: number; readonly news: 'some' | 'none' }
  | FlowArrival;

export interface InflowEngineOptions {
  readonly runtime: Runtime;
  readonly report: (report: InflowReport) => void;
}

interface Flow {
  readonly number: number;
  readonly actor: Actor<typeof inflowMachine>;
  readonly pump: InflowPump;
  readonly gate: ProgressGate<InflowCommand>;
}

/** A receiver's channels, and the flow control of its newest generation with its pump. */
export function createInflowEngine({
  runtime,
  report,
}: InflowEngineOptions): Engine<InflowRequest> {
  let flow: Flow | undefined;
  let lastTraffic = -Infinity;
  let lastArrival = -Infinity;
  // Since the last report.
  let receivedBytes = 0;
  let news: 'some' | 'none' = 'none';

  const reportTraffic = (elapsed: number): void => {
    if (flow === undefined) return;
    report({ type: 'traffic.received', flow: flow.number, news });
    // After a silence the average says nothing about the path.
    if (elapsed < 2 * TRAFFIC_INTERVAL)
      flow.actor.send({
        type: 'inflow.measured',
        bytesPerSecond: (receivedBytes * 1000) / elapsed,
        lanes: channels.count,
      });
    receivedBytes = 0;
    news = 'none';
  };

  const take = (channel: number, message: ArrayBuffer): void => {
    const taken = flow?.pump.push(message) ?? 'refused';
    if (taken === 'new') news = 'some';
    receivedBytes += message.byteLength;
    const now = runtime.now();
    if (now - lastTraffic >= TRAFFIC_INTERVAL) {
      reportTraffic(now - lastTraffic);
      lastTraffic = now;
    }
    if (taken === 'refused' || flow === undefined)
      return report({ type: 'bulk.received', channel });
    if (now - lastArrival < ARRIVAL_INTERVAL) return;
    lastArrival = now;
    const bytes = flow.actor.getSnapshot().context.storedBytes + flow.pump.unstoredBytes;
    report({ type: 'flow.arrived', flow: flow.number, bytes });
  };

  const channels = createChannels({ report, acknowledges: true, onMessage: take });

  const stop = (): void => {
    flow?.pump.close();
    flow?.gate.close();
    flow = undefined;
  };

  const startFlow = ({
    flow: number,
    sink,
    manifest,
    held,
    leftOut,
    window,
  }: InflowStart): Flow => {
    const plan = createPlan(manifest);
    const failed = (error: unknown): void => {
      report({ type: 'flow.failed', flow: number, code: codeOf(error, 'internal') });
    };
    const pump = createInflowPump({
      plan,
      window,
      held,
      leftOut,
      sink,
      // Drop reports of an older generation's pump (I5): the sink lists what that one stored.
      tell: (event) => {
        if (flow?.pump === pump) flow.actor.send(event);
      },
      failed: (error) => {
        if (flow?.pump === pump) failed(error);
      },
    });
    // Reporting a small file's progress costs the page more than its bytes do.
    const gate = createProgressGate<InflowCommand>(runtime.clock, (command) => {
      report({ type: 'flow.command', flow: number, command });
    });
    const actor = runMachine(inflowMachine, {
      input: {
        plan,
        files: manifest.entries.filter(hasBytes).length,
        window,
        batch: Math.min(CREDIT_BATCH_BYTES, window),
        held,
        leftOut,
      },
      platform: runtime,
      onCommand(command) {
        if (!pump.carryOut(command)) gate.pass(command);
      },
      onError: failed,
    });
    return { number, actor, pump, gate };
  };

  const hear = (number: number, event: InflowEvent): void => {
    if (flow?.number !== number) return;
    flow.actor.send(event);
    if (event.type === 'inflow.stopped') stop();
  };

  return {
    handle(request) {
      switch (request.type) {
        case 'flow.start':
          stop();
          flow = startFlow(request);
          return;
        case 'flow.hear':
          return hear(request.flow, request.event);
        case 'engine.end':
          stop();
          return channels.handle(request);
        default:
          return channels.handle(request);
      }
    },
  };
}
