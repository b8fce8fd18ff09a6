/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `gate`. A scan knows less than a finding; a policy that asks for what it does not
 * know gets no answer rather than a guess. */
#include "cmd/gate.h"

#include <unistd.h>

#include "base/file.h"
#include "base/suggest.h"
#include "cmd/gate_internal.h"
#include "finding/image_scan.h"
#include "model/limit.h"

static const struct run_command command = {
	.usage = "vulnctl gate [options] POLICY SCAN... --fail-on TIER",
	.summary =
		"Ends with 1 if a scan holds active findings of this tier, or of one before it, "
		"that\n"
		"the policy does not hold back. A scan is what Inspector's Scan API answers,\n"
		"CycloneDX 1.4 to 1.6 with vulnerabilities, or a file of findings; - is standard\n"
		"input.",
	.options = OPTIONS_POLICY | OPTION_BIT(FAIL_ON) | OPTION_BIT(IMAGE),
	.several = true,
};

struct job {
	struct gate g;
	struct decider *decider;
	struct image_scan_name image;
	/* The fields that decide, and a test of each. */
	const struct atom *asked[FIELD_COUNT];
	struct memo walked;
};

/* --- what is asked --- */

static bool find_tier(struct job *job)
{
	const struct policy *policy = job->g.run.policy;
	struct str name = job->g.run.options.fail_on;
	struct diags *d = job->g.run.diags;
	struct suggest near;
	struct diag *diag;

	suggest_init(&near, name);
	for (size_t i = 0; i < policy->n_tiers; i++) {
		if (str_eq(policy->tiers[i]->name, name)) {
			job->g.last = (int)i;
			return true;
		}
		suggest_offer(&near, policy->tiers[i]->name);
	}
	diag = diag_world(d, "the policy has no tier `%s`", diag_quote(d, name));
	if (suggest_found(&near))
		diag_help(diag, "did you mean `%s`?", diag_quote(d, near.best));
	return false;
}

static bool read_arguments(struct job *job)
{
	const struct options *o = &job->g.run.options;
	struct diags *d = job->g.run.diags;

	if (o->n_operands < 2)
		diag_help(diag_world(d, "no scan is named"), "usage: %s", command.usage);
	else if (!o->fail_on.len)
		diag_help(diag_world(d, "no tier is named"), "add `--fail-on TIER`");
	else if (o->image.len && !image_scan_name_parse(o->image, &job->image))
		diag_help(diag_world(d, "`%s` is no name of an image", diag_quote(d, o->image)),
			  "write 111122223333.dkr.ecr.eu-central-1.amazonaws.com/app/web:1.2");
	else
		return true;
	return false;
}

/* Conditions nest at most EVAL_DEPTH_MAX deep, and share what they define. */
static void walk(struct job *job, const struct cond *cond, unsigned depth)
{
	uint64_t key = (uint64_t)(uintptr_t)cond;
	uint32_t before;

	if (!cond || depth > EVAL_DEPTH_MAX || memo_get(&job->walked, key, &before))
		return;
	memo_put(&job->walked, job->g.run.arena, key, 1);
	if (cond->kind == COND_ATOM && !job->asked[cond->atom->field])
		job->asked[cond->atom->field] = cond->atom;
	for (size_t i = 0; i < cond->n; i++)
		walk(job, cond->kids[i], depth + 1);
}

/* The tiers, what holds, and what else writes a severity or a status. What reopens or marks asks
 * for what no scan has. */
static void note_asked(struct job *job)
{
	const struct policy *policy = job->g.run.policy;

	/* A suppression may ask for any tier. */
	for (size_t i = 0; i < policy->n_tiers; i++)
		walk(job, policy->tiers[i]->condition, 0);
	for (size_t i = 0; i < job->g.compiled.n; i++) {
		const struct decide_rule *rule = &job->g.compiled.rules[i];

		if (rule->list == DECIDE_SUPPRESS ||
		    (rule->list == DECIDE_ASSIGN && (rule->status >= 0 || rule->severity >= 0)))
			walk(job, rule->condition, 0);
	}
}

static bool begin(struct job *job)
{
	struct run *run = &job->g.run;

	if (!read_arguments(job) || !cmd_front_end(run) || !find_tier(job) ||
	    !compiled_make(run, &job->g.compiled))
		return false;
	note_asked(job);
	job->decider =
		decide_new(run->arena, run->policy, job->g.compiled.rules, job->g.compiled.n);
	return true;
}

/* --- a finding --- */

static bool takes(const struct job *job, const struct statement *s, const struct cond *cond,
		  const struct decision *decision)
{
	return eval_cond(job->g.run.policy, cond, s->many, decision->original) ||
	       eval_cond(job->g.run.policy, cond, s->many, decision->event);
}

static void note_holder(const struct job *job, const struct statement *s,
			const struct decision *decision, struct gated *gated)
{
	gated->by = s;
	gated->until = s->until.text;
	gated->reason = s->reason;
	for (size_t i = 0; i < s->n_rows; i++)
		if (takes(job, s, s->rows[i].condition, decision)) {
			gated->until = s->rows[i].until.text;
			gated->reason = s->rows[i].reason;
			return;
		}
}

static bool is_active(const struct element *root)
{
	const struct fval *record = finding_value(root, FIELD_record);

	return record && record->kind == FVAL_WORD && record->word == RECORD_ACTIVE;
}

