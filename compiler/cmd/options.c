/* SPDX-License-Identifier: Apache-2.0
 *
 * A table of all options, and one pass over the arguments. All mistakes are told, not the first. */
#include "cmd/options.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/ordered.h"
#include "base/suggest.h"
#include "base/vec.h"

#define HELP_WIDTH 28 /* of an option in its help */
#define MEMBER(name) offsetof(struct options, name)

static const struct {
	char letter; /* 0: none */
	const char *name, *argument, *help;
	/* Where in struct options its text stands, or its flag if it has no argument; 0: set()
	 * knows. */
	size_t member;
	bool repeats; /* its member is a struct option_list */
} table[OPTION_COUNT] = {
	[OPTION_CONFIG] = {'c', "config", "FILE", "this vulnctl.yaml instead of the nearest one",
			   MEMBER(config)},
	[OPTION_ENV] = {0, "env", "NAME", "with this environment of vulnctl.yaml", MEMBER(env)},
	[OPTION_NOW] = {0, "now", "DATE", "the day to compile for (default: today)", 0},
	[OPTION_TARGET] = {'t', "target", "TARGET", "only this target; may be repeated",
			   MEMBER(targets), true},
	[OPTION_OUTPUT] = {'o', "output", "PLACE", "where the output goes; - is standard output",
			   MEMBER(output)},
	[OPTION_FORMAT] = {0, "format", "text|json", "the shape of messages", 0},
	[OPTION_COLOR] = {0, "color", "auto|always|never", "colours in messages", 0},
	[OPTION_LANG] = {0, "lang", "en|ja", "the language of messages", 0},
	[OPTION_WRITE] = {'w', "write", NULL, "write each file anew that would change",
			  MEMBER(write)},
	[OPTION_CHECK] = {0, "check", NULL, "write nothing, exit 1 when something would change",
			  MEMBER(check)},
	[OPTION_DIFF] = {0, "diff", NULL, "show what would change, as a unified diff",
			 MEMBER(diff)},
	[OPTION_SUMMARY] = {0, "summary", NULL, "counts in place of a line for each finding",
			    MEMBER(summary)},
	[OPTION_KEEP_GOING] = {0, "keep-going", NULL, "pass over what cannot be read, and go on",
			       MEMBER(keep_going)},
	[OPTION_STATEMENT] = {0, "statement", "NAME", "this statement alone, with every test",
			      MEMBER(statement)},
	[OPTION_FINDING] = {0, "finding", "ID", "this one of several, by its number or id",
			    MEMBER(finding)},
	[OPTION_ASSUMPTIONS] = {0, "assumptions", NULL, "show what the artefacts rest on",
				MEMBER(assumptions)},
	[OPTION_AGAINST] = {0, "against", "OLD", "compare with this policy, as it was before",
			    MEMBER(against)},
	[OPTION_FAIL_ON] = {0, "fail-on", "TIER", "exit 1 on what is in this tier or one before",
			    MEMBER(fail_on)},
	[OPTION_IMAGE] = {0, "image", "NAME", "the scanned image as it will be pushed",
			  MEMBER(image)},
	[OPTION_FAIL_IF_HIDES] = {0, "fail-if-hides", "EXPR",
				  "exit 1 if what fulfils this condition is hidden",
				  MEMBER(fail_if_hides)},
	[OPTION_CASES] = {0, "cases", "FILE", "judge the patterns and events of this file",
			  MEMBER(cases)},
	[OPTION_COVERAGE_MIN] = {0, "coverage-min", "PERCENT",
				 "exit 1 if less of statements or branches is covered", 0},
	[OPTION_REQUIRE_BOTH] = {0, "require-both", NULL,
				 "exit 1 if a statement takes none of the findings, or all",
				 MEMBER(require_both)},
	[OPTION_THREADS] = {0, "threads", "N", "work with so many; without it, one for each core",
			    0},
	[OPTION_FINDINGS] = {0, "findings", "FILE", "look at these findings, too; may be repeated",
			     MEMBER(findings), true},
	[OPTION_COVERAGE] = {0, "coverage", "FILE", "what Inspector scans: its ListCoverage",
			     MEMBER(coverage)},
	[OPTION_BASE] = {0, "base", "OLD", "only what has changed since this policy", MEMBER(base)},
	[OPTION_BASELINE] = {0, "baseline", "FILE", "what is known, and counts no more",
			     MEMBER(baseline)},
	[OPTION_WRITE_BASELINE] = {0, "write-baseline", NULL, "write that file anew",
				   MEMBER(write_baseline)},
	[OPTION_FIX] = {0, "fix", NULL, "repair what can be repaired safely", MEMBER(fix)},
	[OPTION_UNSAFE] = {0, "unsafe", NULL, "with --fix: repairs that change what is compiled",
			   MEMBER(unsafe)},
	[OPTION_EXPLAIN] = {0, "explain", "RULE", "show the page of a rule", MEMBER(explain)},
	[OPTION_ONLY] = {0, "only", "RULE", "this rule alone; may be repeated", MEMBER(only), true},
	[OPTION_ENABLE] = {0, "enable", "RULE", "this rule, too; may be repeated", MEMBER(enable),
			   true},
	[OPTION_DISABLE] = {0, "disable", "RULE", "not this rule; may be repeated", MEMBER(disable),
			    true},
	[OPTION_FAIL_LEVEL] = {0, "fail-level", "error|warn|info",
			       "exit 1 from this level on (default: error)", MEMBER(fail_level)},
	[OPTION_QUIET] = {'q', "quiet", NULL, "say nothing but errors and warnings", MEMBER(quiet)},
	[OPTION_VERBOSE] = {'v', "verbose", NULL, "say more", MEMBER(verbose)},
	[OPTION_HELP] = {'h', "help", NULL, "show this help", MEMBER(help)},
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct reader {
	struct arena *arena;
	struct diags *d;
	struct options *o;
	uint64_t allowed, seen;
	enum color color;
	VEC(struct str) operands;
	bool failed;
};

static struct diag *wrong(struct reader *r, const char *format, struct str text)
	__attribute__((format(printf, 2, 0)));

static struct diag *wrong(struct reader *r, const char *format, struct str text)
{
	r->failed = true;
	return diag_world(r->d, format, diag_quote(r->d, text));
}

static bool is_allowed(const struct reader *r, int id)
{
	return (r->allowed >> id & 1) != 0;
}

/* One of a NULL-terminated list of words, or -1. */
static int one_of(struct reader *r, struct str text, const char *option, const char *const *words)
{
	struct suggest suggest;
	struct strbuf all;
	struct diag *diag;

	suggest_init(&suggest, text);
	strbuf_init(&all, r->arena);
	for (int i = 0; words[i]; i++) {
		if (str_is(text, words[i]))
			return i;
		suggest_offer(&suggest, str_from(words[i]));
		strbuf_printf(&all, "%s%s", i ? ", " : "", words[i]);
	}
	r->failed = true;
	diag = diag_world(r->d, "`%s` is no value of --%s", diag_quote(r->d, text), option);
	if (suggest_found(&suggest))
		diag_help(diag, "did you mean `" STR_FMT "`?", STR_ARG(suggest.best));
	else
		diag_help(diag, "it is one of " STR_FMT, STR_ARG(strbuf_str(&all)));
	return -1;
}

static void set_now(struct reader *r, struct str text)
{
	int64_t instant;
	int32_t days;

	r->o->has_now = true;
	r->o->now = text;
	if (civil_parse_date(text, &days) || civil_parse_datetime(text, &instant))
		return;
	diag_help(wrong(r, "`%s` is no date for --now", text),
		  "write 2026-12-31 or 2026-12-31T09:00+09:00");
}

/* max + 1: it is no number up to max. */
static unsigned number_of(struct str text, unsigned max)
{
	unsigned n = 0;

	for (size_t i = 0; i < text.len && n <= max; i++)
		n = text.ptr[i] < '0' || text.ptr[i] > '9' ? max + 1
							   : 10 * n + (unsigned)(text.ptr[i] - '0');
	return n;
}

static unsigned percent_of(struct reader *r, struct str text)
{
	unsigned percent = number_of(text, 100);

	if (percent > 100)
		diag_help(wrong(r, "`%s` is no percentage", text), "write a number from 0 to 100");
	return percent;
}

static unsigned threads_of(struct reader *r, struct str text)
{
	unsigned n = number_of(text, ORDERED_MAX);

	if (n < 1 || n > ORDERED_MAX)
		diag_help(wrong(r, "`%s` is no number of threads", text),
			  "write a number from 1 to %d", ORDERED_MAX);
	return n;
}

/* In the order of enum options_format; a command has the first few or all. */
static const char *const *formats_of(uint64_t allowed)
{
	static const char *const few[] = {"text", "json", NULL},
				 *const results[] = {"text", "json", "junit", NULL},
				 *const all[] = {"text", "json", "junit", "sarif", "github", NULL};

	if (allowed & OPTIONS_REPORTS)
		return all;
	return allowed & OPTIONS_JUNIT ? results : few;
}

static void set(struct reader *r, enum option_id id, struct str text)
{
	static const char *const colors[] = {"auto", "always", "never", NULL};
	static const char *const languages[] = {"en", "ja", NULL};
	char *member = (char *)r->o + table[id].member;
	int word;

	switch (id) {
	case OPTION_NOW:
		set_now(r, text);
		break;
	case OPTION_THREADS:
		r->o->threads = threads_of(r, text);
		break;
	case OPTION_FORMAT:
		word = one_of(r, text, "format", formats_of(r->allowed));
		r->o->format = word < 0 ? FORMAT_TEXT : (enum options_format)word;
		break;
	case OPTION_COVERAGE_MIN:
		r->o->coverage_min = percent_of(r, text);
		break;
	case OPTION_COLOR:
		word = one_of(r, text, "color", colors);
		r->color = word < 0 ? COLOR_AUTO : (enum color)word;
		break;
	case OPTION_LANG:
		(void)one_of(r, text, "lang", languages); /* options_language() has read it */
		break;
	default:
		if (table[id].repeats)
			VEC_PUSH(r->arena, *(struct option_list *)(void *)member, text);
		else if (table[id].argument)
			*(struct str *)(void *)member = text;
		else
			*(bool *)member = true;
	}
}

/* Options that are given twice mean that a command line was put together wrongly. */
static void use(struct reader *r, enum option_id id, struct str text)
{
	bool again = (r->seen >> id & 1) != 0 && table[id].argument && !table[id].repeats;

	r->seen |= UINT64_C(1) << id;
	if (again)
		wrong(r, "--%s is given twice", str_from(table[id].name));
	else if (table[id].argument && !text.len)
		wrong(r, "--%s is given an empty text", str_from(table[id].name));
	else
		set(r, id, text);
}

static int find_name(const struct reader *r, struct str name)
{
	for (int id = 0; id < OPTION_COUNT; id++)
		if (is_allowed(r, id) && str_is(name, table[id].name))
			return id;
	return -1;
}

static int find_letter(const struct reader *r, char letter)
{
	for (int id = 0; id < OPTION_COUNT; id++)
		if (is_allowed(r, id) && table[id].letter && table[id].letter == letter)
			return id;
	return -1;
}

static void unknown_name(struct reader *r, struct str name)
{
	struct diag *diag = wrong(r, "there is no option `--%s`", name);
	struct suggest suggest;

	suggest_init(&suggest, name);
	for (int id = 0; id < OPTION_COUNT; id++)
		if (is_allowed(r, id))
			suggest_offer(&suggest, str_from(table[id].name));
	if (suggest_found(&suggest))
		diag_help(diag, "did you mean `--" STR_FMT "`?", STR_ARG(suggest.best));
	else
		diag_help(diag, "`--help` shows the options; `--` ends them");
}

/* The argument of an option that has none in its own word; *at moves over it. */
static bool next_word(struct reader *r, enum option_id id, int argc, char **argv, int *at,
		      struct str *text)
{
	if (*at + 1 < argc) {
		*text = str_from(argv[++*at]);
		return true;
	}
	diag_help(wrong(r, "--%s needs an argument", str_from(table[id].name)), "--%s %s",
		  table[id].name, table[id].argument);
	return false;
}

static void read_long(struct reader *r, int argc, char **argv, int *at)
{
	struct str word = str_from(argv[*at] + 2), name = word, text = {0};
	int id;

	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] != '=')
			continue;
		name = str_slice(word, 0, i);
		text = str_slice(word, i + 1, word.len);
		break;
	}
	id = find_name(r, name);
	if (id < 0) {
		unknown_name(r, name);
		return;
	}
	if (!table[id].argument && name.len < word.len)
		wrong(r, "--%s takes no argument", name);
	else if (table[id].argument && name.len == word.len &&
		 !next_word(r, (enum option_id)id, argc, argv, at, &text))
		return;
	else
		use(r, (enum option_id)id, text);
}

