import type { InflowEvent, ReceiverDeliveryCommand, ReceiverSource } from '@burritoshare/core';
import { createEnginePair, type AdoptBulk, type BulkChannel } from '../engines/engine-pair.ts';
import type { Engine, EngineFailure } from '../engines/engine.ts';
import {
  createInflowEngine,
  type InflowReport,
  type InflowRequest,
} from '../engines/inflow-engine.ts';
import type { ReceiverPlatform } from '../platform.ts';
import { PlatformError, type Sink } from '../storage/ports.ts';

export interface InflowHostOptions {
  readonly platform: ReceiverPlatform;
  readonly dispatch: (source: ReceiverSource) => void;
  /** Bulk data has come for the newest generation: the other side is alive. */
  readonly connected: (news: 'some' | 'none') => void;
  readonly failed: (error: unknown) => void;
}

/** A receiver's bulk channels, and the flow control of its newest generation. */
export interface InflowHost {
  readonly adopt: AdoptBulk;
  start(
    command: Extract<ReceiverDeliveryCommand, { type: 'inflow.start' }>,
    sink: Sink,
    bulk: BulkChannel,
  ): void;
  hear(event: InflowEvent): void;
  /** Lets go of everything. */
  release(): void;
}

interface Flow {
  readonly number: number;
  readonly engine: Engine<InflowRequest>;
}

export function createInflowHost({
  platform,
  dispatch,
  connected,
  failed,
}: InflowHostOptions): InflowHost {
  let lastFlow = 0;
  let flow: Flow | undefined;

  const hearReport = (report: InflowReport | EngineFailure): void => {
    switch (report.type) {
      case 'flow.command':
        // Drop commands of an older generation's flow (I5).
        if (report.flow === flow?.number) dispatch({ from: 'inflow', command: report.command });
        return;
      case 'flow.arrived':
        if (report.flow === flow?.number)
          dispatch({ from: 'bulk', command: { type: 'bytes.arrived', bytes: report.bytes } });
        return;
      case 'flow.failed':
        if (report.flow === flow?.number)
          failed(new PlatformError(report.code, 'the flow has failed'));
        return;
      case 'traffic.received':
        // Data for an older generation is no sign of life of the newest one (I5).
        if (report.flow === flow?.number) connected(report.news);
        return;
      default:
        return engines.hear(report);
    }
  };

  const { openInflowEngine } = platform;
  const engines = createEnginePair<Engine<InflowRequest>>({
    openLocal: () => createInflowEngine({ runtime: platform, report: hearReport }),
    openWorker: openInflowEngine && (() => openInflowEngine(hearReport)),
    misbehaved: () => {
      dispatch({ from: 'bulk', command: { type: 'bulk.received' } });
    },
  });

  return {
    adopt: engines.adopt,
    start({ manifest, held, leftOut, window }, sink, bulk) {
      const engine = engines.engineOf(bulk);
      if (engine === undefined) return;
      flow = { number: ++lastFlow, engine };
      const { number } = flow;
      engine.handle({ type: 'flow.start', flow: number, sink, manifest, held, leftOut, window });
    },
    hear(event) {
      flow?.engine.handle({ type: 'flow.hear', flow: flow.number, event });
      if (event.type === 'inflow.stopped') flow = undefined;
    },
    release() {
      flow = undefined;
      engines.end();
    },
  };
}
