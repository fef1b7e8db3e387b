import { openTarget } from "./anchors";
import { renderMaths, renderOnOpening } from "./maths";

function start(): void {
  renderOnOpening(document);
  renderMaths(document);
  openTarget();
  window.addEventListener("hashchange", openTarget);
  // The theme's search is a dialog without a name.
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
