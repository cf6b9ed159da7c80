import type { IceServer } from '@burritoshare/core';
import { isIP } from 'node:net';
import * as v from 'valibot';

/** Characters of JSON. The list of ICE servers shares one message with the room's members. */
const ICE_SERVERS_MAX = 16 * 1024;

/** Characters of one URL or credential. Clients refuse longer ones. */
const ICE_TEXT_MAX = 1024;

/** A whole number within bounds, with a default. */
export function whole(
  min: number,
  max: number,
  fallback: number,
): v.OptionalSchema<v.GenericSchema<number>, number> {
  const reason = `must be a whole number from ${min} to ${max}`;
  return v.optional(
    v.pipe(v.number(reason), v.integer(reason), v.minValue(min, reason), v.maxValue(max, reason)),
    fallback,
  );
}

/** An origin as browsers spell it: scheme, host and port. */
export const allowedOrigin = v.pipe(
  v.string('must be a list of origins'),
  v.check(
    (text) => URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text,
    originReason(),
  ),
);

/** One address, or a network in CIDR notation. */
export const network = v.pipe(
  v.string('must be a list of networks'),
  v.check(
    isNetwork,
    'must be a list of addresses or networks such as 10.0.0.0/8, separated by commas',
  ),
);

const iceText = v.pipe(v.string(), v.maxLength(ICE_TEXT_MAX));
const iceUrl = v.pipe(iceText, v.regex(/^(?:stun|turn)s?:./i));
const iceServer = v.strictObject({
  urls: v.union([iceUrl, v.pipe(v.array(iceUrl), v.minLength(1))]),
  username: v.exactOptional(iceText),
  credential: v.exactOptional(iceText),
});

/** A list of `RTCIceServer`. */
export const iceServers = v.custom<readonly IceServer[]>(
  (value) => v.is(v.array(iceServer), value) && JSON.stringify(value).length <= ICE_SERVERS_MAX,
  `must be a JSON list of RTCIceServer objects with stun:, stuns:, turn: or turns: URLs, of at most ${ICE_SERVERS_MAX} characters`,
);

function originReason(): string {
  return 'must be a list of origins such as https://files.example, separated by commas, without a path';
}

// Refuses words such as "loopback" and bare wildcards: the line itself should show which addresses are trusted.
function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return false;
  return bits === undefined || (Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128));
}
