// The shared vectors through the page's own modules, bundled: what differs is written as JSON.
// node tests/site/vectors.mjs FILE-OF-VECTORS ESBUILD FOLDER-OF-SOURCES
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [file, esbuild, sources] = process.argv.slice(2);
const { build } = await import(pathToFileURL(esbuild));
const { outputFiles } = await build({
  stdin: {
    contents: `export { Schedule } from "./schedule"; export { UNSEEN, replay } from "./standing";
      export { read, line } from "./event"; export { dayEnd, dayName } from "./day";
      export { plan } from "./queue";`,
    resolveDir: sources,
    loader: "ts",
  },
  bundle: true,
  format: "esm",
  write: false,
});
const code = Buffer.from(outputFiles[0].contents).toString("base64");
const { Schedule, UNSEEN, replay, read, line, dayEnd, dayName, plan } = await import(`data:text/javascript;base64,${code}`);

const vectors = JSON.parse(await readFile(file, "utf8"));
const wrong = [];
function same(where, found, wanted) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push({ where, found, wanted });
}
function told(memory) {
  if (!memory) return null;
  const { phase, step, due, stability, difficulty, reviews, lapses } = memory;
  return [phase, step, due, stability, difficulty, reviews, lapses];
}
function schedule({ parameters, retention }) {
  return new Schedule({ parameters, retention, fuzz: false });
}
function learned(model, reviews) {
  return reviews.reduce((memory, [at, grade]) => model.answer(memory, grade, at, "card"), null);
}

for (const { name, reviews, after, ...rules } of vectors.schedules) {
  const model = schedule(rules);
  let memory = null;
  reviews.forEach(([at, grade], k) => {
    memory = model.answer(memory, grade, at, "card");
    same(`${name}, review ${k + 1}`, told(memory), after[k]);
  });
}
const standard = vectors.schedules[0];
for (const { name, reviews, now, due } of vectors.previews) {
  const model = schedule(standard);
  const memory = learned(model, reviews);
  same(name, [1, 2, 3, 4].map((grade) => model.answer(memory, grade, now, "card").due), due);
}
for (const { name, events: lines, cards } of vectors.events) {
  const { events, wrong: bad } = read(lines.join("\n"));
  same(`${name}: lines that cannot be read`, bad, []);
  same(`${name}: written again`, events.map(line), lines);
  const standings = replay(events, schedule(standard));
  for (const [card, wanted] of Object.entries(cards)) {
    const { memory, suspended, buried } = standings.get(card) ?? UNSEEN;
    same(`${name}, ${card}`, { schedule: told(memory), suspended, buried: buried || null }, wanted);
  }
}
for (const { zone, rollover, cases } of vectors.days) {
  process.env.TZ = zone;
  for (const [at, day, after] of cases) {
    same(`${zone}, a day from ${rollover} o'clock, ${at}`, [dayName(at, rollover), dayEnd(at, rollover)], [day, after]);
  }
}
for (const { name, zone, rollover, cards, events: lines, now, daily, due, new: fresh, soon } of vectors.queues) {
  process.env.TZ = zone;
  const standings = replay(read(lines.join("\n")).events, schedule(standard));
  const deck = { entries: cards.map(([id, group]) => ({ id, group, note: "n", section: "" })) };
  const history = { standings, of: (id) => standings.get(id) ?? UNSEEN };
  const found = plan(deck, history, { hour: rollover, fresh: daily }, {}, now);
  const ids = (entries) => entries.map(({ id }) => id);
  const nearly = found.waiting.filter(({ id }) => standings.get(id).memory.due <= now + 20 * 60_000);
  same(name, [ids(found.due), ids(found.fresh), ids(nearly)], [due, fresh, soon]);
}
process.stdout.write(JSON.stringify(wrong));
