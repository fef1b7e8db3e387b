import katex from "katex";
import { unfold } from "./corrupted";

declare global {
  interface Window {
    /** The project's macro table, written by the site plugin. */
    qedeckMacros?: Record<string, string>;
  }
}

const RENDERED = "qd-rendered";

/** What a formula may do: it is text from a note, so it sets signs and nothing else. */
const LIMITS: katex.KatexOptions = {
  // No links, images, classes or styles: a formula cannot run a script or hide its neighbour.
  trust: false,
  // No rule or gap covers the page: \rule{999em}{999em}.
  maxSize: 10,
  // Macros stand in one another a few times; one that goes on for ever is stopped.
  maxExpand: 1000,
  // One that cannot be read stays visible as it is written.
  throwOnError: false,
};

/** LaTeX of an arithmatex element, and whether it is a display formula. */
function source(element: Element): [string, boolean] {
  const text = (element.textContent ?? "").trim();
  if (text.startsWith("\\[") && text.endsWith("\\]")) return [text.slice(2, -2), true];
  if (text.startsWith("\\(") && text.endsWith("\\)")) return [text.slice(2, -2), false];
  return [text, element.tagName !== "SPAN"];
}

/** Whether an element lies in the part of a `details` that is folded away. */
function hidden(element: Element): boolean {
  for (let box = element.closest("details"); box; box = box.parentElement?.closest("details") ?? null) {
    const summary = box.querySelector(":scope > summary");
    if (!box.open && !summary?.contains(element)) return true;
  }
  return false;
}

/** A formula wider than its box can be reached and scrolled with the keyboard. */
function offerScrolling(element: HTMLElement): void {
  if (element.scrollWidth > element.clientWidth + 1) {
    element.tabIndex = 0;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", "Formula, scrolls sideways");
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
  }
}

const widths = new ResizeObserver((entries) => {
  for (const entry of entries) offerScrolling(entry.target as HTMLElement);
});

/** Class of what KaTeX never breaks. */
const PART = ".katex-base";

const MARK = /^[,.;:!?)\u201d\u2019]+/;

/** What a reader reads after an element, be it the last one of a link or of emphasised words. */
function following(element: Element): Node | null {
  let node: Element | null = element;
  while (node && !node.nextSibling && node.parentElement?.matches("a, em, strong, mark, .qd-under")) {
    node = node.parentElement;
  }
  return node?.nextSibling ?? null;
}

/** No line begins with the comma after a formula: it goes into the last part, which holds together. */
function keepMark(element: HTMLElement): void {
  const next = following(element);
  const last = element.querySelector(".katex-html")?.lastElementChild;
  const mark = next instanceof Text && last?.matches(PART) ? MARK.exec(next.data)?.[0] : undefined;
  if (!mark || !(next instanceof Text)) return;
  const kept = document.createElement("span");
  kept.className = "qd-after";
  kept.append(mark);
  last?.append(kept);
  next.data = next.data.slice(mark.length);
}

/** Formulas in running text break at their relations; a part that is wider than a line scrolls. */
function fit(elements: HTMLElement[]): void {
  const wide = elements.filter((element) => {
    // What stands in a line, such as a link, has no width of its own.
    let around = element.parentElement;
    while (around && !around.clientWidth) around = around.parentElement;
    const room = around?.clientWidth ?? 0;
    return [...element.querySelectorAll<HTMLElement>(PART)].some((part) => part.offsetWidth > room);
  });
  for (const element of wide) {
    element.classList.add("qd-wide");
    widths.observe(element);
  }
}

let waiting: HTMLElement[] = [];

/** Measuring lays out the page: it is done once for all formulas of a frame. */
function fitLater(elements: HTMLElement[]): void {
  if (!waiting.length) {
    requestAnimationFrame(() => {
      const now = waiting;
      waiting = [];
      fit(now);
    });
  }
  waiting.push(...elements);
}

/** Render the visible formulas below a node; one that KaTeX cannot read stays visible as text. */
export function renderMaths(root: ParentNode): void {
  const macros = window.qedeckMacros ?? {};
  const inline: HTMLElement[] = [];
  for (const element of root.querySelectorAll<HTMLElement>(`.arithmatex:not(.${RENDERED})`)) {
    if (hidden(element)) continue;
    const [latex, displayMode] = source(element);
    katex.render(latex, element, { ...LIMITS, displayMode, macros: { ...macros } });
    element.classList.add(RENDERED);
    if (displayMode) {
      widths.observe(element);
    } else {
      keepMark(element);
      inline.push(element);
    }
  }
  if (inline.length) fitLater(inline);
}

/** Formulas in folded parts, of which there are many, are rendered when they are opened. */
export function renderOnOpening(root: Document): void {
  const opened = (event: Event): void => {
    if (!(event.target instanceof HTMLDetailsElement) || !event.target.open) return;
    unfold(event.target);
    renderMaths(event.target);
  };
  root.addEventListener("toggle", opened, true);
  // Turned upright, a phone has less room.
  window.addEventListener("resize", () => {
    fitLater([...root.querySelectorAll<HTMLElement>(`span.arithmatex.${RENDERED}:not(.qd-wide)`)]);
  });
}
