/* SPDX-License-Identifier: Apache-2.0
 *
 * Shapes: a policy whose units share shapes is compiled with them and without, and every byte is
 * compared; texts that must not share a shape are given to it one by one. */
#include "checked.h"

#include "target/compile.h"
#include "target/shape.h"

#include <stdio.h>
#include <stdlib.h>

#define USES 6 /* of each statement: more than a shape needs */

/* `%u` is the number of the use. */
static const char *const statements[] = {
	"suppress a-%u { when cve == CVE-2024-1%03u and repository == \"team-%u/app\"; "
	"until 2026-12-%02u; reason \"reason %u\"; owner \"o\"; ticket \"SEC-%u\"; }",
	"suppress b-%u { when cve in [CVE-2023-9%03u, CVE-2022-8%03u, CVE-2022-80%03u]; "
	"until 2026-12-31; reason \"it's %u, 月次\"; owner \"owner-%u\"; }",
	"suppress c-%u { when repository startswith \"p-%u/\" and any package { name == \"lib%uz\" "
	"and version startswith \"1.\" }; until 2026-11-%02u; reason \"r\"; owner \"o\"; }",
	"assign d-%u { when repository startswith \"q-%u-\"; set team = \"t%uz\"; "
	"set fixed = \"1\"; }",
	"assign e-%u { when account == 1111222233%02u and severity == HIGH; set acc = \"p%uz\"; "
	"via event; }",
	"notify f-%u { when tier == high and repository startswith \"n-%u\" and workflow == NEW; "
	"to slack-security; title \"title %u\"; }",
	"notify g-%u { when cve == CVE-2021-44%03u or severity == CRITICAL; to pagerduty; }",
	"suppress h-%u { when cve == GHSA-2345-6789-cfg%u; until 2026-10-10; reason \"x%u\"; "
	"owner \"o\"; via event; note \"more %u\"; }",
	"suppress i-%u { when tag[\"env\"] == \"env%uz\" and fix == NO; until 2026-10-10; "
	"reason \"x%u\"; owner \"o\"; }",
	"suppress n-%u { when repository startswith \"w-%u/\"; each cve { CVE-2018-1%03u; "
	"CVE-2017-2%03u; CVE-2016-3%03u until 2026-05-05; CVE-2015-4000 until 2026-05-05; } "
	"until 2026-12-31; reason \"%u\"; owner \"o\"; }",
	"suppress o-%u { when cve == CVE-2014-1%03u and repository == \"o-%u/a\"; until fixed; "
	"reason \"%u\"; owner \"o\"; }",
	/* a state machine tests the rest */
	"suppress q-%u { when cve == CVE-2013-1%03u and created.age > 30d; until 2026-12-31; "
	"reason \"%u\"; owner \"o\"; via event; }",
	"notify r-%u { when repository startswith \"r-%u/\" and package.name == \"lib%uz\" and "
	"package.name == \"zlib\"; to slack-security; via event; }",
	"insight ip-%u { title \"title %u\"; when field[\"team\"] == \"p%uz\" and workflow == NEW; "
	"group by resource.id; }",
	"suppress iq-%u { when cve == CVE-2013-1%03u and repository == \"q-%u/a\" and "
	"resource.type == ecr_image; via inspector; until 2026-12-31; reason \"%u\"; "
	"owner \"o\"; }",
	"assign ir-%u { when cve == CVE-2012-1%03u and account == 1111222244%02u; "
	"status RESOLVED; via automation-v2; }",
	"notify s-%u { when counts.critical > 4 and repository == \"s-%u/a\"; "
	"source inspector-scan; to slack-security; }",
	/* what has no shape, or breaks out of one */
	"suppress j-%u { when cve == CVE-2020-4%03u; until 2026-12-31; reason \"a \\\"quote\\\" "
	"%u\"; owner \"o\"; }",
	"suppress k-%u { when cve == \"ALAS-2020-%u\"; until 2026-12-31; reason \"%u\"; "
	"owner \"o\"; }",
	"suppress l-%u { when repository == \"team/sha256\" and cve == CVE-2019-4%03u; "
	"until 2026-12-31; reason \"%u\"; owner \"o\"; }",
	"suppress m-%u { when repository in [\"a%u\", \"a%u/b\"] and cve == CVE-2018-4%03u; "
	"until 2026-12-31; reason \"%u\"; owner \"o\"; }",
};

