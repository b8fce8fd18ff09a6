// SPDX-License-Identifier: Apache-2.0
//
// Evaluates the tests that the compiler writes into state machines with JSONata's own engine, on
// random findings, on dates of every form and on odd documents. What must come out is what the
// plain evaluator says; nothing may fail, since a failure would fail the run.
//
// usage: jsonata.mjs JUDGES TEST_JSONATA
//   JUDGES         the folder of tests/conformance/fetch
//   TEST_JSONATA   build/…/tests/test_jsonata: `TEST_JSONATA emit` prints the cases
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [judges, emitter] = process.argv.slice(2);
const place = resolve(judges, "node", "node_modules", "jsonata");
const jsonata = createRequire(import.meta.url)(place);

const lines = execFileSync(emitter, ["emit"], { encoding: "utf8", maxBuffer: 1 << 28 });
let count = 0;
let failed = 0;
const seen = { true: 0, false: 0 };
for (const line of lines.trimEnd().split("\n")) {
	const { test, millis, verdicts, findings } = JSON.parse(line);
	const expression = jsonata(test);
	let wrong = null;
	for (const [i, finding] of findings.entries()) {
		let got;
		try {
			// The clock of the engine is a function that can be bound.
			got = await expression.evaluate({}, { finding, millis: () => millis });
		} catch (error) {
			got = `${error.code} ${error.message}`;
		}
		seen[verdicts[i]]++;
		if (got !== verdicts[i]) wrong ??= { got, expected: verdicts[i], finding };
	}
	console.log(`${wrong ? "not ok" : "ok"} ${++count} - ${test.slice(0, 400)}`);
	if (wrong) {
		failed++;
		console.log("# " + JSON.stringify(wrong));
	}
}
const enough = count > 200 && seen.true > 1000 && seen.false > 1000;
console.log(`${enough ? "ok" : "not ok"} ${++count} - findings inside ${seen.true}, outside ${seen.false}`);
console.log(`1..${count}`);
process.exit(failed || !enough ? 1 : 0);