static void read_letters(struct reader *r, int argc, char **argv, int *at)
{
	struct str word = str_from(argv[*at]);

	for (size_t i = 1; i < word.len; i++) {
		int id = find_letter(r, word.ptr[i]);
		struct str text = {0};

		if (id < 0) {
			diag_help(
				wrong(r, "there is no option `-%s`", str_slice(word, i, word.len)),
				"`--help` shows the options; `--` ends them");
			return;
		}
		if (!table[id].argument) {
			use(r, (enum option_id)id, text);
			continue;
		}
		text = str_slice(word, i + 1, word.len);
		if (text.len || next_word(r, (enum option_id)id, argc, argv, at, &text))
			use(r, (enum option_id)id, text);
		return;
	}
}

static bool decide_color(enum color color)
{
	const char *no_color = getenv("NO_COLOR");

	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	return !(no_color && *no_color) && isatty(STDERR_FILENO) == 1;
}

/* As a locale begins: "ja", "ja_JP.UTF-8". */
static bool is_japanese(const char *locale)
{
	return str_starts(str_from(locale), STR("ja"));
}

static enum diag_language language_of_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *locale = getenv(names[i]);

		if (locale && *locale)
			return is_japanese(locale) ? DIAG_JAPANESE : DIAG_ENGLISH;
	}
	return DIAG_ENGLISH;
}

