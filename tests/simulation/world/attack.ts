import { toBase64Url } from '@burritoshare/core';
import { createRandom, type Random } from '@burritoshare/core/testing';
import { createPartyClock } from '@burritoshare/peer/testing';
import { intrude, WITH_LINK, WITH_ROOM, type Intrusion, type Plan } from './intruder.ts';
import type { World } from './world.ts';

/** The attackers of a world, and where they come from. */
export interface Attack {
  /** Their neighbourhood, which is the same for all of them (S14). */
  readonly tag: string;
  /** An honest receiver who lives there too. */
  readonly neighbour: string | undefined;
  /** How many of them have the link, and how many know only the room's id. */
  readonly withLink: number;
  readonly withRoom: number;
  readonly random: Random;
}

/** One world in ATTACK_EVERY is attacked. */
const ATTACK_EVERY = 7;

/** Sets this stream apart from the world's own, so that other seeds keep their course. */
const ATTACK_SALT = 0x0bad5eed;

export function drawAttack(seed: number): Attack | undefined {
  if (seed % ATTACK_EVERY !== 4) return undefined;
  const random = createRandom(seed ^ ATTACK_SALT);
  const kind = random.below(4);
  return {
    tag: toBase64Url(Uint8Array.from({ length: 4 }, () => random.below(256))),
    // Never receiver1: it lives elsewhere, so the attackers must not keep it out.
    neighbour: random.chance(0.5) ? 'receiver2' : undefined,
    withLink: kind === 0 ? 0 : 1 + random.below(6),
    withRoom: kind === 1 ? 0 : 1 + random.below(9),
    random,
  };
}

/** Attackers who come again and again until they are told to leave. */
export interface Attackers {
  readonly areHere: boolean;
  leave(): void;
}

export function sendAttackers(world: World): Attackers {
  const { attack } = world;
  if (attack === undefined) return { areHere: false, leave: () => undefined };
  const clock = createPartyClock(world.place.clock);
  const { withLink, withRoom } = attack;
  const leaving = Array.from({ length: withLink + withRoom }, (_, index) =>
    comeAgain(world, attack, clock, index),
  );
  const attackers = {
    areHere: true,
    leave() {
      attackers.areHere = false;
      clock.stop();
      for (const leave of leaving) leave();
    },
  };
  return attackers;
}

// The longer an attack lasts, the longer the attackers stay away between two visits: later visits show little new.
const AWAY = { least: 500, most: 5_000, more: 12_000 };

const STAYS = [2_000, 15_000, 60_000];

function comeAgain(
  world: World,
  { tag, withLink, random: shared }: Attack,
  clock: ReturnType<typeof createPartyClock>,
  index: number,
): () => void {
  const { place, sender, watch, counts } = world;
  const plans: readonly Plan[] = index < withLink ? WITH_LINK : WITH_ROOM;
  const name = `attacker${index + 1}`;
  const random = shared.fork();
  let visits = 0;
  let visit: Intrusion | undefined;
  const goAway = (): void => {
    visit = undefined;
    visits += 1;
    clock.setTimeout(come, random.between(AWAY.least, AWAY.most + AWAY.more * visits));
  };
  const come = (): void => {
    const coming: Intrusion = intrude({
      place: { ...place, clock },
      link: sender.link,
      name,
      tag,
      random,
      plan: plans[random.below(plans.length)]!,
      act(what, detail = '') {
        counts.fault(`attacker ${what}`);
        world.tell(name, what + detail);
      },
      callDelivery: (id) => void watch.parties.attackers.set(id, name),
      onEnd: () => {
        if (visit === coming) goAway();
      },
    });
    visit = coming;
    const stay = STAYS[random.below(STAYS.length)]!;
    clock.setTimeout(
      () => {
        if (visit === coming) coming.leave();
      },
      random.between(stay / 2, stay),
    );
  };
  clock.setTimeout(come, random.between(0, 3_000));
  return () => visit?.leave();
}
