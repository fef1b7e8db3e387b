/** Events in a project on this machine, which `qedeck review` serves. */
import { checked, line, read, type Event } from "./event";
import { ListStore } from "./list";
import { StoreError, type Tail } from "./store";

export class ProjectStore extends ListStore {
  override readonly home = "project";
  private readonly channel: BroadcastChannel | null;

  private constructor(
    private readonly token: string,
    private readonly root: string,
  ) {
    super();
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("qedeck project") : null;
  }

  static async open(token: string, root: string): Promise<ProjectStore> {
    const store = new ProjectStore(token, root);
    await store.fetchAll();
    return store;
  }

  override async append(
    events: Event[],
    after: number,
    unless?: (tail: Event[]) => boolean,
  ): Promise<Tail> {
    if (!unless?.(this.events.slice(after))) {
      await this.send(events);
      this.take(events);
      this.channel?.postMessage("written");
    }
    return this.tail(after);
  }

  override async merge(events: Event[]): Promise<number> {
    await this.fetchAll();
    const fresh = this.missing(events);
    if (fresh.length) await this.send(fresh);
    this.take(fresh);
    this.channel?.postMessage("written");
    return fresh.length;
  }

  override watch(changed: () => void): void {
    const again = (): void => {
      void this.fetchAll().then(changed, () => undefined);
    };
    this.channel?.addEventListener("message", again);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) again();
    });
  }

  /** What the project says of retention and parameters. */
  async settings(): Promise<unknown> {
    return (await this.ask("settings")).json();
  }

  private async fetchAll(): Promise<void> {
    const { events, wrong } = read(await (await this.ask("events")).text());
    if (wrong[0]) throw new StoreError(`line ${wrong[0][0]}: ${wrong[0][1]}`, "server");
    this.take(events);
  }

  private async send(events: Event[]): Promise<void> {
    const wrong = events.map(checked).find((found) => typeof found === "string");
    if (wrong) throw new StoreError(String(wrong), "server");
    await this.ask("events", { method: "POST", body: events.map((event) => `${line(event)}\n`).join("") });
  }

  private async ask(what: string, how: RequestInit = {}): Promise<Response> {
    const address = `${this.root}api/${what}?token=${encodeURIComponent(this.token)}`;
    try {
      const answer = await fetch(address, { ...how, cache: "no-store" });
      if (answer.ok) return answer;
      throw new StoreError(`${answer.status} ${await answer.text()}`, "server");
    } catch (error) {
      if (error instanceof StoreError) throw error;
      throw new StoreError("qedeck review does not answer; is it still running?", "server");
    }
  }
}