enum diag_language options_language(int argc, char **argv)
{
	const struct str name = STR("--lang=");

	for (int at = 1; at < argc && strcmp(argv[at], "--") != 0; at++) {
		const char *value = str_starts(str_from(argv[at]), name) ? argv[at] + name.len
				    : !strcmp(argv[at], "--lang")	 ? argv[at + 1]
									 : NULL;

		if (value && (!strcmp(value, "ja") || !strcmp(value, "en")))
			return is_japanese(value) ? DIAG_JAPANESE : DIAG_ENGLISH;
	}
	return language_of_environment();
}

static int64_t read_clock(struct reader *r)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	struct timespec now = {0};
	int64_t seconds = 0;
	size_t n = 0;

	if (!text || !*text) {
		clock_gettime(CLOCK_REALTIME, &now);
		return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
	}
	/* Ten digits reach the year 2286, which the calendar does not. */
	for (; text[n] >= '0' && text[n] <= '9' && n < 10; n++)
		seconds = 10 * seconds + (text[n] - '0');
	if (!text[n] && n && civil_valid(civil_from_days((int32_t)(seconds / 86400))))
		return seconds * NS_PER_SECOND;
	wrong(r, "SOURCE_DATE_EPOCH=`%s` is no number of seconds between 1970 and 2199",
	      str_from(text));
	return 0;
}

