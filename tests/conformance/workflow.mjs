// SPDX-License-Identifier: Apache-2.0
//
// Runs the state machines that the compiler emits, with JSONata's own engine, on events with and
// without user-defined fields and against an API that answers in every way it can. What must be
// called is computed here from the effect alone.
//
// usage: workflow.mjs JUDGES TEST_WORKFLOW
//   JUDGES          the folder of tests/conformance/fetch
//   TEST_WORKFLOW   build/…/tests/test_workflow: `TEST_WORKFLOW emit` prints the cases
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import { resolve } from "node:path";

const [judges, emitter] = process.argv.slice(2);
const place = resolve(judges, "node", "node_modules", "jsonata");
if (!existsSync(place)) {
	console.log("1..0 # SKIP jsonata is not there (tests/conformance/fetch)");
	process.exit(process.env.CI === "true" ? 1 : 0);
}
const jsonata = createRequire(import.meta.url)(place);

let count = 0;
let failed = 0;
function ok(holds, name, details) {
	console.log(`${holds ? "ok" : "not ok"} ${++count} - ${name}`);
	if (!holds) {
		failed++;
		if (details) console.log("# " + JSON.stringify(details));
	}
}

// --- a small Step Functions: what the six states use, after the Amazon States Language ---

const bracket = /^\{%[^]*%\}$/;

async function evaluate(value, states, variables) {
	if (typeof value === "string") {
		if (!bracket.test(value)) {
			// The service refuses strings that only begin or only end like an expression.
			if (value.startsWith("{%") || value.endsWith("%}"))
				throw new Error("half an expression: " + value);
			return value;
		}
		const result = await jsonata(value.slice(2, -2)).evaluate({}, { states, ...variables });
		if (result === undefined) throw new Error("States.QueryEvaluationError: " + value);
		return JSON.parse(JSON.stringify(result));
	}
	if (Array.isArray(value))
		return Promise.all(value.map((item) => evaluate(item, states, variables)));
	if (value === null || typeof value !== "object") return value;
	const out = {};
	for (const [key, item] of Object.entries(value))
		out[key] = await evaluate(item, states, variables);
	return out;
}

async function run(machine, event, api, outer = {}) {
	const calls = [];
	const variables = { ...outer };
	const visited = new Set();
	let name = machine.StartAt;
	let input = event;
	for (let steps = 0; steps < 100; steps++) {
		const state = machine.States[name];
		const states = { input };
		let output = input;
		visited.add(name);
		if (state.Type === "Task") {
			const call = await evaluate(state.Arguments, states, variables);
			calls.push(state.Resource.includes("securityhub") ? call : [state.Resource, call]);
			output = states.result = api(calls.length);
			if (state.End) return { calls, visited, status: "SUCCEEDED" };
		}
		if (state.Type === "Parallel") {
			for (const branch of state.Branches) {
				const done = await run(branch, input, api, variables);
				calls.push(...done.calls);
			}
		}
		if (state.Type === "Wait") {
			const seconds = await evaluate(state.Seconds, states, variables);
			if (!Number.isInteger(seconds) || seconds < 5 || seconds > 30)
				throw new Error("waits " + seconds);
		}
		if (state.Type === "Succeed") return { calls, visited, status: "SUCCEEDED" };
		if (state.Type === "Fail") {
			const cause = await evaluate(state.Cause, states, variables);
			return { calls, visited, status: "FAILED", error: state.Error, cause };
		}
		let next = state.Next;
		if (state.Type === "Choice") {
			next = state.Default;
			for (const choice of state.Choices) {
				const holds = await evaluate(choice.Condition, states, variables);
				if (typeof holds !== "boolean") throw new Error("no boolean: " + holds);
				if (holds) {
					next = choice.Next;
					break;
				}
			}
		}
		// All right-hand sides see the variables as they were.
		Object.assign(variables, await evaluate(state.Assign ?? {}, states, variables));
		input = output;
		name = next;
	}
	throw new Error("does not end");
}

// --- events and answers ---

const identifier = {
	Id: "arn:aws:inspector2:us-east-1:111122223333:finding/0123",
	ProductArn: "arn:aws:securityhub:us-east-1::product/aws/inspector",
};
function event(fields) {
	const finding = { SchemaVersion: "2018-10-08", ...identifier, Workflow: { Status: "NEW" } };
	if (fields) finding.UserDefinedFields = fields;
	return { source: "aws.securityhub", detail: { findings: [finding] } };
}
const updated = { ProcessedFindings: [identifier], UnprocessedFindings: [] };
const refused = (code) => ({
	ProcessedFindings: [],
	UnprocessedFindings: [
		{ FindingIdentifier: identifier, ErrorCode: code, ErrorMessage: "refused" },
	],
});

