/** What a learner chose, kept beside the events. */
import { recall, remember } from "./kept";
import { DEFAULTS, type Rules } from "./schedule";

export interface Settings extends Rules {
  /** New cards a day. */
  fresh: number;
  /** The hour at which a day begins. */
  hour: number;
  /** Whether cards can be answered in the notes. */
  notes: boolean;
  /** After so many answers it is enough; `qedeck review --limit`. */
  limit?: number;
}

export const STANDARD: Settings = {
  retention: 0.9,
  parameters: DEFAULTS,
  fuzz: false,
  fresh: 8,
  hour: 4,
  notes: true,
};

const BOUNDS: Record<"retention" | "fresh" | "hour", [number, number]> = {
  retention: [0.7, 0.97],
  fresh: [0, 9999],
  hour: [0, 23],
};

/** Settings of a value that may be anything; what makes no sense is as it is by default. */
export function settings(value: unknown): Settings {
  const given = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const found = { ...STANDARD };
  for (const [name, [least, most]] of Object.entries(BOUNDS) as ["fresh", [number, number]][]) {
    const number = given[name];
    if (typeof number === "number" && number >= least && number <= most) found[name] = number;
  }
  for (const name of ["fuzz", "notes"] as const) {
    if (typeof given[name] === "boolean") found[name] = given[name];
  }
  found.parameters = parameters(given.parameters) ?? DEFAULTS;
  return found;
}

/** 21 numbers, or nothing. */
export function parameters(value: unknown): number[] | null {
  const fits = Array.isArray(value) && value.length === 21 && value.every(Number.isFinite);
  return fits ? (value as number[]) : null;
}

export function readSettings(name: string): Settings {
  return settings(recall(`${name} settings`));
}

/** Whether they could be kept. */
export function writeSettings(name: string, chosen: Settings): boolean {
  return remember(`${name} settings`, chosen);
}
