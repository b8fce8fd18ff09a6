/* SPDX-License-Identifier: Apache-2.0
 *
 * Arguments: every spelling of an option, and what is wrong with a command line. */
#include "cmd/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/vec.h"
#include "tap.h"

#define WORDS_MAX 8
#define ALL                                                                                        \
	(OPTIONS_POLICY | OPTION_BIT(TARGET) | OPTION_BIT(OUTPUT) | OPTION_BIT(CHECK) |            \
	 OPTION_BIT(WRITE) | OPTION_BIT(DIFF))

/* The words of a command line are separated by '|'. */
static bool parse(struct arena *arena, const char *line, uint64_t allowed, struct options *o,
		  struct str *messages)
{
	struct diags *d = diags_new(arena, sources_new(arena));
	char command[] = "compile", *words[WORDS_MAX + 2] = {command};
	int n = 1;
	bool fine;

	for (const char *at = line; *at && n <= WORDS_MAX;) {
		size_t len = strcspn(at, "|");

		words[n] = arena_alloc(arena, len + 1);
		memcpy(words[n++], at, len);
		at += len + (at[len] == '|');
	}
	fine = options_parse(arena, d, n, words, allowed, o);
	*messages = diags_text(d, arena, false);
	return fine;
}

/* What was read, in one line. */
static struct str show(struct arena *arena, const struct options *o)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < o->n_operands; i++)
		strbuf_printf(&b, "<" STR_FMT ">", STR_ARG(o->operands[i]));
	for (size_t i = 0; i < o->targets.n; i++)
		strbuf_printf(&b, " t=" STR_FMT, STR_ARG(o->targets.items[i]));
	if (o->config.len)
		strbuf_printf(&b, " c=" STR_FMT, STR_ARG(o->config));
	if (o->env.len)
		strbuf_printf(&b, " env=" STR_FMT, STR_ARG(o->env));
	if (o->has_now)
		strbuf_printf(&b, " now=" STR_FMT, STR_ARG(o->now));
	if (o->output.len)
		strbuf_printf(&b, " o=" STR_FMT, STR_ARG(o->output));
	strbuf_printf(&b, "%s%s%s%s%s%s%s%s", o->format == FORMAT_JSON ? " json" : "",
		      o->color ? " color" : "", o->write ? " write" : "", o->check ? " check" : "",
		      o->diff ? " diff" : "", o->quiet ? " quiet" : "",
		      o->verbose ? " verbose" : "", o->help ? " help" : "");
	return strbuf_str(&b);
}

static const struct {
	const char *line, *read;
} good[] = {
	{"p", "<p>"},
	{"-", "<->"},
	{"p|-c|f", "<p> c=f"},
	{"-cf|p", "<p> c=f"},
	{"--config=f|p", "<p> c=f"},
	{"--config|f|p", "<p> c=f"},
	{"--env|prod|p", "<p> env=prod"},
	{"--env=prod|p|-cf", "<p> c=f env=prod"},
	{"--now|2026-04-01|p", "<p> now=2026-04-01"},
	{"--now=2026-04-01T09:00+09:00|p", "<p> now=2026-04-01T09:00+09:00"},
	{"-t|a|-tb|--target=c|p", "<p> t=a t=b t=c"},
	{"-qvo|dir|p", "<p> o=dir quiet verbose"},
	{"-o-|p", "<p> o=-"},
	{"--format=json|--color|always|p", "<p> json color"},
	{"--color=never|--format|text|p", "<p>"},
	{"--check|p", "<p> check"},
	{"-wv|p|q", "<p><q> write verbose"},
	{"--write|--diff|--check|p", "<p> write check diff"},
	{"--|-q|--now", "<-q><--now>"},
	{"p|--", "<p>"},
	{"-h", " help"},
	{"", ""},
};

