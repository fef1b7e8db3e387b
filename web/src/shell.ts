/** The review page around the card: tabs, what to review, what to say. */
import { span } from "./day";
import { Deck } from "./deck";
import { el } from "./element";
import type { History } from "./history";
import { openHistory, openSettings, openStore, siteName } from "./home";
import { ListStore } from "./list";
import { Page } from "./page";
import { forecast, type Choice, type Plan } from "./queue";
import { recall, remember, type Settings } from "./settings";
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

/** Make the page. */
export async function startReview(host: HTMLElement): Promise<void> {
  const root = host.dataset.root ?? "";
  const deck = Deck.load(root);
  let store: Store;
  try {
    store = await openStore();
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
  private readonly body = el("div", { class: "qd-view" });
  private readonly keys = keyList();
  private readonly page: Page;

  constructor(
    private readonly host: HTMLElement,
    root: string,
    private readonly deck: Deck,
    private readonly history: History,
    private readonly settings: Settings,
  ) {
    this.scope = el("select", { "aria-label": "What to review", onchange: () => this.choose(this.scope.value) });
    this.page = new Page({
      root,
      deck,
      history,
      settings,
      host,
      say: (text) => this.said.replaceChildren(text),
      finished: (found) => this.finished(found),
    });
    this.page.more = this.extra();
    host.addEventListener("told", () => this.count());
    host.replaceChildren(
      this.notices,
      el("div", { class: "qd-top" }, this.scope, this.counts),
      this.said,
      this.body,
      this.keys,
    );
    document.addEventListener("keydown", (event) => this.pressed(event));
    window.addEventListener("hashchange", () => void this.follow());
  }

  async start(): Promise<void> {
    for (const text of await warnings(this.history.store, this.host.dataset.root ?? "")) this.notice(text);
    await this.follow();
    this.host.addEventListener("told", () => void this.protect(), { once: true });
  }

  /** What the address asks for. */
  private async follow(): Promise<void> {
    const asked = new URLSearchParams(location.hash.slice(1));
    const note = asked.get("note") ?? undefined;
    const choice: Choice = {};
    if (note && this.deck.notes.has(note)) choice.note = note;
    if (choice.note && asked.get("section")) choice.section = asked.get("section") ?? "";
    if (asked.has("failed")) choice.failed = true;
    this.page.choice = choice;
    this.offer(choice);
    this.body.replaceChildren(this.page.element);
    await this.page.advance();
    this.host.dataset.ready = "";
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
    const { due, new: fresh, done } = this.host.dataset;
    this.counts.replaceChildren(
      el("span", {}, el("b", {}, due ?? "0"), " due"),
      el("span", {}, el("b", {}, fresh ?? "0"), " new"),
      el("span", {}, el("b", {}, done ?? "0"), " done"),
    );
  }

  /** After the first answer: ask the browser to keep it. */
  private async protect(): Promise<void> {
    if (this.history.store.home !== "browser" || location.protocol === "file:") return;
    if (this.history.standings.size) await promised();
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
        ? el("p", {}, `${amount(answers.length, "answer")} today${minutes ? `, in ${amount(minutes, "minute")}` : ""}. ${amount(tomorrow, "card")} tomorrow.`)
        : null,
    ];
    const soon = found.waiting[0];
    if (soon) {
      const wait = (this.history.of(soon.id).memory?.due ?? now) - now;
      parts.push(el("p", {}, `${amount(found.waiting.length, "card")} being learned, the next in ${span(wait)}.`));
    }
    const row = el("p", { class: "qd-further" });
    if (found.unseen) {
      row.append(el("button", { type: "button", class: "qd-button", onclick: () => void this.learnMore() }, "Ten more new cards"));
    }
    if (location.hash) row.append(el("a", { class: "qd-button", href: "#" }, "All notes"));
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

void overdue;
