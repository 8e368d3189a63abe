// Canonical JSON by the reference's own recipe, as the oracle of CanonicalJsonOracleTests:
// one JSON text a line in, the canonical text of each a line out.
//   node canonical.mjs <in> <out>
import { readFileSync, writeFileSync } from "node:fs";

function rebuild(value) {
  if (Array.isArray(value)) {
    return value.map(rebuild);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const sorted = {};
  for (const name of Object.keys(value).sort()) {
    sorted[name] = rebuild(value[name]);
  }
  return sorted;
}

const [, , input, output] = process.argv;
// Only the line feed ends a line: U+2028 and its kin stand in the texts.
const lines = readFileSync(input, "utf8").split("\n").filter((line) => line !== "");
writeFileSync(output, lines.map((line) => JSON.stringify(rebuild(JSON.parse(line))) + "\n").join(""));
