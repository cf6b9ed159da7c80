import {
  BACKOFF_MAX,
  CONNECT_TIMEOUT,
  PAGE_TIMEOUT,
  QUIET_TIMEOUT,
  STANDSTILL_TIMEOUT,
  STANDSTILLS_MAX,
} from '@burritoshare/core';
import { createWorld, type World, type WorldOptions } from './world/world.ts';
import { sendAttackers, type Attackers } from './world/attack.ts';
import { scheduleCaps } from './world/caps.ts';
import { scheduleFaults } from './world/faults.ts';
import { attend, attendSender, scheduleActs } from './world/people.ts';
import type { ReceiverParty } from './world/receiver-party.ts';
import { stateOf, type SenderDelivery } from './world/sender-party.ts';
import type { Counts } from './watch/counts.ts';
import type { Story } from './watch/story.ts';
import { introduce } from './watch/words.ts';

export interface RunResult {
  readonly seed: number;
  /** The violated invariant; undefined for a good run. */
  readonly violation: string | undefined;
  /** The command that prints this seed as a story. */
  readonly command: string;
  readonly story: Story;
  readonly counts: Counts;
}

/** Milliseconds in which every delivery must end after the faults have ended. */
const LIVENESS_LIMIT = 20 * 60_000;

/** Milliseconds after which a closing connection is closed, even without the other side. */
const CLOSING = 50_000;

/** Promise hops between two timers: more than any host needs. */
const HOPS = 40;

/**
 * Milliseconds in which both ends must give up on a peer that withholds messages. A receiver stands still
 * STANDSTILLS_MAX + 1 times (T5), and connects again between them, and once more from the start if bytes that have
 * changed come in between. A sender gives up sooner, after ABANDON_TIMEOUT.
 */
const WITHHELD_LIMIT =
  2 *
  (STANDSTILLS_MAX + 1) *
  (QUIET_TIMEOUT + STANDSTILL_TIMEOUT + PAGE_TIMEOUT + CONNECT_TIMEOUT + BACKOFF_MAX);

const OVER = ['complete', 'failed', 'cancelled', 'declined'];

async function settle(): Promise<void> {
  for (let hop = 0; hop < HOPS; hop++) await Promise.resolve();
}

/** Lets time pass until `end`, or until `isDone`. */
async function pass(world: World, end: number, isDone: () => boolean = () => false): Promise<void> {
  const { clock } = world.place;
  for (;;) {
    await settle();
    world.watch.look();
    const { next } = clock;
    if (world.place.violation !== undefined || isDone() || next === undefined || next > end) break;
    clock.advance(next - clock.now());
  }
  if (world.place.violation === undefined && clock.now() < end && !isDone())
    clock.advance(end - clock.now());
}

/** Runs one seed: faults, then calm, then the end. */
export async function runSeed(options: WorldOptions): Promise<RunResult> {
  const world = createWorld(options);
  const { seed } = options;
  const { random, clock } = world.place;
  const isLive = (options.mode ?? (seed % 4 === 3 ? 'safety' : 'liveness')) === 'liveness';
  const calm = random.between(1_000, isLive ? 60_000 : 180_000);
  for (const line of introduce(world, { isLive, calm })) world.tell('world', line);
  scheduleFaults(world, random.fork(), calm);
  scheduleActs(world, random.fork(), calm);
  scheduleCaps(world, seed, calm);
  const people = setPeople(world, random.fork());
  const attackers = sendAttackers(world);
  await pass(world, calm);
  if (isLive) await calmDown(world, people, attackers);
  people.stop();
  attackers.leave();
  await everybodyGoes(world);
  if (world.place.violation === undefined) checkServer(world);
  const result = {
    seed,
    violation: world.place.violation,
    command: `npm run simulate -- --seed ${seed}${options.mode === undefined ? '' : ` --mode ${options.mode}`} --trace`,
    story: world.story,
    counts: world.counts,
  };
  clock.stop();
  return result;
}

interface People {
  isCalm: boolean;
  stop(): void;
}

function setPeople(world: World, random: ReturnType<World['place']['random']['fork']>): People {
  const { clock } = world.place;
  let timers: number[] = [];
  const people: People = {
    isCalm: false,
    stop() {
      for (const timer of timers) clock.clearTimeout(timer);
    },
  };
  timers = world.receivers.map((receiver, index) => {
    const attendAgain = (): void => {
      attend(world, receiver, people.isCalm);
      if (index === 0 && people.isCalm) attendSender(world);
      timers[index] = clock.setTimeout(attendAgain, random.between(200, 3_000));
    };
    return clock.setTimeout(attendAgain, random.between(10, 2_000));
  });
  return people;
}

