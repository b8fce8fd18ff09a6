/* SPDX-License-Identifier: Apache-2.0
 *
 * The narrowness of suppressions, in points, and that the short way to them agrees with the sets:
 * of random conditions it never says more, of plain ones the same. */
#include "lint/narrow.h"

#include "checked.h"
#include "random_prng.h"

struct asked {
	const char *when, *more;
	unsigned points;
	bool plain; /* the short way sees all of it */
};

static const char images[] = "edition 1; policy \"p\" { owner \"o\"; accounts [111122223333, "
			     "444455556666]; resources [ecr_image]; }\n";
static const char all[] = "edition 1; policy \"p\" { owner \"o\"; product any; }\n";

#define TEN                                                                                        \
	"CVE-2024-1000, CVE-2024-1001, CVE-2024-1002, CVE-2024-1003, CVE-2024-1004, "              \
	"CVE-2024-1005, CVE-2024-1006, CVE-2024-1007, CVE-2024-1008, CVE-2024-1009"
#define FORTY                                                                                      \
	"CVE-2024-2000, CVE-2024-2001, CVE-2024-2002, CVE-2024-2003, CVE-2024-2004, "              \
	"CVE-2024-2005, CVE-2024-2006, CVE-2024-2007, CVE-2024-2008, CVE-2024-2009, "              \
	"CVE-2024-3000, CVE-2024-3001, CVE-2024-3002, CVE-2024-3003, CVE-2024-3004, "              \
	"CVE-2024-3005, CVE-2024-3006, CVE-2024-3007, CVE-2024-3008, CVE-2024-3009, "              \
	"CVE-2024-4000, CVE-2024-4001, CVE-2024-4002, CVE-2024-4003, CVE-2024-4004, "              \
	"CVE-2024-4005, CVE-2024-4006, CVE-2024-4007, CVE-2024-4008, CVE-2024-4009, "              \
	"CVE-2024-5000, CVE-2024-5001, CVE-2024-5002, CVE-2024-5003, CVE-2024-5004, "              \
	"CVE-2024-5005, CVE-2024-5006, CVE-2024-5007, CVE-2024-5008, CVE-2024-5009"
