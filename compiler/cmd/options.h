/* SPDX-License-Identifier: Apache-2.0
 *
 * Options of a command, the GNU way: `--name value`, `--name=value`, `-n value`, `-nvalue`, single
 * letters joined, `--` ends them, `-` alone is an operand, options may stand behind operands. Which
 * options a command has is a set of bits, so that a wrong one is answered with those that exist.
 * The environment (NO_COLOR, SOURCE_DATE_EPOCH, LC_ALL, LC_MESSAGES, LANG) is read here and nowhere
 * else. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "base/diag.h"

enum option_id {
	OPTION_CONFIG,	       /* -c, --config FILE */
	OPTION_ENV,	       /* --env NAME */
	OPTION_NOW,	       /* --now DATE */
	OPTION_TARGET,	       /* -t, --target TARGET; may be repeated */
	OPTION_OUTPUT,	       /* -o, --output DIR */
	OPTION_FORMAT,	       /* --format text|json */
	OPTION_COLOR,	       /* --color auto|always|never */
	OPTION_LANG,	       /* --lang en|ja */
	OPTION_WRITE,	       /* -w, --write */
	OPTION_CHECK,	       /* --check */
	OPTION_DIFF,	       /* --diff */
	OPTION_SUMMARY,	       /* --summary */
	OPTION_KEEP_GOING,     /* --keep-going */
	OPTION_STATEMENT,      /* --statement NAME */
	OPTION_FINDING,	       /* --finding ID */
	OPTION_ASSUMPTIONS,    /* --assumptions */
	OPTION_AGAINST,	       /* --against OLD */
	OPTION_FAIL_ON,	       /* --fail-on TIER */
	OPTION_IMAGE,	       /* --image NAME */
	OPTION_FAIL_IF_HIDES,  /* --fail-if-hides EXPR */
	OPTION_CASES,	       /* --cases FILE */
	OPTION_COVERAGE_MIN,   /* --coverage-min PERCENT */
	OPTION_REQUIRE_BOTH,   /* --require-both */
	OPTION_THREADS,	       /* --threads N */
	OPTION_FINDINGS,       /* --findings FILE; may be repeated */
	OPTION_COVERAGE,       /* --coverage FILE */
	OPTION_BASE,	       /* --base OLD */
	OPTION_BASELINE,       /* --baseline FILE */
	OPTION_WRITE_BASELINE, /* --write-baseline */
	OPTION_FIX,	       /* --fix */
	OPTION_UNSAFE,	       /* --unsafe */
	OPTION_EXPLAIN,	       /* --explain RULE */
	OPTION_ONLY,	       /* --only RULE; may be repeated, as the next two */
	OPTION_ENABLE,	       /* --enable RULE */
	OPTION_DISABLE,	       /* --disable RULE */
	OPTION_FAIL_LEVEL,     /* --fail-level LEVEL */
	OPTION_QUIET,	       /* -q, --quiet */
	OPTION_VERBOSE,	       /* -v, --verbose */
	OPTION_HELP,	       /* -h, --help */
	OPTION_COUNT
};

#define OPTION_BIT(name) (UINT64_C(1) << OPTION_##name)
/* What every command over a policy has. */
#define OPTIONS_POLICY                                                                             \
	(OPTION_BIT(CONFIG) | OPTION_BIT(ENV) | OPTION_BIT(NOW) | OPTION_BIT(FORMAT) |             \
	 OPTION_BIT(COLOR) | OPTION_BIT(LANG) | OPTION_BIT(QUIET) | OPTION_BIT(VERBOSE) |          \
	 OPTION_BIT(HELP))

/* Beside these: --format has junit, too; or it has all that diagnostics are shown in. */
#define OPTIONS_JUNIT (UINT64_C(1) << OPTION_COUNT)
#define OPTIONS_REPORTS (UINT64_C(1) << (OPTION_COUNT + 1))

enum options_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JUNIT, FORMAT_SARIF, FORMAT_GITHUB };

struct option_list { /* of an option that may be repeated */
	struct str *items;
	size_t n, cap;
};

struct options {
	struct str *operands; /* what is no option, in order */
	size_t n_operands;
	struct str config; /* empty: the nearest vulnctl.yaml */
	struct str env;	   /* empty: its top level alone */
	bool has_now;
	struct str now; /* a DATE or DATETIME, checked */
	int64_t clock;	/* SOURCE_DATE_EPOCH, else the clock: ns */
	struct option_list targets, findings, only, enable, disable;
	struct str output; /* empty: not given */
	enum options_format format;
	bool color; /* decided: option, NO_COLOR, terminal on standard error */
	bool write, check, diff, summary, keep_going, quiet, verbose, help;
	/* Empty: not given. */
	struct str statement, finding;
	struct str against, fail_if_hides;
	struct str fail_on, image;
	struct str cases;
	struct str coverage, base, baseline, explain, fail_level;
	bool assumptions, require_both, write_baseline, fix, unsafe;
	unsigned coverage_min; /* percent; 0: not given */
	size_t threads;	       /* 0: not given */
};

/* The language of messages: what --lang says, wherever it stands, else the first of LC_ALL,
 * LC_MESSAGES and LANG that is set and not empty. To be asked before anything is told. */
enum diag_language options_language(int argc, char **argv);
/* Reads argv[1] …; argv[0] is the command's own name. false after world diagnostics (exit 3). */
bool options_parse(struct arena *arena, struct diags *d, int argc, char **argv, uint64_t allowed,
		   struct options *options) __attribute__((warn_unused_result));
/* The list of the allowed options for --help, one a line. */
struct str options_help(struct arena *arena, uint64_t allowed);

#endif
