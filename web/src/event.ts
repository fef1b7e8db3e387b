/** What a learner did: an event is only ever added, never changed. */

export type Grade = 1 | 2 | 3 | 4;
export type Kind = "review" | "retract" | "suspend" | "resume" | "bury";

export interface Event {
  v: 1;
  id: string;
  kind: Kind;
  card: string;
  /** Milliseconds UTC. */
  at: number;
  /** Of a review. */
  grade?: Grade;
  /** Of a review: how long it took. */
  ms?: number;
  /** Of a retraction: the event that counts as if it had never been. */
  of?: string;
  by: string;
}

const COMMON = ["v", "id", "kind", "card", "at", "by"];
const MORE: Record<Kind, string[]> = { review: ["grade", "ms"], retract: ["of"], suspend: [], resume: [], bury: [] };
const ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

let last: { at: number; random: number[] } | null = null;

/** A ULID: ids of one millisecond grow too. */
export function ulid(at: number): string {
  const random = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte % 32);
  if (last?.at === at) {
    const next = [...last.random];
    for (let k = next.length - 1; k >= 0; k--) {
      next[k] = ((next[k] ?? 0) + 1) % 32;
      if (next[k]) break;
    }
    last = { at, random: next };
  } else {
    last = { at, random };
  }
  let time = "";
  for (let k = 0, left = Math.max(0, at); k < 10; k++, left = Math.floor(left / 32)) {
    time = `${DIGITS[left % 32]}${time}`;
  }
  return time + last.random.map((digit) => DIGITS[digit]).join("");
}

/** Which of two events is replayed first. */
export function order(one: Event, other: Event): number {
  return one.at - other.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}

/** An event as one line, its keys in their order. */
export function line(event: Event): string {
  const { v, id, kind, card, of, at, grade, ms, by } = event;
  return JSON.stringify({ v, id, kind, card, of, at, grade, ms, by });
}

export interface Read {
  events: Event[];
  /** What could not be read: the number of the line, and why. */
  wrong: [number, string][];
}

/** Events of JSON Lines; a line that is none is named, not dropped in silence. */
export function read(text: string): Read {
  const found: Read = { events: [], wrong: [] };
  const lines = text.split("\n");
  lines.forEach((row, k) => {
    if (!row.trim()) return;
    try {
      const event = checked(JSON.parse(row));
      if (typeof event === "string") found.wrong.push([k + 1, event]);
      else found.events.push(event);
    } catch {
      const torn = k === lines.length - 1;
      found.wrong.push([k + 1, torn ? "it is torn, it ends too soon" : "it is not JSON"]);
    }
  });
  return found;
}

/** The event that a value is, or what is wrong with it. */
export function checked(value: unknown): Event | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is not an event";
  const given = value as Record<string, unknown>;
  const { v, id, kind, card, at, grade, ms, of, by } = given;
  if (v !== 1) return `its version is ${shown(v)}, and this page reads version 1`;
  const more = typeof kind === "string" ? MORE[kind as Kind] : undefined;
  if (!more) return `its kind is ${shown(kind)}`;
  const strange = Object.keys(given).filter((key) => !COMMON.includes(key) && !more.includes(key));
  if (strange.length) return `it has ${strange.map(shown).join(", ")}, which is not known`;
  if (!isId(id)) return `its id is ${shown(id)}, not a ULID`;
  if (!isName(card)) return `its card is ${shown(card)}, not a name`;
  if (!isName(by)) return `its by is ${shown(by)}, not a name`;
  if (!isTime(at)) return `its time is ${shown(at)}, not milliseconds since 1970`;
  const event: Event = { v: 1, id, kind: kind as Kind, card, at, by };
  if (kind === "review") {
    if (grade !== 1 && grade !== 2 && grade !== 3 && grade !== 4) return `its grade is ${shown(grade)}`;
    if (!isTime(ms)) return `the time that it took is ${shown(ms)}, not milliseconds`;
    return { ...event, grade, ms };
  }
  if (kind === "retract") {
    if (!isId(of)) return `what it takes back is ${shown(of)}, not the id of an event`;
    return { ...event, of };
  }
  return event;
}

function isId(value: unknown): value is string {
  return typeof value === "string" && ID.test(value);
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= 500 && !/\p{C}/u.test(value);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 48;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "missing").slice(0, 60);
}
