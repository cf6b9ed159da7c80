import { formatBytes } from '../../ui/format.ts';
import type { Refusal } from './decide.ts';

/** What stands in the place of a preview that there is none of. */
export const PREVIEW_WORDS = {
  reading: 'Reading it.',
  unknown: 'Your browser can’t show this file. Save it to open it.',
  other: 'This file is not what its name says, so it isn’t shown here.',
  large: 'This file is too large to show here. Save it to open it.',
  unread: 'This file can’t be read here right now. Save it to open it.',
  empty: 'This file is empty.',
} as const satisfies Readonly<Record<Refusal | 'reading' | 'unread' | 'empty', string>>;

/** Below a text of which only the beginning is shown. */
export function cutWords(shown: number, size: number): string {
  return `The first ${formatBytes(shown)} of ${formatBytes(size)}. Save it to read the rest.`;
}
