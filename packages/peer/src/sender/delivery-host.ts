import {
  senderDeliveryMachine,
  type SenderRouted,
  type SenderDeliveryEvent,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { createConnectionHost } from '../connection/connection-host.ts';
import { runMachine } from '../machine-host.ts';
import { codeOf } from '../storage/ports.ts';
import { wish } from '../wish.ts';
import { createSenderTransferHost, type SenderTransferHostOptions } from './transfer-host.ts';

export interface SenderDeliveryHostOptions extends Pick<
  SenderTransferHostOptions,
  'platform' | 'manifest' | 'files' | 'iceServers' | 'allotments'
> {
  readonly id: string;
  /** Routes a command of one of this delivery's machines. */
  readonly dispatch: SenderTransferHostOptions['dispatch'];
}

/** One delivery on the sender's side: its machines and what they are connected to. */
export interface SenderDeliveryHost {
  readonly delivery: Actor<typeof senderDeliveryMachine>;
  hear(routed: SenderRouted): void;
  retryNow(): void;
  networkChanged(): void;
}

export function createSenderDeliveryHost({
  id,
  ...options
}: SenderDeliveryHostOptions): SenderDeliveryHost {
  const { manifest, iceServers, dispatch } = options;
  const platform = { ...options.platform, delivery: id };

  const failed = (error: unknown): void => {
    delivery.send({ type: 'platform.failed', code: codeOf(error, 'internal') });
  };

  const transfer = createSenderTransferHost({
    ...options,
    platform,
    connection: () => connection,
    tell: (event) => {
      delivery.send(event);
    },
    failed,
  });

  const connection = createConnectionHost({
    platform,
    input: { role: 'responder', delivery: id },
    adopt: transfer.adopt,
    iceServers,
    dispatch,
    onPath: (path) => {
      delivery.send({ type: 'path.known', path });
    },
    misbehaved: () => {
      delivery.send({ type: 'remote.misbehaved' });
    },
    failed,
  });

  const delivery = runMachine(senderDeliveryMachine, {
    hasWishes: true,
    input: { manifest },
    platform,
    onCommand(command) {
      transfer.handle(command);
      dispatch({ from: 'delivery', command });
    },
    onError: failed,
  });

  const hearOfDelivery = (event: SenderDeliveryEvent): void => {
    // The bundle may cancel a delivery that has just ended by itself.
    if (event.type === 'cancel.requested') wish(delivery, event);
    else delivery.send(event);
  };

  return {
    delivery,
    hear(routed) {
      if (routed.to === 'delivery') return hearOfDelivery(routed.event);
      transfer.hear(routed);
      connection.hear(routed);
    },
    retryNow() {
      connection.tell({ type: 'retry.requested' });
    },
    networkChanged() {
      connection.tell({ type: 'path.suspected' });
    },
  };
}
