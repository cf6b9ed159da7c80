import {
  receiverDeliveryMachine,
  type BundleDigest,
  type AbsentEntry,
  type Link,
  type Manifest,
} from '@burritoshare/core';
import { runMachine } from '../machine-host.ts';
import type { ReceiverPlatform } from '../platform.ts';
import { codeOf, type Sink } from '../storage/ports.ts';
import type { ReceiverHost } from './receiver-host.ts';
import { createSinkHost } from './sink-host.ts';

/** A delivery that was complete in an earlier visit, and whose files are still here. */
export interface FinishedDelivery {
  readonly delivery: string;
  readonly token: Uint8Array<ArrayBuffer>;
  readonly link: Link;
  readonly manifest: Manifest;
  readonly digest: BundleDigest;
  readonly absent: readonly AbsentEntry[];
  /** When its files were handed to the person, in milliseconds since 1970; undefined if they never were. */
  readonly handedOver?: number | undefined;
  /** Sealed. */
  readonly sink: Sink;
}

/** Runs the receiver's page of a finished delivery: its files can be saved or discarded, and it connects to nobody. */
export function createFinishedHost(
  platform: ReceiverPlatform,
  { delivery: id, token, link, sink, ...finished }: FinishedDelivery,
): ReceiverHost {
  const failed = (error: unknown): void => {
    delivery.send({ type: 'platform.failed', code: codeOf(error, 'internal') });
  };
  const place = createSinkHost({
    platform,
    link,
    delivery: id,
    token,
    resumed: sink,
    tell: (event) => {
      delivery.send(event);
    },
    failed,
  });
  const delivery = runMachine(receiverDeliveryMachine, {
    hasWishes: true,
    input: { finished },
    platform,
    onCommand: (command) => {
      place.handle(command);
    },
    onError: failed,
  });
  return {
    id,
    delivery,
    retryNow() {},
    networkChanged() {},
    introduce() {},
    read: (file) => place.read(file),
    stop() {
      delivery.send({ type: 'visit.ended' });
      return place.settled();
    },
  };
}
