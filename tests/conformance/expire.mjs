// SPDX-License-Identifier: Apache-2.0
//
// Runs the machine that ends suppressions, with JSONata's own engine, against a Security Hub that is
// made to be as unpleasant as the real one may be: pages that shift while findings change, updates
// that are seen late, throttling, findings that are refused, rules that are gone.
//
// usage: expire.mjs JUDGES CASES
//   JUDGES  the folder of tests/conformance/fetch
//   CASES   JSON: {machines: {name: definition}, cases: [{name, input, now, findings, rules,
//           trouble, region}]}; for each case one line: the findings afterwards, and how the runs went
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { failure, interpreter } from "./asl.mjs";

const [judges, path] = process.argv.slice(2);
const jsonata = createRequire(import.meta.url)(resolve(judges, "node", "node_modules", "jsonata"));
const execute = interpreter(jsonata);
const { machines, cases } = JSON.parse(readFileSync(path, "utf8"));

const holds = (filters, value) => filters === undefined || filters.some(({ Comparison, Value }) =>
	Comparison === "PREFIX" ? (value ?? "").startsWith(Value) : value === Value);

class Hub {
	constructor(test) {
		this.trouble = test.trouble ?? {};
		this.rules = structuredClone(test.rules);
		this.findings = structuredClone(test.findings);
		this.seen = structuredClone(test.findings); // what GetFindings shows
		this.late = []; // [calls left, position]
		this.calls = {};
		this.log = [];
	}

	// Each call may be throttled first; updates become visible in time.
	count(name) {
		const n = this.calls[name] = (this.calls[name] ?? 0) + 1;
		this.late = this.late.filter((entry) => {
			if (--entry[0] > 0) return true;
			this.seen[entry[1]] = structuredClone(this.findings[entry[1]]);
			return false;
		});
		const wrong = (this.trouble.throttle ?? {})[name];
		if (wrong && n <= wrong) throw failure("SecurityHub.ThrottlingException");
	}

	getFindings(args) {
		this.count("getFindings");
		const { Filters: f, MaxResults: most, NextToken: token } = args;
		if (token === "" || token === null) throw failure("SecurityHub.InvalidInputException");
		if (!(most >= 1 && most <= 100) || f.NoteText.length > 20)
			throw failure("SecurityHub.InvalidInputException");
		const marks = !this.trouble.trim ? f.NoteText
			: f.NoteText.map((filter) => ({ ...filter, Value: filter.Value.trim() }));
		const match = this.seen.filter((x) => holds(marks, x.Note?.Text) &&
			holds(f.WorkflowStatus, x.Workflow.Status) && holds(f.RecordState, x.RecordState));
		const from = token ? Number(token) : 0;
		const page = match.slice(from, from + most);
		const answer = { Findings: page };
		if (from + most < match.length) answer.NextToken = String(from + most);
		return answer;
	}

	batchUpdateFindings(args) {
		this.count("batchUpdateFindings");
		const { FindingIdentifiers: ids } = args;
		if (!Array.isArray(ids) || !ids.length || ids.length > 100)
			throw failure("SecurityHub.InvalidInputException");
		const done = [], refused = [];
		for (const id of ids) {
			const at = this.findings.findIndex(
				(x) => x.Id === id.Id && x.ProductArn === id.ProductArn);
			const left = (this.trouble.refuse ?? {})[id.Id] ?? 0;
			if (at < 0 || left) {
				if (left) this.trouble.refuse[id.Id] = left - 1;
				refused.push({ FindingIdentifier: id, ErrorCode: "ConcurrentUpdateError" });
				continue;
			}
			const finding = this.findings[at];
			finding.Workflow = { ...args.Workflow };
			finding.Note = { ...args.Note };
			finding.writes = (finding.writes ?? 0) + 1;
			this.late.push([this.trouble.late ?? 1, at]);
			done.push(id);
		}
		return { ProcessedFindings: done, UnprocessedFindings: refused };
	}

	listAutomationRules(args) {
		this.count("listAutomationRules");
		const size = this.trouble.rulePages ?? args.MaxResults;
		const from = args.NextToken ? Number(args.NextToken) : 0;
		const all = this.rules.automation;
		const answer = { AutomationRulesMetadata: all.slice(from, from + size).map(
			({ name, arn, status }) => ({ RuleName: name, RuleArn: arn, RuleStatus: status })) };
		if (from + size < all.length) answer.NextToken = String(from + size);
		return answer;
	}

	batchUpdateAutomationRules(args) {
		this.count("batchUpdateAutomationRules");
		const failed = [];
		for (const item of args.UpdateAutomationRulesRequestItems) {
			const rule = this.rules.automation.find((x) => x.arn === item.RuleArn);
			if (!rule || this.trouble.stuck) failed.push({ RuleArn: item.RuleArn });
			else rule.status = item.RuleStatus;
		}
		return failed.length ? { UnprocessedAutomationRules: failed } : {};
	}

	disableRule({ Name, EventBusName }) {
		const rule = this.rules.event.find((x) => x.name === Name && x.bus === EventBusName);
		if (!rule) throw failure("EventBridge.ResourceNotFoundException");
		rule.status = "DISABLED";
		return {};
	}
}

const name = (arn) => arn.split(":").at(-1);

for (const test of cases) {
	const hub = new Hub(test);
	const queue = [[test.machine, test.input]];
	const runs = [];
	const visited = new Set();
	const services = {
		"securityhub:getFindings": (a) => hub.getFindings(a),
		"securityhub:batchUpdateFindings": (a) => hub.batchUpdateFindings(a),
		"securityhub:listAutomationRules": (a) => hub.listAutomationRules(a),
		"securityhub:batchUpdateAutomationRules": (a) => hub.batchUpdateAutomationRules(a),
		"eventbridge:disableRule": (a) => hub.disableRule(a),
		"sfn:startExecution": ({ StateMachineArn, Input }) => {
			queue.push([name(StateMachineArn), JSON.parse(Input)]);
			return { ExecutionArn: "x", StartDate: "2026-01-01T00:00:00Z" };
		},
	};
	let now = Date.parse(test.now);
	while (queue.length) {
		const [machine, input] = queue.shift();
		const arn = `arn:aws:states:${test.region ?? "us-east-1"}:111122223333:stateMachine:${machine}`;
		const done = await execute(machines[machine], input, { now, services, arn });
		now = done.now;
		done.visited.forEach((state) => visited.add(`${machine} ${state}`));
		runs.push({ machine, status: done.status, error: done.error, cause: done.cause,
			events: done.events });
		if (runs.length > 40) throw new Error("goes on and on");
	}
	console.log(JSON.stringify({ name: test.name, findings: hub.findings, rules: hub.rules, runs,
		calls: hub.calls, visited: [...visited], seconds: (now - Date.parse(test.now)) / 1000 }));
}
