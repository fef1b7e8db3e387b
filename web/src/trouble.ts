/** What can go wrong with a browser's storage, said before the first answer. */
import { el } from "./element";
import { recall, remember } from "./kept";
import type { Store, StoreError } from "./store";

const LITTLE = 20_000_000;
const TOO_MANY = 300;
const TOO_LONG = 14 * 86_400_000;

const ELSEWHERE = "qedeck review, in the project's folder, keeps every answer in a file instead.";

/** Why nothing can be kept, and what to do. */
export function refused(error: StoreError, practise: () => void): HTMLElement {
  const why = {
    blocked:
      "This browser does not let the page keep anything: cookies and site data are blocked, or the window is private. Allow them for this page and load it again.",
    full: "There is no room left on the disk, or in what the browser grants this page. Make room and load the page again.",
    closed: "The page is open in another tab that is newer. Close this one, or load it again.",
    server: "qedeck review cannot be reached, or its files cannot be read.",
  }[error.kind];
  return el(
    "div",
    { class: "qd-end", role: "alert" },
    el("h2", {}, "Your answers would be lost"),
    el("p", {}, why),
    el("p", { class: "qd-quiet" }, `The browser says: ${error.message}.`),
    error.kind === "server" ? null : el("p", {}, ELSEWHERE),
    el("p", {}, el("button", { type: "button", class: "qd-button", onclick: practise }, "Practise without keeping anything")),
  );
}

/** What a learner should know of a storage that works. */
export async function warnings(store: Store): Promise<string[]> {
  if (store.home === "nowhere") return ["Nothing that you answer is kept."];
  if (store.home === "project") return [];
  const found: string[] = [];
  const left = await room();
  if (left < LITTLE) {
    found.push(`The browser has only ${Math.max(0, Math.floor(left / 1000))} kB of room left for this page.`);
  }
  if (apart()) {
    found.push(
      `This browser may keep the storage of each file apart: what you answer in a note may not be known here, and a folder that moves begins anew. ${ELSEWHERE}`,
    );
  }
  return found;
}

async function room(): Promise<number> {
  try {
    const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
    return quota - usage;
  } catch {
    return Infinity;
  }
}

/**
 * Whether each file may have a storage of its own: Chromium alone is known to give all files one.
 * It cannot be tried out, as a frame has a storage apart in every browser.
 */
function apart(): boolean {
  return location.protocol === "file:" && !("userAgentData" in navigator || "chrome" in window);
}

/** Ask the browser not to throw the events away; whether it promises that. */
export async function promised(): Promise<boolean> {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}

/** Whether it is time to save the events in a file, where the browser promises nothing. */
export async function overdue(name: string, count: number): Promise<boolean> {
  const saved = recall(`${name} exported`) as { at: number; count: number } | null;
  if (!saved) {
    if (!count) return false;
    remember(`${name} exported`, { at: Date.now(), count: 0 });
    return count > TOO_MANY;
  }
  const fresh = count - saved.count;
  const late = fresh > TOO_MANY || (fresh > 0 && Date.now() - saved.at > TOO_LONG);
  return late && !(await navigator.storage?.persisted?.().catch(() => false));
}

export function exported(name: string, count: number): void {
  remember(`${name} exported`, { at: Date.now(), count });
}
