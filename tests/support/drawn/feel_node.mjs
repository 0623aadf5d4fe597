// Evaluates trees with the browser's code: reads [[tree, values], …] from stdin, writes [true, false, …].
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modulePath] = process.argv.slice(2);
const { evaluate, hiddenKeys } = await import(pathToFileURL(modulePath).href);
const asked = JSON.parse(readFileSync(0, "utf8"));
const answers = asked.map(({ tree, hides, values }) =>
  tree ? evaluate(tree, values) : [...hiddenKeys(hides, values, (shown) => ({ ...shown, this: shown }))].sort(),
);
process.stdout.write(JSON.stringify(answers));
