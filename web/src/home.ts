/** The home of a site's events. */
import { BrowserStore } from "./browser";
import { dayStart } from "./day";
import { History } from "./history";
import { ProjectStore } from "./project";
import { recall, remember, siteName } from "./kept";
import { readSettings, settings, type Settings } from "./settings";
import type { Store } from "./store";

/** The store of a site whose root is at an address relative to the page. */
export async function openStore(root: string): Promise<Store> {
  const token = window.qedeckServer?.token;
  return token ? ProjectStore.open(token, root) : BrowserStore.open(siteName());
}

/** The settings: retention and parameters of a project are those of its file. */
export async function openSettings(store: Store): Promise<Settings> {
  const own = readSettings(siteName());
  if (!(store instanceof ProjectStore)) return own;
  const given = (await store.settings()) as Partial<Settings> | null;
  const chosen = settings({ ...own, ...given });
  return typeof given?.limit === "number" ? { ...chosen, limit: given.limit } : chosen;
}

export function openHistory(store: Store, settings: Settings): Promise<History> {
  return History.open(store, settings, client(store), () => dayStart(Date.now(), settings.hour));
}

/** Name of this browser in events. */
function client(store: Store): string {
  if (store.home === "project") return "qedeck review";
  const key = `${siteName()} client`;
  const known = recall(key);
  if (typeof known === "string") return known;
  const made = `site-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;
  remember(key, made);
  return made;
}
