/** Cards in a note: clozes are covered, and what answers a card is fetched when one is opened. */
import { script } from "./deck";
import { el } from "./element";
import { answersInNotes } from "./kept";

/** What the page says of its cards. */
export interface Here {
  note: string;
  /** From this page to the site's root. */
  root: string;
  /** The page of reviews, from the root. */
  review: string;
  /** The script that holds the note's cards, from the root. */
  script: string;
  /** How many cards each section has, by the anchor of its heading. */
  sections: Record<string, number>;
}

declare global {
  interface Window {
    /** Offers to answer the card of a box or of a covered word; set by the script of reviews. */
    qedeckAnswer?: (element: HTMLElement) => void;
  }
}

/** What the page says of its cards, if it has any. */
export function here(): Here | null {
  const told = document.getElementById("qd-cards")?.dataset;
  if (!told) return null;
  const { note = "", root = "", review = "", script: address = "", sections = "{}" } = told;
  return { note, root, review, script: address, sections: JSON.parse(sections) as Record<string, number> };
}

/** Cards can be answered where they stand, unless the reader does not want it. */
export function startCards(): void {
  const found = here();
  if (!found || !answersInNotes()) return;
  for (const mark of document.querySelectorAll<HTMLElement>(".qd-cloze mark")) cover(mark, found);
  document.addEventListener(
    "toggle",
    (event) => {
      const box = event.target;
      if (box instanceof HTMLDetailsElement && box.open && box.matches(".qd-card")) answer(box, found);
    },
    true,
  );
  offerSections(found);
}

function cover(mark: HTMLElement, found: Here): void {
  mark.classList.add("qd-covered");
  mark.tabIndex = 0;
  mark.setAttribute("role", "button");
  mark.setAttribute("aria-label", "Hidden word, show it");
  const under = document.createElement("span");
  under.className = "qd-under";
  under.append(...mark.childNodes);
  mark.append(under);
  const uncover = (event: globalThis.Event): void => {
    if (event instanceof KeyboardEvent && event.key !== "Enter" && event.key !== " ") return;
    if (!mark.classList.contains("qd-covered")) return;
    event.preventDefault();
    mark.classList.remove("qd-covered");
    for (const name of ["tabindex", "role", "aria-label"]) mark.removeAttribute(name);
    under.replaceWith(...under.childNodes);
    answer(mark, found);
  };
  mark.addEventListener("click", uncover);
  mark.addEventListener("keydown", uncover);
}

let ready: Promise<void> | null = null;

/** The script of reviews is large: it comes with the first card that is opened. */
function answer(element: HTMLElement, { root }: Here): void {
  const folder = `${root}assets/qedeck`;
  ready ??= script(`${folder}/server.js`).then(() => script(`${folder}/review.js`));
  ready.then(
    () => window.qedeckAnswer?.(element),
    () => {
      ready = null;
    },
  );
}

const HEADINGS = "h1, h2, h3, .qd-around";

/** At the end of a section: review its cards. */
function offerSections({ note, root, review, sections }: Here): void {
  for (const [section, count] of Object.entries(sections)) {
    const heading = document.getElementById(section);
    if (!heading?.matches("h2, h3") || !count) continue;
    let end: Element = heading;
    while (end.nextElementSibling && !end.nextElementSibling.matches(HEADINGS)) end = end.nextElementSibling;
    const hash = new URLSearchParams({ note, section }).toString();
    const words = count === 1 ? "Review this card" : `Review these ${count} cards`;
    end.after(el("p", { class: "qd-offer" }, el("a", { href: `${root}${review}#${hash}` }, words)));
  }
}
