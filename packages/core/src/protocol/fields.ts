import * as v from 'valibot';

import { SDP_MAX } from '../constants.ts';
import { SENDER, type PeerId } from './types.ts';

/** A whole number from 0 to 2^53 − 1, the only kind of number in the protocol's JSON, except for times. */
export const whole = v.pipe(v.number(), v.check(isWhole));

/** Milliseconds since 1970, or before: a whole number with a sign. */
export const time = v.pipe(v.number(), v.check(isTime));

/** A whole number from 1, for generations and rounds. */
export const counted = v.pipe(
  v.number(),
  v.check((value) => isWhole(value) && value >= 1),
);

/** 16 bytes in base64url: the spare bits of the last character are zero, so each has one spelling. */
export const id = v.pipe(v.string(), v.regex(/^[\w-]{21}[AQgw]$/));

/** 32 bytes in base64url. */
export const token = v.pipe(v.string(), v.regex(/^[\w-]{42}[AEIMQUYcgkosw048]$/));

/** A neighbourhood tag: 4 bytes in base64url. */
export const tag = v.pipe(v.string(), v.regex(/^[\w-]{5}[AQgw]$/));

/** A digest is as long as a token. */
export const digest = v.pipe(token);

/** `sender`, or a receiver's member id. */
export const peer = v.pipe(v.string(), v.check(isPeer));

/** Text of at most `characters` UTF-16 code units. */
export function textUpTo(characters: number): v.GenericSchema<string> {
  return v.pipe(v.string(), v.maxLength(characters));
}

/** At most `bytes` bytes in base64url. */
export function base64UrlUpTo(bytes: number): v.GenericSchema<string> {
  return v.pipe(v.string(), v.maxLength(Math.ceil((bytes * 4) / 3)), v.check(isBase64Url));
}

/** Whether `value` is a whole number of the protocol. −0 is not: JSON would not preserve it. */
export function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}

/** Whether `value` is a time of the protocol: a whole number, or a negated one. */
export function isTime(value: number): boolean {
  return isWhole(value < 0 ? -value : value);
}

function isPeer(value: string): value is PeerId {
  return value === SENDER || v.is(id, value);
}

// Does not decode, and uses no pattern that backtracks over 50,000 characters.
function isBase64Url(text: string): boolean {
  if (/[^\w-]/.test(text)) return false;
  const last = text.slice(-1);
  switch (text.length % 4) {
    case 0:
      return true;
    case 2:
      return 'AQgw'.includes(last);
    case 3:
      return 'AEIMQUYcgkosw048'.includes(last);
    default:
      return false;
  }
}

/** Characters of a candidate: several times the longest that browsers make, with TURN over TLS. */
const CANDIDATE_MAX = 1024;

/** Characters of an SDP media identification tag; browsers use one or two. */
const MID_MAX = 64;

/** `RTCIceCandidate.sdpMLineIndex` is an unsigned short. */
const LINE_MAX = 0xffff;

/** The fields of a {@link Description}. */
export const description = {
  kind: v.picklist(['offer', 'answer']),
  sdp: textUpTo(SDP_MAX),
};

/** The fields of a {@link Candidate}. */
export const candidate = {
  candidate: textUpTo(CANDIDATE_MAX),
  mid: v.nullable(textUpTo(MID_MAX)),
  line: v.nullable(v.pipe(whole, v.maxValue(LINE_MAX))),
};
