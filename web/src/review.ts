/** Entry of the review page, and of cards in notes. */
import { startNotes } from "./notes";
import { startReview } from "./shell";

declare global {
  interface Window {
    /** Set by `qedeck review`. */
    qedeckServer?: { token: string };
  }
}

function start(): void {
  const host = document.getElementById("qd-review");
  if (host) void startReview(host);
  else startNotes();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
