/**
 * HTML of a card as elements. The text comes from somebody's notes: it is parsed where nothing
 * runs, and what is on the list is made anew; nothing else gets into the page.
 */

const TAGS = new Set(
  (
    "a abbr b blockquote br caption cite code dd del details div dl dt em figcaption figure h3 h4 h5 h6 hr " +
    "i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th " +
    "thead tr u ul var"
  ).split(" "),
);
/** Their text is no text to read. */
const SILENT = new Set("script style template noscript iframe object embed svg math title textarea select".split(" "));
const ATTRIBUTES: Record<string, readonly string[]> = {
  a: ["href", "title"],
  abbr: ["title"],
  img: ["src", "alt", "title", "width", "height"],
  ol: ["start"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan", "scope"],
};
/** Our own classes and those of coloured code; no other reaches the page's styles. */
const CLASS = /^(?:qd-(?:hidden|shown|difference|quiet|card-title|card-ask|card-notice)|highlight|code|[a-z][a-z0-9]{0,2})$/;
/** Parts of a card as exporters name them; here they get a name of their own. */
const PART = /^(?:title|ask|notice)$/;
const MATHS = /\\\(([\s\S]*?)\\\)|\\\[([\s\S]*?)\\\]/g;

/** The parts of a card's side. Links and images are relative to the site's root. */
export function safe(html: string, root: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const made = document.createDocumentFragment();
  copy(parsed.body, made, root, true);
  return made;
}

/** A question within a line: its links are words, its formulas in the line. */
export function asked(front: string, root: string): DocumentFragment {
  const made = safe(front.replace(/\\\[([\s\S]*?)\\\]/g, "\\($1\\)"), root);
  for (const inner of made.querySelectorAll("a")) inner.replaceWith(...inner.childNodes);
  for (const inner of made.querySelectorAll("p, div")) {
    inner.replaceWith(...inner.childNodes, inner.matches(".qd-card-title") ? " · " : " ");
  }
  return made;
}

function copy(from: Node, to: Node, root: string, maths: boolean): void {
  for (const child of from.childNodes) {
    if (child instanceof Text) to.appendChild(maths ? formulas(child.data) : child.cloneNode());
    else if (child instanceof Element) take(child, to, root, maths);
  }
}

function take(element: Element, to: Node, root: string, maths: boolean): void {
  const tag = element.localName;
  if (SILENT.has(tag)) return;
  if (!TAGS.has(tag) || element.namespaceURI !== "http://www.w3.org/1999/xhtml") {
    copy(element, to, root, maths);
    return;
  }
  const made = document.createElement(tag);
  for (const name of ATTRIBUTES[tag] ?? []) {
    const value = element.getAttribute(name);
    const given = value === null ? null : allowed(name, value, root);
    if (given !== null) made.setAttribute(name, given);
  }
  const classes = [...element.classList].map((name) => (PART.test(name) ? `qd-card-${name}` : name));
  const kept = classes.filter((name) => CLASS.test(name));
  if (kept.length) made.className = kept.join(" ");
  if (tag === "a") made.setAttribute("rel", "noopener");
  copy(element, made, root, maths && tag !== "code" && tag !== "pre");
  to.appendChild(made);
}

/** An attribute's value, or nothing where it could do harm. */
function allowed(name: string, value: string, root: string): string | null {
  if (name === "href") {
    if (/^(?:https?:\/\/|mailto:)/i.test(value)) return value;
    return local(value) ? root + value : null;
  }
  if (name === "src") return local(value) ? root + value : picture(value);
  if (/^(?:width|height|start|colspan|rowspan)$/.test(name)) return /^\d{1,4}$/.test(value) ? value : null;
  return value;
}

/** Whether an address stays within the site: no scheme, no host, no way up. */
function local(address: string): boolean {
  return /^[\w#][\w./#?=&%~+-]*$/.test(address) && !address.includes("..") && !address.includes(":");
}

/** Pictures may lie in the card itself. As an image, an SVG runs nothing. */
function picture(address: string): string | null {
  return /^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]/i.test(address) ? address : null;
}

/** Text with its formulas in elements that the page's script renders. */
function formulas(text: string): DocumentFragment {
  const made = document.createDocumentFragment();
  let done = 0;
  for (const found of text.matchAll(MATHS)) {
    made.append(text.slice(done, found.index));
    const display = found[2] !== undefined;
    const element = document.createElement(display ? "div" : "span");
    element.className = "arithmatex";
    element.textContent = found[0];
    made.append(element);
    done = found.index + found[0].length;
  }
  made.append(text.slice(done));
  return made;
}
