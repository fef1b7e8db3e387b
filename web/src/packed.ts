/** Standings as they are kept: in columns, as ten thousand objects take their time. */
import type { Memory } from "./schedule";
import type { Standing } from "./standing";

export interface Packed {
  cards: string[];
  /** The last event of each card. */
  ids: string[];
  /** A row a card. */
  numbers: Float64Array;
}

const PHASES: readonly (Memory["phase"] | null)[] = [null, "learning", "review", "relearning"];
const WIDTH = 13;

export function pack(standings: ReadonlyMap<string, Standing>): Packed {
  const numbers = new Float64Array(standings.size * WIDTH);
  const ids: string[] = [];
  let row = 0;
  for (const { memory: m, suspended, buried, at, id } of standings.values()) {
    ids.push(id);
    const own = [Number(suspended), buried, at, PHASES.indexOf(m?.phase ?? null)];
    const learned = m ? [m.step, m.stability, m.difficulty, m.due, m.last, m.first, m.reviews, m.lapses, m.failed] : [];
    numbers.set([...own, ...learned], row);
    row += WIDTH;
  }
  return { cards: [...standings.keys()], ids, numbers };
}

export function unpack({ cards, ids, numbers }: Packed): Map<string, Standing> {
  const found = new Map<string, Standing>();
  cards.forEach((card, k) => {
    const at = k * WIDTH;
    const number = (column: number): number => numbers[at + column] ?? 0;
    const phase = PHASES[number(3)] ?? null;
    const memory: Memory | null = phase && {
      phase,
      step: number(4),
      stability: number(5),
      difficulty: number(6),
      due: number(7),
      last: number(8),
      first: number(9),
      reviews: number(10),
      lapses: number(11),
      failed: number(12),
    };
    found.set(card, { memory, suspended: number(0) === 1, buried: number(1), at: number(2), id: ids[k] ?? "" });
  });
  return found;
}
