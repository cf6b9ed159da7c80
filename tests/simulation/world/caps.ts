import { createRandom } from '@burritoshare/core/testing';
import type { World } from './world.ts';

/** The acts by which the sender's person changes the rate, counted like other people's acts. */
export const CAP_ACTS = ['sender caps the rate', 'sender lifts the cap'] as const;

/** In one world in CAPS_EVERY, the sender's person caps the rate. */
const CAPS_EVERY = 9;

/** Sets this stream apart from the world's own, so that other seeds keep their course. */
const CAPS_SALT = 0x5ca1ab1e;

/** With less, a chunk for each of three receivers takes as long as anybody waits for one (T5). */
const CAP_MIN = 500;

/** Lets the sender's person cap the rate and lift the cap until `end`: at a tenth to ten times the path's own rate. */
export function scheduleCaps(world: World, seed: number, end: number): void {
  if (seed % CAPS_EVERY !== 4) return;
  const random = createRandom(seed ^ CAPS_SALT);
  const wayPerSecond = world.place.internet.speed.rate * 1_000;
  const count = 1 + random.below(6);
  for (let number = 0; number < count; number++) {
    const isLifted = number > 0 && random.chance(0.3);
    const drawn = wayPerSecond * 10 ** random.between(-1, 1);
    const cap = isLifted ? undefined : Math.max(CAP_MIN, drawn);
    const act = CAP_ACTS[isLifted ? 1 : 0];
    // The first act comes early, since most bundles are sent soon.
    const time = number === 0 ? random.between(0, 500) : world.drawTime(random, end);
    world.at(time, () => {
      if (!world.sender.isHere) return;
      world.counts.fault(act);
      world.tell('sender', cap === undefined ? act : `${act} at ${Math.round(cap)} bytes a second`);
      world.sender.host.setRateCap(cap);
    });
  }
}
