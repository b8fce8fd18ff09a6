/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions: what each form of comparison becomes, and every mistake in one at its place. A
 * condition under test begins in line 3, column 1, of a `protect` that is free of the product's
 * default; `tier high`, `tier low`, some lets and a define stand before it. */
#include "checked.h"

#define BEFORE                                                                                     \
	"edition 1; policy \"p\" { timezone \"+09:00\"; } tier high { when severity >= HIGH; } "   \
	"tier low { when severity == LOW; } define fixable = fix == YES; "                         \
	"let seven = 7.0; let teams = [\"a\", \"b\"]; let both = [high, low]; let day = "          \
	"2026-04-01;\n"                                                                            \
	"protect under-test { when\n"

static const struct {
	const char *condition, *typed;
} good[] = {
	/* constants and their orders */
	{"severity == CRITICAL", "severity in {CRITICAL}"},
	{"severity != LOW", "severity not in {LOW}"},
	{"severity in [HIGH, CRITICAL]", "severity in {HIGH, CRITICAL}"},
	{"severity not in [HIGH]", "severity not in {HIGH}"},
	{"severity >= HIGH", "severity in {HIGH, CRITICAL}"},
	{"severity > HIGH", "severity in {CRITICAL}"},
	{"severity <= LOW", "severity in {INFORMATIONAL, LOW}"},
	{"severity < MEDIUM", "severity in {INFORMATIONAL, LOW}"},
	{"severity > CRITICAL", "false"},
	{"severity < INFORMATIONAL", "false"},
	{"severity == UNTRIAGED", "severity in {UNTRIAGED}"},
	{"fix exists", "fix exists"},
	{"fix not exists", "not(fix exists)"},
	{"not (fix == YES)", "not(fix in {YES})"},
	{"workflow == NEW", "workflow in {NEW}"},
	{"compliance == NOT_AVAILABLE", "compliance in {NOT_AVAILABLE}"},
	{"verification != BENIGN_POSITIVE", "verification not in {BENIGN_POSITIVE}"},
	{"resource.type == ecr_image", "resource.type in {AwsEcrContainerImage}"},
	{"resource.type in [ecr_image, \"AwsS3Bucket\"]",
	 "resource.type in {AwsEcrContainerImage, AwsS3Bucket}"},
	{"finding.type startswith \"TTPs/\"", "finding.type startswith {TTPs/}"},
	/* ids, texts, accounts */
	{"cve == CVE-2020-27619", "cve in {CVE-2020-27619}"},
	{"cve in [CVE-2020-27619, GHSA-2345-6789-cfgh, \"ALAS2-2023-1\"]",
	 "cve in {CVE-2020-27619, GHSA-2345-6789-cfgh, ALAS2-2023-1}"},
	{"related == CVE-2020-27619", "related in {CVE-2020-27619}"},
	{"repository startswith \"app/\"", "repository startswith {app/}"},
	{"repository startswith [\"a\", \"b\"]", "repository startswith {a, b}"},
	{"repository startswith teams", "repository startswith {a, b}"},
	{"repository not endswith \"/web\"", "repository not endswith {/web}"},
	{"title contains \"x\"", "title contains {x}"},
	{"repository in teams", "repository in {a, b}"},
	{"repository in [teams, \"c\"]", "repository in {a, b, c}"},
	{"account == 012345678901", "account in {012345678901}"},
	{"account not in [012345678901]", "account not in {012345678901}"},
	{"region in [\"us-east-1\", \"cn-north-1\"]", "region in {us-east-1, cn-north-1}"},
	{"region startswith \"ap-notheast\"", "region startswith {ap-notheast}"},
	{"region not contains teams", "region not contains {a, b}"},
	{"repository == \"App\"", "repository in {App}"},
	{"tag[\"team\"] == \"x\"", "tag[team] in {x}"},
	{"field[\"in-charge\"] not startswith \"x\"", "field[in-charge] not startswith {x}"},
	{"field[\"k\"] not exists", "not(field[k] exists)"},
	/* numbers */
	{"score >= 7.5", "score [7.5, *]"},
	{"score > seven", "score (7, *]"},
	{"score < 7", "score [*, 7)"},
	{"score == 7.0", "score [7, 7]"},
	{"score in 7.0..8.9", "score [7, 8.9]"},
	{"epss <= 0.5", "epss [*, 0.5]"},
	{"score not in 7.0..8.9", "score not [7, 8.9]"},
	{"port == 22", "port [22, 22]"},
	{"criticality in 0..100", "criticality [0, 100]"},
	/* dates: a day in the policy's timezone */
	{"created < 2026-04-01", "created [*, 2026-03-31T15:00:00Z)"},
	{"created <= 2026-04-01", "created [*, 2026-04-01T15:00:00Z)"},
	{"created > day", "created [2026-04-01T15:00:00Z, *]"},
	{"created >= 2026-04-01", "created [2026-03-31T15:00:00Z, *]"},
	{"created == 2026-04-01", "created [2026-03-31T15:00:00Z, 2026-04-01T15:00:00Z)"},
	{"created in 2026-04-01..2026-04-02",
	 "created [2026-03-31T15:00:00Z, 2026-04-02T15:00:00Z)"},
	{"created > 2026-04-01T00:00:00Z", "created (2026-04-01T00:00:00Z, *]"},
	{"created <= 2026-04-01T09:00+09:00", "created [*, 2026-04-01T00:00:00Z]"},
	{"created == 2026-04-01T00:00Z", "created [2026-04-01T00:00:00Z, 2026-04-01T00:00:00Z]"},
	{"created.age > 30d", "created.age (720h, *]"},
	{"exploit.last_seen.age in 1d..2w", "exploit.last_seen.age [24h, 336h]"},
	/* many values, groups */
	{"package.name == \"x\"", "package.name in {x}"},
	{"not (package.name == \"x\")", "not(package.name in {x})"},
	{"image.tag not exists", "not(image.tag exists)"},
	{"cvss >= 9.0", "cvss [9, *]"},
	{"any package { name == \"x\" and version != \"1\" }",
	 "any package(and(package.name in {x}, package.version not in {1}))"},
	{"any cvss { score >= 9.0 }", "any cvss(cvss [9, *])"},
	{"any resource { type == ecr_image and not (image.tag == \"x\") and tag[\"k\"] exists }",
	 "any resource(and(resource.type in {AwsEcrContainerImage}, not(image.tag in {x}), "
	 "tag[k] exists))"},
	/* tiers */
	{"tier == high", "tier high"},
	{"tier != high", "not(tier high)"},
	{"tier in [high, none]", "or(tier high, tier none)"},
	{"tier in both", "or(tier high, tier low)"},
	{"tier not in [low]", "not(tier low)"},
	/* how conditions join */
	{"fixable", "fixable:fix in {YES}"},
	{"fixable and not fixable", "and(fixable:fix in {YES}, not(fixable:fix in {YES}))"},
	{"true or false", "or(true, false)"},
	{"(fix == NO and (exploit == NO or exploit not exists))",
	 "and(fix in {NO}, or(exploit in {NO}, not(exploit exists)))"},
};

