import { createHmac, randomBytes } from 'node:crypto';

/** Bytes of a tag: two neighbourhoods of the few in a room are hardly ever alike, and no address can be told from it. */
const TAG_BYTES = 4;

/**
 * Makes neighbourhood tags (SPEC.md, S14): equal for two members of one room whose addresses share a prefix, and
 * unrelated in any other room, and under the key of any other process.
 */
export function createTags(): (room: string, neighbourhood: string) => string {
  const key = randomBytes(32);
  return (room, neighbourhood) =>
    createHmac('sha256', key)
      // A room id has one length, so that no two pairs make one text.
      .update(room + neighbourhood)
      .digest()
      .subarray(0, TAG_BYTES)
      .toString('base64url');
}
