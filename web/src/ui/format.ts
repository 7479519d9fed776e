/**
 * In:  numbers and instants in ms.
 * Out: the few words and digits a screen shows for them, and the primitives every screen is built of.
 * Never: a word of the telephone business; a primitive does not know what it shows.
 */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A running timer: `0:07`, `12:40`, `1:02:09`; from a day on `1 d 3 h`, since nobody reads 44,715 minutes. */
export function formatTimer(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole >= day) return `${Math.floor(whole / day)} d ${Math.floor((whole % day) / hour)} h`;
  const seconds = two(Math.floor((whole % minute) / second));
  if (whole < hour) return `${Math.floor(whole / minute)}:${seconds}`;
  return `${Math.floor(whole / hour)}:${two(Math.floor((whole % hour) / minute))}:${seconds}`;
}

/** How long ago, coarse on purpose: `now`, `7 min`, `1 h`, `2 d`. */
export function formatAgo(ms: number): string {
  if (ms < minute) return 'now';
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  return ms < day ? `${Math.floor(ms / hour)} h` : `${Math.floor(ms / day)} d`;
}

/** The age of data: `0.4 s`, `12 s`, `3 min`. */
export function formatAge(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < 10 * second) return `${(Math.floor(whole / 100) / 10).toFixed(1)} s`;
  if (whole < 2 * minute) return `${Math.floor(whole / second)} s`;
  return formatAgo(whole);
}

/** A promise of at most so long, rounded up so that it is kept: `60 s`, `95 s`, `3 min`. */
export function formatBound(ms: number): string {
  return ms <= 2 * minute ? `${5 * Math.ceil(ms / (5 * second))} s` : `${Math.ceil(ms / minute)} min`;
}

/** `10:42:07` on the wall of this machine's zone. */
export function formatClock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

/** `Monday 23 November`. */
export function formatDate(at: number): string {
  return guarded(
    () =>
      new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).format(at).replace(',', ''),
    new Date(at).toDateString(),
  );
}

/** The place of this machine's zone: `Denver`, `UTC`. */
export function zonePlace(): string {
  const zone = guarded(() => new Intl.DateTimeFormat('en-GB').resolvedOptions().timeZone, 'UTC');
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** Some signage players report a locale or zone that Intl throws on; a blank wall would be the price. */
function guarded(read: () => string, otherwise: string): string {
  try {
    return read() || otherwise;
  } catch {
    return otherwise;
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
