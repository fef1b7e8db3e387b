/** The filters of the page of claims, kept in the address: claims.html#level=proved&note=norms. */

const KEYS = ["level", "kind", "method", "note"];

type Field = HTMLSelectElement | HTMLInputElement;

function fields(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("select, input")];
}

/** Set the fields from the address; an address without choices leaves them all open. */
function readAddress(form: HTMLFormElement): void {
  const chosen = new URLSearchParams(location.hash.slice(1));
  for (const field of fields(form)) field.value = chosen.get(field.name) ?? "";
  for (const select of form.querySelectorAll("select")) {
    if (select.selectedIndex < 0) select.value = "";
  }
}

function writeAddress(form: HTMLFormElement): void {
  const chosen = new URLSearchParams();
  for (const field of fields(form)) if (field.value) chosen.set(field.name, field.value);
  const hash = chosen.toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Whether the title has all words that were typed. */
function says(row: HTMLElement, words: string): boolean {
  const title = plain(row.querySelector("a")?.textContent ?? "");
  return plain(words).split(/\s+/).every((word) => title.includes(word));
}

function show(form: HTMLFormElement): void {
  const chosen = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  const rows = [...document.querySelectorAll<HTMLElement>(".qd-row[data-kind]")];
  for (const row of rows) {
    const fits = KEYS.every((key) => !chosen[key] || row.dataset[key] === chosen[key]);
    row.hidden = !fits || !says(row, chosen.words ?? "");
  }
  for (const list of document.querySelectorAll<HTMLElement>(".qd-list[data-note]")) {
    list.hidden = !list.querySelector(".qd-row:not([hidden])");
    const heading = list.previousElementSibling;
    if (heading instanceof HTMLHeadingElement) heading.hidden = list.hidden;
  }
  const left = rows.filter((row) => !row.hidden).length;
  const told = document.querySelector(".qd-shown");
  if (told) told.textContent = `${left} of ${rows.length} statements`;
}

/** Offer the filters, where the page has them. */
export function offerFilters(): void {
  const form = document.querySelector<HTMLFormElement>(".qd-filters");
  if (!form) return;
  form.hidden = false;
  const follow = (): void => {
    // A heading's anchor is no choice.
    if (location.hash && !location.hash.includes("=")) return;
    readAddress(form);
    show(form);
  };
  follow();
  show(form);
  window.addEventListener("hashchange", follow);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    writeAddress(form);
    show(form);
  });
}
