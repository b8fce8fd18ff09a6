/* SPDX-License-Identifier: Apache-2.0
 *
 * `lint --fix`: rounds of fixes and linting, all in memory, and the files only at the end. A round
 * that makes the policy worse, or compiles to something else although its fixes are safe, is taken
 * back, and its rules go one by one from then on; what one of them offers that does is left to
 * people. Two fixes that are right by themselves can be too much for a pattern together. */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/compiled.h"
#include "cmd/diff.h"
#include "cmd/lint_internal.h"
#include "lint/fix.h"

/* A fix can show what another one repairs; the bound is for fixes that undo each other. Each rule
 * can fail once. */
#define ROUNDS (10 + RULE_COUNT)

struct text {				   /* of a file */
	struct str path, old, now, before; /* before: the round at hand */
};

struct fixing {
	struct arena *arena;
	struct lint_done first;
	VEC(struct text) texts;
	size_t n, of[RULE_COUNT]; /* problems repaired, and of each rule */
	size_t round[RULE_COUNT]; /* those of the round at hand */
	bool one_by_one;
	bool left_alone[RULE_COUNT]; /* what these offered made it worse */
};

/* --- the texts --- */

/* Those that may be changed: of the policy, and vulnctl.yaml. */
static const struct source **files_of(struct arena *arena, const struct run *run, size_t *n)
{
	size_t all = (run->program ? run->program->n : 0) + 1;
	const struct source **files = ARENA_ARRAY(arena, const struct source *, all);

	*n = 0;
	for (size_t i = 0; run->program && i < run->program->n; i++)
		files[(*n)++] = run->program->files[i]->source;
	if (run->config_text)
		files[(*n)++] = run->config_text;
	return files;
}

static struct text *text_of(struct fixing *f, const struct source *source)
{
	for (size_t i = 0; i < f->texts.n; i++)
		if (str_eq(f->texts.items[i].path, source->path))
			return &f->texts.items[i];
	VEC_PUSH(f->arena, f->texts,
		 ((struct text){.path = str_copy(f->arena, source->path),
				.old = str_copy(f->arena, source->whole),
				.now = str_copy(f->arena, source->whole)}));
	return &f->texts.items[f->texts.n - 1];
}

/* Of the next rule alone that offers any. */
static void choose_one(struct fixing *f, const struct run *run, const struct source **files,
		       size_t n, struct fixes *fixes)
{
	bool without[RULE_COUNT];
	struct fix_choice choice = {run->options.unsafe, without};

	fixes->n = 0;
	for (enum lint_id rule = 0; rule < RULE_COUNT && !fixes->n; rule++) {
		if (f->left_alone[rule])
			continue;
		for (enum lint_id other = 0; other < RULE_COUNT; other++)
			without[other] = other != rule;
		fix_apply(f->arena, run->diags, &choice, files, n, fixes);
	}
}

/* false: there is nothing to repair. */
static bool apply(struct fixing *f, const struct run *run)
{
	struct fix_choice choice = {run->options.unsafe, f->left_alone};
	struct fixes fixes;
	size_t n;
	const struct source **files = files_of(f->arena, run, &n);

	for (size_t i = 0; i < n; i++)
		(void)text_of(f, files[i]); /* all are as they were first read, in each round */
	if (f->one_by_one)
		choose_one(f, run, files, n, &fixes);
	else
		fix_apply(f->arena, run->diags, &choice, files, n, &fixes);
	if (!fixes.n)
		return false;
	for (size_t i = 0; i < f->texts.n; i++)
		f->texts.items[i].before = f->texts.items[i].now;
	for (size_t i = 0; i < fixes.files.n; i++)
		text_of(f, fixes.files.items[i].source)->now = fixes.files.items[i].whole;
	memcpy(f->round, fixes.of, sizeof f->round);
	return true;
}

static void keep_round(struct fixing *f)
{
	for (enum lint_id rule = 0; rule < RULE_COUNT; rule++) {
		f->of[rule] += f->round[rule];
		f->n += f->round[rule];
	}
}

static void take_back(struct fixing *f)
{
	for (size_t i = 0; i < f->texts.n; i++)
		f->texts.items[i].now = f->texts.items[i].before;
	for (enum lint_id rule = 0; rule < RULE_COUNT && f->one_by_one; rule++)
		f->left_alone[rule] |= f->round[rule] > 0;
	f->one_by_one = true;
}

static void lint_again(const struct fixing *f, struct lint_done *next)
{
	struct arena *arena = arena_new();

	*next = (struct lint_done){.run = {
					   .arena = arena,
					   .sources = sources_new(arena),
					   .options = f->first.run.options,
					   .reports = f->first.run.reports,
				   }};
	next->run.diags = diags_again(arena, next->run.sources, f->first.run.diags);
	for (size_t i = 0; i < f->texts.n; i++)
		sources_put(next->run.sources, f->texts.items[i].path, f->texts.items[i].now);
	cmd_lint_whole(next);
}

/* --- what may not be --- */

/* Of rules: that an entry of a baseline is needed no more is no fault of a fix. */
static size_t errors(const struct diags *d)
{
	const struct diag *diag;
	size_t n = 0;

	for (size_t i = 0; (diag = diags_at(d, i)); i++)
		n += diag_level(diag) == DIAG_ERROR && diag_id(diag) && !diag_is_allowed(diag) &&
		     !diag_is_known(diag);
	return n;
}

/* What is repaired can show other mistakes that it hid, but only as long as it is not checked. */
static bool is_worse(const struct lint_done *before, const struct lint_done *after)
{
	return after->stage < before->stage ||
	       (before->stage >= LINT_CHECKED &&
		errors(after->run.diags) > errors(before->run.diags));
}

