import type { Random } from '@burritoshare/core/testing';
import { createCounts, type Counts } from '../watch/counts.ts';
import { createStory, type Story } from '../watch/story.ts';
import { createWatch, type Watch } from '../watch/watch.ts';
import { drawAttack, type Attack } from './attack.ts';
import { createMutation } from './hostility.ts';
import { createPlace, type Place } from './place.ts';
import { createReceiverParty, type ReceiverParty } from './receiver-party.ts';
import { createRelays, type Relays } from './relays.ts';
import { createSenderParty, isAsked, type SenderParty } from './sender-party.ts';
import type { SinkBug } from './sink.ts';
import { drawWithholding, type Withholding } from './withholding.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly isTold: boolean;
  /**
   * `safety`: faults last until the end of a long run. `liveness`: faults end, and then everything has to end.
   * Both check the invariants after every event. By default, one seed in four is for safety.
   */
  readonly mode?: 'safety' | 'liveness' | undefined;
  /** A bug that the test has put into the disks. */
  readonly sinkBug?: SinkBug | undefined;
}

/** Everything that belongs to one run. */
export interface World {
  readonly seed: number;
  readonly place: Place;
  readonly watch: Watch;
  readonly relays: Relays;
  readonly sender: SenderParty;
  readonly receivers: readonly ReceiverParty[];
  /** The attackers from outside; undefined where there are none. */
  readonly attack: Attack | undefined;
  /** The messages that a peer withholds; undefined if none does. */
  readonly withholding: Withholding | undefined;
  /** Whether the run is ending, so that nobody comes back any more. */
  isEnding: boolean;
  /** Whether a file takes long enough for several lanes. */
  readonly isLong: boolean;
  readonly story: Story;
  readonly counts: Counts;
  /** Milliseconds that the bundle takes on the path, if nothing goes wrong. */
  readonly duration: number;
  /** Draws the time of an event: mostly one at which bytes are moving. */
  drawTime(random: Random, end: number): number;
  /** Calls `act` at a time, in milliseconds from the start. */
  at(time: number, act: () => void): void;
  tell(who: string, what: string): void;
}

const MIB = 1024 * 1024;

/** One sender in POLITE_EVERY leaves a part of the paths to others. The others have more lanes. */
const POLITE_EVERY = 3;

/** One world in LONG_EVERY has a file that takes a while, and so uses several lanes. */
const LONG_EVERY = 8;
const LONG_BYTES = 7 * MIB + 5;

/** The sizes of files that fill three packs. */
const CROWD = Array.from({ length: 100 }, (_, index) => 10_000 + index * 400);

export function createWorld({ seed, isTold, sinkBug }: WorldOptions): World {
  const story = createStory(isTold);
  const counts = createCounts();
  const place = createPlace(seed, story, counts);
  const { random } = place;
  const watch = createWatch(place);
  const isLong = seed % LONG_EVERY === 0;
  const drawn = drawSizes(random);
  // Every other one ends with files that fill a few packs, when there are further lanes already.
  const isCrowded = seed % (2 * LONG_EVERY) === 0;
  const sizes = isCrowded
    ? [LONG_BYTES, ...drawn, ...CROWD]
    : [...drawn, ...(isLong ? [LONG_BYTES] : [])];
  const breaking = random.chance(0.25)
    ? (['sender', 'receiver'] as const)[random.below(2)]
    : undefined;
  // A peer that breaks the rules doesn't withhold messages, too: its wrong messages would seldom hit a right moment.
  const withholding = breaking === undefined ? drawWithholding(seed) : undefined;
  const hostile = breaking ?? withholding?.role;
  if (hostile !== undefined) watch.parties.hostile = hostile;
  const attack = drawAttack(seed);
  const mutation = breaking === undefined ? undefined : createMutation(random.fork(), breaking);
  const mutate = withholding?.mutate ?? mutation;

  const sender = createSenderParty(place, watch, {
    sizes,
    mutate: hostile === 'sender' ? mutate : undefined,
    use: seed % POLITE_EVERY === 0 ? 'polite' : 'all',
    asksFirst: isAsked(seed),
  });
  watch.parties.sender = sender;
  // Bundles are small, so paths are slow enough for something to happen meanwhile.
  const duration = [300, 3_000, 20_000][random.below(3)]!;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  place.internet.speed = { ...place.internet.speed, rate: Math.max(1, bytes / duration) };
  const longest = Math.max(1, ...sizes.map((size) => Math.min(size, MIB)));
  const receivers: ReceiverParty[] = [];
  const count = 1 + random.below(3);
  for (let number = 1; number <= count; number++) {
    const name = `receiver${number}`;
    const isHostile = hostile === 'receiver' && number === 1;
    const party = createReceiverParty(place, watch, {
      name,
      link: sender.link,
      window: longest * [1, 2, 16][random.below(3)]!,
      bug: sinkBug,
      mutate: isHostile ? mutate : undefined,
      neighbourhood: attack?.neighbour === name ? attack.tag : undefined,
    });
    watch.parties.receivers.set(name, party);
    receivers.push(party);
  }
  if (breaking !== undefined) counts.fault(`hostile ${breaking}`);
  if (withholding !== undefined) counts.fault(`withheld ${withholding.extent}`);
  return {
    seed,
    place,
    watch,
    duration,
    relays: createRelays(place, watch.parties),
    sender,
    receivers,
    attack,
    withholding,
    isEnding: false,
    isLong,
    story,
    counts,
    drawTime: (from, until) =>
      Math.min(until, from.between(0, from.chance(0.7) ? 2_000 + 2 * duration : until)),
    at(time, act) {
      place.clock.setTimeout(act, time - place.clock.now());
    },
    tell(who, what) {
      story.tell(place.clock.now(), who, what);
    },
  };
}

// Mostly small files of one piece each; now and then one of a few pieces.
function drawSizes(random: Random): readonly number[] {
  const sizes = Array.from({ length: 1 + random.below(8) }, () => random.below(40_000));
  if (random.chance(0.2)) sizes.push([0, 1, 16_384, 16_385][random.below(4)]!);
  if (random.chance(0.15)) sizes.push(MIB + random.below(2 * MIB));
  // Many files that share packs.
  if (random.chance(0.2))
    sizes.push(...Array.from({ length: 10 + random.below(30) }, () => random.below(3_000)));
  return sizes;
}