#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Of images; the policy names two accounts. */
static const struct asked of_images[] = {
	{"cve == CVE-2020-27619", "", 4, true},
	{"cve in [" TEN "]", "", 4, true},
	{"cve in [" TEN ", CVE-2024-1010]", "", 3, true},
	{"cve in [" TEN ", " FORTY "]", "", 3, true},
	{"cve in [" TEN ", " FORTY ", CVE-2024-1010]", "", 2, true},
	{"title startswith \"CVE-2020-27619 - \"", "", 4, false},
	{"title startswith \"CVE-2020-2761\"", "", 1, false},
	{"title == \"CVE-2020-27619 - python\"", "", 5, false},
	{"title contains \"kernel\"", "", 1, false},
	{"fix == NO", "unless exploit == YES;", 0, true},
	{"severity == LOW", "", 0, true},
	{"severity == INFORMATIONAL", "", 0, true},
	{"severity == INFORMATIONAL and product == \"Inspector\"", "", 0, true},
	{"repository == \"tools-ci\"", "", 3, true},
	{"repository in [\"a/b\", \"c/d\"]", "", 3, true},
	{"repository startswith \"tools-\"", "", 2, true},
	{"repository startswith [\"tools-\", \"pipelines/\"]", "", 2, true},
	{"repository startswith [\"tools-\", \"ci\"]", "", 1, true},
	{"repository startswith \"tools\"", "", 1, true},
	{"repository startswith \"ci-\"", "", 1, true},
	{"repository contains \"oseto\"", "", 1, false},
	{"repository contains \"ose\"", "", 0, true},
	{"repository endswith \"-dev\"", "", 1, false},
	{"repository contains [\"oseto\", \"ab\"]", "", 0, true},
	{"not (repository startswith \"prod-\")", "", 0, true},
	{"repository != \"prod\"", "", 0, true},
	{"repository not startswith \"prod-\"", "", 0, true},
	{"image.digest == \"" DIGEST "\"", "", 4, true},
	{"resource.id == \"arn:aws:ecr:us-east-1:111122223333:repository/ab/" DIGEST "\"", "", 8,
	 false},
	{"resource.id contains \":repository/tools/\"", "", 2, false},
	{"image.in_use == 0", "", 4, false},
	{"image.in_use <= 3", "", 0, true},
	{"image.tag == \"latest\"", "", 1, false},
	{"image.tag == \"latest\" and severity <= MEDIUM", "", 1, false},
	{"image.tag == \"latest\" and severity <= MEDIUM and exploit == NO", "", 3, false},
	{"account == 111122223333", "", 1, false},
	{"account in [111122223333, 444455556666]", "", 0, true}, /* as the policy says */
	{"account == 111122223333 and severity <= MEDIUM", "unless exploit == YES;", 3, false},
	{"account == 111122223333 and severity <= HIGH", "unless exploit == YES;", 1, false},
	{"account == 111122223333", "unless severity in [HIGH, CRITICAL] or exploit == YES;", 3,
	 false},
	{"package.name == \"openssl\"", "", 2, true},
	{"any package { name == \"openssl\" and version startswith \"1.1.1n\" }", "", 3, false},
	{"any package { name == \"a\" and version == \"1\" and path == \"/b\" }", "", 3, false},
	{"package.name == \"openssl\" and package.version == \"1.1.1n\"", "", 3, false},
	{"not (package.name == \"openssl\")", "", 0, true},
	{"epss < 0.1 and severity <= HIGH and exploit == NO", "", 3, false},
	{"epss < 0.1 and severity <= HIGH", "", 0, true},
	{"epss < 0.1 and exploit == NO", "", 0, true},
	{"epss < 0.9 and severity <= HIGH and exploit == NO", "", 0, true},
	{"created.age > 90d", "", 1, false},
	{"created.age < 90d", "", 0, true},
	{"first_observed < 2026-03-01", "", 1, false},
	{"region == \"us-east-1\" and resource.type == ecr_image", "", 0, true},
	{"score < 4.0 and severity == LOW and workflow == NEW", "", 0, true},
	{"generator == \"AWSInspector\"", "", 0, true},
	{"cve == CVE-2024-6119 and repository == \"tools-ci\"", "", 7, true},
	{"package.name == \"glibc\" and repository startswith \"tools-\"", "", 4, true},
	{"cve == CVE-2024-6119 or severity == LOW", "", 0, true},
	{"cve == CVE-2024-6119 or cve == CVE-2024-6120", "", 4, false},
	{"cve == CVE-2024-6119 or package.name == \"log4j-core\"", "", 2, false},
	{"cve == CVE-2024-6119 or (cve == CVE-2024-6119 and fix == NO)", "", 4, false},
	{"(cve == CVE-2024-6119 or cve == CVE-2024-6120) and repository == \"ab\"", "", 7, false},
	{"field[\"accepted\"] == \"yes\"", "", 1, false},
	{"verification == FALSE_POSITIVE", "", 4, false},
	{"verification in [FALSE_POSITIVE, UNKNOWN]", "", 0, true},
};

