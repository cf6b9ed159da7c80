import {
  bundleMachine,
  directServers,
  laneAllowance,
  LocalProtocolError,
  rateAllowance,
  route,
  type BundleCommand,
  type ChosenEntry,
  type Manifest,
  type senderDeliveryMachine,
  type SenderRouted,
  type SenderSource,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { computeResponder } from '../curves.ts';
import { runMachine } from '../machine-host.ts';
import { reportTo } from '../runtime.ts';
import type { SenderPlatform } from '../platform.ts';
import { createSenderDeliveryHost, type SenderDeliveryHost } from './delivery-host.ts';
import { createAllotment } from './allotment.ts';
import type { Use } from './use.ts';
import { createSignalingHost, type SignalingHost } from '../signaling/signaling-host.ts';
import type { WebBlob } from '../web-types.ts';
import { wish } from '../wish.ts';

/** A chosen file or empty folder: its entry, and its bytes. */
export interface ChosenFile {
  readonly entry: ChosenEntry;
  /** Undefined for folders. */
  readonly file: WebBlob | undefined;
}

/** All that it takes to share a bundle again under the same link. */
export interface SharedBundle {
  readonly manifest: Manifest;
  /** The seat's token, 32 bytes. */
  readonly token: Uint8Array;
  /** 16 bytes. */
  readonly secret: Uint8Array;
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /** Whether new receivers wait for the person's yes; false if not given. */
  readonly asksFirst?: boolean;
  /** Whether the link ends with the first delivery that is complete; false if not given. */
  readonly once?: boolean;
  /** By index in the manifest; undefined for folders, and for files that are gone. */
  readonly files: readonly (WebBlob | undefined)[];
}

/** The sender's tab. */
export interface SenderHost {
  /**
   * The bundle's machine, which lists the deliveries' ids. Send it `name.changed`, `deliveries.cleared` and
   * `sharing.stopped` while something is shared; otherwise it throws LocalProtocolError `state`. Send it
   * `sender.name.changed` and `note.changed` at any time: receivers are told in their next session. While something is
   * shared, `asking.changed` says whether new receivers wait for the person's yes; `approve.requested` and
   * `refuse.requested` answer one of its `waiting` rows; `once.changed` says whether the link ends with the first
   * delivery that is complete.
   */
  readonly bundle: Actor<typeof bundleMachine>;
  /**
   * A delivery that the bundle lists. Send it `cancel.requested` until it ends; `pause.requested`, `resume.requested`,
   * `skip.requested` and `retry.requested` while it moves or is interrupted. It throws LocalProtocolError `state` for
   * an event that has no place now, and `argument` for a file that doesn't exist. Its context's `gifts` are links that
   * the receiver has handed back: core's `readGift` reads them, and nobody vouches for them.
   *
   * @throws RangeError for an id that isn't listed.
   */
  delivery(id: string): Actor<typeof senderDeliveryMachine>;
  /**
   * Shares these entries at once.
   *
   * @throws LocalProtocolError `state` while something is shared.
   */
  choose(name: string, chosen: readonly ChosenFile[]): void;
  /**
   * Shares again what was shared in an earlier visit, under the same link.
   *
   * @throws LocalProtocolError `state` while something is shared.
   */
  restore(bundle: SharedBundle): void;
  /** Doesn't wait for the next attempt: a person wants it now, or is looking at the page. */
  retryNow(): void;
  /** The network has changed: looks for other paths. */
  networkChanged(): void;
  /** Bytes a second that all deliveries together send at most; undefined for no cap. */
  rateCap(): number | undefined;
  /**
   * Caps what all deliveries together send, from now on; undefined lifts the cap. It applies when bytes are handed to
   * the browser: it doesn't hold back the megabytes that the browser has already taken.
   *
   * @param bytesPerSecond - more than 0.
   * @throws RangeError for any other number.
   */
  setRateCap(bytesPerSecond: number | undefined): void;
  /** Whether deliveries leave a part of their paths to others, which they do at first, or take `all` that they get. */
  use(): Use;
  /** Changes that for all deliveries, from now on. */
  setUse(use: Use): void;
  /** Ends all deliveries and lets go of everything. */
  stop(): void;
}

/** Runs the sender's machines over a platform. */
export function createSenderHost(platform: SenderPlatform): SenderHost {
  const deliveries = new Map<string, SenderDeliveryHost>();
  let rateCap: number | undefined;
  let use: Use = 'polite';
  const allotments = {
    lanes: createAllotment(laneAllowance),
    rate: createAllotment((members) => rateAllowance(rateCap, members)),
    use: createAllotment(() => use),
  };
  let signaling: SignalingHost | undefined;
  let files: readonly (Blob | undefined)[] = [];

  // A machine that throws is a bug of ours. The bundle can't fail as a delivery does, so the error is reported.
  const onError = (error: unknown): void => {
    reportTo(platform, error);
  };

  const dispatch = (id: string, source: SenderSource): void => {
    for (const routed of route('sender', id, source)) deliver(id, source, routed);
  };

  const deliver = (id: string, source: SenderSource, routed: SenderRouted): void => {
    if (routed.to === 'signaling') signaling?.hear(routed.event);
    else if (routed.to === 'bundle') bundle.send(routed.event);
    else if (source.from === 'signaling') for (const one of deliveries.values()) one.hear(routed);
    else deliveries.get(('delivery' in routed ? routed.delivery : undefined) ?? id)?.hear(routed);
  };

  // Deliveries that the bundle doesn't list any more have ended, and nothing asks for them.
  const forgetUnlisted = (): void => {
    const listed = new Set(bundle.getSnapshot().context.deliveries.map(({ id }) => id));
    for (const id of deliveries.keys()) if (!listed.has(id)) deliveries.delete(id);
  };

  const carryOut = (command: BundleCommand): void => {
    switch (command.type) {
      case 'secrets.draw':
        return bundle.send({
          type: 'secrets.drawn',
          token: platform.randomBytes(32),
          secret: platform.randomBytes(16),
          privateKey: platform.randomBytes(32),
        });
      case 'entropy.draw':
        return void draw(command);
      case 'signaling.start':
        signaling = createSignalingHost({
          platform,
          role: 'sender',
          room: command.room,
          token: command.token,
          onCommand: (said) => {
            dispatch('', { from: 'signaling', command: said });
          },
          onError,
        });
        return;
      case 'delivery.open':
        forgetUnlisted();
        deliveries.set(
          command.delivery,
          createSenderDeliveryHost({
            platform,
            id: command.delivery,
            manifest: command.manifest,
            files,
            iceServers: () => directServers(signaling?.iceServers ?? []),
            allotments,
            dispatch: (source) => {
              dispatch(command.delivery, source);
              if (source.from === 'delivery' && source.command.type === 'offer.send')
                platform.prepareSource?.({ manifest: source.command.manifest, files });
            },
          }),
        );
        return;
      default:
        return;
    }
  };

  const draw = async ({
    session,
    privateKey,
    publicKey,
  }: Extract<BundleCommand, { type: 'entropy.draw' }>): Promise<void> => {
    const { x25519 } = platform;
    const ephemeral = platform.randomBytes(32);
    const computed =
      x25519 && publicKey
        ? await computeResponder(x25519, ephemeral, { privateKey, publicKey })
        : undefined;
    const given = computed === undefined ? {} : { computed };
    bundle.send({ type: 'entropy.drawn', session, ephemeral, ...given });
  };

  const bundle = runMachine(bundleMachine, {
    hasWishes: true,
    platform,
    onCommand(command) {
      carryOut(command);
      dispatch('', { from: 'bundle', command });
    },
    onError,
  });

  const requireChoosing = (): void => {
    if (!bundle.getSnapshot().matches('choosing'))
      throw new LocalProtocolError('state', 'a bundle is being shared: stop sharing it first');
  };

  return {
    bundle,
    delivery(id) {
      const host = deliveries.get(id);
      if (host === undefined) throw new RangeError('no delivery of this id');
      return host.delivery;
    },
    choose(name, chosen) {
      requireChoosing();
      files = chosen.map(({ file }) => file);
      bundle.send({ type: 'files.chosen', name, entries: chosen.map(({ entry }) => entry) });
    },
    restore({ files: blobs, ...shared }) {
      requireChoosing();
      files = blobs;
      bundle.send({ type: 'bundle.restored', ...shared });
    },
    retryNow() {
      signaling?.hear({ type: 'retry.requested' });
      for (const one of deliveries.values()) one.retryNow();
    },
    networkChanged() {
      for (const one of deliveries.values()) one.networkChanged();
    },
    use: () => use,
    setUse(next) {
      use = next;
      allotments.use.divide();
    },
    rateCap: () => rateCap,
    setRateCap(bytesPerSecond) {
      if (bytesPerSecond !== undefined && !(bytesPerSecond > 0))
        throw new RangeError('a cap is more than 0 bytes a second');
      rateCap = bytesPerSecond;
      allotments.rate.divide();
    },
    stop() {
      wish(bundle, { type: 'sharing.stopped' });
      deliveries.clear();
      files = [];
    },
  };
}
