/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `match`: a pattern that somebody wrote, against events, without asking AWS. */
#include "cmd/match.h"

#include "base/unicode.h"
#include "cmd/match_internal.h"
#include "finding/input.h"
#include "model/limit.h"

#define SCRATCH_SIZE ((size_t)4 << 20)

static const struct run_command command = {
	.usage = "vulnctl match [options] PATTERN EVENTS...\n"
		 "       vulnctl match [options] --cases FILE",
	.summary = "Says of each event whether an event pattern of EventBridge takes it, as AWS's\n"
		   "own engine does: a line {\"id\", \"valid\", \"match\"} for each, by its id or\n"
		   "else its number. With --cases each line of a file is a pattern and an event,\n"
		   "and the exit code is 1 when one is not judged as it says. - is standard input.",
	.options = OPTION_BIT(CASES) | OPTION_BIT(KEEP_GOING) | OPTION_BIT(OUTPUT) |
		   OPTION_BIT(FORMAT) | OPTION_BIT(COLOR) | OPTION_BIT(QUIET) | OPTION_BIT(HELP),
	.several = true,
	.operand = DIAG_TEXT("event pattern"),
	.none = true,
};

static bool flush(struct match_job *job)
{
	struct str text = strbuf_str(&job->w.out);

	job->w.out.len = 0;
	return file_output_write(job->output, job->run.diags, text);
}

void match_put(struct match_job *job, struct str id, bool written, bool valid, bool match)
{
	struct json_writer *w = &job->w;

	json_open_object(w);
	json_key(w, "id");
	if (written)
		json_document(w, id);
	else
		json_str(w, id);
	json_key(w, "valid");
	json_bool(w, valid);
	json_key(w, "match");
	json_bool(w, match);
	json_close_object(w);
	strbuf_addc(&w->out, '\n');
}

/* The text, made fit to be shown: what is no text in it is `?`. */
static struct str presentable(struct arena *arena, struct str text)
{
	struct strbuf out;

	strbuf_init(&out, arena);
	for (size_t at = 0, before = 0; at < text.len; before = at) {
		uint32_t c = unicode_next(text, &at);

		if (c == UNICODE_BAD || !c)
			strbuf_addc(&out, '?');
		else
			strbuf_add(&out, str_slice(text, before, at));
	}
	return strbuf_str(&out);
}

static struct span place_of(const struct source *source, size_t offset)
{
	uint32_t at = source->base + (uint32_t)offset;

	return (struct span){at, at + (offset < source->text.len)};
}

/* What the pattern says may not be all that was meant. */
static void warn(struct match_job *job, const struct match_pattern *pattern,
		 const struct source *source, size_t end)
{
	struct match_fault faults[MATCH_FAULTS];
	size_t n = match_combinations(pattern);
	size_t n_faults = match_faults(pattern, job->run.arena, faults);
	struct diags *d = job->run.diags;

	for (size_t i = 0; i < n_faults; i++)
		diag_help(diag_warning(d, NULL, place_of(source, faults[i].offset), "%s",
				       diag_word(d, faults[i].what)),
			  "%s", diag_word(d, faults[i].remedy));
	while (end < source->text.len && memchr(" \t\r\n", source->text.ptr[end], 4))
		end++;
	if (end < source->text.len)
		diag_warning(d, NULL, place_of(source, end),
			     "the engine does not read what stands behind the pattern");
	if (n > (size_t)limits[LIMIT_or_combinations].value)
		diag_warning(d, NULL, place_of(source, 0),
			     "EventBridge takes %lld combinations of `$or`, and here are %zu",
			     (long long)limits[LIMIT_or_combinations].value, n);
}

static const struct match_pattern *read_pattern(struct match_job *job, struct str path)
{
	struct run *run = &job->run;
	struct str text, shown = str_is(path, "-") ? STR("<stdin>") : path;
	const struct match_pattern *pattern;
	struct match_wrong wrong;
	struct source *source;
	size_t end;

	if (!file_read(run->arena, run->diags, path, (size_t)limits[LIMIT_match_pattern].value,
		       &text))
		return NULL;
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_slice(text, 3, text.len);
	source = sources_add(run->sources, shown, presentable(run->arena, text));
	pattern = match_compile(run->arena, text, &end, &wrong);
	if (pattern)
		warn(job, pattern, source, end);
	else
		diag_error(run->diags, wrong.limit ? "VC016" : "VC015",
			   place_of(source, wrong.offset), "%s", diag_word(run->diags, wrong.why));
	return pattern;
}

