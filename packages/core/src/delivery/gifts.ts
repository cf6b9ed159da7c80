// What a receiver hands back: links of its own (SPEC.md: B).

import { GIFTS_MAX } from '../constants.ts';

/** Whether a link can be handed back. One that was before can: it is the same gift (B2). */
export function canGive(gifts: readonly string[], link: string): boolean {
  return gifts.includes(link) || gifts.length < GIFTS_MAX;
}

/** Adds a link; returns the same list if it is there already. */
export function addGift(gifts: readonly string[], link: string): readonly string[] {
  return gifts.includes(link) ? gifts : [...gifts, link];
}
