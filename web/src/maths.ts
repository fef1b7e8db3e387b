import katex from "katex";

declare global {
  interface Window {
    /** The project's macro table, written by the site plugin. */
    qedeckMacros?: Record<string, string>;
  }
}

/** LaTeX of an arithmatex element, and whether it is a display formula. */
function source(element: Element): [string, boolean] {
  const text = (element.textContent ?? "").trim();
  if (text.startsWith("\\[") && text.endsWith("\\]")) return [text.slice(2, -2), true];
  if (text.startsWith("\\(") && text.endsWith("\\)")) return [text.slice(2, -2), false];
  return [text, element.tagName !== "SPAN"];
}

/** Render every formula below a node; one that KaTeX cannot read stays visible as text. */
export function renderMaths(root: ParentNode): void {
  const macros = { ...(window.qedeckMacros ?? {}) };
  for (const element of root.querySelectorAll<HTMLElement>(".arithmatex")) {
    const [latex, displayMode] = source(element);
    element.classList.toggle("qd-display", displayMode);
    katex.render(latex, element, { displayMode, macros: { ...macros }, throwOnError: false });
  }
  const displays = [...root.querySelectorAll<HTMLElement>(".arithmatex.qd-display")];
  const watch = new ResizeObserver((entries) => {
    for (const entry of entries) offerScrolling(entry.target as HTMLElement);
  });
  for (const element of displays) watch.observe(element);
}

/** A formula wider than its box can be reached and scrolled with the keyboard. */
function offerScrolling(element: HTMLElement): void {
  if (element.scrollWidth > element.clientWidth + 1) {
    element.tabIndex = 0;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", "Formula, scrolls sideways");
  } else {
    element.removeAttribute("tabindex");
    element.removeAttribute("role");
    element.removeAttribute("aria-label");
  }
}
