// Reads a JSON list of [LaTeX, display]; writes MathJax's version and what it says against each
// formula, "" for nothing. Set up as in Anki (all of TeX, with mathtools, without textmacros),
// afresh for each formula; errors are thrown, where Anki would print red text.
const fs = require("fs");

const check = async (folder) => {
  const MathJax = await require(`${folder}/es5/node-main.js`).init({
    loader: { load: ["input/tex-full", "output/chtml"] },
    startup: { typeset: false },
    tex: {
      packages: { "[+]": ["mathtools"], "[-]": ["noerrors", "noundefined", "textmacros"] },
      formatError: (_, error) => {
        throw error;
      },
    },
  });
  const said = JSON.parse(fs.readFileSync(0, "utf8")).map(([latex, display]) => {
    MathJax.startup.getComponents();
    try {
      MathJax.startup.document.convert(latex, { display });
      return "";
    } catch (error) {
      return error.message;
    }
  });
  process.stdout.write(JSON.stringify([MathJax.version, said]));
};

check(process.argv[2]);