static const struct {
	const char *condition, *errors;
} bad[] = {
	{"severty == HIGH", "VC001 3:1"},
	{"fix == YES and severty == HIGH", "VC001 3:16"},
	{"any package { nam == \"x\" }", "VC001 3:15"},
	{"any package { package.name == \"x\" }", "VC001 3:15"},
	{"any package { severity == HIGH }", "VC001 3:15"},
	{"any pakage { name == \"x\" }", "VC001 3:5"},
	{"scan.status == \"x\"", "VC001 3:1"},
	{"severity == HIHG", "VC002 3:13"},
	{"severity == high", "VC002 3:13"},
	{"workflow == SUPPRESS", "VC002 3:13"},
	{"fix in [YES, MAYBE]", "VC002 3:14"},
	{"fix == HIGH", "VC002 3:8"},
	{"resource.type == ecr_imag", "VC002 3:18"},
	{"fixible", "VC003 3:1"},
	{"tier == hihg", "VC003 3:9"},
	{"tier in [high, lo]", "VC003 3:16"},
	{"repository == oseto", "VC003 3:15"},
	{"repository in groups", "VC003 3:15"},
	{"score > eight", "VC003 3:9"},
	{"any package { fixable }", "VC003 3:15"},
	{"severity == \"CRITICAL\"", "VC005 3:13"},
	{"resource.type == \"ecr_image\"", "VC005 3:18"},
	{"account == \"012345678901\"", "VC005 3:12"},
	{"account == 12345", "VC005 3:12"},
	{"created < \"2026-04-01\"", "VC005 3:11"},
	{"score >= \"7\"", "VC005 3:10"},
	{"title == 7", "VC005 3:10"},
	{"title == CVE-2020-27619", "VC005 3:10"},
	{"exploit == true", "VC005 3:12"},
	{"exploit", "VC005 3:1"},
	{"teams", "VC005 3:1"},
	{"tier", "VC005 3:1"},
	{"fixable == YES", "VC005 3:1"},
	{"severity >= UNTRIAGED", "VC005 3:13"},
	{"severity in LOW..HIGH", "VC005 3:10"},
	{"fix < YES", "VC005 3:5"},
	{"score != 7.0", "VC005 3:7"},
	{"score in [7.0]", "VC005 3:7"},
	{"score >= 10.1", "VC005 3:10"},
	{"port == 65536", "VC005 3:9"},
	{"created != 2026-04-01", "VC005 3:9"},
	{"created.age == 30d", "VC005 3:13"},
	{"created.age > 2026-04-01", "VC005 3:15"},
	{"created.age exists", "VC005 3:13"},
	{"created > 30d", "VC005 3:11"},
	{"score in 8.0..7.0", "VC005 3:10"},
	{"cve startswith \"CVE-2020\"", "VC005 3:5"},
	{"tag[\"k\"] endswith \"x\"", "VC005 3:10"},
	{"tag == \"x\"", "VC005 3:1"},
	{"title[\"x\"] == \"x\"", "VC005 3:7"},
	{"repository == teams", "VC005 3:15"},
	{"repository in seven", "VC005 3:15"},
	{"cve == title", "VC005 3:8"},
	{"tier == \"high\"", "VC005 3:9"},
	{"tier < high", "VC005 3:6"},
	{"tier exists", "VC005 3:6"},
	{"any package { any cvss { score > 1.0 } }", "VC005 3:19"},
	/* Regions that AWS does not have */
	{"region == \"ap-notheast-1\"", "VC002 3:11"},
	{"region != \"eu-central-9\"", "VC002 3:11"},
	{"not (region == \"\")", "VC002 3:16"},
	{"region in [\"us-east-1\", \"US-EAST-1\", \"x\"]", "VC002 3:25; VC002 3:38"},
	{"region not in teams", "VC002 3:15"},
	{"region startswith teams and region in [teams]", "VC002 3:40"},
	{"any resource { region == \"Tokyo\" }", "VC001 3:16"},
	{"any package { tier == high }", "VC001 3:15"},
	{"cve == CVE-2020-276", "VC006 3:8"},
	{"cve in [CVE-2020-27619, cve-2020-27619]", "VC006 3:25"},
	{"cve == \"CVE-2020-276\"", "VC006 3:8"},
	{"cve == GHSA-aaaa-bbbb-cccc", "VC006 3:8"},
	{"package.name != \"openssl\"", "VC009 3:14"},
	{"package.name not in [\"a\"]", "VC009 3:14"},
	{"image.tag not startswith \"a\"", "VC009 3:11"},
	{"related != CVE-2020-27619", "VC009 3:9"},
	{"cvss not in 1.0..2.0", "VC009 3:6"},
	{"any resource { image.tag != \"x\" }", "VC009 3:26"},
	{"resource.type != ecr_image", "VC009 3:15"},
	{"fix not in [YES]", "VC009 3:5"},
	{"account in []", "VC104 3:12"},
	{"tier in []", "VC104 3:9"},
	{"repository contains \"\"", "VC105 3:21"},
	{"repository startswith [\"a\", \"\"]", "VC105 3:29"},
	{"repository not endswith \"\"", "VC105 3:25"},
	{"tag[\"\"] == \"x\"", "VC105 3:5"},
	/* several, none an echo of another */
	{"severty == HIGH and severity == HIHG and cve == \"x\" and nope", "VC001 3:1; VC002 3:33; "
									   "VC003 3:57"},
};

