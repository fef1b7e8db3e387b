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
  const { memory, suspended, buried, at, id } = standing;
  const next = { memory, suspended, buried, at, id };
  apply(next, event, schedule);
  return next;
}

/** The same in place: a hundred thousand events leave no copies behind. */
function apply(standing: Standing, event: Event, schedule: Schedule): void {
  standing.at = event.at;
  standing.id = event.id;
  if (event.kind === "review") {
    if (event.grade) standing.memory = schedule.answer(standing.memory, event.grade, event.at, event.card);
  } else if (event.kind === "suspend") standing.suspended = true;
  else if (event.kind === "resume") standing.suspended = false;
  else if (event.kind === "bury") standing.buried = event.at;
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

/** All cards' standings from all events; `seen` is called before each with the card's memory. */
export function replay(
  events: readonly Event[],
  schedule: Schedule,
  seen?: (event: Event, before: Memory | null) => void,
): Map<string, Standing> {
  const found = new Map<string, Standing>();
  for (const event of counted(events)) {
    let standing = found.get(event.card);
    if (!standing) {
      standing = { ...UNSEEN };
      found.set(event.card, standing);
    }
    seen?.(event, standing.memory);
    apply(standing, event, schedule);
  }
  return found;
}
