/** Settings, and the events as files. */
import { dayName } from "./day";
import type { Deck } from "./deck";
import { el } from "./element";
import { load, save } from "./exchange";
import type { History } from "./history";
import { siteName } from "./kept";
import { asked } from "./safe";
import { DEFAULTS } from "./schedule";
import { parameters, settings, writeSettings, type Settings } from "./settings";
import { exported, promised } from "./trouble";

/** The view of settings; `changed` is called with what was chosen. */
export function panel(
  deck: Deck,
  history: History,
  chosen: Settings,
  root: string,
  changed: (next: Settings) => void,
): HTMLElement {
  const fixed = history.store.home === "project";
  const told = el("p", { class: "qd-told", role: "status" });
  const choose = (next: Partial<Settings>): void => {
    const made = settings({ ...chosen, ...next });
    const kept = writeSettings(siteName(), made);
    told.replaceChildren(kept ? "Kept." : "This browser does not keep settings: they hold until the page is closed.");
    chosen = made;
    changed(made);
  };
  return el(
    "div",
    { class: "qd-panel" },
    el("h2", {}, "Settings"),
    number("New cards a day", chosen.fresh, 0, 9999, 1, (fresh) => choose({ fresh })),
    fixed ? null : number("Wanted retention in percent", Math.round(chosen.retention * 100), 70, 97, 1, (percent) => choose({ retention: percent / 100 })),
    number("Hour at which a day begins", chosen.hour, 0, 23, 1, (hour) => choose({ hour })),
    flag("Spread intervals a little, so that cards learned together part", chosen.fuzz, (fuzz) => choose({ fuzz })),
    flag("Answer cards in the notes, hide clozes there, and offer reviews at the end of sections", chosen.notes, (notes) => choose({ notes })),
    fixed
      ? el("p", { class: "qd-quiet" }, "Retention and parameters are those of reviews/fsrs.json in the project.")
      : weights(chosen, (found) => choose({ parameters: found })),
    told,
    suspended(deck, history, root),
    files(history, chosen),
  );
}

/** The cards that were suspended, each with a way back. */
function suspended(deck: Deck, history: History, root: string): HTMLElement | null {
  const away = deck.entries.filter(({ id }) => history.of(id).suspended);
  if (!away.length) return null;
  const list = el("ul", { class: "qd-suspended" });
  for (const { id } of away) {
    const name = el("a", {}, id);
    const row = el("li", {}, name);
    const resume = async (): Promise<void> => {
      await history.put("resume", id);
      row.remove();
    };
    row.append(el("button", { type: "button", class: "qd-tool", onclick: () => void resume() }, "Resume"));
    list.append(row);
    void deck.card(id).then((card) => {
      name.href = root + card.place;
      name.replaceChildren(asked(card.front, root));
      window.qedeckMaths?.(row);
    }, () => undefined);
  }
  return el("section", {}, el("h2", {}, "Suspended cards"), list);
}

function number(label: string, value: number, min: number, max: number, step: number, chosen: (value: number) => void): HTMLElement {
  const field = el("input", { type: "number", value, min, max, step, inputmode: "numeric" });
  field.addEventListener("change", () => {
    if (field.checkValidity() && field.value) chosen(Number(field.value));
    else field.reportValidity();
  });
  return el("label", { class: "qd-field" }, el("span", {}, label), field);
}

function flag(label: string, value: boolean, chosen: (value: boolean) => void): HTMLElement {
  const box = el("input", { type: "checkbox", checked: value });
  box.addEventListener("change", () => chosen(box.checked));
  return el("label", { class: "qd-field qd-flag" }, box, el("span", {}, label));
}

/** The 21 parameters of FSRS, or the file that `qedeck optimize` writes. */
function weights(chosen: Settings, found: (parameters: readonly number[]) => void): HTMLElement {
  const text = el("textarea", { rows: 4, spellcheck: "false", "aria-label": "Parameters of FSRS-6" });
  text.value = chosen.parameters.join(", ");
  const wrong = el("p", { class: "qd-quiet", role: "status" });
  text.addEventListener("change", () => {
    const read = parameters(numbers(text.value));
    wrong.replaceChildren(read ? "" : "FSRS-6 has 21 numbers.");
    if (read) found(read);
  });
  const reset = (): void => {
    text.value = DEFAULTS.join(", ");
    wrong.replaceChildren("");
    found(DEFAULTS);
  };
  return el(
    "details",
    { class: "qd-fold" },
    el("summary", {}, "Parameters"),
    el("p", {}, "Those of FSRS-6. qedeck optimize fits them to your own answers; paste its 21 numbers, or the whole of reviews/fsrs.json."),
    text,
    wrong,
    el("button", { type: "button", class: "qd-button", onclick: reset }, "Defaults"),
  );
}

function numbers(text: string): unknown {
  try {
    const value = JSON.parse(text.trim().startsWith("{") ? text : `[${text.replace(/[[\]]/g, "")}]`) as unknown;
    return Array.isArray(value) ? value : (value as { parameters?: unknown }).parameters;
  } catch {
    return null;
  }
}

function files(history: History, chosen: Settings): HTMLElement {
  const told = el("div", { class: "qd-told", role: "status" });
  const say = (...lines: string[]): void => told.replaceChildren(...lines.map((text) => el("p", {}, text)));
  const out = async (): Promise<void> => {
    const count = await save(history.store, dayName(Date.now(), chosen.hour));
    exported(siteName(), count);
    say(`${count.toLocaleString("en")} events were handed to you as a file. Keep it, or add it to the reviews folder of the project.`);
  };
  const field = el("input", { type: "file", accept: ".jsonl,.ndjson,.json,application/x-ndjson", hidden: true });
  field.addEventListener("change", () => {
    void (async () => {
      const lines: string[] = [];
      for (const file of field.files ?? []) lines.push(...(await load(history.store, await file.text())));
      field.value = "";
      await history.catchUp();
      say(...lines);
    })().catch((error: unknown) => say(`Nothing was added: ${error instanceof Error ? error.message : String(error)}.`));
  });
  const where = {
    project: "Every answer is appended to a file in the project's reviews folder.",
    browser: "Your answers lie in this browser, on this machine, and nowhere else.",
    nowhere: "Nothing is kept: this browser does not allow it.",
  }[history.store.home];
  const promise = el("p", { class: "qd-quiet" });
  if (history.store.home === "browser") {
    void promised().then((kept) => {
      promise.replaceChildren(
        kept
          ? "The browser has promised not to remove them on its own."
          : "The browser promises nothing: it may remove them when room gets short, or when its data are cleared. Export now and then.",
      );
    });
  }
  return el(
    "section",
    {},
    el("h2", {}, "Your answers"),
    el("p", {}, where),
    promise,
    el(
      "p",
      { class: "qd-further" },
      el("button", { type: "button", class: "qd-button", onclick: () => void out() }, "Export"),
      el("button", { type: "button", class: "qd-button", onclick: () => field.click() }, "Import"),
    ),
    field,
    el("p", { class: "qd-quiet" }, "A file has an event a line. Importing adds what is not there yet, and changes nothing else; twice is as good as once."),
    told,
  );
}
