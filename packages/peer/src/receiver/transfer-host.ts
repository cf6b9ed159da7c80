import type {
  ReceiverDeliveryCommand,
  IceServer,
  ReceiverRouted,
  ReceiverSource,
} from '@burritoshare/core';
import type { ConnectionHost } from '../connection/connection-host.ts';
import type { AdoptBulk } from '../engines/engine-pair.ts';
import { createInflowHost } from './inflow-host.ts';
import { createReceiverLanesHost } from './lanes-host.ts';
import { createSinkHost, type SinkHost, type SinkHostOptions } from './sink-host.ts';

/** Milliseconds between two looks at the path's round trip, while bulk data comes: as often as ICE measures it. */
const ROUND_TRIP_INTERVAL = 2_500;

export interface ReceiverTransferHostOptions extends SinkHostOptions {
  readonly iceServers: () => readonly IceServer[];
  readonly connection: () => ConnectionHost;
  readonly dispatch: (source: ReceiverSource) => void;
}

/** Moves the bytes of one delivery on the receiver's side: the flow, its lanes and the sink. */
export interface ReceiverTransferHost extends Pick<
  SinkHost,
  'read' | 'recordGeneration' | 'settled'
> {
  readonly adopt: AdoptBulk;
  handle(command: ReceiverDeliveryCommand): void;
  /** Handles what is routed to the flow or the lanes, and ignores the rest. */
  hear(routed: ReceiverRouted): void;
}

export function createReceiverTransferHost(
  options: ReceiverTransferHostOptions,
): ReceiverTransferHost {
  const { platform, connection, dispatch, tell, failed } = options;

  const sink = createSinkHost(options);

  const inflow = createInflowHost({
    platform,
    dispatch,
    connected: (news) => {
      connection().tell({ type: 'traffic.received' });
      if (news === 'some') tell({ type: 'traffic.received' });
      measureRoundTrip();
    },
    failed,
  });

  let lastMeasured = -Infinity;
  const measureRoundTrip = (): void => {
    const now = platform.now();
    if (now - lastMeasured < ROUND_TRIP_INTERVAL) return;
    lastMeasured = now;
    void connection()
      .roundTrip()
      .then((milliseconds) => {
        if (milliseconds !== undefined) inflow.hear({ type: 'roundtrip.measured', milliseconds });
      });
  };

  const lanes = createReceiverLanesHost({
    platform,
    iceServers: options.iceServers,
    adopt: inflow.adopt,
    dispatch,
    failed,
  });

  return {
    adopt: inflow.adopt,
    handle(command) {
      switch (command.type) {
        case 'inflow.start':
          return sink.use((opened) => {
            const { bulk } = connection();
            if (bulk === undefined) return;
            inflow.start(command, opened, bulk);
            lanes.start();
          });
        case 'held.send':
          for (const message of sink.heldMessages(command.pieces)) connection().say(message);
          return;
        case 'delivery.release':
          inflow.release();
          return sink.handle(command);
        default:
          return sink.handle(command);
      }
    },
    hear(routed) {
      if (routed.to === 'inflow') inflow.hear(routed.event);
      else if (routed.to === 'lanes') lanes.hear(routed.event);
    },
    recordGeneration: (generation) => sink.recordGeneration(generation),
    read: (file) => sink.read(file),
    settled: () => sink.settled(),
  };
}
