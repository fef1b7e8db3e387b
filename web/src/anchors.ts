/** Unfold what the address points at, or what it lies in. */
export function openTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  let box = target?.closest("details") ?? null;
  if (!target || !box) return;
  for (; box; box = box.parentElement?.closest("details") ?? null) box.open = true;
  target.scrollIntoView();
}
