/** The view of progress. */
import { bars, calibration, percent, year } from "./chart";
import type { Deck } from "./deck";
import { el } from "./element";
import type { History } from "./history";
import { progress, sum, type Progress, type Score } from "./progress";
import { forecast } from "./queue";
import { asked } from "./safe";
import type { Settings } from "./settings";

const SHOWN = 12;

export async function report(deck: Deck, history: History, settings: Settings, root: string): Promise<HTMLElement> {
  const now = Date.now();
  const found = progress(await history.store.all(), history.schedule, settings.hour, now);
  const coming = forecast(deck, history, settings, now, 30);
  const known = deck.entries.filter(({ id }) => history.of(id).memory).length;
  const { today } = found;
  const element = el(
    "div",
    { class: "qd-panel qd-progress" },
    el("h2", {}, "Today"),
    figures([
      [String(today.answers), "answers"],
      [minutes(today.ms), "spent"],
      [today.answers ? percent(today.right / today.answers) : "–", "right"],
      [String(today.fresh), "new cards"],
      [`${known.toLocaleString("en")} of ${deck.entries.length.toLocaleString("en")}`, "cards begun"],
    ]),
    el("h2", {}, "The next 30 days"),
    bars(coming, (k) => `${date(now, k)}: ${coming[k]}`, `Cards due on each of the next 30 days: ${coming.join(", ")}`),
    el("p", { class: "qd-axis" }, el("span", {}, "today"), el("span", {}, `${coming.reduce((a, b) => a + b, 0)} cards are due`), el("span", {}, date(now, 29))),
    el("h2", {}, "The year"),
    year(found.days, now, settings.hour, `Answers on each day of the last year: ${[...found.days.values()].reduce((a, b) => a + b, 0)} in all`),
    el("h2", {}, "Remembered, by note and section"),
    retention(deck, found),
    el("h2", {}, "Predicted and true"),
    found.recall.answers
      ? calibration(found.calibration, `Predicted against true retention: ${found.calibration.map((p) => `${percent(p.predicted)} ${percent(p.true)}`).join("; ")}`)
      : el("p", { class: "qd-quiet" }, "Nothing yet: a card counts when it comes back after a day or more."),
    el("h2", {}, "Forgotten most"),
    await forgotten(deck, found, root),
  );
  return element;
}

function figures(items: [string, string][]): HTMLElement {
  return el("dl", { class: "qd-figures" }, ...items.map(([value, name]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** A table with a row a note, which opens to its sections. */
function retention(deck: Deck, found: Progress): HTMLElement {
  const notes = new Map<string, Map<string, Score[]>>();
  for (const { id, note, section } of deck.entries) {
    const score = found.cards.get(id);
    if (!score) continue;
    const sections = notes.get(note) ?? new Map<string, Score[]>();
    notes.set(note, sections.set(section, [...(sections.get(section) ?? []), score]));
  }
  if (!notes.size) return el("p", { class: "qd-quiet" }, "Nothing yet: a card counts when it comes back after a day or more.");
  const list = el("div", { class: "qd-retention" });
  for (const [name, sections] of notes) {
    const note = deck.notes.get(name);
    const whole = sum([...sections.values()].flat());
    const rows = [...sections].map(([section, scores]) => meter(note?.sections[section] ?? section, sum(scores)));
    list.append(el("details", { class: "qd-fold" }, el("summary", {}, meter(note?.title ?? name, whole)), ...rows));
  }
  return list;
}

function meter(name: string, { answers, right }: Score): HTMLElement {
  const share = right / answers;
  return el(
    "span",
    { class: "qd-meter" },
    el("span", {}, name || "Opening"),
    el("span", { class: "qd-line", "aria-hidden": "true" }, el("span", { style: `width: ${(share * 100).toFixed(1)}%` })),
    el("span", { class: "qd-share" }, `${percent(share)} of ${answers}`),
  );
}

async function forgotten(deck: Deck, found: Progress, root: string): Promise<HTMLElement> {
  const list = el("ol", { class: "qd-forgotten" });
  const worst = found.forgotten.filter(({ card }) => deck.byId.has(card)).slice(0, SHOWN);
  for (const { card: id, lapses, answers } of worst) {
    const card = await deck.card(id).catch(() => null);
    if (!card) continue;
    const title = el("a", { href: root + card.place, class: "qd-asked" });
    title.append(asked(card.front, root));
    const rests = card.rests.map((name) => {
      const [note = "", slug = ""] = [name.slice(0, name.lastIndexOf("/")), name.slice(name.lastIndexOf("/") + 1)];
      const title = `${deck.notes.get(note)?.title ?? note}: ${slug.replace(/-/g, " ")}`;
      return el("a", { href: `${root}${deck.notes.get(note)?.url ?? `${note}.html`}#${slug}` }, title);
    });
    const below = rests.flatMap((link, k) => (k ? [", ", link] : [link]));
    list.append(
      el(
        "li",
        {},
        title,
        el("br"),
        el("span", { class: "qd-quiet" }, `forgotten ${lapses === 1 ? "once" : `${lapses} times`} in ${answers} answers`),
        below.length ? el("span", { class: "qd-quiet" }, " · rests on ", ...below) : null,
      ),
    );
  }
  return worst.length ? list : el("p", { class: "qd-quiet" }, "Nothing that was learned has been forgotten.");
}

function minutes(ms: number): string {
  const whole = Math.round(ms / 60_000);
  return whole >= 60 ? `${Math.floor(whole / 60)} h ${whole % 60} min` : `${whole} min`;
}

function date(now: number, days: number): string {
  const day = new Date(now);
  day.setDate(day.getDate() + days);
  return day.toLocaleDateString("en", { month: "short", day: "numeric" });
}

