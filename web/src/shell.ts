/** The review page around the card: tabs, what to review, what to say. */
import { span } from "./day";
import { Deck } from "./deck";
import { el } from "./element";
import type { History } from "./history";
import { openHistory, openSettings, openStore } from "./home";
import { offerInstalling } from "./install";
import { ListStore } from "./list";
import { Page } from "./page";
import { panel } from "./panel";
import { forecast, type Choice, type Plan } from "./queue";
import { report } from "./report";
import { recall, remember, siteName } from "./kept";
import type { Settings } from "./settings";
import { StoreError, type Store } from "./store";
import { overdue, promised, refused, warnings } from "./trouble";

const KEYS: [string, string][] = [
  ["Space", "show the answer"],
  ["1 2 3 4", "again, hard, good, easy"],
  ["u", "undo, as often as you like"],
  ["e", "open the place in the note"],
  ["b", "bury until tomorrow"],
  ["s", "suspend"],
  ["?", "this list"],
];

const VIEWS: [string, string][] = [
  ["", "Review"],
  ["progress", "Progress"],
  ["settings", "Settings"],
];

/** Make the page. */
export async function startReview(host: HTMLElement): Promise<void> {
  const root = host.dataset.root ?? "";
  const deck = Deck.load(root);
  let store: Store;
  try {
    store = await openStore(root);
  } catch (error) {
    const known = error instanceof StoreError ? error : new StoreError(String(error), "blocked");
    const practise = (): void => void begin(host, root, deck, new ListStore());
    host.replaceChildren(refused(known, practise));
    host.dataset.card = "";
    return;
  }
  await begin(host, root, deck, store);
}

async function begin(host: HTMLElement, root: string, deck: Promise<Deck>, store: Store): Promise<void> {
  try {
    const settings = await openSettings(store);
    const history = await openHistory(store, settings);
    const shell = new Shell(host, root, await deck, history, settings);
    await shell.start();
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    host.replaceChildren(el("p", { class: "qd-notice", role: "alert" }, `The review cannot begin: ${told}.`));
    throw error;
  }
}

class Shell {
  private readonly said = el("p", { class: "qd-said", role: "status" });
  private readonly notices = el("div", { class: "qd-notices" });
  private readonly counts = el("p", { class: "qd-counts" });
  private readonly scope: HTMLSelectElement;
  private readonly top = el("div", { class: "qd-top" });
  private readonly body = el("div", { class: "qd-view" });
  private readonly keys = keyList();
  private readonly tabs = new Map(VIEWS.map(([view, name]) => [view, el("a", { href: view ? `#${view}` : "#" }, name)]));
  private page: Page;

  constructor(
    private readonly host: HTMLElement,
    private readonly root: string,
    private readonly deck: Deck,
    private history: History,
    private settings: Settings,
  ) {
    this.scope = el("select", { "aria-label": "What to review", onchange: () => this.choose(this.scope.value) });
    this.top.append(this.scope, this.counts);
    this.page = this.newPage();
    host.addEventListener("told", () => this.count());
    host.replaceChildren(
      el("nav", { class: "qd-tabs", "aria-label": "Review" }, ...this.tabs.values()),
      this.notices,
      this.top,
      this.said,
      this.body,
      this.keys,
    );
    document.addEventListener("keydown", (event) => this.pressed(event));
    window.addEventListener("hashchange", () => void this.follow());
  }

  async start(): Promise<void> {
    for (const text of await warnings(this.history.store)) this.notice(text);
    await this.follow();
    offerInstalling(this.root, () => [...this.deck.notes.values()].map(({ url }) => url));
    await this.protect();
    if (!this.history.size) this.host.addEventListener("told", () => void this.protect(), { once: true });
  }

  private newPage(): Page {
    const { root, deck, history, settings, host } = this;
    const page = new Page({
      root,
      deck,
      history,
      settings,
      host,
      say: (text) => this.said.replaceChildren(text),
      finished: (found) => this.finished(found),
    });
    page.more = this.extra();
    return page;
  }

