/* SPDX-License-Identifier: Apache-2.0
 *
 * The collector of diagnostics. Code that finds a user's mistake adds a diagnostic and goes on;
 * nothing is printed before the end of the run, when all are sorted by place, de-duplicated and
 * rendered: at most 20 per file, 200 in all, errors before warnings, and 2 KiB of text each; what
 * is cut is counted and said.
 *
 * Message law: lower case, no final period, user text in backticks (always through diag_quote, so
 * that control characters, bidi controls and CI commands are escaped), no internal names; the
 * message says what, a note gives facts, help says how to get out. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdarg.h>

#include "base/source.h"

enum diag_level { DIAG_INFO, DIAG_WARNING, DIAG_ERROR };

/* What an error means for the exit code (commands.md): the policy is wrong (2), the world is
 * (3: usage, configuration, I/O), or we are (4). What a lint finds (lint/) decides nothing here:
 * what it comes to depends on the level that is asked for. */
enum diag_cause { CAUSE_LINT, CAUSE_POLICY, CAUSE_WORLD, CAUSE_BUG };

struct diag;
struct diags;

struct diags *diags_new(struct arena *arena, struct sources *sources);

/* Another one, which speaks the language of `d`. */
struct diags *diags_again(struct arena *arena, struct sources *sources, const struct diags *d);

/* Messages are written in English; the English format is the key of its row in japanese_*.def. Ids,
 * keys, words of the policy language and texts of users are the same in all languages. To be set
 * before the first diagnostic. */
enum diag_language { DIAG_ENGLISH, DIAG_JAPANESE };
void diags_set_language(struct diags *d, enum diag_language language);
/* A fixed piece of a message, or a format, in the language of the run. */
const char *diag_word(const struct diags *d, const char *english) __attribute__((format_arg(2)));
/* A piece that is put together; not escaped, that is done with the whole. */
struct str diag_piece(const struct diags *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
struct str diag_say(const struct diags *d, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
/* Marks a message in a table, for tests/meta/messages.py. Who shows it asks diag_word(). */
#define DIAG_TEXT(english) english

/* id: "VC001" …, or NULL for world problems (an error is exit code 3 then, with or without a
 * place). A zero span is allowed. The result may be NULL: beyond 10,000 of a level they are only
 * counted, so that a storm of errors keeps its memory. */
struct diag *diag_error(struct diags *d, const char *id, struct span at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
struct diag *diag_warning(struct diags *d, const char *id, struct span at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
struct diag *diag_info(struct diags *d, const char *id, struct span at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* A mistake in the configuration: a problem of the world with a place, and an id if a rule of the
 * catalogue is about it. */
struct diag *diag_config(struct diags *d, const char *id, struct span at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* A problem of the world: no span, exit code 3. */
struct diag *diag_world(struct diags *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A bug of ours: exit code 4. */
struct diag *diag_bug(struct diags *d, struct span at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A lint's problem, of any level: no exit code follows from it. rule: its name for people. */
struct diag *diag_lint(struct diags *d, enum diag_level level, const char *id, const char *rule,
		       struct span at, const char *format, va_list args)
	__attribute__((format(printf, 6, 0)));

/* Each may be called several times; all accept diag == NULL and do nothing then. Notes and help may
 * have several lines; of labels and fixes eight are kept. */
void diag_note(struct diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_help(struct diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A second place, e.g. "also defined here". */
void diag_label(struct diag *diag, struct span at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A note that shows a finding, for programs to find. */
void diag_witness(struct diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Replacing `at` by `text` would repair it (shown as help; applied by lint --fix). All fixes of a
 * diagnostic go together. Unsafe: what is compiled would be something else. */
void diag_fix(struct diag *diag, struct span at, struct str text);
void diag_fix_unsafe(struct diag *diag, struct span at, struct str text);
/* The policy allows it, with this reason and end: it is shown as that, and counts no more. */
void diag_allow(struct diag *diag, struct str reason, struct str until);
/* What names it in every run, wherever it stands: for baselines and services that compare runs. */
void diag_name(struct diag *diag, struct str fingerprint);

/* A baseline has it: only the number of these is shown, and it counts no more. */
void diag_know(struct diag *diag);

/* User text made safe for a message: escaped (a backtick too), cut at 200 bytes on a scalar
 * boundary with "…", without the backticks around it. The result lives as long as the collector. */
const char *diag_quote(struct diags *d, struct str text);

/* Takes the warnings of an id away; in the order of their arrival, how many. What has a rule of the
 * linter is told there once, as it sees fit: as the compiler told it, or better. */
size_t diags_take(struct diags *d, const char *id, struct diag ***taken);
/* One of them comes back as a lint's problem. */
void diag_adopt(struct diag *taken, enum diag_level level, const char *rule);

/* Those that were kept, in the order of their arrival; NULL behind the last. */
struct diag *diags_at(const struct diags *d, size_t i);
const char *diag_id(const struct diag *diag);
struct span diag_place(const struct diag *diag);
enum diag_level diag_level(const struct diag *diag);
bool diag_is_allowed(const struct diag *diag);
bool diag_is_known(const struct diag *diag);
bool diag_is_lint(const struct diag *diag);
struct str diag_message(const struct diag *diag);
struct str diag_fingerprint(const struct diag *diag); /* empty: it has none */

struct diag_edit {
	struct span at;
	struct str text;
	bool unsafe;
};

/* Its fixes, in their order; false behind the last. It has none if there were more than are kept:
 * they go together. */
bool diag_edit_at(const struct diag *diag, size_t i, struct diag_edit *edit);

size_t diags_count(const struct diags *d, enum diag_level level);
/* How many were not kept, and are only counted. */
size_t diags_unkept(const struct diags *d);
/* Keeps the first of those that say the same at one place, as the renderers show it; for those who
 * name or count them. n log n. */
void diags_drop_repeats(struct diags *d);
/* The renderers show all that were kept, not the first of each file. */
void diags_show_all(struct diags *d);
/* 0, or the greatest of 2 (policy), 3 (world), 4 (bug) over the errors so far. */
int diags_exit_code(const struct diags *d);
/* Renders everything to a string: file:line:col: error[VC101]: message, the source line, carets by
 * display width, labels, notes, help. colour: ANSI colours. */
struct str diags_text(struct diags *d, struct arena *arena, bool colour);
/* The same as JSON lines. */
struct str diags_json(struct diags *d, struct arena *arena);

/* What is said of a rule once, beside its problems. */
struct diag_rule {
	const char *id, *name;
	enum diag_level level;
	struct str summary, help; /* a paragraph; a page of Markdown */
};

struct diag_rules {
	const char *version; /* of the program */
	const struct diag_rule *items;
	size_t n;
};

/* A log in SARIF 2.1.0: all that were kept, up to the number of results that services take, those
 * that are allowed or known among them, each with its reason. Rules are told of that occur. */
struct str diags_sarif(struct diags *d, struct arena *arena, const struct diag_rules *rules);
/* Annotations of GitHub Actions, one a line. */
struct str diags_github(struct diags *d, struct arena *arena, const struct diag_rules *rules);
/* JUnit's XML: a case for each of all that were kept, failed if its level is at least `fail`,
 * skipped if it is allowed or known. */
struct str diags_junit(struct diags *d, struct arena *arena, const struct diag_rules *rules,
		       enum diag_level fail);

#endif
