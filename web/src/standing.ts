/** How a card stands: what its events come to. */
import { order, type Event } from "./event";
import type { Memory, Schedule } from "./schedule";

export interface Standing {
  memory: Memory | null;
  suspended: boolean;
  /** When it was buried last; it stays away for the rest of that day. */
  buried: number;
  /** The last event, by time and id. */
  at: number;
  id: string;
}

export const UNSEEN: Standing = { memory: null, suspended: false, buried: 0, at: -1, id: "" };

/** A card after one more event, which is no retraction and none of the past. */
export function after(standing: Standing, event: Event, schedule: Schedule): Standing {
  const next = { ...standing, at: event.at, id: event.id };
  if (event.kind === "review" && event.grade) {
    next.memory = schedule.answer(standing.memory, event.grade, event.at, event.card);
  }
  if (event.kind === "suspend") next.suspended = true;
  if (event.kind === "resume") next.suspended = false;
  if (event.kind === "bury") next.buried = event.at;
  return next;
}

/** Whether an event comes after all that a card's standing was made from. */
export function follows(standing: Standing, event: Event): boolean {
  const later = event.at > standing.at || (event.at === standing.at && event.id > standing.id);
  return event.kind !== "retract" && later;
}

/** The events that count, in order: without what was retracted. */
export function counted(events: readonly Event[]): Event[] {
  const gone = new Set<string>();
  for (const event of events) if (event.kind === "retract" && event.of) gone.add(event.of);
  return events.filter((event) => event.kind !== "retract" && !gone.has(event.id)).sort(order);
}

/** One card's standing from all its events. */
export function replayed(events: readonly Event[], schedule: Schedule): Standing {
  return counted(events).reduce((standing, event) => after(standing, event, schedule), UNSEEN);
}

/** All cards' standings from all events. */
export function replay(events: readonly Event[], schedule: Schedule): Map<string, Standing> {
  const found = new Map<string, Standing>();
  for (const event of counted(events)) {
    found.set(event.card, after(found.get(event.card) ?? UNSEEN, event, schedule));
  }
  return found;
}