/* A suppression whose status a person set back holds nothing; a person may hold, too. */
static void note_held(const struct job *job, const struct decision *decision, struct gated *gated)
{
	bool listed = decision->lists[DECIDE_SUPPRESS].n > 0;

	gated->workflow = decision->workflow.kind == FVAL_WORD ? decision->workflow.word : -1;
	gated->held = gated->workflow == WORKFLOW_SUPPRESSED ||
		      gated->workflow == WORKFLOW_RESOLVED ||
		      (listed && gated->workflow != WORKFLOW_NEW) || !is_active(decision->event);
	if (gated->held && listed)
		note_holder(job, decision->lists[DECIDE_SUPPRESS].items[0], decision, gated);
	else if (gated->held && decision->workflow_by)
		gated->by = decision->workflow_by->statement;
}

/* What the decider writes on lives until its next decision. */
static const struct element *keep(struct job *job, const struct element *root)
{
	struct element *copy = ARENA_NEW(job->g.run.arena, struct element);
	size_t n = group_slots(GROUP_FINDING);

	*copy = *root;
	copy->values = ARENA_ARRAY(job->g.run.arena, struct fval, n);
	memcpy(copy->values, root->values, n * sizeof *copy->values);
	return copy;
}

static void judge(struct job *job, const struct finding *finding)
{
	struct gate *g = &job->g;
	const struct decision *decision;
	struct gated gated = {.tier = -1};

	if (!is_active(finding->root)) {
		g->inactive++;
		return;
	}
	decision = decide_finding(job->decider, finding, g->findings++);
	if (decision->tier < 0 || decision->tier > g->last) {
		g->elsewhere++;
		return;
	}
	gated.tier = decision->tier;
	note_held(job, decision, &gated);
	gated.root = keep(job, decision->event);
	g->n_blocks += !gated.held;
	VEC_PUSH(g->run.arena, g->gated, gated);
}

/* --- files --- */

/* A policy that asks for what the scan does not say cannot be judged by it. */
static bool knows_enough(struct job *job, const struct image_scan *scan, const char *shown)
{
	struct diags *d = job->g.run.diags;
	struct diag *diag = NULL;
	bool told_by_name = false;

	for (unsigned id = 0; id < FIELD_COUNT; id++) {
		if (!job->asked[id] || scan->known[id])
			continue;
		told_by_name = told_by_name || id == FIELD_account || id == FIELD_region ||
			       id == FIELD_repository || id == FIELD_image_tag ||
			       id == FIELD_image_digest;
		if (!diag)
			diag = diag_world(d, "`%s` does not say what the policy asks for",
					  diag_quote(d, str_from(shown)));
		diag_label(diag, job->asked[id]->span, "`%s` is asked for here", fields[id].name);
		if (!job->asked[id]->span.start)
			diag_note(diag, "`%s` is asked for by a default", fields[id].name);
	}
	if (!diag)
		return true;
	diag_help(diag,
		  "name the image as it will be pushed: `--image "
		  "111122223333.dkr.ecr.eu-central-1.amazonaws.com/app/web:1.2` tells account, "
		  "region, repository and tag");
	return false;
}

static bool read_file(struct job *job, struct str path)
{
	struct run *run = &job->g.run;
	const char *shown = str_is(path, "-") ? "<stdin>" : str_cstr(run->arena, path);
	size_t n, errors = diags_count(run->diags, DIAG_ERROR);
	struct finding **findings;
	struct image_scan scan;
	struct str text;

	if (!file_read(run->arena, run->diags, path, (size_t)limits[LIMIT_file_size].value, &text))
		return false;
	switch (image_scan_read(run->arena, run->diags, shown, text, &job->image, run->policy->now,
				&scan)) {
	case IMAGE_SCAN_WRONG:
		return false;
	case IMAGE_SCAN_READ:
		if (!knows_enough(job, &scan, shown))
			return false;
		findings = scan.findings;
		n = scan.n;
		job->g.checks += scan.checks;
		break;
	default:
		findings = findings_read(run->arena, run->diags, shown, text, &n);
	}
	for (size_t i = 0; i < n; i++)
		judge(job, findings[i]);
	return diags_count(run->diags, DIAG_ERROR) == errors;
}

static bool read_all(struct job *job)
{
	const struct options *o = &job->g.run.options;

	for (size_t i = 1; i < o->n_operands; i++)
		if (!read_file(job, o->operands[i]))
			return false;
	return true;
}

static bool print(struct gate *g)
{
	struct json_writer w;
	struct strbuf out;
	struct str text;

	if (g->run.options.format == FORMAT_JSON) {
		json_begin(&w, g->run.arena, 2);
		gate_json(g, &w);
		text = json_end(&w);
	} else {
		strbuf_init(&out, g->run.arena);
		gate_text(g, &out);
		text = strbuf_str(&out);
	}
	return file_write_fd(g->run.diags, STDOUT_FILENO, "standard output", text);
}

int cmd_gate(struct arena *arena, int argc, char **argv)
{
	struct job job = {0};
	bool told = false;
	int code;

	if (run_begin(&job.g.run, arena, argc, argv, &command) == RUN_GO && begin(&job) &&
	    read_all(&job))
		told = print(&job.g);
	code = run_finish(&job.g.run);
	return !code && told && job.g.n_blocks ? 1 : code;
}