/* Of any product, with many resources. */
static const struct asked of_all[] = {
	{"control == \"S3.1\"", "", 4, true},
	{"product == \"Security Hub CSPM\" and control in [\"S3.1\", \"S3.2\"]", "", 4, true},
	{"product == \"GuardDuty\" and severity == INFORMATIONAL", "", 3, false},
	{"severity == INFORMATIONAL", "", 0, true},
	{"product == \"GuardDuty\" and account == 111122223333 and severity <= MEDIUM", "", 3,
	 false},
	{"product == \"GuardDuty\" and tag[\"env\"] == \"dev\" and severity <= MEDIUM", "", 3,
	 false},
	{"product == \"GuardDuty\" and tag[\"env\"] == \"dev\"", "", 1, false},
	{"product == \"Example\" and account == 111122223333 and severity <= MEDIUM", "", 1, false},
	{"product == \"Example\" and generator == \"rule-1\"", "", 3, false},
	{"product == \"Example\" and resource.id == \"arn:aws:s3:::b\"", "", 4, false},
	{"product == \"Example\" and resource.type == ec2_instance", "", 0, true},
	{"product == \"Example\" and any resource { type == ecr_image and repository == \"ab\" }",
	 "", 3, true},
	{"finding.id == \"arn:aws:guardduty:us-east-1:111122223333:detector/a/finding/b\"", "", 4,
	 true},
	{"account == 111122223333 and not (product == \"Inspector\")", "", 1, false},
};

struct narrowed {
	unsigned points, at_least;
	bool empty;
	bool no_critical, wrong; /* seen at once, and not so */
};

static struct narrowed narrowed(struct engine *e, struct narrow *n, const struct statement *s)
{
	struct narrow_seen seen = narrow_see(s->condition);
	struct narrowed out = {.points = UINT32_MAX, .at_least = seen.points};
	struct narrow_boxes boxes;

	if (!narrow_boxes(n, s->condition, s->given, s->many, &boxes))
		return (struct narrowed){.empty = true};
	for (size_t i = 0; i < boxes.n; i++) {
		const struct narrow_box *box = &boxes.items[i];

		if (box->points < out.points)
			out.points = box->points;
		out.wrong |= seen.no_critical && dd_and(e, box->set, box->in->critical) != DD_FALSE;
	}
	out.no_critical = seen.no_critical;
	out.empty = !boxes.n;
	return out;
}

/* Its text is the caller's. */
static struct checked policy_of(struct arena *arena, const char *head, const struct asked *rows,
				size_t n)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	strbuf_puts(&b, head);
	for (size_t i = 0; i < n; i++)
		strbuf_printf(
			&b, "suppress case-%zu { when %s; %s until 2026-12-31; reason \"why\"; }\n",
			i, rows[i].when, rows[i].more);
	strbuf_addc(&b, '\0');
	return check_text_of(strbuf_str(&b).ptr);
}

static struct narrow *narrow_of(const struct checked *k, struct engine **engine)
{
	struct engine *e = *engine = engine_new(k->arena);

	return narrow_new(k->arena, lower_new(k->arena, e, k->policy));
}

static void test_table(const char *head, const struct asked *rows, size_t n)
{
	struct arena *arena = arena_new();
	struct checked k = policy_of(arena, head, rows, n);
	struct narrow *narrow;
	struct engine *e;

	if (!ok(k.policy && !k.errors.len, "the table is checked: " STR_FMT, STR_ARG(k.errors)))
		return;
	narrow = narrow_of(&k, &e);
	for (size_t i = 0; i < n; i++) {
		struct narrowed got = narrowed(e, narrow, k.policy->statements[i]);

		if (!ok(!got.empty && got.points == rows[i].points, "%u points: %s %s",
			rows[i].points, rows[i].when, rows[i].more))
			printf("# got %u\n", got.points);
		if (!ok(rows[i].plain ? got.at_least == got.points : got.at_least <= got.points,
			"the short way: %s %s", rows[i].when, rows[i].more))
			printf("# got %u of %u\n", got.at_least, got.points);
	}
	arena_free(k.arena);
	arena_free(arena);
}

/* --- random conditions --- */

