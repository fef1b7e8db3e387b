/** What a learner's answers come to: figures, no elements. */
import { DAY, elapsed, type Schedule } from "./schedule";
import { replay, type Standing } from "./standing";
import { dayName, dayStart } from "./day";
import type { Event } from "./event";

/** Answers, and how many were right. */
export interface Score {
  answers: number;
  right: number;
}

export interface Progress {
  today: Score & { ms: number; fresh: number };
  /** Answers by name of day. */
  days: Map<string, number>;
  /** By card, answers after a day or more: what FSRS asks about. */
  cards: Map<string, Score>;
  /** All of these. */
  recall: Score;
  /** By tenths of what was predicted: how many, what was predicted on average, what came true. */
  calibration: { predicted: number; true: number; answers: number }[];
  /** Cards that were forgotten, the most often first. */
  forgotten: { card: string; lapses: number; answers: number }[];
  standings: Map<string, Standing>;
}

/** Where predictions are told apart. */
const BINS = [0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0001];

/** All figures, by one replay of all events. */
export function progress(events: readonly Event[], schedule: Schedule, hour: number, now: number): Progress {
  const begun = dayStart(now, hour);
  const bins = BINS.slice(1).map(() => ({ predicted: 0, true: 0, answers: 0 }));
  const cards = new Map<string, Score>();
  const names = new DayNames(hour);
  const days = new Map<string, number>();
  const found: Progress = {
    today: { answers: 0, right: 0, ms: 0, fresh: 0 },
    days,
    cards,
    recall: { answers: 0, right: 0 },
    calibration: [],
    forgotten: [],
    standings: new Map(),
  };
  found.standings = replay(events, schedule, (event, before) => {
    if (event.kind === "review") {
      const right = Number(event.grade !== 1);
      const day = names.of(event.at);
      days.set(day, (days.get(day) ?? 0) + 1);
      if (event.at >= begun) {
        found.today.answers += 1;
        found.today.right += right;
        found.today.ms += event.ms ?? 0;
        found.today.fresh += Number(!before);
      }
      if (before && elapsed(before.last, event.at) > 0) {
        const predicted = schedule.retrievability(before, event.at);
        const bin = bins[BINS.findIndex((edge) => predicted < edge) - 1];
        if (bin) {
          bin.answers += 1;
          bin.predicted += predicted;
          bin.true += right;
        }
        const score = cards.get(event.card) ?? { answers: 0, right: 0 };
        score.answers += 1;
        score.right += right;
        cards.set(event.card, score);
        found.recall.answers += 1;
        found.recall.right += right;
      }
    }
  });
  for (const bin of bins) {
    if (!bin.answers) continue;
    const { predicted, answers } = bin;
    found.calibration.push({ predicted: predicted / answers, true: bin.true / answers, answers });
  }
  for (const [card, { memory }] of found.standings) {
    if (memory?.lapses) found.forgotten.push({ card, lapses: memory.lapses, answers: memory.reviews });
  }
  found.forgotten.sort((one, other) => other.lapses - one.lapses || other.lapses / other.answers - one.lapses / one.answers);
  return found;
}

/** Names of days, most of which are asked for many times in a row. */
class DayNames {
  private from = 0;
  private name = "";

  constructor(private readonly hour: number) {}

  of(at: number): string {
    // The shortest day has 23 hours.
    if (!(at >= this.from && at < this.from + DAY - 3_600_000)) {
      this.from = dayStart(at, this.hour);
      this.name = dayName(at, this.hour);
    }
    return this.name;
  }
}

export function sum(scores: Iterable<Score>): Score {
  const found = { answers: 0, right: 0 };
  for (const { answers, right } of scores) {
    found.answers += answers;
    found.right += right;
  }
  return found;
}
