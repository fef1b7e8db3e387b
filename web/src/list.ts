/** Events in a list, gone with the page: for a browser that keeps nothing, and under others. */
import type { Event } from "./event";
import type { Kept, Store, Tail } from "./store";

export class ListStore implements Store {
  readonly home: Store["home"] = "nowhere";
  protected readonly events: Event[] = [];
  private readonly known = new Set<string>();

  async tail(after: number): Promise<Tail> {
    return { events: this.events.slice(after), upTo: this.events.length };
  }

  async of(card: string): Promise<Event[]> {
    return this.events.filter((event) => event.card === card);
  }

  async since(at: number): Promise<Event[]> {
    return this.events.filter((event) => event.at >= at);
  }

  async all(): Promise<Event[]> {
    return [...this.events];
  }

  async append(events: Event[], after: number, unless?: (tail: Event[]) => boolean): Promise<Tail> {
    if (!unless?.(this.events.slice(after))) this.take(events);
    return this.tail(after);
  }

  async merge(events: Event[]): Promise<number> {
    const fresh = this.missing(events);
    this.take(fresh);
    return fresh.length;
  }

  async kept(): Promise<Kept | null> {
    return null;
  }

  async keep(_: Kept): Promise<void> {}

  watch(_: () => void): void {}

  protected take(events: Event[]): void {
    for (const event of this.missing(events)) {
      this.known.add(event.id);
      this.events.push(event);
    }
  }

  /** Those that are not there yet, each once. */
  protected missing(events: Event[]): Event[] {
    const once = new Map(events.map((event) => [event.id, event]));
    return [...once.values()].filter((event) => !this.known.has(event.id));
  }
}
