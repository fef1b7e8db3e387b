import { openTarget } from "./anchors";
import { startCards } from "./cards";
import { offerFilters } from "./claims";
import { renderMaths, renderOnOpening } from "./maths";

declare global {
  interface Window {
    /** For scripts that are loaded later. */
    qedeckMaths?: (root: ParentNode) => void;
    /** The site's name, in the script of macros. */
    qedeckSite?: string;
  }
}

window.qedeckMaths = renderMaths;

function start(): void {
  renderOnOpening(document);
  renderMaths(document);
  offerFilters();
  startCards();
  openTarget();
  window.addEventListener("hashchange", openTarget);
  // The theme's search is a dialog without a name.
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
