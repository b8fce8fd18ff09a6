// SPDX-License-Identifier: Apache-2.0
//
// Evaluates the tests of state machines on findings, with JSONata's own engine.
//
// usage: evaluate.mjs JUDGES    JSON lines in: {name: expression, …}, then findings; out, for each
//        finding: {name: true or false, or what failed}
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const jsonata = createRequire(import.meta.url)(
	resolve(process.argv[2], "node", "node_modules", "jsonata"));
const noon = Date.parse("2026-04-01T03:00:00Z"); // of the day of common.py, in most time zones

let tests = null;
for await (const line of createInterface({ input: process.stdin })) {
	const value = JSON.parse(line);
	if (tests === null) {
		tests = Object.entries(value).map(([name, text]) => [name, jsonata(text)]);
		continue;
	}
	const results = {};
	for (const [name, test] of tests) {
		try {
			results[name] = await test.evaluate({}, { finding: value, millis: () => noon });
		} catch (error) {
			results[name] = `${error.code} ${error.message}`;
		}
	}
	console.log(JSON.stringify(results));
}
