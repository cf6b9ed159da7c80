import {
  deliveryStateOf,
  formatLink,
  parseLink,
  TEXT_BYTES_MAX,
  type Link,
  type ManifestEntry,
} from '@burritoshare/core';
import { createSenderHost, type SenderHost, type SharedBundle, type Use } from '@burritoshare/peer';
import type { Random } from '@burritoshare/core/testing';
import type { Watch } from '../watch/watch.ts';
import type { Mutate } from './hostility.ts';
import { createVisit, type Place, type Visit } from './place.ts';
import {
  contentsOf,
  createSimulatedSource,
  type SimulatedSource,
  type SourceFile,
} from './source.ts';

export type SenderDelivery = ReturnType<SenderHost['delivery']>;

/** The person who shares, through all visits of the page. */
export interface SenderParty {
  readonly name: 'sender';
  readonly link: Link;
  readonly files: readonly SourceFile[];
  readonly sizes: readonly number[];
  readonly visit: Visit;
  readonly visits: readonly Visit[];
  readonly host: SenderHost;
  readonly sources: readonly SimulatedSource[];
  readonly isHere: boolean;
  /** How the person answers who asks (SPEC.md, A8): draws of its own. */
  answering: Random | undefined;
  deliveries(): readonly { readonly id: string; readonly actor: SenderDelivery }[];
  leave(how: 'reload' | 'kill'): void;
  /** Shares the same bundle again, under the same link. */
  comeBack(): void;
  stop(): void;
}

export interface SenderOptions {
  readonly sizes: readonly number[];
  readonly mutate?: Mutate | undefined;
  readonly use: Use;
  readonly asksFirst: boolean;
}

/** Opens the sender's page and shares files of these sizes. */
export function createSenderParty(
  place: Place,
  watch: Watch,
  { sizes, mutate, use, asksFirst }: SenderOptions,
): SenderParty {
  const entries = sizes.map(entryOf);
  const files: SourceFile[] = sizes.map((size, file) => {
    const bytes = contentsOf(size, file, 0);
    return { bytes, state: 'as offered', versions: [bytes] };
  });
  const visits: Visit[] = [];
  const sources: SimulatedSource[] = [];
  let isHere = false;

  const open = (): { readonly visit: Visit; readonly host: SenderHost } => {
    const visit: Visit = createVisit(place, {
      owner: 'sender',
      inspect: (event) => {
        if (!visit.isGone) watch.inspect('sender', event);
      },
      ...(mutate === undefined ? {} : { mutate }),
    });
    visits.push(visit);
    isHere = true;
    const host = createSenderHost({
      ...visit.platform,
      ...visit.engines,
      openSource({ manifest }) {
        const { clock, random } = visit;
        const source = createSimulatedSource({ manifest, files, clock, random });
        sources.push(source);
        return source;
      },
    });
    host.setUse(use);
    return { visit, host };
  };

  let { visit, host } = open();
  host.choose(
    'secret bundle',
    entries.map((entry) => ({
      entry: { size: 0, modified: null, mediaType: '', ...entry },
      file: undefined,
    })),
  );
  host.bundle.send({ type: 'asking.changed', asksFirst });
  const shared = { ...sharedBy(host), asksFirst };
  return {
    name: 'sender',
    link: parseLink(formatLink('https://app.example', secretsOf(host))),
    files,
    sizes,
    visits,
    sources,
    answering: undefined,
    get visit() {
      return visit;
    },
    get host() {
      return host;
    },
    get isHere() {
      return isHere;
    },
    deliveries() {
      if (!isHere) return [];
      const { deliveries } = host.bundle.getSnapshot().context;
      return deliveries.map(({ id }) => ({ id, actor: host.delivery(id) }));
    },
    leave(how) {
      if (!isHere) return;
      isHere = false;
      visit.leave(how);
    },
    comeBack() {
      if (isHere) return;
      ({ visit, host } = open());
      host.restore(shared);
    },
    stop() {
      if (isHere) host.stop();
    },
  };
}

/** One world in ASK_EVERY has a sender who is asked first. */
const ASK_EVERY = 7;

/** A8: whether the sender of this world is asked before a receiver comes in. */
export function isAsked(seed: number): boolean {
  return seed % ASK_EVERY === 3;
}

export function stateOf(actor: SenderDelivery): string {
  return deliveryStateOf(actor.getSnapshot());
}

// Every third entry is a text, if it is small enough to be one.
function entryOf(size: number, index: number): ManifestEntry {
  if (size <= TEXT_BYTES_MAX && index % 3 === 1)
    return { kind: 'text', path: `secret-${index}.txt`, size };
  return { kind: 'file', path: `secret-${index}.bin`, size, modified: null, mediaType: '' };
}

function secretsOf({ bundle }: SenderHost) {
  const { secrets } = bundle.getSnapshot().context;
  if (secrets === undefined) throw new Error('nothing is shared');
  return secrets;
}

function sharedBy(host: SenderHost): SharedBundle {
  const { manifest } = host.bundle.getSnapshot().context;
  const { token, secret, staticKeys } = secretsOf(host);
  if (manifest === undefined) throw new Error('nothing is shared');
  const files = manifest.entries.map(() => undefined);
  return { manifest, token, secret, privateKey: staticKeys.privateKey, files };
}
