/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `fmt`. */
#include "cmd/fmt.h"

#include <unistd.h>

#include "base/file.h"
#include "base/unicode.h"
#include "cmd/diff.h"
#include "cmd/run.h"
#include "model/limit.h"
#include "syntax/print.h"

static const struct run_command command = {
	.usage = "vulnctl fmt [-w|--check|--diff] FILE...",
	.summary = "Shows policy files in their one canonical form; - is standard input. Comments\n"
		   "stay; lines end with LF, and a byte order mark goes. --check lists the files\n"
		   "that are not in it.",
	.options = OPTION_BIT(WRITE) | OPTION_BIT(CHECK) | OPTION_BIT(DIFF) | OPTION_BIT(FORMAT) |
		   OPTION_BIT(COLOR) | OPTION_BIT(QUIET) | OPTION_BIT(VERBOSE) | OPTION_BIT(HELP),
	.several = true,
};

struct fmt {
	struct run run;
	size_t bytes; /* read so far */
	bool differs; /* some file is not in canonical form */
};

static bool choose_mode(struct run *run)
{
	const struct options *o = &run->options;

	if (o->write && (o->check || o->diff)) {
		diag_help(diag_world(run->diags, "-w stands with neither --check nor --diff"),
			  "usage: %s", command.usage);
		return false;
	}
	for (size_t i = 0; o->write && i < o->n_operands; i++) {
		if (str_is(o->operands[i], "-")) {
			diag_help(diag_world(run->diags, "standard input cannot be rewritten"),
				  "without -w the result goes to standard output");
			return false;
		}
	}
	return true;
}

static bool read_text(struct fmt *f, struct str path, struct str *text)
{
	struct run *run = &f->run;

	if (!file_read(run->arena, run->diags, path, (size_t)limits[LIMIT_file_size].value, text))
		return false;
	f->bytes += text->len;
	if (f->bytes <= (size_t)limits[LIMIT_source_size].value)
		return true;
	diag_help(diag_world(run->diags, "the files have more than %lld MiB together",
			     (long long)limits[LIMIT_source_size].value >> 20),
		  "name fewer at a time");
	return false;
}

/* What is lost or changed in the canonical form; NULL if nothing is. */
static const char *find_loss(struct arena *arena, const struct ast_file *file,
			     const struct lexemes *lexemes, const struct ast_file *again,
			     struct lexemes *read)
{
	if (!again->complete)
		return "it does not parse any more";
	if (!ast_same(file, again))
		return "it would say something else";
	if (!comment_same(lexemes, read))
		return "its comments would change";
	if (!str_eq(again->source->text, print_file(arena, again, read)))
		return "it would change once more";
	return NULL;
}

/* Reads the canonical form again, with diagnostics of its own: a mistake in it is ours. It has more
 * blanks and commas than the file, so it may be beyond a limit although the file is not. */
static bool prove(struct run *run, const struct ast_file *file, const struct lexemes *lexemes,
		  struct str text)
{
	struct sources *sources = sources_new(run->arena);
	struct diags *diags = diags_new(run->arena, sources);
	const char *shown = diag_quote(run->diags, file->source->path), *loss;
	struct ast_file *again = load_text(run->arena, diags, sources, file->source->path, text);
	struct lexemes *read = comment_read(run->arena, again->source);

	if (text.len > (size_t)limits[LIMIT_file_size].value ||
	    read->tokens > (size_t)limits[LIMIT_tokens].value) {
		diag_error(run->diags, "VC016", (struct span){0},
			   "the canonical form of `%s` would be beyond the limits", shown);
		return false;
	}
	loss = find_loss(run->arena, file, lexemes, again, read);
	if (loss)
		diag_note(diag_bug(run->diags, (struct span){0}, "`%s` cannot be formatted: %s",
				   shown, diag_word(run->diags, loss)),
			  "the file is left as it was");
	return !loss;
}

/* The canonical form, proved; false after a diagnostic. */
static bool format(struct run *run, struct str shown, struct str old, struct str *new)
{
	struct ast_file *file = load_text(run->arena, run->diags, run->sources, shown, old);
	struct lexemes *lexemes;

	if (!file->complete)
		return false;
	lexemes = comment_read(run->arena, file->source);
	*new = print_file(run->arena, file, lexemes);
	return prove(run, file, lexemes, *new);
}

static bool put_out(struct run *run, struct str text)
{
	return file_write_fd(run->diags, STDOUT_FILENO, "standard output", text);
}

static bool put_path(struct run *run, struct str path)
{
	struct strbuf line;

	strbuf_init(&line, run->arena);
	unicode_escape(&line, path);
	strbuf_addc(&line, '\n');
	return put_out(run, strbuf_str(&line));
}

static void rewrite(struct run *run, struct str path, struct str text)
{
	if (file_replace(run->arena, run->diags, path, text) && run->options.verbose &&
	    !run->options.quiet)
		diag_info(run->diags, NULL, (struct span){0}, "rewrote `%s`",
			  diag_quote(run->diags, path));
}

/* False where there is no sense in going on: standard output is gone. */
static bool run_on_file(struct fmt *f, struct str path)
{
	const struct options *o = &f->run.options;
	struct str shown = str_is(path, "-") ? STR("<stdin>") : path, old, new;

	if (!read_text(f, path, &old) || !format(&f->run, shown, old, &new))
		return true;
	if (!o->write && !o->check && !o->diff)
		return put_out(&f->run, new);
	if (str_eq(old, new))
		return true;
	f->differs = true;
	if (o->diff)
		return put_out(&f->run, diff_formatted(f->run.arena, shown, old, new));
	if (o->check)
		return o->quiet || put_path(&f->run, shown);
	rewrite(&f->run, path, new);
	return true;
}

int cmd_fmt(struct arena *arena, int argc, char **argv)
{
	struct fmt f = {0};
	int code;

	if (run_begin(&f.run, arena, argc, argv, &command) == RUN_GO && choose_mode(&f.run))
		for (size_t i = 0; i < f.run.options.n_operands; i++)
			if (!run_on_file(&f, f.run.options.operands[i]))
				break;
	code = run_finish(&f.run);
	return code || !f.differs || !f.run.options.check ? code : 1;
}
