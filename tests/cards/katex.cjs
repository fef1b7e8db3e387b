// Reads a JSON list of [LaTeX, display]; writes what KaTeX says against each, "" for nothing.
const fs = require("fs");
const katex = require(`${process.argv[2]}/dist/katex.js`);
const said = JSON.parse(fs.readFileSync(0, "utf8")).map(([latex, displayMode]) => {
  try {
    katex.renderToString(latex, { displayMode, throwOnError: true, trust: false, strict: "ignore" });
    return "";
  } catch (error) {
    return error.message;
  }
});
process.stdout.write(JSON.stringify([katex.version, said]));