#define HEX32 "0123456789abcdef0123456789abcdef"

/* Texts that a field may have by its type and never has: what is said, and at which column. */
static const struct {
	const char *condition, *said;
	int col; /* 0: nothing is said */
} doubtful[] = {
	{"repository == \"app/web\"", "", 0},
	{"repository == \"a1.b_c__d---e/f-0/xy\"", "", 0},
	{"repository == \"App\"", "no ECR repository can be named `App`", 15},
	{"not (repository == \"App\")", "no ECR repository can be named `App`", 20},
	{"repository in [\"app\", \"app:v1\"]", "no ECR repository can be named `app:v1`", 23},
	{"repository == \"a\"", "no ECR repository can be named `a`", 15},
	{"repository == \"\"", "no ECR repository can be named ``", 15},
	{"repository == \"/app\"", "named `/app`", 15},
	{"repository == \"app/\"", "named `app/`", 15},
	{"repository == \"app//web\"", "named `app//web`", 15},
	{"repository == \"-app\"", "named `-app`", 15},
	{"repository == \"app-\"", "named `app-`", 15},
	{"repository == \"app--\"", "named `app--`", 15},
	{"repository == \"a..b\"", "named `a..b`", 15},
	{"repository == \"a___b\"", "named `a___b`", 15},
	{"repository == \"a-_b\"", "named `a-_b`", 15},
	{"repository in teams", "no ECR repository can be named `a`", 15},
	{"repository startswith \"App\"", "", 0},
	{"repository endswith \"-\"", "", 0},
	{"repository contains teams", "", 0},
	{"image.digest == \"sha256:" HEX32 HEX32 "\"", "", 0},
	{"image.digest == \"sha256:" HEX32 "\"", "no image can have the digest `sha256:", 17},
	{"image.digest == \"" HEX32 HEX32 "\"", "no image can have the digest `0123", 17},
	{"image.digest == \"sha256:" HEX32 HEX32 "0\"", "no image can have the digest", 17},
	{"image.digest == \"sha256:A" HEX32 HEX32 "\"", "no image can have the digest", 17},
	{"image.digest == \"sha256:X123456789abcdef0123456789abcdef" HEX32 "\"",
	 "no image can have the digest", 17},
	{"image.digest startswith \"sha256:0\"", "", 0},
};