static const struct {
	const char *line;
	const char *messages[3]; /* parts of what is said */
} bad[] = {
	{"--nwo|2026-04-01|p", {"no option `--nwo`", "did you mean `--now`"}},
	{"--zzz|p", {"no option `--zzz`", "`--help` shows"}},
	{"-x|p", {"no option `-x`"}},
	{"-qx|p", {"no option `-x`"}},
	{"-c", {"--config needs an argument"}},
	{"--now", {"--now needs an argument"}},
	{"--now=|p", {"--now is given an empty text"}},
	{"--now|tomorrow|p", {"`tomorrow` is no date"}},
	{"--now|2026-02-30|p", {"`2026-02-30` is no date"}},
	{"--quiet=1|p", {"--quiet takes no argument"}},
	{"--format|xml|p", {"`xml` is no value of --format", "text, json"}},
	{"--format|jsno|p", {"did you mean `json`"}},
	{"-c|a|-c|b|p", {"--config is given twice"}},
	{"--env|a|--env|a|p", {"--env is given twice"}},
	{"--env", {"--env needs an argument"}},
	{"--env=|p", {"--env is given an empty text"}},
	/* all of them at once */
	{"--nwo|-x|--format=xml", {"`--nwo`", "`-x`", "`xml`"}},
};

static void test_spellings(struct arena *arena)
{
	struct options o;
	struct str messages;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		bool fine = parse(arena, good[i].line, ALL, &o, &messages);

		if (!ok(fine && str_is(show(arena, &o), good[i].read), "well: %s", good[i].line))
			printf("# got " STR_FMT " " STR_FMT "\n", STR_ARG(show(arena, &o)),
			       STR_ARG(messages));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		bool said = !parse(arena, bad[i].line, ALL, &o, &messages);

		for (size_t k = 0; k < ARRAY_LEN(bad[i].messages) && bad[i].messages[k]; k++)
			said &= str_contains(messages, str_from(bad[i].messages[k]));
		if (!ok(said, "wrong: %s", bad[i].line))
			printf("# got " STR_FMT "\n", STR_ARG(messages));
	}
	ok(!parse(arena, "-t|x|p", OPTIONS_POLICY, &o, &messages), "an option of another command");
}

static void test_environment(struct arena *arena)
{
	struct options o;
	struct str messages;

	setenv("SOURCE_DATE_EPOCH", "86400", 1);
	ok(parse(arena, "p", ALL, &o, &messages) && o.clock == NS_PER_DAY, "SOURCE_DATE_EPOCH");
	setenv("SOURCE_DATE_EPOCH", "1.5", 1);
	ok(!parse(arena, "p", ALL, &o, &messages), "SOURCE_DATE_EPOCH that is no number");
	setenv("SOURCE_DATE_EPOCH", "99999999999", 1);
	ok(!parse(arena, "p", ALL, &o, &messages), "SOURCE_DATE_EPOCH behind the calendar");
	unsetenv("SOURCE_DATE_EPOCH");
	ok(parse(arena, "p", ALL, &o, &messages) && o.clock > 20000 * NS_PER_DAY, "the clock");
	setenv("NO_COLOR", "1", 1);
	ok(parse(arena, "p", ALL, &o, &messages) && !o.color, "NO_COLOR");
	ok(parse(arena, "--color=always|p", ALL, &o, &messages) && o.color,
	   "an option is stronger than NO_COLOR");
}

static void test_help(struct arena *arena)
{
	struct str all = options_help(arena, ALL), few = options_help(arena, OPTION_BIT(QUIET));

	ok(str_contains(all, STR("-t, --target TARGET")) &&
		   str_contains(all, STR("    --now DATE")),
	   "help lists options and their arguments");
	ok(str_starts(few, STR("  -q, --quiet ")) && !str_contains(few, STR("--now")),
	   "help lists the options of the command alone");
}

int main(void)
{
	struct arena *arena = arena_new();

	unsetenv("SOURCE_DATE_EPOCH");
	unsetenv("NO_COLOR");
	test_spellings(arena);
	test_environment(arena);
	test_help(arena);
	arena_free(arena);
	return done();
}
