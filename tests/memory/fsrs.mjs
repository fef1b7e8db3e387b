// Schedules by ts-fsrs's memory model, with the steps of py-fsrs: histories come in as JSON on
// stdin, schedules go out on stdout. node tests/memory/fsrs.mjs URL-OF-TS-FSRS
const { FSRSAlgorithm } = await import(process.argv[2]);

const MINUTE = 60_000;
const DAY = 86_400_000;

function next(scheduler, modifier, before, at, grade) {
  const days = before ? Math.max(0, Math.floor((at - before.last) / DAY)) : 0;
  const { stability, difficulty } = scheduler.next_state(before, days, grade);
  let { state, step, reviews, lapses } = before ?? { state: "learning", step: 0, reviews: 0, lapses: 0 };
  const first = scheduler.parameters.w[grade - 1];
  const card = { stability: before ? stability : first, difficulty, last: at, reviews: reviews + 1 };
  let wait = 0;
  if (state !== "review") {
    const steps = state === "learning" ? [MINUTE, 10 * MINUTE] : [10 * MINUTE];
    step = grade === 1 ? 0 : step + (grade === 3);
    if (grade === 4 || step === steps.length) state = "review";
    else if (grade === 2 && step === 0) wait = steps.length > 1 ? 5.5 * MINUTE : 15 * MINUTE;
    else wait = steps[step];
  } else if (grade === 1) {
    [state, wait, lapses] = ["relearning", 10 * MINUTE, lapses + 1];
  }
  if (state === "review") {
    step = 0;
    wait = Math.min(Math.max(1, Math.round(card.stability * modifier)), 36_500) * DAY;
  }
  return { ...card, state, step, lapses, due: at + wait };
}

let text = "";
for await (const part of process.stdin) text += part;
const answers = JSON.parse(text).map(({ parameters, retention, reviews }) => {
  const scheduler = new FSRSAlgorithm({ w: parameters, request_retention: retention });
  const decay = -parameters[20];
  const modifier = (retention ** (1 / decay) - 1) / (0.9 ** (1 / decay) - 1);
  let card = null;
  return reviews.map(([at, grade]) => {
    card = next(scheduler, modifier, card, at, grade);
    const { state, step, due, stability, difficulty, reviews: count, lapses } = card;
    return [state, step, due, stability, difficulty, count, lapses];
  });
});
process.stdout.write(JSON.stringify(answers));
