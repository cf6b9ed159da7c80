// Formats numbers for the page: figures in the reader's locale, words in the page's language.

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** Fraction digits of each unit: enough to see it change, few enough not to flicker. */
const DIGITS = [0, 0, 1, 2, 2] as const;

/** A no-break space keeps a figure and its unit on one line. */
const SPACE = '\u00a0';

/** A size in decimal units: `340 MB`, `1.25 GB`, `1 byte`. */
export function formatBytes(bytes: number, locale?: string): string {
  return sized(bytes, 0, locale);
}

/** Like {@link formatBytes}, but with a fixed number of digits, for figures that change: `340.0 MB`. */
export function formatMovingBytes(bytes: number, locale?: string): string {
  return sized(bytes, undefined, locale);
}

/** A speed: `5.1 MB/s`. */
export function formatRate(bytesPerSecond: number, locale?: string): string {
  return `${sized(bytesPerSecond, undefined, locale)}/s`;
}

/** A speed in bits, as networks are sold: `5 Mbit/s`. */
export function formatBitRate(bytesPerSecond: number, locale?: string): string {
  const megabits = (bytesPerSecond * 8) / 1e6;
  return `${new Intl.NumberFormat(locale).format(megabits)}${SPACE}Mbit/s`;
}

function sized(bytes: number, leastDigits: number | undefined, locale?: string): string {
  const place = unitPlace(bytes);
  const digits = DIGITS[place] ?? 0;
  const figure = new Intl.NumberFormat(locale, {
    minimumFractionDigits: leastDigits ?? digits,
    maximumFractionDigits: digits,
  }).format(bytes / 1000 ** place);
  const unit = place === 0 && Math.round(bytes) === 1 ? 'byte' : UNITS[place];
  return `${figure}${SPACE}${unit}`;
}

/** The index of the first unit whose rounded figure stays below 1,000. */
function unitPlace(bytes: number): number {
  const last = UNITS.length - 1;
  for (let place = 0; place < last; place++) {
    const scale = 10 ** (DIGITS[place] ?? 0);
    if (Math.round((bytes / 1000 ** place) * scale) / scale < 1000) return place;
  }
  return last;
}

/** `1 file`, `10,000 files`, `2 deliveries`. */
export function formatCount(
  count: number,
  noun: string,
  locale?: string,
  plural = `${noun}s`,
): string {
  return `${new Intl.NumberFormat(locale).format(count)} ${count === 1 ? noun : plural}`;
}

/** `42 %`, always rounded down, so that `100 %` means complete. */
export function formatPercent(bytes: number, total: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent' }).format(percentOf(bytes, total) / 100);
}

/** 0 to 100, rounded down; 100 for a total of 0. */
export function percentOf(bytes: number, total: number): number {
  if (bytes >= total) return 100;
  return Math.max(0, Math.floor((bytes / total) * 100));
}

/** `about 2 minutes left`; undefined if it can't be known. Coarse on purpose: a figure that jumps is of no use. */
export function formatTimeLeft(seconds: number, locale?: string): string | undefined {
  if (!Number.isFinite(seconds) || seconds < 0) return undefined;
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 50) return 'less than a minute left';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${formatCount(Math.max(1, minutes), 'minute', locale)} left`;
  const hours = Math.round(seconds / 3600);
  if (hours < 24) return `about ${formatCount(hours, 'hour', locale)} left`;
  return 'more than a day left';
}

/** Milliseconds of a day without a change of the clocks. */
const DAY = 86_400_000;

/**
 * A moment as words that can follow a verb: `today at 14:05`, `yesterday at …`, `tomorrow at …`, else `on 25 November`.
 */
export function formatMoment(time: number, now = Date.now(), locale?: string): string {
  const midnight = (moment: number) => new Date(moment).setHours(0, 0, 0, 0);
  // Rounded, since a day with a change of the clocks has an hour more or less.
  const days = Math.round((midnight(time) - midnight(now)) / DAY);
  const day = (['yesterday', 'today', 'tomorrow'] as const)[days + 1];
  if (day === undefined) return `on ${formatDay(time, now, locale)}`;
  const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  return `${day} at ${clock.format(time)}`;
}

/** A day: `25 November`, with the year if it isn't this one. */
export function formatDay(time: number, now = Date.now(), locale?: string): string {
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(time);
}
