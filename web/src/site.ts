import { openTarget } from "./anchors";
import { offerFilters } from "./claims";
import { renderMaths, renderOnOpening } from "./maths";

declare global {
  interface Window {
    /** For scripts that are loaded later. */
    qedeckMaths?: (root: ParentNode) => void;
  }
}

window.qedeckMaths = renderMaths;

function start(): void {
  renderOnOpening(document);
  renderMaths(document);
  offerFilters();
  openTarget();
  window.addEventListener("hashchange", openTarget);
  // The theme's search is a dialog without a name.
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