static struct str policy_text(struct arena *arena, const char *extra)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	strbuf_puts(&b, "edition 1;\npolicy \"p\" { resources [ecr_image]; timezone \"+09:00\"; }\n"
			"tier high { when severity == CRITICAL and exploit == YES; }\n");
	for (unsigned use = 2; use < 2 + USES; use++)
		for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
			char text[512];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
			snprintf(text, sizeof text, statements[i], use, use, use, use, use, use);
#pragma GCC diagnostic pop
			strbuf_puts(&b, text);
			strbuf_addc(&b, '\n');
		}
	strbuf_puts(&b, extra);
	strbuf_addc(&b, 0);
	return strbuf_str(&b);
}

static struct compilation compiled(struct checked *k, bool no_shapes)
{
	struct compilation c = {
		.arena = k->arena,
		.diags = diags_new(k->arena, k->sources),
		.sources = k->sources,
		.lower = lower_new(k->arena, engine_new(k->arena), k->policy),
		.policy = k->policy,
		.tfvars = TFVARS_ALONG,
		.no_shapes = no_shapes,
	};

	compile_policy(&c);
	return c;
}

static int by_path(const void *left, const void *right)
{
	const struct artefact *a = left, *b = right;

	return str_cmp(a->path, b->path);
}

static void compare(const char *name, const char *extra)
{
	struct arena *arena = arena_new();
	struct checked_file file = {"policy.vpol", policy_text(arena, extra).ptr};
	struct checked k = check_files_of(&file, 1);
	struct compilation with, without;
	bool same = k.policy && !k.errors.len;

	if (!same) {
		ok(false, "%s: checked: " STR_FMT, name, STR_ARG(k.errors));
		return;
	}
	with = compiled(&k, false);
	without = compiled(&k, true);
	ok(with.artefacts.n == without.artefacts.n && with.artefacts.n > 0,
	   "%s: %zu artefacts with shapes, %zu without", name, with.artefacts.n,
	   without.artefacts.n);
	if (diags_count(with.diags, DIAG_ERROR))
		printf("# " STR_FMT "\n", STR_ARG(diags_text(with.diags, k.arena, false)));
	qsort(with.artefacts.items, with.artefacts.n, sizeof *with.artefacts.items, by_path);
	qsort(without.artefacts.items, without.artefacts.n, sizeof *without.artefacts.items,
	      by_path);
	for (size_t i = 0; i < with.artefacts.n && i < without.artefacts.n; i++) {
		const struct artefact *a = &with.artefacts.items[i],
				      *b = &without.artefacts.items[i];

		same = str_eq(a->path, b->path) && str_eq(a->text, b->text) &&
		       a->assumptions == b->assumptions && a->kind == b->kind &&
		       a->target == b->target && a->index == b->index;
		ok(same, "%s: " STR_FMT, name, STR_ARG(b->path));
		if (!same)
			printf("# with shapes:\n" STR_FMT "\n# without:\n" STR_FMT "\n",
			       STR_ARG(a->text), STR_ARG(b->text));
	}
	ok(!memcmp(with.used_rules, without.used_rules, sizeof with.used_rules) &&
		   with.used_wildcards == without.used_wildcards,
	   "%s: as many rules are counted", name);
	ok(str_eq(diags_text(with.diags, k.arena, false),
		  diags_text(without.diags, k.arena, false)),
	   "%s: the same is said", name);
	arena_free(k.arena);
	arena_free(arena);
}

/* How many units of the policy are made from a shape. */
static void count(void)
{
	struct arena *arena = arena_new();
	struct checked_file file = {"policy.vpol", policy_text(arena, "").ptr};
	struct checked k = check_files_of(&file, 1);
	struct compilation c = compiled(&k, false);
	struct plan *plan = plan_make(&c);
	struct shapes *shapes = shapes_find(&c, plan);
	size_t n = 0;

	for (size_t i = 0; i < plan->units.n; i++)
		n += shape_of(shapes, i) != NULL;
	/* Ten of the statements, but for what breaks out. */
	ok(n >= 9 * USES && n < plan->units.n, "%zu of %zu units have a shape", n, plan->units.n);
	arena_free(k.arena);
	arena_free(arena);
}

int main(void)
{
	compare("statements", "");
	/* A name, a note and a pattern near their limits. */
	compare("lengths",
		"suppress a-a-name-that-is-as-long-as-a-name-can-be-here "
		"{ when cve == CVE-2024-10001 and repository == \"team-1/app\"; until 2026-12-31; "
		"reason "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"\" "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"\" "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"\" "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"\" "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"\" "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"\"; "
		"owner \"o\"; ticket \"SEC-1\"; }");
	count();
	return done();
}
