/** Served over https, the review can be installed, and works without a network. */

const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

export function offerInstalling(root: string, notes: () => string[]): void {
  const served = location.protocol === "https:" || (location.protocol === "http:" && LOCAL.test(location.hostname));
  // A project's server has another port each time, and nothing that it says may be kept.
  if (!served || window.qedeckServer?.token || !("serviceWorker" in navigator)) return;
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = `${root}manifest.webmanifest`;
  document.head.append(link);
  navigator.serviceWorker
    .register(`${root}sw.js`)
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => {
      // Whoever has installed it wants to follow a card into its note on a train.
      if (matchMedia("(display-mode: standalone)").matches) active?.postMessage({ keep: notes() });
    })
    .catch(() => undefined);
}
