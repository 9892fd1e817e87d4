// node validate.js SCHEMA FILE...: each file against a JSON Schema (draft 4 or 7); of *.jsonl each line.
// Prints what is wrong and ends 1. Run with NODE_PATH at the folder that has ajv, ajv-draft-04 and ajv-formats.
"use strict";
const fs = require("fs");
const schema = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const Ajv = /draft-04/.test(schema.$schema) ? require("ajv-draft-04") : require("ajv");
const ajv = new (Ajv.default || Ajv)({strict: false, allErrors: true, unicodeRegExp: false});
const formats = require("ajv-formats");
(formats.default || formats)(ajv);
const check = ajv.compile(schema);
let wrong = 0;
let values = 0;
for (const name of process.argv.slice(3)) {
  const text = fs.readFileSync(name, "utf8");
  const lines = name.endsWith(".jsonl") ? text.split("\n").filter((line) => line !== "") : [text];
  lines.forEach((line, index) => {
    ++values;
    if (check(JSON.parse(line))) return;
    ++wrong;
    console.log(name + ":" + (index + 1) + ": " + ajv.errorsText(check.errors));
  });
}
console.log(values + " values, " + wrong + " wrong");
process.exit(wrong > 0 || values === 0 ? 1 : 0);