/* What a fix would put in the place of what. */
static const struct {
	const char *condition, *fix;
} fixes[] = {
	{"severty == HIGH", "severity"},
	{"severity == HIHG", "HIGH"},
	{"severity == high", "HIGH"},
	{"severity == \"CRITICAL\"", "CRITICAL"},
	{"workflow == SUPPRESS", "SUPPRESSED"},
	{"fixible", "fixable"},
	{"tier == hihg", "high"},
	{"exploit == true", "YES"},
	{"title == 7", "\"7\""},
	{"account == \"012345678901\"", "012345678901"},
	{"package.name != \"openssl\"", "not (package.name == \"openssl\")"},
	{"package.name not in [\"a\", \"b\"]", "not (package.name in [\"a\", \"b\"])"},
	{"cvss not in 1.0..2.0", "not (cvss in 1.0..2.0)"},
	{"image.tag not startswith \"v\"", "not (image.tag startswith \"v\")"},
	{"any package { package.name == \"x\" }", "name"},
};

static struct checked check_condition_of(const char *condition, const char *more)
{
	char text[4096];

	snprintf(text, sizeof(text), BEFORE "%s; %s }", condition, more);
	return check_text_of(text);
}

static void test_good(void)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct checked k = check_condition_of(good[i].condition, "");
		const struct cond *cond = statement_of(&k, "under-test")->condition;
		struct str typed = shown(&k, cond && cond->n ? cond->kids[0] : NULL);

		if (!ok(str_is(typed, good[i].typed) && !k.errors.len, "%s", good[i].condition))
			printf("# got " STR_FMT " and " STR_FMT "\n", STR_ARG(typed),
			       STR_ARG(k.errors));
		arena_free(k.arena);
	}
}

