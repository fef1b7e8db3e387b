// Bundles the scripts and copies the parts of KaTeX and iframe-worker that a site needs.
// Usage: node build.mjs <directory>
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const target = process.argv[2];
if (!target) throw new Error("usage: node build.mjs <directory>");
const modules = new URL("node_modules/", import.meta.url).pathname;

await rm(target, { recursive: true, force: true });
await mkdir(join(target, "fonts"), { recursive: true });

const source = (name) => new URL(`src/${name}.ts`, import.meta.url).pathname;
await build({
  entryPoints: { qedeck: source("site"), review: source("review"), worker: source("worker") },
  outdir: target,
  bundle: true,
  format: "iife",
  target: "es2020",
  minify: true,
  legalComments: "none",
});

// Every browser that runs the rest of the site reads woff2: the older formats stay out.
const style = await readFile(join(modules, "katex/dist/katex.min.css"), "utf8");
await writeFile(
  join(target, "katex.min.css"),
  style.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)/g, ""),
);
for (const font of await readdir(join(modules, "katex/dist/fonts"))) {
  if (font.endsWith(".woff2")) {
    await cp(join(modules, "katex/dist/fonts", font), join(target, "fonts", font));
  }
}

await cp(join(modules, "iframe-worker/shim/index.js"), join(target, "iframe-worker.js"));
for (const name of ["katex", "iframe-worker", "idb", "ts-fsrs"]) {
  await cp(join(modules, name, "LICENSE"), join(target, `${name}.LICENSE.txt`));
}
