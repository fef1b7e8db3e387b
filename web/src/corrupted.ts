/** Lists of corrupted formulas: their data lies in the page and becomes elements when asked for. */

/** Text, a formula in a list of its own, or the number of a link of the list. */
type Piece = string | [string] | number;
/** What was done, what came of it, and why it was rejected. */
type Row = [string, string, Piece[]];

const DATA = ":scope > script[type='application/json']";

function element(tag: string, name: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}

function listed([operator, latex, pieces]: Row, links: HTMLAnchorElement[]): HTMLElement {
  const row = element("li", "", element("p", "qd-operator", operator));
  row.append(element("div", "arithmatex", `\\[${latex}\\]`));
  const parts = pieces.map((piece) => {
    if (typeof piece === "number") return links[piece]?.cloneNode(true) ?? "";
    return typeof piece === "string" ? piece : element("span", "arithmatex", `\\(${piece[0]}\\)`);
  });
  if (parts.length) row.append(element("p", "qd-witness", ...parts));
  return row;
}

/** Make the list of a part that was opened, once. */
export function unfold(part: HTMLDetailsElement): void {
  const data = part.querySelector(DATA);
  if (!data) return;
  const links = [...part.querySelectorAll<HTMLAnchorElement>(":scope > .qd-linked > a")];
  const rows = JSON.parse(data.textContent ?? "[]") as Row[];
  data.replaceWith(element("ul", "qd-mutants", ...rows.map((row) => listed(row, links))));
}