static void test_bad(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct checked k = check_condition_of(bad[i].condition, "product any;");

		if (!ok(str_is(k.errors, bad[i].errors), "%s: %s", bad[i].condition, bad[i].errors))
			printf("# got " STR_FMT "\n", STR_ARG(k.errors));
		arena_free(k.arena);
	}
}

static void test_doubtful(void)
{
	for (size_t i = 0; i < ARRAY_LEN(doubtful); i++) {
		struct checked k = check_condition_of(doubtful[i].condition, "product any;");
		char place[40];
		bool fine = !k.errors.len;

		snprintf(place, sizeof place, "\"line\":3,\"col\":%d,", doubtful[i].col);
		if (doubtful[i].col)
			fine = fine && str_contains(k.json, STR("\"VC301\"")) &&
			       str_contains(k.json, str_from(doubtful[i].said)) &&
			       str_contains(k.json, str_from(place));
		else
			fine = fine && !k.json.len;
		if (!ok(fine, "doubtful: %s", doubtful[i].condition))
			printf("# got " STR_FMT "\n", STR_ARG(k.json));
		arena_free(k.arena);
	}
}

/* A set that is a let is read once for whole texts and once for parts of texts, in any order. */
static void test_let_of_both(void)
{
	struct checked k = check_text_of(
		"edition 1; let places = [\"us-east-1\", \"nowhere\"];\n"
		"protect a { when region startswith places; }\n"
		"protect b { when region in places; }\n"
		"protect c { when region contains places; }\n"
		"protect d { when title in places; }\n");

	ok(str_is(k.errors, "VC002 3:28"), "a let of Regions and of parts of them");
	arena_free(k.arena);
}

/* A Region is never put in the place of another without asking. */
static void test_regions(void)
{
	static const struct {
		const char *condition, *help;
	} cases[] = {
		{"region == \"ap-notheast-1\"", "did you mean `ap-northeast-1`?"},
		{"region == \"US-EAST-1\"", "did you mean `us-east-1`?"},
		{"region == \"mars\"", "the Regions are af-south-1, ap-east-1,"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct checked k = check_condition_of(cases[i].condition, "product any;");

		ok(str_contains(k.json, str_from(cases[i].help)) &&
			   !str_contains(k.json, STR("\"fix\":[{")),
		   "%s: %s", cases[i].condition, cases[i].help);
		arena_free(k.arena);
	}
}

static void test_fixes(void)
{
	for (size_t i = 0; i < ARRAY_LEN(fixes); i++) {
		struct checked k = check_condition_of(fixes[i].condition, "product any;");
		struct json_error error;
		const struct json *line = json_parse(k.arena, k.json, &error);
		const struct json *fix = json_get(line, "fix");

		if (fix && fix->type == JSON_ARRAY && fix->n)
			fix = fix->items[0];
		if (!ok(fix && str_is(json_text(json_get(fix, "text")), fixes[i].fix), "%s -> %s",
			fixes[i].condition, fixes[i].fix))
			printf("# got " STR_FMT "\n", STR_ARG(k.json));
		arena_free(k.arena);
	}
}

int main(void)
{
	test_good();
	test_bad();
	test_doubtful();
	test_let_of_both();
	test_regions();
	test_fixes();
	return done();
}
