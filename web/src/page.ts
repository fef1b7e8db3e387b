/** The review: one card after the other. */
import { span } from "./day";
import type { Deck, Entry, ReviewCard } from "./deck";
import { el } from "./element";
import type { Grade } from "./event";
import { GRADES } from "./grades";
import type { History } from "./history";
import { next, plan, type Choice, type Plan } from "./queue";
import { safe } from "./safe";
import type { Settings } from "./settings";

/** What is fetched before it is needed. */
const AHEAD = 3;

export interface Surroundings {
  root: string;
  deck: Deck;
  history: History;
  settings: Settings;
  /** The part of the page that has the hooks. */
  host: HTMLElement;
  say: (text: string) => void;
  /** What stands where nothing is left to do. */
  finished: (found: Plan) => Node;
}

export class Page {
  readonly element: HTMLElement;
  choice: Choice = {};
  /** New cards that today has room for beyond its limit. */
  more = 0;
  private entry: Entry | null = null;
  private card: ReviewCard | null = null;
  private shown = false;
  private answered = 0;
  private busy = false;
  private readonly clock = new Stopwatch();
  /** The last event of the card when it was put on the sheet. */
  private seen = "";
  private found: Plan = { due: [], fresh: [], waiting: [], unseen: 0, siblings: 0 };

  private readonly sheet = el("article", { class: "qd-sheet", "aria-label": "Card" });
  private readonly grades = el("div", { class: "qd-grades", role: "group", "aria-label": "How well did you know it?" });
  private readonly reveal = el("button", { class: "qd-reveal", type: "button", onclick: () => this.show() }, "Show the answer", el("kbd", { "aria-hidden": "true" }, "Space"));
  private readonly open = el("a", { class: "qd-tool" }, "Open in the note", el("kbd", { "aria-hidden": "true" }, "e"));
  private readonly undoing = this.tool("Undo", "u", () => void this.undo());
  private readonly tools: HTMLElement;
  private readonly bench: HTMLElement;

  constructor(private readonly around: Surroundings) {
    for (const [grade, name] of GRADES) {
      this.grades.append(
        el(
          "button",
          { type: "button", class: `qd-grade qd-grade-${grade}`, "data-grade": grade, onclick: () => void this.grade(grade) },
          el("span", { class: "qd-grade-name" }, name),
          el("span", { class: "qd-interval" }),
          el("kbd", { "aria-hidden": "true" }, String(grade)),
        ),
      );
    }
    this.tools = el(
      "div",
      { class: "qd-tools" },
      this.undoing,
      this.open,
      this.tool("Bury", "b", () => void this.aside("bury")),
      this.tool("Suspend", "s", () => void this.aside("suspend")),
    );
    this.bench = el("div", { class: "qd-bench" }, el("div", { class: "qd-answering" }, this.reveal, this.grades), this.tools);
    this.element = el("div", { class: "qd-reviewing" }, this.sheet, this.bench);
    around.history.onChange(() => void this.changed());
  }

  /** Whether there were as many answers as were asked for. */
  get enough(): boolean {
    return this.answered >= (this.around.settings.limit ?? Infinity);
  }

  /** Show what comes next. */
  async advance(): Promise<void> {
    const { deck, history, settings } = this.around;
    const now = Date.now();
    this.found = plan(deck, history, settings, this.choice, now, this.more);
    await this.put(this.enough ? null : next(this.found, history, now));
    for (const { id } of [...this.found.due, ...this.found.fresh].slice(1, AHEAD)) {
      deck.card(id).catch(() => undefined);
    }
  }

  /** A key that was pressed; whether it means something here. */
  key(key: string): boolean {
    if (key === "u") void this.undo();
    else if (!this.entry) return false;
    else if (key === " ") {
      if (this.shown) return false;
      this.show();
    } else if (/^[1-4]$/.test(key)) {
      if (!this.shown) return false;
      void this.grade(Number(key) as Grade);
    } else if (key === "e") this.open.click();
    else if (key === "s") void this.aside("suspend");
    else if (key === "b") void this.aside("bury");
    else return false;
    return true;
  }

  /** Turn the card. */
  show(): void {
    if (!this.card || this.shown || !this.entry) return;
    this.shown = true;
    const { history, root } = this.around;
    const now = Date.now();
    const before = history.of(this.entry.id).memory;
    for (const [grade] of GRADES) {
      const button = this.grades.querySelector(`[data-grade="${grade}"]`);
      const wait = history.schedule.answer(before, grade, now, this.entry.id).due - now;
      button?.querySelector(".qd-interval")?.replaceChildren(span(wait));
    }
    const [, back] = sides(this.card, before?.reviews ?? 0);
    const side = el("div", { class: "qd-side qd-back", "data-side": "back", tabindex: -1, role: "group", "aria-label": "Answer" });
    side.append(safe(back, root));
    if (this.card.foot) {
      const foot = el("footer", { class: "qd-foot" });
      foot.append(safe(this.card.foot, root));
      side.append(foot);
    }
    this.sheet.append(side);
    window.qedeckMaths?.(side);
    this.buttons();
    side.focus({ preventScroll: true });
  }

  async grade(grade: Grade): Promise<void> {
    if (!this.entry || !this.shown) return;
    const { id } = this.entry;
    await this.work(async () => {
      const written = await this.around.history.answer(id, grade, this.clock.read());
      this.answered += Number(written);
      if (!written) this.around.say("This card was answered in another tab.");
    });
  }

  async undo(): Promise<void> {
    await this.work(async () => {
      const event = await this.around.history.undo();
      if (event?.kind === "review" && this.answered) this.answered -= 1;
      this.around.say(event ? `Taken back: ${told(event.kind, event.grade)}.` : "Nothing of today is left to undo.");
      return event?.card;
    });
  }