bool options_parse(struct arena *arena, struct diags *d, int argc, char **argv, uint64_t allowed,
		   struct options *options)
{
	struct reader r = {.arena = arena, .d = d, .o = options, .allowed = allowed};
	bool ended = false;

	*options = (struct options){.format = FORMAT_TEXT};
	diags_set_language(d, options_language(argc, argv));
	for (int at = 1; at < argc; at++) {
		struct str word = str_from(argv[at]);

		if (!ended && str_is(word, "--"))
			ended = true;
		else if (!ended && str_starts(word, STR("--")))
			read_long(&r, argc, argv, &at);
		else if (!ended && word.len > 1 && word.ptr[0] == '-')
			read_letters(&r, argc, argv, &at);
		else
			VEC_PUSH(arena, r.operands, word);
	}
	options->color = decide_color(r.color);
	options->clock = read_clock(&r);
	options->operands = r.operands.items;
	options->n_operands = r.operands.n;
	return !r.failed;
}

static void add_argument(struct strbuf *out, int id, uint64_t allowed)
{
	const char *const *formats = formats_of(allowed);

	if (id != OPTION_FORMAT) {
		strbuf_printf(out, " %s", table[id].argument);
		return;
	}
	for (size_t i = 0; formats[i]; i++)
		strbuf_printf(out, "%c%s", i ? '|' : ' ', formats[i]);
}

struct str options_help(struct arena *arena, uint64_t allowed)
{
	struct strbuf out;

	strbuf_init(&out, arena);
	for (int id = 0; id < OPTION_COUNT; id++) {
		size_t start;

		if (!(allowed >> id & 1))
			continue;
		if (table[id].letter)
			strbuf_printf(&out, "  -%c, ", table[id].letter);
		else
			strbuf_puts(&out, "      ");
		start = out.len;
		strbuf_printf(&out, "--%s", table[id].name);
		if (table[id].argument)
			add_argument(&out, id, allowed);
		if (out.len - start >= HELP_WIDTH)
			strbuf_printf(&out, "\n%*s", HELP_WIDTH + 6, "");
		else
			strbuf_printf(&out, "%*s", (int)(start + HELP_WIDTH - out.len), "");
		strbuf_printf(&out, "%s\n", table[id].help);
	}
	return strbuf_str(&out);
}
