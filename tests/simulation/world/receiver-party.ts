import {
  createPlan,
  deliveryStateOf,
  readJournal,
  type DeliveryState,
  type Link,
} from '@burritoshare/core';
import {
  createFinishedHost,
  createReceiverHost,
  type ReceiverHost,
  type SinkInput,
} from '@burritoshare/peer';
import type { Watch } from '../watch/watch.ts';
import { createDisk, createFolder, type Disk, type Folder } from './disk.ts';
import type { Random } from '@burritoshare/core/testing';
import type { Mutate } from './hostility.ts';
import { createVisit, type Place, type Visit } from './place.ts';
import { DiskSink, type SinkBug } from './sink.ts';

/** A person who receives, through all visits of the page. */
export interface ReceiverParty {
  readonly name: string;
  readonly disk: Disk;
  readonly visit: Visit;
  readonly visits: readonly Visit[];
  readonly host: ReceiverHost;
  /** The sink that is open, or was last. */
  readonly sink: DiskSink | undefined;
  readonly sinks: readonly DiskSink[];
  readonly isHere: boolean;
  readonly isHonest: boolean;
  /** The delivery was complete when the page was opened: it connects to nobody. */
  readonly isFinished: boolean;
  /** `lost` once the page can't connect again: another page has taken the seat, or the server was hostile too often. */
  seat: 'held' | 'lost';
  readonly state: DeliveryState;
  /** The person has accepted the delivery. */
  hasAccepted: boolean;
  /** The entries that the person has left out, and those of them that they have wanted since. */
  choice: Choosing;
  /** Draws what the person chooses. */
  choosing: Random | undefined;
  /** The links that the person has handed back, by delivery. */
  readonly gifts: Map<string, string[]>;
  /** Draws what the person hands back. */
  giving: Random | undefined;
  naming: Random | undefined;
  leave(how: 'stop' | 'reload' | 'kill'): void;
  /** Opens the page again, and resumes the delivery that is on the disk. */
  comeBack(): void;
}

/** A person's choice, by indexes of entries. */
export interface Choosing {
  readonly left: Set<number>;
  readonly taken: Set<number>;
}

export interface ReceiverOptions {
  readonly name: string;
  readonly link: Link;
  readonly window: number;
  readonly bug: SinkBug | undefined;
  readonly mutate?: Mutate | undefined;
  /** The tag of where it comes from (S14); a neighbourhood of its own if left out. */
  readonly neighbourhood: string | undefined;
}

export function createReceiverParty(
  place: Place,
  watch: Watch,
  options: ReceiverOptions,
): ReceiverParty {
  const { name, link, window, mutate, neighbourhood } = options;
  const disk = createDisk();
  const visits: Visit[] = [];
  const sinks: DiskSink[] = [];
  let isHere = false;
  let isFinished = false;

  const openSink = (visit: Visit, folder: Folder): DiskSink => {
    const { clock, random } = visit;
    const { violated } = place;
    const sink = new DiskSink({ disk, folder, clock, random, bug: options.bug, violated });
    sinks.push(sink);
    return sink;
  };
  const addFolder = (input: SinkInput): Folder => {
    const folder = createFolder(input);
    disk.folders.set(input.delivery, folder);
    return folder;
  };

  const open = (): { readonly visit: Visit; readonly host: ReceiverHost } => {
    const visit: Visit = createVisit(place, {
      owner: name,
      inspect: (event) => {
        if (!visit.isGone) watch.inspect(name, event);
      },
      neighbourhood,
      ...(mutate === undefined ? {} : { mutate }),
    });
    visits.push(visit);
    isHere = true;
    const platform = {
      ...visit.platform,
      ...visit.engines,
      sinks: {
        async probe() {
          // A browser may ask its person first.
          const time = visit.random.chance(0.2) ? 2_000 : disk.latency;
          await new Promise<void>((resolve) => visit.clock.setTimeout(resolve, time));
          return { kind: 'private', persistent: true } as const;
        },
        async open(input: SinkInput) {
          await new Promise<void>((resolve) => {
            visit.clock.setTimeout(resolve, visit.random.between(0, disk.latency));
          });
          const sink = openSink(visit, addFolder(input));
          try {
            if (input.choice !== undefined) await sink.recordChoice(input.choice);
            await sink.recordGeneration(input.generation);
          } catch (error) {
            await sink.discard();
            throw error;
          }
          return sink;
        },
      },
    };
    // A delivery without a recorded generation may have used some: it begins anew.
    for (const [id, { input, journal }] of disk.folders)
      if (readJournal(journal, createPlan(input.manifest)).state.generation === 0)
        disk.folders.delete(id);
    const [folder] = disk.folders.values();
    if (folder === undefined)
      return {
        visit,
        host: createReceiverHost(platform, link, { window, name: `secret ${name}` }),
      };
    const sink = openSink(visit, folder);
    const { pieces, generation, finished, leftOut } = sink.found;
    watch.reopened(name, sink);
    isFinished = finished !== undefined;
    const host =
      finished === undefined
        ? createReceiverHost(platform, link, {
            window,
            name: `secret ${name}`,
            resumed: { ...folder.input, generation, pieces, leftOut, sink },
          })
        : createFinishedHost(platform, { ...folder.input, ...finished, sink });
    return { visit, host };
  };

  // A page that is gone has nothing open.
  const goAway = (how: 'reload' | 'kill'): void => {
    visit.leave(how);
    for (const sink of sinks) sink.state = 'closed';
  };

  let { visit, host } = open();
  const party: ReceiverParty = {
    name,
    disk,
    visits,
    sinks,
    hasAccepted: false,
    choice: { left: new Set(), taken: new Set() },
    choosing: undefined,
    naming: undefined,
    gifts: new Map(),
    giving: undefined,
    seat: 'held',
    isHonest: mutate === undefined,
    get visit() {
      return visit;
    },
    get host() {
      return host;
    },
    get sink() {
      return sinks.at(-1);
    },
    get isFinished() {
      return isFinished;
    },
    get isHere() {
      return isHere;
    },
    get state() {
      return deliveryStateOf(host.delivery.getSnapshot());
    },
    leave(how) {
      if (!isHere) return;
      isHere = false;
      if (how === 'stop') void host.stop();
      else goAway(how);
      if (how === 'kill') disk.crash(place.random);
    },
    comeBack() {
      if (isHere) return;
      // The page of an earlier visit that was closed in peace may still be closing its files.
      if (!visit.isGone) goAway('reload');
      party.seat = 'held';
      ({ visit, host } = open());
      // Nothing is resumed, so the person has to accept again.
      if (disk.folders.size === 0) party.hasAccepted = false;
    },
  };
  return party;
}