  async aside(kind: "suspend" | "bury"): Promise<void> {
    if (!this.entry) return;
    const { id } = this.entry;
    await this.work(async () => {
      await this.around.history.put(kind, id);
      this.around.say(kind === "bury" ? "Buried until tomorrow. Press u to undo." : "Suspended. Press u to undo.");
    });
  }

  /** Write, then show the next card; what cannot be written is said, and the card stays. */
  private async work(write: () => Promise<string | void>): Promise<void> {
    if (this.busy) return;
    this.setBusy(true);
    this.around.say("");
    try {
      const card = await write();
      const entry = card ? this.around.deck.byId.get(card) : undefined;
      if (entry) {
        const { deck, history, settings } = this.around;
        this.found = plan(deck, history, settings, this.choice, Date.now(), this.more);
        await this.put(entry);
      } else {
        await this.advance();
      }
    } catch (error) {
      this.around.say(`This was not kept: ${error instanceof Error ? error.message : String(error)}. Try again.`);
    } finally {
      this.setBusy(false);
    }
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    if (busy) this.around.host.setAttribute("aria-busy", "true");
    else this.around.host.removeAttribute("aria-busy");
  }

  /** Put a card on the sheet, its front up. */
  private async put(entry: Entry | null): Promise<void> {
    const { deck, history, root, finished } = this.around;
    const card = entry && (await deck.card(entry.id));
    this.entry = entry;
    this.seen = entry ? history.of(entry.id).id : "";
    this.card = card;
    this.shown = false;
    if (card) {
      const [front] = sides(card, history.of(card.id).memory?.reviews ?? 0);
      const side = el("div", { class: "qd-side qd-front", "data-side": "front", tabindex: -1, role: "group", "aria-label": "Question" });
      side.append(safe(front, root));
      this.sheet.replaceChildren(this.where(card), side);
      this.open.href = root + card.place;
      window.qedeckMaths?.(this.sheet);
      this.tell();
      side.focus({ preventScroll: true });
      scrollUp(this.element);
    } else {
      this.sheet.replaceChildren(finished(this.found));
      this.tell();
      this.wake();
    }
    this.clock.start();
    this.buttons();
  }

  /** Look again when what is being learned is due. */
  private wake(): void {
    const soon = this.found.waiting[0];
    const due = soon && this.around.history.of(soon.id).memory?.due;
    if (!due) return;
    setTimeout(() => {
      if (!this.entry && !this.busy && this.element.isConnected) void this.advance();
    }, Math.max(1000, due - Date.now()));
  }

  /** Where the card comes from. */
  private where(card: ReviewCard): HTMLElement {
    const note = this.around.deck.notes.get(card.note);
    const parts = [note?.title ?? card.note, note?.sections[card.section]];
    const { memory } = this.around.history.of(card.id);
    const phase = !memory ? " · new" : memory.phase === "review" ? "" : " · learning";
    return el("p", { class: "qd-where" }, parts.filter(Boolean).join(" · ") + phase);
  }

  private tell(): void {
    const { host, history } = this.around;
    host.dataset.card = this.entry?.id ?? "";
    host.dataset.due = String(this.found.due.length);
    host.dataset.new = String(this.found.fresh.length);
    host.dataset.learning = String(this.found.waiting.length);
    host.dataset.done = String(history.today.filter((event) => event.kind === "review").length);
    host.dispatchEvent(new CustomEvent("told"));
  }

  private buttons(): void {
    this.reveal.hidden = !this.entry || this.shown;
    this.grades.hidden = !this.entry || !this.shown;
    this.bench.classList.toggle("qd-idle", !this.entry);
    for (const tool of this.tools.children) {
      if (tool !== this.undoing) (tool as HTMLElement).hidden = !this.entry;
    }
    this.undoing.disabled = !this.around.history.today.length;
  }

  /** Another tab has written: the card may be answered already. */
  private async changed(): Promise<void> {
    if (this.busy || !this.element.isConnected) return;
    const { deck, history, settings } = this.around;
    this.found = plan(deck, history, settings, this.choice, Date.now(), this.more);
    if (this.entry && history.of(this.entry.id).id === this.seen) this.tell();
    else await this.advance();
  }

  private tool(name: string, key: string, act: () => void): HTMLButtonElement {
    return el("button", { type: "button", class: "qd-tool", onclick: act }, name, el("kbd", { "aria-hidden": "true" }, key));
  }
}

/** Front and back; of fresh numbers those of this turn. */
function sides(card: ReviewCard, turn: number): [string, string] {
  const variants = card.variants ?? [];
  return variants[turn % variants.length] ?? [card.front, card.back];
}

function told(kind: string, grade?: Grade): string {
  return kind === "review" ? `the answer ${GRADES[(grade ?? 1) - 1]?.[1]}` : kind;
}

function scrollUp(element: HTMLElement): void {
  const { top } = element.getBoundingClientRect();
  if (top < 0) window.scrollBy({ top: top - 16, behavior: "instant" });
}

/** How long a card was looked at; a page in the background does not look. */
class Stopwatch {
  private sum = 0;
  private since = performance.now();

  constructor() {
    document.addEventListener("visibilitychange", () => {
      const now = performance.now();
      if (document.hidden) this.sum += now - this.since;
      this.since = now;
    });
  }

  start(): void {
    this.sum = 0;
    this.since = performance.now();
  }

  read(): number {
    return this.sum + (document.hidden ? 0 : performance.now() - this.since);
  }
}