async function calmDown(world: World, people: People, attackers: Attackers): Promise<void> {
  const { internet, server } = world.place;
  world.tell('world', 'calm');
  internet.hasWay = true;
  server.isDown = false;
  people.isCalm = true;
  world.sender.comeBack();
  for (const receiver of world.receivers) receiver.comeBack();
  await comeToAnEnd(world, attackers);
  if (!attackers.areHere || world.place.violation !== undefined) return;
  world.tell('world', 'the attackers go');
  attackers.leave();
  await comeToAnEnd(world, attackers);
}

async function comeToAnEnd(world: World, attackers: Attackers): Promise<void> {
  const isOver = (): boolean => isAllOver(world, attackers);
  const limit = world.withholding === undefined ? LIVENESS_LIMIT : WITHHELD_LIMIT;
  await pass(world, world.place.clock.now() + limit, isOver);
  if (world.place.violation === undefined && !isOver())
    world.place.violated(`I8: ${describeEnds(world)}`);
}

function isAllOver(world: World, { areHere }: Attackers): boolean {
  const { withholding, watch, receivers, sender } = world;
  if (watch.parties.hostile === 'sender' && withholding === undefined) return true;
  // A receiver in the attackers' neighbourhood may have to wait until they have left (A2).
  const isKeptOut = (name: string): boolean => areHere && name === world.attack?.neighbour;
  const honest = receivers.filter(({ isHonest, name }) => isHonest && !isKeptOut(name));
  if (!honest.every((receiver) => receiver.isHere && isAtRest(world, receiver))) return false;
  if (watch.parties.hostile === 'sender') return true;
  return sender.deliveries().every(({ id, actor }) => {
    const receiver = receivers.find(({ host }) => host.id === id);
    if (receiver?.isHonest === false) return withholding === undefined || isDoneWith(actor);
    // A complete receiver tells the sender, as long as its page is open and holds its seat.
    const isTold =
      receiver?.state === 'complete' && !receiver.isFinished && receiver.seat === 'held';
    return OVER.includes(stateOf(actor)) || !isTold;
  });
}

// SPEC.md, T: two things may last without end. One is a pause (P1), which only the sender can end. The other is the
// wait for a connection to a sender that gives no sign of life, since that looks like a path that doesn't carry (G8,
// G9).
function isAtRest({ withholding }: World, { state, host, hasAccepted }: ReceiverParty): boolean {
  if (OVER.includes(state)) return true;
  if (withholding?.role !== 'sender') return false;
  const { pauses } = host.delivery.getSnapshot().context;
  if (state === 'paused') return pauses.includes('them');
  return withholding.extent === 'and all after it' && hasAccepted && state === 'interrupted';
}

// For the sender, a receiver may also stay away for good or keep the delivery paused.
function isDoneWith(actor: SenderDelivery): boolean {
  const state = stateOf(actor);
  const isHeldUp = state === 'paused' && !actor.getSnapshot().context.pauses.includes('me');
  return [...OVER, 'interrupted'].includes(state) || isHeldUp;
}

function describeEnds(world: World): string {
  const ends = world.receivers.map(({ name, state, host }) => {
    const delivery = world.sender.deliveries().find(({ id }) => id === host.id);
    return `${name} ${state}, the sender's ${delivery === undefined ? 'none' : stateOf(delivery.actor)}`;
  });
  return `not over: ${ends.join('; ')}`;
}

/** I11: after everyone has left in order, nothing is left behind. */
async function everybodyGoes(world: World): Promise<void> {
  const { place, sender, receivers } = world;
  if (place.violation !== undefined) return;
  world.isEnding = true;
  world.tell('world', 'everybody goes');
  const wasHere = receivers.filter(({ isHere }) => isHere);
  const wasSenderHere = sender.isHere;
  sender.stop();
  for (const receiver of wasHere) receiver.leave('stop');
  for (const { disk } of receivers) Object.assign(disk, { isBroken: false, latency: 4 });
  await pass(world, place.clock.now() + CLOSING + 60_000);
  if (place.violation !== undefined) return;
  const held = [
    ...(wasSenderHere ? [['sender', sender.visit.held()] as const] : []),
    ...wasHere.map(({ name, visit }) => [name, visit.held()] as const),
  ];
  for (const [name, things] of held)
    for (const [thing, count] of Object.entries(things))
      if (count !== 0) place.violated(`I11: ${name} has gone and holds ${count} ${thing}`);
  for (const { name, sinks, visit } of wasHere)
    if (!visit.isGone && sinks.at(-1)?.state === 'open')
      place.violated(`I11: ${name} has gone and its sink is open`);
}

/** I10: no message to the server reveals anything about the files. */
function checkServer({ place, sender }: World): void {
  const secrets = ['secret', 'fingerprint', Buffer.from(sender.link.secret).toString('base64url')];
  for (const text of place.server.heard)
    for (const secret of secrets)
      if (text.includes(secret)) place.violated(`I10: the server heard ${secret}`);
}