static const char *const atoms[] = {
	"cve == CVE-2024-1000",
	"cve in [" TEN "]",
	"cve in [" FORTY "]",
	"repository == \"a/b\"",
	"repository startswith \"tools-\"",
	"repository startswith [\"tools-\", \"to\"]",
	"repository contains \"tools\"",
	"image.digest == \"" DIGEST "\"",
	"package.name == \"openssl\"",
	"package.name in [\"openssl\", \"glibc\"]",
	"any package { name == \"openssl\" and version startswith \"1.\" }",
	"any package { name == \"glibc\" and manager == \"OS\" }",
	"account == 111122223333",
	"severity <= MEDIUM",
	"severity != CRITICAL",
	"severity in [HIGH, CRITICAL]",
	"fix == NO",
	"exploit == NO",
	"image.tag == \"latest\"",
	"image.in_use == 0",
	"created.age > 90d",
	"title startswith \"CVE-2024-1000 - \"",
	"resource.id contains \"repository/tools-\"",
	"region == \"us-east-1\"",
	"related == CVE-2024-1000",
};

static struct str random_condition(struct arena *arena, struct prng *r, unsigned depth)
{
	struct str a, b;

	if (!depth || chance(r, 30))
		return str_printf(arena, chance(r, 15) ? "not (%s)" : "%s", ONE_OF(r, atoms));
	a = random_condition(arena, r, depth - 1);
	b = random_condition(arena, r, depth - 1);
	return str_printf(arena, "(" STR_FMT "%s" STR_FMT ")", STR_ARG(a),
			  chance(r, 65) ? " and " : " or ", STR_ARG(b));
}

static void test_random(void)
{
	enum { ROWS = 300 };
	struct arena *arena = arena_new();
	struct prng r = prng_of(20260401);
	struct asked *rows = ARENA_ARRAY(arena, struct asked, ROWS);
	struct checked k;
	struct narrow *narrow;
	struct engine *e;
	unsigned above = 0, something = 0, wrong = 0, harmless = 0;

	for (size_t i = 0; i < ROWS; i++)
		rows[i] = (struct asked){
			.when = str_cstr(arena, random_condition(arena, &r, 1 + below(&r, 3))),
			.more = "",
		};
	k = policy_of(arena, images, rows, ROWS);
	if (!ok(k.policy && !k.errors.len, "random conditions are checked"))
		return;
	narrow = narrow_of(&k, &e);
	for (size_t i = 0; i < ROWS; i++) {
		struct narrowed got = narrowed(e, narrow, k.policy->statements[i]);

		something += got.at_least > 0;
		harmless += got.no_critical;
		wrong += got.wrong;
		if (got.empty || got.at_least <= got.points)
			continue;
		above++;
		printf("# %u, but %u: %s\n", got.points, got.at_least, rows[i].when);
	}
	ok(!above, "the short way never says more than the sets");
	ok(something > ROWS / 5, "and it says something");
	ok(!wrong && harmless > ROWS / 20, "nor is there a CRITICAL finding where it sees none");
	arena_free(k.arena);
	arena_free(arena);
}

/* --- everything --- */

static void test_everything(void)
{
	static const struct asked rows[] = {
		{"fix == NO or not (fix == NO)", "", 1, false},
		{"resource.type == ecr_image", "", 1, false},
		{"account in [111122223333, 444455556666]", "", 1, false},
		{"account == 111122223333", "", 0, false},
		{"repository exists", "", 1, false}, /* of images of Inspector */
		{"cve exists", "", 0, false},
		{"severity >= INFORMATIONAL", "", 0, false}, /* UNTRIAGED, and what may come */
	};
	struct arena *arena = arena_new();
	struct checked k = policy_of(arena, images, rows, ARRAY_LEN(rows));
	struct engine *e;
	struct narrow *n = narrow_of(&k, &e);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct statement *s = k.policy->statements[i];

		ok(narrow_is_everything(n, s->condition, s->given, s->many) == rows[i].points,
		   "%s: %s", rows[i].points ? "everything" : "not everything", rows[i].when);
	}
	arena_free(k.arena);
	arena_free(arena);
}

int main(void)
{
	test_table(images, of_images, ARRAY_LEN(of_images));
	test_table(all, of_all, ARRAY_LEN(of_all));
	test_random();
	test_everything();
	return done();
}