static bool judge_event(struct match_job *job, struct str text, struct match_wrong *wrong)
{
	struct match_event event;
	struct str id;
	size_t at = 0;

	if (!match_event(job->pattern, job->scratch, text, &at, &event, wrong))
		return false;
	while (at < text.len && memchr(" \t\r\n", text.ptr[at], 4))
		at++;
	if (at < text.len) {
		*wrong =
			(struct match_wrong){.offset = at, .why = "text after the end of an event"};
		return false;
	}
	id = event.id.ptr ? event.id : str_printf(job->scratch, "%zu", job->n_documents);
	match_put(job, id, !event.id.ptr, true, event.match);
	return true;
}

static void tidy_scratch(struct match_job *job)
{
	if (job->scratch && arena_used(job->scratch) <= SCRATCH_SIZE)
		return;
	if (job->scratch)
		arena_free(job->scratch);
	job->scratch = arena_new();
}

static bool judge_document(struct match_job *job, const struct input_doc *doc,
			   struct match_wrong *wrong)
{
	*wrong = (struct match_wrong){0};
	tidy_scratch(job);
	if (doc->list && *doc->list) {
		wrong->why = "a list of findings is no list of events";
		return false;
	}
	return job->run.options.cases.len ? match_case(job, doc->text, wrong)
					  : judge_event(job, doc->text, wrong);
}

/* False if something in it is wrong: *lost if nothing behind that is of use. */
static bool judge_block(struct match_job *job, struct input_block *block, bool *lost)
{
	const struct options *o = &job->run.options;
	struct input_doc doc;
	bool good = true;

	for (*lost = false; !*lost && input_next(block, &doc); job->n_documents++) {
		struct match_wrong wrong;
		struct input_fault fault;

		if (judge_document(job, &doc, &wrong))
			continue;
		fault = input_fault_at(block, &doc, wrong.offset, wrong.why);
		input_report(job->run.diags, block, &fault);
		*lost = block->form != INPUT_LINES || !o->keep_going;
		good = false;
	}
	if (*lost || !block->fault.why)
		return good;
	input_report(job->run.diags, block, &block->fault);
	*lost = true;
	return false;
}

/* A file without events is not what was meant. */
static bool check_counts(struct match_job *job, const struct str *paths, const size_t *counts,
			 size_t n)
{
	struct diags *d = job->run.diags;
	bool good = true;

	for (size_t i = 0; i < n; i++) {
		if (counts[i])
			continue;
		diag_world(d, job->pattern ? "`%s` holds no event" : "`%s` holds no case",
			   diag_quote(d, paths[i]));
		good = false;
	}
	return good;
}

static bool judge_files(struct match_job *job, const struct str *paths, size_t n)
{
	struct run *run = &job->run;
	struct input_block block = {.arena = arena_new()};
	struct input *in = input_new(run->arena, run->diags, paths, n, INPUT_BLOCK);
	size_t *counts = ARENA_ARRAY(run->arena, size_t, n);
	bool good = true, go_on = true, lost;

	while (go_on && input_take(in, &block)) {
		size_t before = job->n_documents;

		good = judge_block(job, &block, &lost) && good;
		counts[block.file] += job->n_documents - before;
		if (lost)
			input_skip_file(in, block.file);
		go_on = flush(job) && (good || run->options.keep_going);
	}
	input_close(in);
	arena_free(block.arena);
	return good && go_on && check_counts(job, paths, counts, n);
}

static bool judge(struct match_job *job)
{
	const struct options *o = &job->run.options;

	if (o->cases.len)
		return judge_files(job, &o->cases, 1);
	job->pattern = read_pattern(job, o->operands[0]);
	return job->pattern && judge_files(job, o->operands + 1, o->n_operands - 1);
}

static bool check_operands(struct run *run)
{
	const struct options *o = &run->options;
	const char *why = NULL;

	if (o->cases.len && o->n_operands)
		why = "--cases has its own patterns and events";
	else if (!o->cases.len && !o->n_operands)
		why = "no event pattern is named";
	else if (!o->cases.len && o->n_operands == 1)
		why = "no events are named";
	if (why)
		diag_help(diag_world(run->diags, "%s", diag_word(run->diags, why)), "usage: %s",
			  command.usage);
	return !why;
}

int cmd_match(struct arena *arena, int argc, char **argv)
{
	struct match_job job = {0};
	const struct options *o = &job.run.options;
	int code;

	if (run_begin(&job.run, arena, argc, argv, &command) == RUN_GO &&
	    check_operands(&job.run)) {
		job.output = file_output_open(arena, job.run.diags, o->output);
		json_begin(&job.w, arena, 0);
	}
	if (job.output) {
		bool good = judge(&job);

		(void)!file_output_close(job.output, job.run.diags, good || o->keep_going);
	}
	if (job.scratch)
		arena_free(job.scratch);
	code = run_finish(&job.run);
	return code ? code : job.disagree;
}
