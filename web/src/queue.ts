/** What comes next: what is due, then what is new. */
import { dayEnd, dayStart } from "./day";
import type { Deck, Entry } from "./deck";
import type { History } from "./history";
import type { Settings } from "./settings";

/** What a learner wants to see: everything, a note, a section of it, what was failed. */
export interface Choice {
  note?: string;
  section?: string;
  failed?: boolean;
}

export interface Plan {
  /** Due now, the most pressing first. */
  due: Entry[];
  /** New cards that today has room for. */
  fresh: Entry[];
  /** In learning, due later today. */
  waiting: Entry[];
  /** New cards that today has no room for. */
  unseen: number;
  /** New cards whose siblings were new today: they wait for another day. */
  siblings: number;
}

/** What is due so soon is shown when nothing else is left. */
const SOON = 20 * 60_000;
/** What was failed within so many days. */
const LATELY = 7 * 86_400_000;

export function plan(
  deck: Deck,
  history: History,
  settings: Settings,
  choice: Choice,
  now: number,
  more = 0,
): Plan {
  const today = dayStart(now, settings.hour);
  const tomorrow = dayEnd(now, settings.hour);
  const found: Plan = { due: [], fresh: [], waiting: [], unseen: 0, siblings: 0 };
  const groups = new Set<string>();
  let room = settings.fresh + more;
  for (const { id, group } of deck.entries) {
    const memory = history.standings.get(id)?.memory;
    if (memory && memory.first >= today) {
      groups.add(group);
      room -= 1;
    }
  }
  // A section that was asked for is shown whole; siblings still wait for one another.
  if (choice.section) room = Infinity;
  const when = new Map<Entry, number>();
  for (const entry of deck.entries) {
    if (!chosen(entry, choice)) continue;
    const { memory, suspended, buried } = history.of(entry.id);
    if (suspended || buried >= today) continue;
    if (!memory) {
      if (choice.failed) continue;
      if (groups.has(entry.group)) found.siblings += 1;
      else if (found.fresh.length >= room) found.unseen += 1;
      else {
        groups.add(entry.group);
        found.fresh.push(entry);
      }
      continue;
    }
    if (choice.failed) {
      if (memory.failed < now - LATELY || (memory.failed < memory.last && memory.last >= today)) continue;
      if (memory.due > now && memory.last >= today) found.waiting.push(entry);
      else found.due.push(entry);
    } else if (memory.phase === "review") {
      if (memory.due < tomorrow) found.due.push(entry);
    } else if (memory.due <= now) {
      found.due.push(entry);
    } else if (memory.due < tomorrow) {
      found.waiting.push(entry);
    }
    // What is being learned comes before what has waited for days.
    when.set(entry, memory.phase === "review" ? memory.due : memory.due - 1e13);
  }
  const sooner = (one: Entry, other: Entry): number => (when.get(one) ?? 0) - (when.get(other) ?? 0);
  found.due.sort(sooner);
  found.waiting.sort(sooner);
  return found;
}

/** The card to show now, or nothing; `ahead` shows what is due soon. */
export function next(found: Plan, history: History, now: number): Entry | null {
  const soon = found.waiting[0];
  const due = soon && (history.of(soon.id).memory?.due ?? Infinity) <= now + SOON ? soon : null;
  return found.due[0] ?? found.fresh[0] ?? due ?? null;
}

function chosen(entry: Entry, { note, section }: Choice): boolean {
  return (!note || entry.note === note) && (!section || entry.section === section);
}

/** How many cards are due on each of the coming days, today first with what is overdue. */
export function forecast(deck: Deck, history: History, settings: Settings, now: number, days: number): number[] {
  const ends = Array.from({ length: days }, (_, k) => dayEnd(now, settings.hour, k + 1));
  const counts = ends.map(() => 0);
  for (const { id } of deck.entries) {
    const { memory, suspended } = history.of(id);
    if (!memory || suspended) continue;
    const day = ends.findIndex((end) => memory.due < end);
    if (day >= 0) counts[day] = (counts[day] ?? 0) + 1;
  }
  return counts;
}
