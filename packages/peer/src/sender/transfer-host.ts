import type {
  BundleDigest,
  SenderDeliveryCommand,
  AbsentEntry,
  IceServer,
  Manifest,
  SenderRouted,
  SenderDeliveryEvent,
  SenderSource,
} from '@burritoshare/core';
import type { ConnectionHost } from '../connection/connection-host.ts';
import type { AdoptBulk } from '../engines/engine-pair.ts';
import type { SenderPlatform } from '../platform.ts';
import type { Allotment } from './allotment.ts';
import { createSenderLanesHost } from './lanes-host.ts';
import { createOutflowHost } from './outflow-host.ts';
import { createMannersHost } from './manners-host.ts';
import { createRateMember } from './rate-cap.ts';
import type { Use } from './use.ts';

export interface SenderTransferHostOptions {
  readonly platform: SenderPlatform;
  readonly manifest: Manifest;
  readonly files: readonly (Blob | undefined)[];
  readonly iceServers: () => readonly IceServer[];
  /** Divided among all of the sender's deliveries. */
  readonly allotments: {
    readonly lanes: Allotment<number>;
    /** Bytes a second; undefined for no cap. */
    readonly rate: Allotment<number | undefined>;
    /** Whether deliveries leave something to others. Each has all of it. */
    readonly use: Allotment<Use>;
  };
  readonly connection: () => ConnectionHost;
  readonly dispatch: (source: SenderSource) => void;
  readonly tell: (event: SenderDeliveryEvent) => void;
  readonly failed: (error: unknown) => void;
}

/** Moves the bytes of one delivery on the sender's side: the flow, its lanes and its part of the cap. */
export interface SenderTransferHost {
  readonly adopt: AdoptBulk;
  handle(command: SenderDeliveryCommand): void;
  /** Handles what is routed to the flow or the lanes, and ignores the rest. */
  hear(routed: SenderRouted): void;
}

export function createSenderTransferHost(options: SenderTransferHostOptions): SenderTransferHost {
  const { platform, allotments, dispatch, tell, failed } = options;

  const outflow = createOutflowHost({
    platform,
    manifest: options.manifest,
    files: options.files,
    dispatch,
    channelOf: (further) => lanes.channelOf(further),
    arrived: () => {
      tell({ type: 'traffic.received' });
    },
    sampled: (sample) => {
      lanes.hear(sample);
    },
    failed,
  });

  const lanes = createSenderLanesHost({
    platform,
    iceServers: options.iceServers,
    outflow,
    allotment: allotments.lanes,
    dispatch,
    failed,
  });

  const rate = createRateMember(allotments.rate, (bytesPerSecond) => {
    outflow.hear({ type: 'rate.changed', bytesPerSecond });
    lanes.hear({ type: 'rate.changed', bytesPerSecond });
  });

  const manners = createMannersHost({
    runtime: platform,
    use: allotments.use,
    checks: (most) => [[0, options.connection().checks()], ...lanes.checks(most - 1)],
    flight: () => outflow.flight(),
    tell({ inFlight: bytes, lanes: most }) {
      outflow.hear({ type: 'inFlight.limited', bytes });
      lanes.hear({ type: 'manners.changed', lanes: most });
    },
  });

  // The digest that was asked for last. Answers to an older generation's question are dropped (I5).
  let digesting: Promise<BundleDigest> | undefined;
  const digest = (absent: readonly AbsentEntry[]): void => {
    const asked = outflow.digest(absent);
    digesting = asked;
    asked.then(
      (computed) => {
        if (digesting === asked) tell({ type: 'digest.computed', digest: computed });
      },
      (error: unknown) => {
        if (digesting === asked) failed(error);
      },
    );
  };

  return {
    adopt: outflow.adopt,
    handle(command) {
      switch (command.type) {
        case 'leaves.keep':
          return outflow.keepLeaves(command.first, command.leaves);
        case 'outflow.start': {
          const { bulk } = options.connection();
          if (bulk === undefined) return;
          outflow.start(command, bulk);
          return lanes.start();
        }
        case 'source.digest':
          return digest(command.absent);
        case 'delivery.release':
          return outflow.release();
        default:
          return;
      }
    },
    hear(routed) {
      if (routed.to === 'outflow') {
        rate.hear(routed.event);
        outflow.hear(routed.event);
        manners.hear(routed.event);
      } else if (routed.to === 'lanes') {
        rate.hear(routed.event);
        lanes.hear(routed.event);
        manners.hear(routed.event);
      }
    },
  };
}
