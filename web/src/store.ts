/** Where events are kept. There are two homes: the browser, and a project on this machine. */
import type { Event } from "./event";

/** Events by the order in which they arrived here. */
export interface Tail {
  events: Event[];
  /** The number of the last. */
  upTo: number;
}

/** Standings as they were kept, so that only what came later is replayed. */
export interface Kept {
  /** Made from the events up to this number. */
  upTo: number;
  /** What they were made with. */
  key: string;
  standings: unknown;
}

export interface Store {
  readonly home: "browser" | "project" | "nowhere";
  /** Events that arrived after a number. */
  tail(after: number): Promise<Tail>;
  of(card: string): Promise<Event[]>;
  /** Events from a moment on. */
  since(at: number): Promise<Event[]>;
  all(): Promise<Event[]>;
  /**
   * Add events; they are safe when this resolves. `unless` sees first what arrived meanwhile,
   * from another tab, and may call it off.
   */
  append(events: Event[], after: number, unless?: (tail: Event[]) => boolean): Promise<Tail>;
  /** Add those of many events that are not there yet; how many these were. */
  merge(events: Event[]): Promise<number>;
  kept(): Promise<Kept | null>;
  keep(kept: Kept): Promise<void>;
  /** Call back when another tab has written. */
  watch(changed: () => void): void;
}

/** The events cannot be kept, with what a learner can do about it. */
export class StoreError extends Error {
  constructor(
    message: string,
    readonly kind: "blocked" | "full" | "closed" | "server",
  ) {
    super(message);
  }
}