static bool compile(struct arena *arena, const struct run *run, struct compiled *compiled)
{
	struct run quiet = *run;

	quiet.arena = arena;
	quiet.diags = diags_new(arena, run->sources); /* all that it says was told */
	return compiled_make(&quiet, compiled);
}

/* Rules that take away what changes nothing. What no pattern says, a state machine tests by the
 * words of the policy: its text gets shorter, what repeats it, too, and so may the pattern before
 * it, which says as much of these words as it can. */
static bool is_shorter(const struct fixing *f, const struct artefact *artefact)
{
	return (artefact->kind == ARTEFACT_STATE_MACHINE || artefact->kind == ARTEFACT_TFVARS ||
		artefact->tested) &&
	       (f->round[RULE_redundant_atom] || f->round[RULE_constant_subexpression] ||
		f->round[RULE_single_element_or_overlapping_list]);
}

/* The same paths with the same bytes. */
static bool compile_alike(const struct fixing *f, const struct run *a, const struct run *b)
{
	struct arena *arena = arena_new();
	struct compiled x, y;
	bool alike = compile(arena, a, &x) && compile(arena, b, &y) &&
		     x.c.artefacts.n == y.c.artefacts.n;

	for (size_t i = 0; alike && i < x.c.artefacts.n; i++)
		alike = str_eq(x.c.artefacts.items[i].path, y.c.artefacts.items[i].path) &&
			(is_shorter(f, &x.c.artefacts.items[i]) ||
			 str_eq(x.c.artefacts.items[i].text, y.c.artefacts.items[i].text));
	arena_free(arena);
	return alike;
}

/* Does the round at hand? What did not compile before it had no output. */
static bool keeps_output(const struct fixing *f, const struct lint_done *before,
			 const struct lint_done *after)
{
	if (after->run.options.unsafe || before->stage < LINT_COMPILED)
		return true;
	for (enum lint_id rule = 0; rule < RULE_COUNT; rule++)
		if (f->round[rule] && *lint_rules[rule].changes)
			return true;
	return compile_alike(f, &before->run, &after->run);
}

/* --- the end --- */

static void show(struct fixing *f, struct run *run)
{
	for (size_t i = 0; i < f->texts.n; i++) {
		const struct text *text = &f->texts.items[i];

		if (!str_eq(text->old, text->now) &&
		    !file_write_fd(run->diags, STDOUT_FILENO, "standard output",
				   diff_edited(f->arena, text->path, text->old, text->now)))
			return;
	}
}

static void rewrite(struct fixing *f, struct run *run)
{
	struct file_rewrite *files = ARENA_ARRAY(f->arena, struct file_rewrite, f->texts.n);
	size_t n = 0;

	for (size_t i = 0; i < f->texts.n; i++) {
		const struct text *text = &f->texts.items[i];

		if (!str_eq(text->old, text->now))
			files[n++] = (struct file_rewrite){text->path, text->old, text->now};
	}
	(void)!file_replace_all(f->arena, run->diags, files, n); /* else that is told */
}

static void add_left_alone(const struct fixing *f, struct strbuf *b)
{
	for (enum lint_id rule = 0, first = 0; rule < RULE_COUNT; rule++)
		if (f->left_alone[rule])
			strbuf_printf(b, "%s%s",
				      first++ ? ", "
					      : diag_word(f->first.run.diags,
							  "left alone, for the policy would be "
							  "worse or another one: "),
				      lint_rules[rule].id);
	strbuf_puts(b, b->len && b->ptr[b->len - 1] != '\n' ? "\n" : "");
}

static struct str account(const struct fixing *f)
{
	struct strbuf b;

	strbuf_init(&b, f->arena);
	strbuf_add(&b, diag_piece(f->first.run.diags, "fixes: %zu", f->n));
	for (enum lint_id rule = 0, first = 0; rule < RULE_COUNT; rule++)
		if (f->of[rule])
			strbuf_printf(&b, "%s%s %zu", first++ ? ", " : " (", lint_rules[rule].id,
				      f->of[rule]);
	strbuf_puts(&b, f->n ? ")\n" : "\n");
	for (enum lint_id rule = 0; rule < RULE_COUNT; rule++)
		if (f->of[rule] && *lint_rules[rule].changes)
			strbuf_printf(&b, "%s: %s\n", lint_rules[rule].id,
				      lint_rules[rule].changes);
	add_left_alone(f, &b);
	return strbuf_str(&b);
}

void cmd_lint_fix(struct lint_done *done)
{
	struct fixing f = {.arena = done->run.arena, .first = *done};
	struct lint_done next;
	bool bug = false; /* that is told, and nothing is written */

	/* But for a wrong vulnctl.yaml, the world has to be repaired first. */
	if (diags_exit_code(done->run.diags) >= 3 && done->stage != LINT_NOT_READ)
		return;
	for (int round = 0; round < ROUNDS && !bug && apply(&f, &done->run); round++) {
		lint_again(&f, &next);
		bug = diags_exit_code(next.run.diags) == 4;
		if (!bug && (is_worse(done, &next) || !keeps_output(&f, done, &next))) {
			arena_free(next.run.arena);
			take_back(&f);
			continue;
		}
		keep_round(&f);
		if (done->run.arena != f.arena)
			arena_free(done->run.arena);
		*done = next;
	}
	if (bug)
		return;
	done->said = account(&f);
	if (done->run.options.diff)
		show(&f, &done->run);
	else
		rewrite(&f, &done->run);
}