function expected(effect, fields) {
	const call = { FindingIdentifiers: [identifier] };
	if (effect.status) call.Workflow = { Status: effect.status };
	if (effect.severity) call.Severity = { Label: effect.severity };
	if (effect.note) call.Note = { Text: effect.note, UpdatedBy: "vulnctl" };
	if (Object.keys(effect.fields).length)
		call.UserDefinedFields = Object.fromEntries([
			...Object.entries(fields ?? {}),
			...Object.entries(effect.fields),
		]);
	return call;
}

const maps = [
	undefined,
	{ "in-charge": "oseto" },
	{ "in-charge": "oseto", priority: "4", "a b": "it's \"so\" \\ {% 1 %}" },
	{ key: "old", project: "old" },
];

const cases = execFileSync(emitter, ["emit"], { encoding: "utf8", maxBuffer: 1 << 26 })
	.trimEnd()
	.split(/\n/)
	.map((line) => JSON.parse(line));
ok(cases.length > 20, "there are cases");
const [tested, telling] = cases.splice(-2).map((last) => JSON.parse(last.machine));

for (const [i, effect] of cases.entries()) {
	const machine = JSON.parse(effect.machine);
	for (const [k, fields] of maps.entries()) {
		let got;
		try {
			got = await run(machine, event(fields), () => updated);
		} catch (error) {
			got = { status: String(error), calls: [] };
		}
		ok(
			got.status === "SUCCEEDED" &&
				isDeepStrictEqual(got.calls, [expected(effect, fields)]),
			`case ${i}, map ${k}: the finding is updated once, as meant`,
			{ got: got.calls, status: got.status, expected: expected(effect, fields) },
		);
	}
}

// --- answers that are no success ---

const machine = JSON.parse(cases[0].machine);
const visited = new Set();
async function answers(name, api, status, calls) {
	const got = await run(machine, event(), api);
	got.visited.forEach((state) => visited.add(state));
	ok(got.status === status && got.calls.length === calls, name, got);
	return got;
}

await answers("updated at once", () => updated, "SUCCEEDED", 1);
await answers("updated when tried again",
	(n) => (n < 3 ? refused("ConcurrentUpdateError") : updated), "SUCCEEDED", 3);
await answers("updated after a failure of theirs",
	(n) => (n < 2 ? refused("InternalFailure") : updated), "SUCCEEDED", 2);
await answers("given up", () => refused("ConcurrentUpdateError"), "FAILED", 6);
const lost = await answers("not found", () => refused("FindingNotFound"), "FAILED", 1);
ok(lost.error === "NotUpdated" && lost.cause.includes("FindingNotFound"), "and says why", lost);
await answers("an answer without lists", () => ({}), "FAILED", 1);
await answers("nothing processed",
	() => ({ ProcessedFindings: [], UnprocessedFindings: [] }), "FAILED", 1);
ok(Object.keys(machine.States).every((state) => visited.has(state)), "every state is reached",
	[...visited]);

// --- tests, and channels ---

function fixable(fix) {
	const raised = event();
	if (fix) raised.detail.findings[0].Vulnerabilities = [{ FixAvailable: fix }];
	raised.resources = ["x"];
	return raised;
}
const told = (raised) => [
	["arn:aws:states:::sns:publish", {
		TopicArn: "arn:aws:sns:us-east-1:111122223333:t",
		Message: JSON.stringify(raised),
	}],
	["arn:aws:states:::events:putEvents", {
		Entries: [{
			EventBusName: "arn:aws:events:us-east-1:111122223333:event-bus/b",
			Source: "vulnctl",
			DetailType: "Security Hub Findings - Imported",
			Detail: raised.detail,
		}],
	}],
];
for (const fix of ["NO", "YES", null]) {
	const raised = fixable(fix);
	const updates = await run(tested, raised, () => updated);
	ok(updates.status === "SUCCEEDED" && updates.calls.length === (fix === "NO" ? 1 : 0),
		`fix ${fix}: the machine tests before it updates`, updates);
	const tells = await run(telling, raised, () => ({}));
	ok(tells.status === "SUCCEEDED" &&
		isDeepStrictEqual(tells.calls, fix === "NO" ? told(raised) : []),
		`fix ${fix}: the machine tests before it tells`, tells.calls);
}

let threw = "";
try {
	await run(machine, { detail: { findings: [] } }, () => updated);
} catch (error) {
	threw = String(error);
}
ok(threw.includes("States.QueryEvaluationError"), "an event without a finding fails the run");

console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
