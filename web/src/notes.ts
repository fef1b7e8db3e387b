/** Answering a card where it stands in its note. */
import { here, type Here } from "./cards";
import { span } from "./day";
import { cardsOf, type ReviewCard } from "./deck";
import { el } from "./element";
import type { Grade } from "./event";
import type { History } from "./history";
import { openHistory, openSettings, openStore } from "./home";
import { GRADES } from "./grades";

/** Let the script of the note ask for buttons. */
export function startNotes(): void {
  const found = here();
  if (!found) return;
  let opening: Promise<History> | null = null;
  window.qedeckAnswer = (element) => {
    opening ??= open(found.root);
    void offer(element, found, opening);
  };
}

async function open(root: string): Promise<History> {
  const store = await openStore(root);
  return openHistory(store, await openSettings(store));
}

async function offer(element: HTMLElement, found: Here, opening: Promise<History>): Promise<void> {
  const card = await cardAt(element, found).catch(() => null);
  if (!card) return;
  const body = element.matches("details")
    ? element.querySelector(":scope > .qd-body")
    : element.closest(".qd-cloze")?.querySelector(".qd-body");
  if (!body) return;
  body.querySelector(":scope > .qd-here")?.remove();
  const row = el("div", { class: "qd-here" });
  body.append(row);
  try {
    buttons(row, card.id, await opening);
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    row.replaceChildren(el("p", {}, `Answers cannot be kept here: ${told}. `, el("a", { href: found.root + found.review }, "More")));
  }
}

function buttons(row: HTMLElement, card: string, history: History): void {
  const begun = performance.now();
  const now = Date.now();
  const { memory } = history.of(card);
  const grade = async (chosen: Grade): Promise<void> => {
    try {
      await history.answer(card, chosen, performance.now() - begun);
      const due = history.of(card).memory?.due ?? 0;
      const undo = (): void => void history.undo().then(() => buttons(row, card, history));
      row.replaceChildren(
        el("p", { role: "status" }, `It comes back in ${span(due - Date.now())}. `, el("button", { type: "button", class: "qd-tool", onclick: undo }, "Undo")),
      );
    } catch (error) {
      row.append(el("p", { role: "alert" }, `This was not kept: ${error instanceof Error ? error.message : String(error)}.`));
    }
  };
  const told = !memory ? "new" : memory.due > now ? `due in ${span(memory.due - now)}` : "due";
  row.replaceChildren(
    el(
      "div",
      { class: "qd-grades", role: "group", "aria-label": `How well did you know it? This card is ${told}.` },
      ...GRADES.map(([number, name]) =>
        el(
          "button",
          { type: "button", class: `qd-grade qd-grade-${number}`, "data-grade": number, onclick: () => void grade(number) },
          el("span", { class: "qd-grade-name" }, name),
          el("span", { class: "qd-interval" }, span(history.schedule.answer(memory, number, now, card).due - now)),
        ),
      ),
    ),
  );
}

/** The card of a box, or of a word of a cloze. */
async function cardAt(element: HTMLElement, { note, root, script }: Here): Promise<ReviewCard | null> {
  const cards = [...(await cardsOf(note, root + script)).values()];
  const box = element.closest<HTMLElement>(".qd-card, .qd-cloze");
  const own = cards.filter(({ group }) => group.slice(group.indexOf("/") + 1) === box?.id);
  if (!element.matches("mark")) return own.find(({ kind }) => kind === "basic") ?? null;
  const marks = [...(box?.querySelectorAll<HTMLElement>("mark") ?? [])];
  const place = marks.indexOf(element);
  // A number belongs to its words, wherever they stand now.
  const said = own.filter((card) => plain(shown(card)) === plain(words(element)));
  if (said.length === 1) return said[0] ?? null;
  return own.length === marks.length ? (own[place] ?? null) : null;
}

/** What a cloze's answer fills in. */
function shown(card: ReviewCard): string {
  const parsed = new DOMParser().parseFromString(card.back, "text/html");
  return parsed.querySelector(".qd-shown")?.textContent ?? "";
}

/** An element's text, its formulas as they were written. */
function words(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const formula of copy.querySelectorAll(".arithmatex")) {
    const latex = formula.querySelector("annotation")?.textContent;
    if (latex) formula.replaceWith(`\\(${latex}\\)`);
  }
  return copy.textContent ?? "";
}

function plain(text: string): string {
  return text.replace(/\s+/g, "");
}
