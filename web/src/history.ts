/** All that a learner did with the cards, and how each stands. */
import { ulid, type Event, type Grade } from "./event";
import { pack, unpack, type Packed } from "./packed";
import { Schedule, type Rules } from "./schedule";
import { UNSEEN, after, counted, follows, replay, replayed, type Standing } from "./standing";
import type { Store } from "./store";

/** After so many events standings are kept, and so many that arrive at once are replayed with all. */
const MANY = 400;
/** Changes with what is kept, and with how it is computed. */
const FORM = 1;

export class History {
  standings = new Map<string, Standing>();
  /** Today's events that count, in order. */
  today: Event[] = [];
  /** All events since the day began, and when it did. */
  private recent: Event[] = [];
  private begun = -1;
  private upTo = 0;
  private unkept = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private listeners: (() => void)[] = [];

  constructor(
    readonly store: Store,
    public schedule: Schedule,
    private readonly key: string,
    private readonly by: string,
    private dayStart: () => number,
  ) {}

  static async open(store: Store, rules: Rules, by: string, dayStart: () => number): Promise<History> {
    const key = JSON.stringify([FORM, rules.retention, rules.parameters, rules.fuzz]);
    const history = new History(store, new Schedule(rules), key, by, dayStart);
    const kept = await store.kept();
    if (kept?.key === key) {
      history.upTo = kept.upTo;
      history.standings = unpack(kept.standings as Packed);
    }
    await history.catchUp();
    store.watch(() => void history.catchUp());
    return history;
  }

  /** How many events there are, as this page has counted them. */
  get size(): number {
    return this.upTo;
  }

  /** Call back when events arrived that this page did not make. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  of(card: string): Standing {
    return this.standings.get(card) ?? UNSEEN;
  }

  /** Record an answer. False where the card was answered in another tab meanwhile. */
  async answer(card: string, grade: Grade, ms: number): Promise<boolean> {
    const at = Date.now();
    return this.add({ ...this.fresh("review", card, at), grade, ms: Math.max(0, Math.round(ms)) });
  }

  async put(kind: "suspend" | "resume" | "bury", card: string): Promise<boolean> {
    return this.add(this.fresh(kind, card, Date.now()));
  }

  /** Take back today's last event; it is returned, if there was one. */
  async undo(): Promise<Event | null> {
    await this.catchUp();
    const last = this.today[this.today.length - 1];
    if (!last) return null;
    await this.add({ ...this.fresh("retract", last.card, Date.now()), of: last.id });
    return last;
  }

  /** Read what arrived since. */
  async catchUp(): Promise<void> {
    const found = await this.inTurn(async () => {
      const { events, upTo } = await this.store.tail(this.upTo);
      await this.take(events, upTo);
      return events.length;
    });
    if (found) for (const listener of this.listeners) listener();
  }

  /** One piece of work after the other. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private fresh(kind: Event["kind"], card: string, at: number): Event {
    return { v: 1, id: ulid(at), kind, card, at, by: this.by };
  }

  private async add(event: Event): Promise<boolean> {
    let elsewhere = false;
    await this.inTurn(async () => {
      const { events, upTo } = await this.store.append([event], this.upTo, (tail) => {
        elsewhere = event.kind === "review" && tail.some((other) => other.card === event.card);
        return elsewhere;
      });
      await this.take(events, upTo);
    });
    return !elsewhere;
  }

  /** Bring the standings up to date; a card that the past of has changed is replayed. */
  private async take(events: Event[], upTo: number): Promise<void> {
    if (events.length > MANY) {
      const all = this.upTo ? await this.store.all() : events;
      this.standings = replay(all, this.schedule);
    } else {
      const changed = new Set<string>();
      for (const event of events) {
        const standing = this.of(event.card);
        if (changed.has(event.card)) continue;
        if (follows(standing, event)) this.standings.set(event.card, after(standing, event, this.schedule));
        else changed.add(event.card);
      }
      for (const card of changed) {
        this.standings.set(card, replayed(await this.store.of(card), this.schedule));
      }
    }
    this.upTo = Math.max(this.upTo, upTo);
    this.unkept += events.length;
    await this.gather(events);
    if (this.unkept > MANY) this.keepLater();
  }

  /** Today's events, read again when another day has begun. */
  private async gather(events: Event[]): Promise<void> {
    const begun = this.dayStart();
    if (begun !== this.begun) this.recent = await this.store.since(begun);
    else this.recent.push(...events.filter(({ at }) => at >= begun));
    this.begun = begun;
    this.today = counted(this.recent);
  }

  private keepLater(): void {
    this.unkept = 0;
    const kept = { upTo: this.upTo, key: this.key, standings: pack(this.standings) };
    const later = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 500));
    // Only a help for the next time: if it fails, everything is replayed.
    later(() => void this.store.keep(kept).catch(() => undefined));
  }
}
