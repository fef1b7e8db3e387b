/** A learner's day begins early in the morning, not at midnight. */

/** When the day that a moment lies in began. */
export function dayStart(at: number, hour: number): number {
  const date = new Date(at);
  const start = new Date(date.getFullYear(), date.getMonth(), date.getDate(), hour);
  if (start.getTime() > at) start.setDate(start.getDate() - 1);
  return start.getTime();
}

/** When the next day begins, or one that is some days later. */
export function dayEnd(at: number, hour: number, days = 1): number {
  const start = new Date(dayStart(at, hour));
  start.setDate(start.getDate() + days);
  return start.getTime();
}

/** The name of a day: 2026-11-30. */
export function dayName(at: number, hour: number): string {
  const date = new Date(dayStart(at, hour));
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const UNITS: [number, string][] = [
  [365 * 86_400_000, "y"],
  [30 * 86_400_000, "mo"],
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
];

/** A span as buttons show it: 10 min, 3 d, 1.4 y. */
export function span(ms: number): string {
  for (const [size, unit] of UNITS) {
    // A month and a half is said in days.
    const least = unit === "mo" ? 2 : 1;
    if (ms < size * least) continue;
    const number = ms / size;
    const shown = unit === "y" || unit === "mo" ? number.toFixed(1).replace(/\.0$/, "") : Math.round(number);
    return `${shown} ${unit}`;
  }
  return "now";
}
