/** Owns how numbers, sizes, times and digests are written for people. */

const integers = new Intl.NumberFormat("en");
const decimals = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

export function count(value: number | undefined, noun: string, plural = `${noun}s`): string {
  const n = value ?? 0;
  return `${integers.format(n)} ${n === 1 ? noun : plural}`;
}

export function number(value: number | undefined): string {
  return integers.format(value ?? 0);
}

export function metric(value: number | undefined): string {
  if (value === undefined) return "";
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e7) ? value.toExponential(3) : decimals.format(value);
}

/** Bytes; 64-bit numbers come as text. */
export function bytes(value: number | string | undefined): string {
  let rest = Number(value ?? 0);
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? rest : rest.toFixed(1)} ${units[unit] ?? ""}`;
}

export function time(value: string | undefined): string {
  return value === undefined ? "" : moment.format(new Date(value));
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1],
];

export function ago(value: string | undefined, now: number = Date.now()): string {
  if (value === undefined) return "";
  const seconds = Math.round((new Date(value).getTime() - now) / 1000);
  if (Math.abs(seconds) > 30 * 86_400) return time(value);
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ["second", 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** The first digits of a digest: enough to compare by eye. */
export function shortDigest(digest: string | undefined): string {
  return (digest ?? "").replace(/^sha256:/, "").slice(0, 12);
}

/** How long something took, or has taken until now. */
export function span(start: string | undefined, end: string | undefined, now: number = Date.now()): string {
  if (start === undefined) return "";
  const seconds = Math.max(0, Math.round(((end === undefined ? now : Date.parse(end)) - Date.parse(start)) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
