/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `match`: a pattern that somebody wrote, against events, without asking AWS. */
#include "cmd/match.h"

#include "base/unicode.h"
#include "cmd/match_internal.h"
#include "model/limit.h"

#define PRINT_SIZE (64 << 10)
#define SCRATCH_SIZE ((size_t)4 << 20)

static const struct run_command command = {
	.usage = "vulnctl match [options] PATTERN EVENTS...\n"
		 "       vulnctl match [options] --cases FILE",
	.summary =
		"Says of each event whether an event pattern of EventBridge takes it, as AWS's "
		"own\n"
		"engine decides: a line {\"id\": ..., \"valid\": true, \"match\": ...} for each, "
		"by the\n"
		"event's id or else its number. With --cases each line of a file is a pattern and\n"
		"an event, and the exit code is 1 when one is not judged as it says. - is "
		"standard\n"
		"input.",
	.options = OPTION_BIT(CASES) | OPTION_BIT(OUTPUT) | OPTION_BIT(FORMAT) | OPTION_BIT(COLOR) |
		   OPTION_BIT(QUIET) | OPTION_BIT(HELP),
	.several = true,
	.operand = "event pattern",
	.none = true,
};

static bool flush(struct match_job *job)
{
	struct str text = strbuf_str(&job->w.out);

	job->w.out.len = 0;
	return file_output_write(job->output, job->run.diags, text);
}

bool match_put(struct match_job *job, struct str id, bool written, bool valid, bool match)
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
	return w->out.len < PRINT_SIZE || flush(job);
}

void match_tidy(struct match_job *job)
{
	if (job->scratch && arena_used(job->scratch) <= SCRATCH_SIZE)
		return;
	if (job->scratch)
		arena_free(job->scratch);
	job->scratch = arena_new();
}

void match_report(struct match_job *job, struct str path, struct str text,
		  const struct match_wrong *wrong)
{
	struct str before = str_slice(text, 0, wrong->offset);
	size_t line = 1, start = 0;

	for (size_t i = 0; i < before.len; i++)
		if (before.ptr[i] == '\n') {
			line++;
			start = i + 1;
		}
	diag_world(job->run.diags, "`%s`, line %zu, column %zu: %s",
		   diag_quote(job->run.diags, path), line, before.len - start + 1, wrong->why);
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
	size_t n = match_combinations(pattern);
	struct diags *d = job->run.diags;

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
			   place_of(source, wrong.offset), "%s", wrong.why);
	return pattern;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The number is that of the event in the run, and its id if it has no other. */
static bool judge_file(struct match_job *job, const struct match_pattern *pattern, struct str path,
		       size_t *number)
{
	struct run *run = &job->run;
	struct str text;
	size_t at = 0;

	if (!file_read(run->arena, run->diags, path, (size_t)limits[LIMIT_file_size].value, &text))
		return false;
	for (;; (*number)++) {
		struct match_event event;
		struct match_wrong wrong;
		bool has_id;

		match_tidy(job);
		while (at < text.len && is_space(text.ptr[at]))
			at++;
		if (at == text.len)
			return true;
		if (!match_event(pattern, job->scratch, text, &at, &event, &wrong)) {
			match_report(job, path, text, &wrong);
			return false;
		}
		has_id = event.id.ptr != NULL;
		if (!match_put(job, has_id ? event.id : str_printf(job->scratch, "%zu", *number),
			       !has_id, true, event.match))
			return false;
	}
}

static bool judge_events(struct match_job *job)
{
	const struct options *o = &job->run.options;
	const struct match_pattern *pattern = read_pattern(job, o->operands[0]);
	size_t number = 0;

	for (size_t i = 1; pattern && i < o->n_operands; i++)
		if (!judge_file(job, pattern, o->operands[i], &number))
			return false;
	return pattern != NULL;
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
		diag_help(diag_world(run->diags, "%s", why), "usage: %s", command.usage);
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
		bool good = o->cases.len ? match_cases(&job, o->cases) : judge_events(&job);

		good = flush(&job) && good;
		(void)!file_output_close(job.output, job.run.diags, good);
	}
	if (job.scratch)
		arena_free(job.scratch);
	code = run_finish(&job.run);
	return code ? code : job.disagree;
}
