import {
  createPlan,
  CREDIT_BATCH_BYTES,
  inflowMachine,
  type DeliveryCommand,
  type InflowEvent,
  type Source,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { createInflowPump, type InflowPump } from './inflow-pump.ts';
import { run } from './machine-host.ts';
import type { Platform } from './platform.ts';
import type { Sink } from './ports.ts';

/** Milliseconds between two reports that bulk data keeps coming: well below the heartbeat's time-out. */
const TRAFFIC_INTERVAL = 1_000;

export interface InflowHostOptions {
  readonly platform: Platform;
  readonly dispatch: (source: Source) => void;
  /** Bulk data has come: the other side lives. */
  readonly connected: () => void;
  readonly failed: (error: unknown) => void;
}

/** The flow control of a receiver's newest generation, and its pump. */
export interface InflowHost {
  start(command: Extract<DeliveryCommand, { type: 'inflow.start' }>, sink: Sink): void;
  hear(event: InflowEvent): void;
  /** One message of the bulk channel. */
  push(message: ArrayBuffer): void;
}

interface Flow {
  readonly actor: Actor<typeof inflowMachine>;
  readonly pump: InflowPump;
}

export function createInflowHost({
  platform,
  dispatch,
  connected,
  failed,
}: InflowHostOptions): InflowHost {
  let flow: Flow | undefined;
  let lastTraffic = -Infinity;

  const stop = (): void => {
    flow?.pump.close();
    flow = undefined;
  };

  return {
    start({ manifest, held, window }, sink) {
      stop();
      const plan = createPlan(manifest);
      const pump = createInflowPump({
        plan,
        window,
        held,
        sink,
        // What an older generation's pump still has to tell is nobody's concern (I5): the sink lists it.
        tell: (event) => {
          if (flow?.pump === pump) flow.actor.send(event);
        },
        misbehaved: () => {
          dispatch({ from: 'bulk', command: { type: 'bulk.received' } });
        },
        failed: (error) => {
          if (flow?.pump === pump) failed(error);
        },
      });
      const actor = run(inflowMachine, {
        input: {
          plan,
          files: manifest.entries.filter(({ kind }) => kind === 'file').length,
          window,
          batch: Math.min(CREDIT_BATCH_BYTES, window),
          held,
        },
        platform,
        onCommand(command) {
          pump.handle(command);
          dispatch({ from: 'inflow', command });
        },
        onError: failed,
      });
      flow = { actor, pump };
    },
    hear(event) {
      flow?.actor.send(event);
      if (event.type === 'inflow.stopped') stop();
    },
    push(message) {
      const now = platform.now();
      if (now - lastTraffic >= TRAFFIC_INTERVAL) {
        lastTraffic = now;
        connected();
      }
      if (flow === undefined) dispatch({ from: 'bulk', command: { type: 'bulk.received' } });
      else flow.pump.push(message);
    },
  };
}
