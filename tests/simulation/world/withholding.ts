import { createRandom } from '@burritoshare/core/testing';
import type { HostileRole, Mutate } from './hostility.ts';

/** A peer withholds messages that it owes, and sends nothing wrong. */
export interface Withholding {
  readonly role: HostileRole;
  readonly what: string;
  /** How much is withheld: one message, all of its kind, all that follow but for the beats, or the beats, too. */
  readonly extent: (typeof EXTENTS)[number];
  readonly mutate: Mutate;
}

const OWED: Readonly<Record<HostileRole, readonly string[]>> = {
  sender: ['offer', 'page', 'again', 'compared', 'file.retried', 'sent', 'complete'],
  receiver: ['held', 'accept', 'credit', 'missing', 'verified', 'lane.closed'],
};
export const EXTENTS = [
  'once',
  'always',
  'and all but beats after it',
  'and all after it',
] as const;

/** The fraction of worlds with withholding, among those in which nobody else breaks the rules. */
const WITHHOLDING = 0.06;

/** Sets this stream apart from the world's own, so that other seeds keep their course. */
const WITHHOLDING_SALT = 0x51e7ce;

export function drawWithholding(seed: number): Withholding | undefined {
  const random = createRandom(seed ^ WITHHOLDING_SALT);
  if (!random.chance(WITHHOLDING)) return undefined;
  const role = random.chance(0.6) ? 'sender' : 'receiver';
  const extent = EXTENTS[random.below(EXTENTS.length)]!;
  const kinds = OWED[role];
  const kind = kinds[random.below(kinds.length)]!;
  if (random.chance(0.6))
    return { role, what: kind, extent, mutate: withhold(extent, (data) => isMessage(data, kind)) };
  // Binary messages on `bulk`: those of a receiver report what has arrived (F6).
  const apart = random.below(random.chance(0.5) ? 4 : 60);
  let left = apart;
  const isNext = (data: string | Uint8Array): boolean => typeof data !== 'string' && left-- <= 0;
  const what = `what is binary, but for ${apart} messages`;
  return { role, what, extent, mutate: withhold(extent, isNext) };
}

function withhold(
  extent: Withholding['extent'],
  isOwed: (data: string | Uint8Array) => boolean,
): Mutate {
  let hasBegun = false;
  const isWithheld = (data: string | Uint8Array): boolean => {
    const isFirst = !hasBegun && isOwed(data);
    hasBegun ||= isFirst;
    if (extent === 'once') return isFirst;
    if (extent === 'always') return isOwed(data);
    return hasBegun && (extent === 'and all after it' || !isMessage(data, 'beat'));
  };
  return (data) => (isWithheld(data) ? [] : [{ on: 'same', data }]);
}

function isMessage(data: string | Uint8Array, type: string): boolean {
  return typeof data === 'string' && data.startsWith(`{"type":"${type}"`);
}
