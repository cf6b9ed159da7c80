import { createHmac, randomBytes } from 'node:crypto';

/** Bytes of a tag: enough to tell the few neighbourhoods of a room apart. The key keeps an address from being found. */
const TAG_BYTES = 4;

/**
 * Makes neighbourhood tags (SPEC.md, S14): equal for two members of one room whose addresses share a prefix. In another
 * room or another process, the tags of the same address are unrelated.
 */
export function createTags(): (room: string, neighbourhood: string) => string {
  const key = randomBytes(32);
  return (room, neighbourhood) =>
    createHmac('sha256', key)
      // All room ids have the same length, so that no two pairs make the same text.
      .update(room + neighbourhood)
      .digest()
      .subarray(0, TAG_BYTES)
      .toString('base64url');
}
