// The page's words about copies that stay in the browser. They must also be true on a shared computer.

import type { SinkChoice } from '@burritoshare/core';

import type { CopyPlace } from '../delivery/view.ts';
import { formatBytes, formatDay, formatMoment } from '../ui/format.ts';
import { goesAt, type CopyAge } from './opfs/expiry.ts';

/**
 * Where a copy is kept. A delivery from an earlier visit has no sink choice; it is on the disk, since it outlived that
 * visit.
 */
export function placeOfCopy(sink: SinkChoice | undefined): CopyPlace {
  switch (sink?.kind) {
    case 'memory':
      return 'tab';
    case 'private':
      return sink.volatile === true ? 'window' : 'disk';
    case 'none':
    case undefined:
      return 'disk';
  }
}

/** When the files were handed over. */
export interface HandOver {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether that was in an earlier visit. The page then doesn't hand them over by itself again. */
  readonly isEarlier: boolean;
}

/** The words about the copy that is still here after the files were handed over. */
export function copyWords(place: CopyPlace, { at }: HandOver, now = Date.now()): string {
  if (place === 'tab') return 'The copy in this tab’s memory goes when you close the tab.';
  const end = formatMoment(goesAt({ handedOver: at, progressed: at }), now);
  return place === 'window'
    ? `The copy in this private window is removed ${end}, or goes with the window.`
    : `The copy in this browser is removed ${end}, or at your next visit.`;
}

/** A copy that is listed without its name. */
export interface UnnamedCopy extends CopyAge {
  readonly state: 'unfinished' | 'finished';
  /** Bytes that are here. */
  readonly bytes: number;
}

/** `Unfinished delivery, 1.2 GB, from today`, and the day when it will be removed. */
export function unnamedWords(
  copy: UnnamedCopy,
  now = Date.now(),
): { readonly title: string; readonly detail: string } {
  const { state, bytes, handedOver, progressed } = copy;
  const kinds = handedOver === undefined ? 'Complete delivery, not saved' : 'Delivery, handed over';
  const kind = state === 'unfinished' ? 'Unfinished delivery' : kinds;
  const day = formatDay(handedOver ?? progressed, now);
  return {
    title: `${kind}, ${formatBytes(bytes)}, from ${day}`,
    detail: `It is removed ${formatMoment(goesAt(copy), now)}.`,
  };
}
