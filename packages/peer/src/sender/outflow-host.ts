import type {
  BundleDigest,
  AbsentEntry,
  Manifest,
  OutflowEvent,
  SenderLanesEvent,
  SenderDeliveryCommand,
  SenderSource,
} from '@burritoshare/core';
import { createEnginePair, type AdoptBulk, type BulkChannel } from '../engines/engine-pair.ts';
import type { Engine, EngineFailure } from '../engines/engine.ts';
import {
  createOutflowEngine,
  type OutflowReport,
  type OutflowRequest,
  type PresentedLeaves,
} from '../engines/outflow-engine.ts';
import type { RecentFlight } from '../engines/in-flight.ts';
import type { SenderPlatform } from '../platform.ts';
import { PlatformError, type Source } from '../storage/ports.ts';

export interface OutflowHostOptions {
  readonly platform: SenderPlatform;
  readonly manifest: Manifest;
  readonly files: readonly (Blob | undefined)[];
  readonly dispatch: (source: SenderSource) => void;
  /** The channel of a further lane. */
  readonly channelOf: (lane: number) => BulkChannel | undefined;
  /** Bytes of the newest generation have arrived. */
  readonly arrived: () => void;
  readonly sampled: (sample: Extract<SenderLanesEvent, { type: 'sample.taken' }>) => void;
  readonly failed: (error: unknown) => void;
}

/** What a delivery has in flight, over some time. */
export interface Flight extends RecentFlight {
  /** Milliseconds on the host's clock: the begin of that time. */
  readonly since: number;
}

/** A sender's bulk channels, the flow control of its newest generation, and the source that all generations share. */
export interface OutflowHost {
  readonly adopt: AdoptBulk;
  /** Keeps leaves that the receiver presents, of consecutive pieces, for the next start. */
  keepLeaves(first: number, leaves: Uint8Array): void;
  start(
    command: Extract<SenderDeliveryCommand, { type: 'outflow.start' }>,
    bulk: BulkChannel,
  ): void;
  /** Measures from now on what arrives of the newest generation; `takeSample` reports it to `sampled`. */
  startSample(): void;
  takeSample(): void;
  hear(event: OutflowEvent): void;
  /** What was seen in the quarter of a second before bytes last arrived. */
  flight(): Flight;
  digest(absent: readonly AbsentEntry[]): Promise<BundleDigest>;
  /** Lets go of everything. */
  release(): void;
}

const NO_FLIGHT: Flight = { since: -Infinity, inFlight: 0, rate: 0, roundTrips: undefined };

interface Flow {
  readonly number: number;
  readonly engine: Engine<OutflowRequest>;
}

export function createOutflowHost(options: OutflowHostOptions): OutflowHost {
  const { platform, manifest, dispatch } = options;
  let presented: PresentedLeaves[] = [];
  let source: Source | undefined;
  let lastFlow = 0;
  let flight: Flight = NO_FLIGHT;
  let lastArrival = -Infinity;
  let flow: Flow | undefined;

  const hearReport = (report: OutflowReport | EngineFailure): void => {
    switch (report.type) {
      case 'flow.command':
        // Drop commands of an older generation's flow (I5).
        if (report.flow === flow?.number) dispatch({ from: 'outflow', command: report.command });
        return;
      case 'flow.arrived':
        if (report.flow !== flow?.number) return;
        flight = { ...report, since: lastArrival };
        lastArrival = platform.now();
        dispatch({ from: 'bulk', command: { type: 'bytes.arrived', bytes: report.bytes } });
        return;
      case 'flow.failed':
        if (report.flow === flow?.number)
          options.failed(new PlatformError(report.code, 'the flow has failed'));
        return;
      case 'traffic.received':
        if (report.flow === flow?.number) options.arrived();
        return;
      case 'sample.taken':
        if (report.flow === flow?.number) options.sampled(report);
        return;
      case 'engine.failed':
        // The source read its files where the engine was, which is gone. The next generation opens another source.
        source?.close();
        source = undefined;
        return engines.hear(report);
      default:
        return engines.hear(report);
    }
  };

  const { openOutflowEngine } = platform;
  const engines = createEnginePair<Engine<OutflowRequest>>({
    openLocal: () => createOutflowEngine({ runtime: platform, report: hearReport }),
    openWorker: openOutflowEngine && (() => openOutflowEngine(hearReport)),
    misbehaved: () => {
      dispatch({ from: 'bulk', command: { type: 'bulk.received' } });
    },
  });

  const openSource = (): Source =>
    (source ??= platform.openSource({ manifest, files: options.files }));

  const assign = (lane: number): void => {
    const channel = options.channelOf(lane);
    if (channel === undefined) return;
    flow?.engine.handle({ type: 'lane.assign', lane, channel: channel.number });
  };

  return {
    adopt: engines.adopt,
    keepLeaves(first, leaves) {
      presented.push({ first, leaves });
    },
    start({ held, failedFiles, leftOut }, bulk) {
      const engine = engines.engineOf(bulk);
      if (engine === undefined) return;
      flow = { number: ++lastFlow, engine };
      flight = NO_FLIGHT;
      lastArrival = -Infinity;
      try {
        engine.handle({
          type: 'flow.start',
          flow: flow.number,
          source: openSource(),
          manifest,
          held,
          failedFiles,
          leftOut,
          presented,
          channel: bulk.number,
        });
      } catch (error) {
        options.failed(error);
      }
    },
    startSample() {
      flow?.engine.handle({ type: 'sample.start' });
    },
    takeSample() {
      flow?.engine.handle({ type: 'sample.take' });
    },
    hear(event) {
      if (event.type === 'lane.opened') assign(event.lane);
      flow?.engine.handle({ type: 'flow.hear', flow: flow.number, event });
      if (event.type !== 'outflow.stopped') return;
      flow = undefined;
      presented = [];
    },
    flight: () => flight,
    async digest(absent) {
      return openSource().digest(absent);
    },
    release() {
      flow = undefined;
      presented = [];
      engines.end();
      source?.close();
    },
  };
}
