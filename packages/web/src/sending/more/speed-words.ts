import { formatBitRate, formatRate } from '../../ui/format.ts';

/**
 * The speed limits that a sender can choose, in bytes a second: 1 to 50 Mbit/s, from hardly noticeable to half of a
 * common uplink.
 */
export const SPEED_LIMITS = [1, 2, 5, 10, 20, 50].map((megabits) => megabits * 125_000);

export const SPEED_LIMIT = {
  label: 'Speed limit',
  detail:
    'For all receivers of this page together, so that your network has room for other things.',
  useAll: 'Use all of the line, even if calls and downloads beside it suffer.',
} as const;

/** A limit in Mbit/s, as networks are sold, and in bytes, as the page counts. Undefined stands for no limit. */
export function speedLimitWords(bytesPerSecond: number | undefined, locale?: string): string {
  if (bytesPerSecond === undefined) return 'No limit';
  return `${formatBitRate(bytesPerSecond, locale)} (${formatRate(bytesPerSecond, locale)})`;
}
