// SPDX-License-Identifier: Apache-2.0
//
// A small Step Functions, after the Amazon States Language with JSONata: Pass, Task, Choice, Wait,
// Succeed and Fail, with Assign, Retry and Catch. Services are functions that answer or throw an
// error with a name. Time passes only where a machine waits.
const bracket = /^\{%[^]*%\}$/;
const LIMIT = 256 << 10; // bytes between states, and of a variable

function size(value) {
	return Buffer.byteLength(JSON.stringify(value ?? null));
}

export function failure(name, message) {
	return Object.assign(new Error(message ?? name), { name });
}

export function interpreter(jsonata) {
	const compiled = new Map();

	function expression(text) {
		if (!compiled.has(text)) compiled.set(text, jsonata(text));
		return compiled.get(text);
	}

	async function evaluate(value, states, variables) {
		if (typeof value === "string") {
			if (!bracket.test(value)) {
				// The service refuses strings that only begin or only end like an expression.
				if (value.startsWith("{%") || value.endsWith("%}"))
					throw new Error("half an expression: " + value);
				return value;
			}
			const result = await expression(value.slice(2, -2)).evaluate({}, { states, ...variables });
			if (result === undefined)
				throw failure("States.QueryEvaluationError", value);
			return JSON.parse(JSON.stringify(result));
		}
		if (Array.isArray(value)) {
			const out = [];
			for (const item of value) out.push(await evaluate(item, states, variables));
			return out;
		}
		if (value === null || typeof value !== "object") return value;
		const out = {};
		for (const [key, item] of Object.entries(value))
			out[key] = await evaluate(item, states, variables);
		return out;
	}

	async function assign(variables, given, states) {
		const values = await evaluate(given ?? {}, states, variables);
		for (const [name, value] of Object.entries(values))
			if (size(value) > LIMIT) throw failure("States.DataLimitExceeded", name);
		Object.assign(variables, values);
	}

	const catches = (errors, name) => errors.includes(name) ||
		(errors.includes("States.ALL") && name !== "States.DataLimitExceeded" &&
			name !== "States.Runtime");

	// The answer, after as many tries as the state allows.
	async function call(state, states, variables, run) {
		const tries = new Map();
		for (;;) {
			try {
				const args = await evaluate(state.Arguments, states, variables);
				const service = run.services[state.Resource.replace("arn:aws:states:::aws-sdk:", "")];
				run.events += 5;
				const answer = service(args, run);
				if (size(answer) > LIMIT) throw failure("States.DataLimitExceeded");
				return JSON.parse(JSON.stringify(answer));
			} catch (error) {
				const rule = (state.Retry ?? []).find((r) => catches(r.ErrorEquals, error.name));
				const count = tries.get(rule) ?? 0;
				if (!rule || count >= rule.MaxAttempts) throw error;
				tries.set(rule, count + 1);
				run.events += 3;
				run.now += 1000 * (rule.IntervalSeconds ?? 1);
			}
		}
	}

	async function choose(state, states, variables) {
		for (const choice of state.Choices) {
			const holds = await evaluate(choice.Condition, states, variables);
			if (typeof holds !== "boolean") throw new Error("no boolean: " + choice.Condition);
			if (!holds) continue;
			await assign(variables, choice.Assign, states);
			return choice.Next;
		}
		return state.Default;
	}

	// {status, error, cause, visited, events}; `now` in milliseconds, advanced.
	return async function execute(machine, input, options) {
		const run = { events: 1, visited: new Set(), ...options };
		const variables = {};
		let name = machine.StartAt;
		for (let steps = 0; steps < 10000; steps++) {
			const state = machine.States[name];
			const context = { State: { EnteredTime: new Date(run.now).toISOString() },
				StateMachine: { Id: run.arn } };
			const states = { input, context };
			run.visited.add(name);
			run.events += 2;
			if (state.Type === "Succeed") return { status: "SUCCEEDED", ...run };
			if (state.Type === "Fail")
				return { ...run, status: "FAILED", error: state.Error,
					cause: await evaluate(state.Cause, states, variables) };
			if (state.Type === "Choice") {
				name = await choose(state, states, variables);
				continue;
			}
			if (state.Type === "Wait") run.now += 1000 * (await evaluate(state.Seconds, states, variables));
			if (state.Type === "Task") {
				run.events -= 2;
				try {
					input = states.result = await call(state, states, variables, run);
				} catch (error) {
					const caught = (state.Catch ?? []).find((c) => catches(c.ErrorEquals, error.name));
					if (!caught)
						return { ...run, status: "FAILED", error: error.name, cause: error.message };
					await assign(variables, caught.Assign, states);
					name = caught.Next;
					continue;
				}
			}
			await assign(variables, state.Assign, states);
			name = state.Next;
		}
		throw new Error("does not end");
	};
}
