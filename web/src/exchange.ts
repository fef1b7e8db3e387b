/** Events as a file of JSON Lines, out and in: histories merge by union. */
import { line, order, read, type Event } from "./event";
import type { Store } from "./store";

export function asLines(events: readonly Event[]): string {
  return [...events].sort(order).map((event) => `${line(event)}\n`).join("");
}

/** Hand all events to the learner as a file; how many there are. */
export async function save(store: Store, day: string): Promise<number> {
  const events = await store.all();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([asLines(events)], { type: "application/x-ndjson" }));
  link.download = `qedeck-reviews-${day}.jsonl`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return events.length;
}

/** Add the events of a text that are not there yet; what came of it, in words. */
export async function load(store: Store, text: string): Promise<string[]> {
  const { events, wrong } = read(text.replace(/^\uFEFF/, ""));
  const fresh = await store.merge(events);
  const there = events.length - fresh;
  const told = [`${fresh.toLocaleString("en")} new events were added, ${there.toLocaleString("en")} were there already.`];
  for (const [number, why] of wrong.slice(0, 20)) told.push(`Line ${number} was left out: ${why}.`);
  if (wrong.length > 20) told.push(`${wrong.length - 20} more lines were left out.`);
  return told;
}