  /** What the address asks for. */
  private async follow(): Promise<void> {
    const asked = new URLSearchParams(location.hash.slice(1));
    const view = VIEWS.map(([name]) => name).find((name) => name && asked.has(name)) ?? "";
    for (const [name, tab] of this.tabs) {
      if (name === view) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    this.top.hidden = this.said.hidden = !!view;
    if (view === "progress") {
      this.body.replaceChildren(await report(this.deck, this.history, this.settings, this.root));
      window.qedeckMaths?.(this.body);
    } else if (view === "settings") {
      this.body.replaceChildren(panel(this.deck, this.history, this.settings, this.root, (next) => void this.change(next)));
    } else {
      await this.review(asked);
    }
    this.host.dataset.ready = view || "review";
  }

  private async review(asked: URLSearchParams): Promise<void> {
    const note = asked.get("note") ?? "";
    const choice: Choice = {};
    if (this.deck.notes.has(note)) choice.note = note;
    if (choice.note && asked.get("section")) choice.section = asked.get("section") ?? "";
    if (asked.has("failed")) choice.failed = true;
    this.page.choice = choice;
    this.offer(choice);
    this.body.replaceChildren(this.page.element);
    await this.page.advance();
  }

  /** Other settings: schedules may be others, so the history is replayed. */
  private async change(next: Settings): Promise<void> {
    this.settings = next;
    this.history = await openHistory(this.history.store, next);
    this.page = this.newPage();
  }

  private offer({ note, section, failed }: Choice): void {
    const options = [
      el("option", { value: "" }, "All notes"),
      el("option", { value: "failed", selected: !!failed }, "What I failed"),
      ...[...this.deck.notes.values()].flatMap(({ name, title, sections }) => [
        el("option", { value: `note=${name}`, selected: note === name && !section }, title),
        ...(note === name && section
          ? [el("option", { value: `note=${name}&section=${section}`, selected: true }, `${title} · ${sections[section] ?? section}`)]
          : []),
      ]),
    ];
    this.scope.replaceChildren(...options);
  }

  private choose(hash: string): void {
    this.scope.blur();
    location.hash = hash;
  }

  private count(): void {
    const { due, new: fresh, learning, done } = this.host.dataset;
    const soon = Number(learning) ? [el("span", {}, el("b", {}, learning ?? ""), " learning")] : [];
    this.counts.replaceChildren(
      el("span", {}, el("b", {}, due ?? "0"), " due"),
      el("span", {}, el("b", {}, fresh ?? "0"), " new"),
      ...soon,
      el("span", {}, el("b", {}, done ?? "0"), " done"),
    );
  }

  /** With the first answer: ask the browser to keep it; now and then: ask for a copy. */
  private async protect(): Promise<void> {
    if (this.history.store.home !== "browser") return;
    const count = this.history.size;
    if (count && (await promised())) return;
    if (await overdue(siteName(), count)) {
      this.notice(
        `${count.toLocaleString("en")} answers lie in this browser alone, and it promises nothing. `,
        el("a", { href: "#settings" }, "Export them"),
        ".",
      );
    }
  }

  private notice(...parts: (string | Node)[]): void {
    const box = el("div", { class: "qd-notice", role: "alert" }, el("p", {}, ...parts));
    box.append(el("button", { type: "button", class: "qd-close", "aria-label": "Close", onclick: () => box.remove() }, "×"));
    this.notices.append(box);
  }

  private finished(found: Plan): Node {
    const now = Date.now();
    const answers = this.history.today.filter((event) => event.kind === "review");
    const minutes = Math.round(answers.reduce((sum, event) => sum + (event.ms ?? 0), 0) / 60_000);
    const tomorrow = forecast(this.deck, this.history, this.settings, now, 2)[1] ?? 0;
    const parts: (Node | null)[] = [
      el("h2", {}, answers.length ? "Done for now" : "Nothing is due"),
      answers.length
        ? el("p", {}, `${amount(answers.length, "answer")} today${minutes ? `, in ${amount(minutes, "minute")}` : ""}.${tomorrow ? ` ${amount(tomorrow, "card")} tomorrow.` : ""}`)
        : null,
    ];
    const soon = found.waiting[0];
    if (soon) {
      const wait = (this.history.of(soon.id).memory?.due ?? now) - now;
      parts.push(el("p", {}, `${amount(found.waiting.length, "card")} being learned, the next in ${span(wait)}.`));
    }
    if (found.siblings) {
      const told = found.siblings === 1 ? "One new card waits" : `${found.siblings.toLocaleString("en")} new cards wait`;
      parts.push(el("p", { class: "qd-quiet" }, `${told} for another day, as of one statement one card a day is new.`));
    }
    const row = el("p", { class: "qd-further" });
    if (found.unseen && !this.page.enough) {
      row.append(el("button", { type: "button", class: "qd-button", onclick: () => void this.learnMore() }, "Ten more new cards"));
    }
    if (location.hash.length > 1) row.append(el("a", { class: "qd-button", href: "#" }, "All notes"));
    return el("div", { class: "qd-end" }, ...parts, row);
  }

  private extra(): number {
    const kept = recall(`${siteName()} more`) as { day: string; count: number } | null;
    return kept?.day === new Date().toDateString() ? kept.count : 0;
  }

  private async learnMore(): Promise<void> {
    this.page.more += 10;
    remember(`${siteName()} more`, { day: new Date().toDateString(), count: this.page.more });
    await this.page.advance();
  }

  private pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    // A button or a link that has the focus is pressed by it.
    if (event.key === " " && target.closest("button, a, summary")) return;
    if (event.key === "?") this.keys.showModal();
    else if (!this.page.element.isConnected || !this.page.key(event.key)) return;
    event.preventDefault();
    // The theme has shortcuts of its own.
    event.stopPropagation();
  }
}

function amount(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function keyList(): HTMLDialogElement {
  const rows = KEYS.map(([key, what]) =>
    el("tr", {}, el("th", { scope: "row" }, ...key.split(" ").map((one) => el("kbd", {}, one))), el("td", {}, what)),
  );
  const dialog = el(
    "dialog",
    { class: "qd-keys", "aria-label": "Keys" },
    el("table", {}, el("tbody", {}, ...rows)),
    el("form", { method: "dialog" }, el("button", { class: "qd-button" }, "Close")),
  );
  return dialog;
}
