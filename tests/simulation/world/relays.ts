import { HELLO_BYTES, SENDER, SUMMARY_BYTES, toBase64Url } from '@burritoshare/core';
import type { Relay } from '@burritoshare/peer/testing';
import type { Parties } from '../watch/watch.ts';
import type { Place } from './place.ts';

/** Probabilities of what the server does to the messages that it should relay. */
export interface Relays {
  drop: number;
  duplicate: number;
  reorder: number;
  /** Bits flipped, messages invented, repeated and renumbered. */
  hostile: number;
}

/** Makes the server treat its messages with these probabilities. */
export function createRelays(place: Place, parties: Parties): Relays {
  const relays: Relays = { drop: 0, duplicate: 0, reorder: 0, hostile: 0 };
  const random = place.random.fork();
  const held = new Map<string, Relay>();
  const seen: Relay[] = [];
  const invent = (): string =>
    toBase64Url(Uint8Array.from({ length: random.below(100) }, () => random.below(256)));

  const tamperings: readonly ((relay: Relay) => readonly Relay[])[] = [
    (relay) => [{ ...relay, data: flipped(relay.data, random.below(relay.data.length + 1)) }],
    (relay) => [{ ...relay, data: invent() }, relay],
    (relay) => [{ ...relay, seq: relay.seq + 1 + random.below(3) }],
    (relay) => [relay, seen[random.below(seen.length)] ?? relay],
    (relay) => [
      { ...relay, session: toBase64Url(new Uint8Array(16).fill(random.below(9))), seq: 0 },
      relay,
    ],
    (relay) => [{ ...relay, data: '' }, relay],
  ];

  place.server.tamper = (relay, to) => {
    if (!hasItsLength(relay))
      place.violated(`N10: a server can tell ${relay.data.length} characters from others`);
    seen.push(relay);
    if (seen.length > 20) seen.shift();
    const waiting = held.get(to);
    held.delete(to);
    const after = waiting === undefined ? [] : [waiting];
    if (random.chance(relays.drop)) return count('drop', after);
    if (random.chance(relays.duplicate)) return count('duplicate', [relay, relay, ...after]);
    if (random.chance(relays.reorder)) {
      held.set(to, relay);
      return count('reorder', after);
    }
    if (!random.chance(relays.hostile)) return [relay, ...after];
    return count('hostile server', [
      ...tamperings[random.below(tamperings.length)]!(relay),
      ...after,
    ]);
  };
  const count = (fault: string, result: readonly Relay[]): readonly Relay[] => {
    place.counts.fault(fault);
    parties.isServerSound = false;
    return result;
  };
  return relays;
}

/** Bytes that AES-GCM adds. */
const TAG_BYTES = 16;

/** N10: whether what each end says first in a session is as long as always. An end of a session (N7) is empty. */
function hasItsLength({ from, seq, data }: Relay): boolean {
  if (seq !== 1 || data === '') return true;
  const bytes = (from === SENDER ? SUMMARY_BYTES : HELLO_BYTES) + TAG_BYTES;
  return data.length === Math.ceil((bytes * 8) / 6);
}

function flipped(data: string, at: number): string {
  if (data === '') return data;
  const place = Math.min(at, data.length - 1);
  return data.slice(0, place) + (data[place] === 'A' ? 'B' : 'A') + data.slice(place + 1);
}
