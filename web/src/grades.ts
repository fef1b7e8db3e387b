/** The four answers. */
import type { Grade } from "./event";

export const GRADES: readonly [Grade, string][] = [
  [1, "Again"],
  [2, "Hard"],
  [3, "Good"],
  [4, "Easy"],
];
