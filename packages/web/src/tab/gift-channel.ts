// Between two tabs of this origin: one that receives, and one in which its person shares something to hand back. Only
// who knows the channel's id can speak on it, and the id is in the address of the second tab alone.

import { readGift, toBase64Url } from '@burritoshare/core';

/** Bytes of a channel's id: nobody guesses it. */
const ID_BYTES = 16;

/** The end of a channel that is open. */
type Close = () => void;

type Said =
  | { readonly type: 'gift'; readonly link: string }
  | { readonly type: 'answer'; readonly link: string; readonly isTaken: boolean };

/** Draws a channel's id, in base64url. */
export function drawGiftChannel(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
}

/**
 * The end of the tab that receives.
 *
 * @param onGift - hands a link on, as core's `formatGift` writes it, and returns whether that was possible.
 */
export function takeGifts(id: string, onGift: (link: string) => boolean): Close {
  const channel = openChannel(id);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const said = readSaid(data);
    if (said?.type !== 'gift') return;
    channel.postMessage({ type: 'answer', link: said.link, isTaken: onGift(said.link) });
  };
  return () => channel.close();
}

/**
 * The end of the tab that shares: says the link.
 *
 * @param onAnswer - is called unless the other tab has gone.
 */
export function offerGift(id: string, link: string, onAnswer: (isTaken: boolean) => void): Close {
  const channel = openChannel(id);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const said = readSaid(data);
    if (said?.type === 'answer' && said.link === link) onAnswer(said.isTaken);
  };
  channel.postMessage({ type: 'gift', link });
  return () => channel.close();
}

function openChannel(id: string): BroadcastChannel {
  return new BroadcastChannel(`burritoshare gifts ${id}`);
}

// Another version of this page may be at the other end.
function readSaid(data: unknown): Said | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { type, link, isTaken } = data as Partial<Record<'type' | 'link' | 'isTaken', unknown>>;
  if (typeof link !== 'string' || readGift(link) === undefined) return undefined;
  if (type === 'gift') return { type, link };
  return type === 'answer' && typeof isTaken === 'boolean' ? { type, link, isTaken } : undefined;
}
