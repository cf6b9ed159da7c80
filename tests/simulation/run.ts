import { createWorld, type World, type WorldOptions } from './world/world.ts';
import { scheduleCaps } from './world/caps.ts';
import { scheduleFaults } from './world/faults.ts';
import { attend, attendSender, scheduleActs } from './world/people.ts';
import { stateOf } from './world/sender-party.ts';
import type { Counts } from './watch/counts.ts';
import type { Story } from './watch/story.ts';

export interface RunResult {
  readonly seed: number;
  /** What doesn't hold; undefined for a good run. */
  readonly violation: string | undefined;
  readonly story: Story;
  readonly counts: Counts;
}

/** Milliseconds in which everything has to come to an end once faults have. */
const LIVENESS_LIMIT = 20 * 60_000;

/** Milliseconds after which a connection that closes has closed, also without the other side's help. */
const CLOSING = 50_000;

/** Hops of promises between two timers: more than any of the hosts takes. */
const HOPS = 40;

const OVER = ['complete', 'failed', 'cancelled'];

async function settle(): Promise<void> {
  for (let hop = 0; hop < HOPS; hop++) await Promise.resolve();
}

/** Lets time pass until `end`, or until something holds. */
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
  scheduleFaults(world, random.fork(), calm);
  scheduleActs(world, random.fork(), calm);
  scheduleCaps(world, seed, calm);
  const people = setPeople(world, random.fork());
  await pass(world, calm);
  if (isLive) await calmDown(world, people);
  people.stop();
  await farewell(world);
  if (world.place.violation === undefined) checkServer(world);
  const result = {
    seed,
    violation: world.place.violation,
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

async function calmDown(world: World, people: People): Promise<void> {
  const { clock, internet, server } = world.place;
  world.tell('world', 'calm');
  internet.hasWay = true;
  server.isDown = false;
  people.isCalm = true;
  world.sender.comeBack();
  for (const receiver of world.receivers) receiver.comeBack();
  await pass(world, clock.now() + LIVENESS_LIMIT, () => isAllOver(world));
  if (world.place.violation === undefined && !isAllOver(world))
    world.place.violated(`I8: ${describeEnds(world)}`);
}

function isAllOver(world: World): boolean {
  if (world.watch.parties.hostile === 'sender') return true;
  const honest = world.receivers.filter(({ isHonest }) => isHonest);
  if (!honest.every(({ state, isHere }) => isHere && OVER.includes(state))) return false;
  // A receiver that has everything tells the sender so, for as long as its page is there and has its seat.
  return world.sender.deliveries().every(({ id, actor }) => {
    const receiver = honest.find(({ host }) => host.id === id);
    const isTold =
      receiver?.state === 'complete' && !receiver.isFinished && receiver.seat === 'held';
    return OVER.includes(stateOf(actor)) || !isTold;
  });
}

function describeEnds(world: World): string {
  const ends = world.receivers.map(({ name, state, host }) => {
    const delivery = world.sender.deliveries().find(({ id }) => id === host.id);
    return `${name} ${state}, the sender's ${delivery === undefined ? 'none' : stateOf(delivery.actor)}`;
  });
  return `not over: ${ends.join('; ')}`;
}

/** I11: once everybody has gone in peace, nothing is left. */
async function farewell(world: World): Promise<void> {
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

/** I10: nothing that the server heard says anything of the files. */
function checkServer({ place, sender }: World): void {
  const secrets = ['secret', 'fingerprint', Buffer.from(sender.link.secret).toString('base64url')];
  for (const text of place.server.heard)
    for (const secret of secrets)
      if (text.includes(secret)) place.violated(`I10: the server heard ${secret}`);
}
