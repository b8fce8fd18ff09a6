/* SPDX-License-Identifier: Apache-2.0
 *
 * What the collector (diag.c) and the renderers (diag_text.c, diag_json.c, …) share. Every text in
 * here is already escaped and within its limit; only the texts of fixes are as they were given. */
#ifndef BASE_DIAG_INTERNAL_H
#define BASE_DIAG_INTERNAL_H

#include "base/diag.h"
#include "base/japanese.h"
#include "base/vec.h"

enum diag_part_kind { PART_LABEL, PART_NOTE, PART_WITNESS, PART_HELP, PART_FIX, PART_KINDS };

struct diag_part {
	enum diag_part_kind kind;
	struct span at; /* LABEL, FIX */
	struct str text;
	bool unsafe; /* FIX */
};

struct diag {
	struct diags *owner;
	enum diag_level level;
	enum diag_cause cause;
	const char *id, *rule; /* rule: a lint's name, else NULL */
	struct span at;
	struct str message;
	VEC(struct diag_part) parts;
	size_t n[PART_KINDS];
	size_t room, cut; /* bytes that may still be added; bytes that were cut */
	size_t seq;	  /* order of arrival */
	bool shown;	  /* set by diags_select */
	bool fixes_cut;	  /* there were more */
	bool allowed, known;
	struct str allowed_reason, allowed_until; /* escaped; of an allowed one */
	struct str fingerprint;			  /* empty: none was given */
};

/* How many diagnostics of a source were counted, but not kept. */
struct diag_unkept {
	const struct source *source;
	size_t n;
};

struct diags {
	struct arena *arena;
	struct sources *sources;
	VEC(struct diag *) all;
	size_t counts[DIAG_ERROR + 1], kept[DIAG_ERROR + 1];
	VEC(struct diag_unkept) unkept;
	int exit_code;
	bool show_all;
	const struct japanese *japanese; /* NULL: English */
};

/* The diagnostics of one source, or those without a place (source NULL): n of the selection's
 * items, of which some are shown; the rest and those that were not kept are only counted. */
struct diag_group {
	const struct source *source;
	size_t first, n, shown, unkept;
};

struct diag_selection {
	struct diag **items; /* in the order of the output, without duplicates */
	size_t n;
	VEC(struct diag_group) groups;
	/* Diagnostics of groups of which nothing is shown, and the number of these groups. */
	size_t rest, rest_groups;
	size_t known; /* left out because a baseline has them */
};

/* For people: so many of a source and in all that they can be read. */
void diags_select(struct diags *d, struct arena *arena, struct diag_selection *selection);
/* For programs that keep accounts, to which what is not there is solved: also those that are known,
 * and no limit but `most`. */
void diags_select_all(struct diags *d, struct arena *arena, size_t most,
		      struct diag_selection *selection);
/* "... and 37 more in policy.vpol", escaped; empty when nothing of the group is to be said. */
struct str diag_group_cut(const struct diags *d, const struct diag_group *group);
struct str diag_rest_cut(const struct diags *d, const struct diag_selection *selection);
struct str diag_known_cut(const struct diags *d, const struct diag_selection *selection);
/* "... and 512 bytes more"; empty when nothing was cut. */
struct str diag_bytes_cut(const struct diag *diag);

/* For programs; and for people, in the language of the run. */
const char *diag_level_name(enum diag_level level);
const char *diag_level_word(const struct diag *diag);
/* NULL: the table has none of this id. */
const struct diag_rule *diag_rule_of(const struct diag_rules *rules, const char *id);
/* A lint's name, or that in the table; NULL: it has none. */
const char *diag_rule_name(const struct diag *diag, const struct diag_rules *rules);
/* Where a span begins and ends, behind its last code point; no source: nowhere. */
struct diag_range {
	struct position from, to;
};
struct diag_range diag_range(const struct diags *d, struct span at);
/* "write `severity` instead of `serverity`", escaped. */
struct str diag_fix_wording(const struct diag *diag, const struct diag_part *fix);
/* "until 2026-12-31: the reason" of an allowed one; or that a baseline knows it. */
struct str diag_allowed_wording(const struct diag *diag);
/* Adds notes, witnesses and help, each on lines of its own behind what is there; and labels, what
 * allows it, and fixes, too. */
void diag_add_texts(struct strbuf *out, const struct diag *diag);
void diag_add_remarks(struct strbuf *out, const struct diag *diag);
/* Does a service that reads logs take the line for a command? It is trimmed before. */
bool diag_is_command(struct str line);
/* Adds JSON so that it says the same and yet can go to a terminal or into the log of a service:
 * what is unusual can only stand inside a string, and is escaped there. */
void diag_add_json(struct strbuf *out, struct str json);

#endif
