import { renderMaths } from "./maths";

function start(): void {
  renderMaths(document);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
