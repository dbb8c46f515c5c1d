// katex.js - renders one LaTeX formula a line from standard input with KaTeX
// and reports those it refuses. usage: node katex.js KATEX_FOLDER [HTML_FILE]
"use strict";
const fs = require("fs");
const katex = require(process.argv[2]);
const lines = fs.readFileSync(0, "utf8").split("\n").filter((l) => l.trim());
let failed = 0;
const rows = lines.map((line) => {
  try {
    const html = katex.renderToString(line, {
      displayMode: true, throwOnError: true, strict: "error", trust: false,
    });
    const source = line.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    return `<tr><td><code>${source}</code></td><td>${html}</td></tr>`;
  } catch (error) {
    failed++;
    console.error(`${line}\n    ${error.message}`);
    return "";
  }
});
if (process.argv[3])
  fs.writeFileSync(process.argv[3], `<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="${process.argv[2]}/dist/katex.min.css">
<table border="1">${rows.join("\n")}</table>`);
console.log(`${lines.length - failed} of ${lines.length} formulas rendered`);
process.exit(failed ? 1 : 0);
