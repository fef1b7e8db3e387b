/**
 * When a card is due: FSRS-6. `ts-fsrs` computes what is remembered; the steps and what counts as
 * a day are those of py-fsrs, so that Python and the browser agree to the second.
 */
import { FSRSAlgorithm, default_w, get_fuzz_range } from "ts-fsrs";
import type { Grade } from "./event";

const MINUTE = 60_000;
export const DAY = 86_400_000;
const LEARNING = [MINUTE, 10 * MINUTE];
const RELEARNING = [10 * MINUTE];
const LONGEST = 36_500;

export const DEFAULTS: readonly number[] = default_w;

export interface Memory {
  phase: "learning" | "review" | "relearning";
  /** Place in the steps of its phase. */
  step: number;
  stability: number;
  difficulty: number;
  due: number;
  last: number;
  first: number;
  reviews: number;
  lapses: number;
  /** When it was last answered with "again"; 0 if never. */
  failed: number;
}

export interface Rules {
  retention: number;
  parameters: readonly number[];
  /** Spreads intervals a little, so that cards learned together part. */
  fuzz: boolean;
}

export class Schedule {
  private readonly fsrs: FSRSAlgorithm;
  private readonly weights: readonly number[];
  /** Days that an interval has for each day of stability. */
  private readonly days: number;

  constructor(private readonly rules: Rules) {
    this.fsrs = new FSRSAlgorithm({ w: [...rules.parameters], request_retention: rules.retention });
    // Those of the rules, each within its bounds.
    this.weights = [...this.fsrs.parameters.w];
    const decay = -(this.weights[20] ?? 0.1542);
    this.days = (rules.retention ** (1 / decay) - 1) / (0.9 ** (1 / decay) - 1);
  }

  /** The memory after an answer. */
  answer(before: Memory | null, grade: Grade, at: number, card: string): Memory {
    const days = before ? elapsed(before.last, at) : 0;
    const { stability, difficulty } = this.fsrs.next_state(before, days, grade);
    const after: Memory = {
      phase: before?.phase ?? "learning",
      step: before?.step ?? 0,
      stability: before ? stability : (this.weights[grade - 1] ?? stability),
      difficulty,
      due: 0,
      last: at,
      first: before?.first ?? at,
      reviews: (before?.reviews ?? 0) + 1,
      lapses: (before?.lapses ?? 0) + Number(grade === 1 && before?.phase === "review"),
      failed: grade === 1 ? at : (before?.failed ?? 0),
    };
    const wait = this.wait(after, grade);
    after.due = at + (wait || this.interval(after, days, card) * DAY);
    return after;
  }

  /** How likely the card is remembered. */
  retrievability(memory: Memory, at: number): number {
    return this.fsrs.forgetting_curve(elapsed(memory.last, at), memory.stability);
  }

  /** Until the next step in milliseconds; 0 where days decide. Sets phase and step. */
  private wait(memory: Memory, grade: Grade): number {
    if (memory.phase === "review") {
      if (grade > 1) return 0;
      memory.phase = "relearning";
      memory.step = 0;
      return RELEARNING[0] ?? 0;
    }
    const steps = memory.phase === "learning" ? LEARNING : RELEARNING;
    const [first = 0, second = 0] = steps;
    if (grade === 1) memory.step = 0;
    if (grade === 3) memory.step += 1;
    if (grade === 4 || memory.step >= steps.length) {
      memory.phase = "review";
      memory.step = 0;
      return 0;
    }
    if (grade !== 2 || memory.step) return steps[memory.step] ?? 0;
    return steps.length > 1 ? (first + second) / 2 : first * 1.5;
  }

  private interval(memory: Memory, elapsed_: number, card: string): number {
    const exact = Math.round(memory.stability * this.days);
    const days = Math.min(Math.max(1, exact), LONGEST);
    if (!this.rules.fuzz || days < 2.5) return days;
    const { min_ivl, max_ivl } = get_fuzz_range(days, elapsed_, LONGEST);
    return min_ivl + Math.floor(chance(`${card} ${memory.reviews}`) * (max_ivl - min_ivl + 1));
  }
}

/** Whole spans of 24 hours between two answers; a clock that was set back counts as none. */
export function elapsed(last: number, at: number): number {
  return Math.max(0, Math.floor((at - last) / DAY));
}

/** A number from 0 to 1 that a text decides: the same history has the same schedule. */
function chance(text: string): number {
  let hash = 2_166_136_261;
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296;
}
