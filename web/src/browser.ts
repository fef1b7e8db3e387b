/** Events in the browser's own storage. */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore } from "idb";
import type { Event } from "./event";
import { StoreError, type Kept, type Store, type Tail } from "./store";

interface Schema extends DBSchema {
  events: {
    key: number;
    value: Event;
    indexes: { id: string; card: string; at: number };
  };
  kept: { key: string; value: Kept | string };
}

const SAFE = { durability: "strict" } as const;

export class BrowserStore implements Store {
  readonly home = "browser";
  private readonly channel: BroadcastChannel | null;

  private constructor(
    private base: IDBPDatabase<Schema>,
    private readonly name: string,
  ) {
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
  }

  /** Open the storage and try to write: what can go wrong goes wrong here, before any answer. */
  static async open(name: string): Promise<BrowserStore> {
    return guarded(async () => {
      if (!("indexedDB" in window) || !window.indexedDB) throw new StoreError("no storage", "blocked");
      const store = new BrowserStore(await opened(name), name);
      await store.base.put("kept", String(Date.now()), "trial");
      return store;
    });
  }

  async tail(after: number): Promise<Tail> {
    return this.reach(async (base) => tailOf(base.transaction("events").store, after));
  }

  async of(card: string): Promise<Event[]> {
    return this.reach((base) => base.getAllFromIndex("events", "card", card));
  }

  async since(at: number): Promise<Event[]> {
    return this.reach((base) => base.getAllFromIndex("events", "at", IDBKeyRange.lowerBound(at)));
  }

  async all(): Promise<Event[]> {
    return this.reach((base) => base.getAll("events"));
  }

  async append(events: Event[], after: number, unless?: (tail: Event[]) => boolean): Promise<Tail> {
    // One transaction: no other tab writes between looking and adding.
    const tail = await this.reach(async (base) => {
      const work = base.transaction("events", "readwrite", SAFE);
      const found = await tailOf(work.store, after);
      if (!unless?.(found.events)) {
        for (const event of events) {
          found.upTo = await work.store.add(event);
          found.events.push(event);
        }
      }
      await work.done;
      return found;
    });
    this.channel?.postMessage(tail.upTo);
    return tail;
  }

  async merge(events: Event[]): Promise<number> {
    const added = await this.reach(async (base) => {
      const work = base.transaction("events", "readwrite", SAFE);
      const there = new Set(await ids(work.store));
      let count = 0;
      for (const event of events) {
        if (there.has(event.id)) continue;
        there.add(event.id);
        void work.store.add(event);
        count += 1;
      }
      await work.done;
      return count;
    });
    this.channel?.postMessage(added);
    return added;
  }

  async kept(): Promise<Kept | null> {
    const found = await this.reach((base) => base.get("kept", "standings"));
    return typeof found === "object" ? found : null;
  }

  async keep(kept: Kept): Promise<void> {
    await this.reach((base) => base.put("kept", kept, "standings"));
  }

  watch(changed: () => void): void {
    this.channel?.addEventListener("message", changed);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) changed();
    });
  }

  /** Work on the storage, opened anew if the browser has closed it. */
  private async reach<T>(work: (base: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    return guarded(async () => {
      try {
        return await work(this.base);
      } catch (error) {
        if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
        this.base = await opened(this.name);
        return work(this.base);
      }
    });
  }
}

type Events = IDBPObjectStore<Schema, ["events"], "events", "readonly" | "readwrite">;

async function tailOf(store: Events, after: number): Promise<Tail> {
  const range = IDBKeyRange.lowerBound(after, true);
  const [keys, events] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
  return { events, upTo: keys[keys.length - 1] ?? after };
}

async function ids(store: Events): Promise<string[]> {
  const found: string[] = [];
  const index = store.index("id");
  for (let cursor = await index.openKeyCursor(); cursor; cursor = await cursor.continue()) {
    found.push(cursor.key);
  }
  return found;
}

function opened(name: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, 1, {
    upgrade(base) {
      const events = base.createObjectStore("events", { autoIncrement: true });
      events.createIndex("id", "id", { unique: true });
      events.createIndex("card", "card");
      events.createIndex("at", "at");
      base.createObjectStore("kept");
    },
    // A later version in another tab may change the storage; this one then has to be loaded anew.
    blocking: (_, __, event) => (event.target as IDBDatabase | null)?.close(),
  });
}

/** Errors of the browser in three kinds. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const name = error instanceof DOMException ? error.name : "";
    const told = error instanceof Error ? error.message : String(error);
    if (name === "QuotaExceededError") throw new StoreError(told, "full");
    if (name === "VersionError" || name === "InvalidStateError") throw new StoreError(told, "closed");
    throw new StoreError(told, "blocked");
  }
}
