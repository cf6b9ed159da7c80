import type { PeerId } from './types.ts';

/** A message as the signaling server carries it; `data` is base64url. */
export interface Envelope {
  readonly peer: PeerId;
  readonly session: string;
  readonly seq: number;
  readonly data: string;
}
