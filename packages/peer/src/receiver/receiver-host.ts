import {
  cleanPersonName,
  directServers,
  memberOf,
  receiverDeliveryMachine,
  route,
  toBase64Url,
  type EntrySet,
  type Link,
  type Manifest,
  type PieceSet,
  type ReceiverDeliveryInput,
  type ReceiverRouted,
  type ReceiverSource,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { createConnectionHost, type ConnectionHostOptions } from '../connection/connection-host.ts';
import type { EphemeralKeys } from '../curves.ts';
import { runMachine } from '../machine-host.ts';
import type { ReceiverPlatform } from '../platform.ts';
import { createSignalingHost } from '../signaling/signaling-host.ts';
import { codeOf, type Sink } from '../storage/ports.ts';
import type { WebBlob } from '../web-types.ts';
import { createReceiverTransferHost } from './transfer-host.ts';

/** The receiver's page. */
export interface ReceiverHost {
  /** The delivery's id, 16 bytes in base64url. */
  readonly id: string;
  /**
   * The delivery's machine. Send it `accept.requested` once an offer has come: it waits until it is known where the
   * bytes will land. `left` names entries to leave out (core's `leftOutBy`); `take.requested` asks for them later. After
   * that, send `pause.requested` and `resume.requested`, which wait for the next connection;
   * `skip.requested` and `retry.requested` while it moves; `give.requested` from accepting until everything is verified,
   * with a link of the person's own as core's `formatGift` writes it; `cancel.requested` until it ends; `save.requested`
   * and `discard.requested` once it is complete. It throws LocalProtocolError `state` for an event that has no place now,
   * and `argument` for a file that doesn't exist, for a choice of nothing, or for a gift that is no link.
   */
  readonly delivery: Actor<typeof receiverDeliveryMachine>;
  /** Doesn't wait for the next attempt: a person wants it now, or is looking at the page. */
  retryNow(): void;
  /** The network has changed: looks for another path. */
  networkChanged(): void;
  /**
   * Says what the person calls themselves; nothing if it is empty. The sender's page hears it in the next session, at
   * once where its person is asked whether to let this receiver in.
   */
  introduce(name: string): void;
  /**
   * The bytes of a file that has arrived, by its index in the manifest: once the delivery is complete, and until it is
   * discarded. The blob has no media type.
   *
   * @throws LocalProtocolError `state` at another time; `argument` for an entry that has no bytes, is absent, or doesn't
   *   exist.
   */
  read(file: number): Promise<WebBlob>;
  /**
   * Lets go of everything. Bytes that have arrived and were not saved stay, if the sink can keep them; another visit
   * can open them once the promise has resolved.
   */
  stop(): Promise<void>;
}

/** A delivery of an earlier visit, whose sink is open. */
export interface ResumedDelivery {
  /** 16 bytes in base64url. */
  readonly delivery: string;
  /** The seat's token, 32 bytes. */
  readonly token: Uint8Array<ArrayBuffer>;
  /** The highest generation that it has used. */
  readonly generation: number;
  readonly manifest: Manifest;
  /** The pieces that the sink holds. */
  readonly pieces: PieceSet;
  /** Entries that the person has left out; none if not given. */
  readonly leftOut?: EntrySet;
  readonly sink: Sink;
}

/** What was drawn for a delivery before there was a host. */
export interface DrawnBefore {
  /** The seat's token, 32 bytes. */
  readonly token: Uint8Array<ArrayBuffer>;
  /** Keys for the first handshake, and for no other. */
  readonly keys?: EphemeralKeys | undefined;
}

export interface ReceiverHostOptions {
  readonly resumed?: ResumedDelivery;
  /** For a new delivery: what was drawn for it before there was a host. */
  readonly drawn?: DrawnBefore;
  /**
   * Bytes of the first credit window, CREDIT_WINDOW_BYTES by default. Later windows follow the path, between half and
   * twice of this.
   */
  readonly window?: number;
  /** What the person calls themselves, for the sender's page. It proves nothing; nobody else learns it. */
  readonly name?: string;
}

/** Runs the receiver's machines over a platform, for one link. */
export function createReceiverHost(
  platform: ReceiverPlatform,
  link: Link,
  options: ReceiverHostOptions = {},
): ReceiverHost {
  const { resumed } = options;
  const id = resumed?.delivery ?? toBase64Url(platform.randomBytes(16));
  const token = resumed?.token ?? options.drawn?.token ?? platform.randomBytes(32);
  const iceServers = () => directServers(signaling.iceServers);

  const failed = (error: unknown): void => {
    delivery.send({ type: 'platform.failed', code: codeOf(error, 'internal') });
  };

  const dispatch = (source: ReceiverSource): void => {
    for (const routed of route('receiver', id, source)) hear(routed);
  };

  const hear = (routed: ReceiverRouted): void => {
    if (routed.to === 'signaling') return signaling.hear(routed.event);
    if (routed.to === 'delivery') return delivery.send(routed.event);
    transfer.hear(routed);
    connection.hear(routed);
  };

  const transfer = createReceiverTransferHost({
    platform,
    link,
    delivery: id,
    token,
    resumed: resumed?.sink,
    iceServers,
    connection: () => connection,
    dispatch,
    tell: (event) => {
      delivery.send(event);
    },
    failed,
  });

  const delivery = runMachine(receiverDeliveryMachine, {
    hasWishes: true,
    input: inputOf(options),
    platform,
    onCommand(command) {
      transfer.handle(command);
      dispatch({ from: 'delivery', command });
    },
    onError: failed,
  });

  const connection = createConnectionHost({
    platform,
    input: {
      ...initiatorOf(link, token, id, resumed?.generation),
      receiverName: cleanPersonName(options.name ?? ''),
    },
    firstKeys: options.drawn?.keys,
    adopt: transfer.adopt,
    iceServers,
    recordGeneration: (generation) => transfer.recordGeneration(generation),
    dispatch,
    onPath: (path) => {
      delivery.send({ type: 'path.known', path });
    },
    misbehaved: () => {
      delivery.send({ type: 'remote.misbehaved' });
    },
    failed,
  });

  const signaling = createSignalingHost({
    platform,
    role: 'receiver',
    room: link.room,
    token,
    onCommand: (command) => {
      dispatch({ from: 'signaling', command });
    },
    onError: failed,
  });

  return {
    id,
    delivery,
    retryNow() {
      signaling.hear({ type: 'retry.requested' });
      connection.tell({ type: 'retry.requested' });
    },
    networkChanged() {
      connection.tell({ type: 'path.suspected' });
    },
    introduce(name) {
      connection.tell({ type: 'receiver.named', receiverName: cleanPersonName(name) });
    },
    read: (file) => transfer.read(file),
    stop() {
      delivery.send({ type: 'visit.ended' });
      return transfer.settled();
    },
  };
}

// Leaves out the token and the sink of a resumed delivery: inspection shows a machine's input.
function inputOf({ resumed, window }: ReceiverHostOptions): ReceiverDeliveryInput {
  return {
    ...(window === undefined ? {} : { window }),
    ...(resumed && { resumed: resumedInputOf(resumed) }),
  };
}

function resumedInputOf({
  manifest,
  pieces,
  leftOut,
}: ResumedDelivery): ReceiverDeliveryInput['resumed'] & object {
  return { manifest, pieces, ...(leftOut && { leftOut }) };
}

/** The connection machine's input at the end that offers. */
function initiatorOf(
  { roomBytes, secret, publicKey }: Link,
  token: Uint8Array<ArrayBuffer>,
  delivery: string,
  generation = 0,
): Extract<ConnectionHostOptions['input'], { role: 'initiator' }> {
  const member = toBase64Url(memberOf(token));
  return { role: 'initiator', roomBytes, secret, publicKey, member, delivery, generation };
}
