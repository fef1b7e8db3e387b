/** Small things that a browser keeps: the choices of a learner, without what they mean. */

/** A small thing that was kept, or nothing. */
export function recall(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** Keep a small thing, if the browser lets us. */
export function remember(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Sites that share an origin, such as all files, keep apart by name. */
export function siteName(): string {
  return `qedeck ${window.qedeckSite ?? ""}`.trim();
}

/** Whether cards can be answered in the notes: so it is, where nobody chose. */
export function answersInNotes(): boolean {
  const chosen = recall(`${siteName()} settings`);
  return !(typeof chosen === "object" && chosen !== null && "notes" in chosen && chosen.notes === false);
}
