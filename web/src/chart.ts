/** Drawings of figures, and the same figures as a table for who cannot see them. */
import { dayName } from "./day";
import { el, svg } from "./element";

/** Bars, each with a word for when the pointer rests on it. */
export function bars(counts: readonly number[], told: (k: number) => string, name: string): HTMLElement {
  const most = Math.max(1, ...counts);
  const height = 100;
  const step = 10;
  const picture = svg("svg", { viewBox: `0 0 ${counts.length * step} ${height + 2}`, role: "img", "aria-label": name, preserveAspectRatio: "none" });
  counts.forEach((count, k) => {
    const size = count ? Math.max(2, (count / most) * height) : 0.8;
    picture.append(
      svg("rect", { x: k * step + 1, y: height - size + 1, width: step - 2, height: size, rx: 0.8, class: k ? "" : "qd-now" }, svg("title", {}, told(k))),
    );
  });
  return el("div", { class: "qd-bars" }, picture);
}

const WEEKS = 53;
const CELL = 12;

/** A year of days, a column a week. */
export function year(days: ReadonlyMap<string, number>, now: number, hour: number, name: string): HTMLElement {
  const picture = svg("svg", { viewBox: `0 0 ${WEEKS * CELL} ${7 * CELL + 14}`, role: "img", "aria-label": name });
  const today = new Date(`${dayName(now, hour)}T12:00:00`);
  const first = new Date(today);
  // Weeks begin on Monday.
  first.setDate(first.getDate() - ((today.getDay() + 6) % 7) - 7 * (WEEKS - 1));
  const most = Math.max(1, ...days.values());
  let month = -1;
  for (let day = new Date(first), k = 0; day <= today; day.setDate(day.getDate() + 1), k++) {
    const key = dayName(day.getTime(), hour);
    const count = days.get(key) ?? 0;
    const level = count ? Math.ceil(4 * Math.sqrt(count / most)) : 0;
    const x = Math.floor(k / 7) * CELL;
    if (day.getMonth() !== month && k % 7 === 0) {
      if (x < (WEEKS - 2) * CELL) picture.append(svg("text", { x, y: 9 }, day.toLocaleDateString("en", { month: "short" })));
      month = day.getMonth();
    }
    picture.append(
      svg("rect", { x, y: (k % 7) * CELL + 14, width: CELL - 2, height: CELL - 2, rx: 2, class: `qd-heat-${level}` }, svg("title", {}, `${key}: ${count}`)),
    );
  }
  const box = el("div", { class: "qd-year", tabindex: 0, role: "group", "aria-label": name }, picture);
  // On a phone the last months are seen first.
  requestAnimationFrame(() => box.scrollTo({ left: box.scrollWidth }));
  return box;
}

/** Predicted against true: on the diagonal FSRS knows the learner. */
export function calibration(points: readonly { predicted: number; true: number; answers: number }[], name: string): HTMLElement {
  const size = 200;
  const at = (value: number): number => value * size;
  const most = Math.max(1, ...points.map(({ answers }) => answers));
  const picture = svg("svg", { viewBox: `-30 -6 ${size + 50} ${size + 34}`, role: "img", "aria-label": name });
  for (const mark of [0, 0.5, 1]) {
    picture.append(
      svg("line", { x1: 0, x2: size, y1: size - at(mark), y2: size - at(mark), class: "qd-grid" }),
      svg("text", { x: -6, y: size - at(mark) + 3, "text-anchor": "end" }, `${mark * 100} %`),
      svg("text", { x: at(mark), y: size + 14, "text-anchor": "middle" }, `${mark * 100} %`),
    );
  }
  picture.append(svg("line", { x1: 0, y1: size, x2: size, y2: 0, class: "qd-diagonal" }));
  for (const point of points) {
    const told = `predicted ${percent(point.predicted)}, true ${percent(point.true)}, ${point.answers} answers`;
    picture.append(
      svg("circle", { cx: at(point.predicted), cy: size - at(point.true), r: 2.5 + 5 * Math.sqrt(point.answers / most) }, svg("title", {}, told)),
    );
  }
  picture.append(svg("text", { x: size / 2, y: size + 27, "text-anchor": "middle" }, "predicted"));
  return el("div", { class: "qd-calibration" }, picture);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
