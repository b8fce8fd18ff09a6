/* SPDX-License-Identifier: Apache-2.0
 *
 * The evaluator against language.md §3, sentence by sentence: conditions are built by hand, what
 * they must say stands beside them. In the tables of answers, `+` is true and `.` false. */
#include "eval/eval.h"

#include "record.h"

#define NOW (INT64_C(1775001600) * NS_PER_SECOND) /* 2026-04-01T00:00:00Z */
#define NONE INT64_MIN
#define END INT64_MAX

static struct policy policy = {.now = NOW};

/* --- building conditions --- */

static struct cond *node(enum cond_kind kind, const struct cond *a, const struct cond *b)
{
	struct cond *cond = ARENA_NEW(arena, struct cond);

	cond->kind = kind;
	cond->kids = ARENA_ARRAY(arena, const struct cond *, 2);
	if (a)
		cond->kids[cond->n++] = a;
	if (b)
		cond->kids[cond->n++] = b;
	return cond;
}

static struct cond *not(const struct cond *a)
{
	return node(COND_NOT, a, NULL);
}

static struct cond *any(enum group group, const struct cond *a)
{
	struct cond *cond = node(COND_ANY, a, NULL);

	cond->group = group;
	return cond;
}

static struct cond *tier(int index)
{
	struct cond *cond = node(COND_TIER, NULL, NULL);

	cond->tier = index;
	return cond;
}

static struct cond *truth(bool value)
{
	struct cond *cond = node(COND_CONST, NULL, NULL);

	cond->truth = value;
	return cond;
}

static struct atom *atom_of(struct cond *cond, enum field_id field, enum test test)
{
	struct atom *atom = ARENA_NEW(arena, struct atom);

	atom->field = field;
	atom->test = test;
	atom->lo = NONE;
	atom->hi = END;
	cond->atom = atom;
	return atom;
}

/* values: words or texts, joined by '|'; numbers for numeric fields. */
static struct cond *test_of(enum field_id field, enum test test, const char *values, bool negated)
{
	struct cond *cond = node(COND_ATOM, NULL, NULL);
	struct atom *atom = atom_of(cond, field, test);
	struct str text = str_from(values);
	size_t start = 0;

	atom->negated = negated;
	atom->values = ARENA_ARRAY(arena, struct value, text.len + 1);
	for (size_t at = 0; at <= text.len; at++) {
		struct value *value = &atom->values[atom->n];

		if (at < text.len && text.ptr[at] != '|')
			continue;
		value->str = str_slice(text, start, at);
		if (fields[field].type == TYPE_ENUM)
			value->word = vocabulary_find(fields[field].words, value->str);
		start = at + 1;
		atom->n++;
	}
	return cond;
}

static struct cond *in(enum field_id field, const char *values)
{
	return test_of(field, TEST_IN, values, false);
}

static struct cond *not_in(enum field_id field, const char *values)
{
	return test_of(field, TEST_IN, values, true);
}

static struct cond *exists(enum field_id field)
{
	return test_of(field, TEST_EXISTS, "", false);
}

static struct cond *keyed(enum field_id field, const char *key, enum test test, const char *values)
{
	struct cond *cond = test_of(field, test, values, false);
	struct atom atom = *cond->atom, *copy = ARENA_NEW(arena, struct atom);

	atom.key = str_from(key);
	*copy = atom;
	cond->atom = copy;
	return cond;
}

/* Bounds in square brackets are inclusive, in round ones not. */
static struct cond *range(enum field_id field, char open, int64_t lo, int64_t hi, char close)
{
	struct cond *cond = node(COND_ATOM, NULL, NULL);
	struct atom *atom = atom_of(cond, field, TEST_RANGE);

	atom->lo = lo;
	atom->hi = hi;
	atom->lo_open = open == '(';
	atom->hi_open = close == ')';
	return cond;
}

static struct cond *age(enum field_id field, char open, int64_t lo, int64_t hi, char close)
{
	struct cond *cond = range(field, open, lo, hi, close);
	struct atom atom = *cond->atom, *copy = ARENA_NEW(arena, struct atom);

	atom.age = true;
	*copy = atom;
	cond->atom = copy;
	return cond;
}

/* --- asking --- */

/* One sign per finding. */
static void answers(const struct cond *cond, bool many, const char *const *bodies,
		    const char *expected, const char *name)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (; *bodies; bodies++) {
		struct finding *finding = line(*bodies);

		strbuf_addc(&b, !finding ? '?'
				: eval_cond(&policy, cond, many, finding->root) ? '+' : '.');
	}
	if (!ok(str_is(strbuf_str(&b), expected), "%s", name))
		printf("# got " STR_FMT ", not %s\n", STR_ARG(strbuf_str(&b)), expected);
}

struct question {
	const char *name;
	const struct cond *cond;
	const char *expected;
};

static void ask(const struct question *questions, size_t n, bool many, const char *const *bodies)
{
	for (size_t i = 0; i < n; i++)
		answers(questions[i].cond, many, bodies, questions[i].expected, questions[i].name);
}

#define ASK(questions, many, bodies) ask((questions), sizeof(questions) / sizeof *(questions), \
					 (many), (bodies))

static void test_words(void)
{
	static const char *const bodies[] = {
		"'Vulnerabilities':[{'FixAvailable':'YES'}]",
		"'Vulnerabilities':[{'FixAvailable':'NO'}]",
		"'Vulnerabilities':[{'FixAvailable':'PARTIAL'}]",
		"'Vulnerabilities':[{'FixAvailable':'SOON'}]",
		"'Vulnerabilities':[{'FixAvailable':''}]",
		"'Vulnerabilities':[{}]",
		"",
		NULL,
	};
	const struct question questions[] = {
		{"fix == YES", in(FIELD_fix, "YES"), "+......"},
		{"fix != YES: present and different", not_in(FIELD_fix, "YES"), ".++++.."},
		{"not (fix == YES): the complement", not(in(FIELD_fix, "YES")), ".++++++"},
		{"fix in [NO, PARTIAL]", in(FIELD_fix, "NO|PARTIAL"), ".++...."},
		{"fix not in [NO, PARTIAL]", not_in(FIELD_fix, "NO|PARTIAL"), "+..++.."},
		{"not (fix != YES)", not(not_in(FIELD_fix, "YES")), "+....++"},
		{"fix exists", exists(FIELD_fix), "+++++.."},
		{"fix not exists", not(exists(FIELD_fix)), ".....++"},
	};

	ASK(questions, false, bodies);
	ASK(questions, true, bodies);
}

/* Orders are lists of words by the time they come here; what is no word is in none. */
static void test_severity(void)
{
	static const char *const bodies[] = {
		"'Severity':{'Label':'INFORMATIONAL'}", "'Severity':{'Label':'LOW'}",
		"'Severity':{'Label':'MEDIUM'}",	"'Severity':{'Label':'HIGH'}",
		"'Severity':{'Label':'CRITICAL'}",	"'Severity':{'Label':'UNTRIAGED'}",
		"'Severity':{'Normalized':70}",		"", NULL,
	};
	const struct question questions[] = {
		{"severity >= HIGH", in(FIELD_severity, "HIGH|CRITICAL"), "...++.+."},
		{"severity < MEDIUM", in(FIELD_severity, "INFORMATIONAL|LOW"), "++......"},
		{"severity != HIGH", not_in(FIELD_severity, "HIGH"), "+++.++.."},
		{"not severity >= HIGH", not(in(FIELD_severity, "HIGH|CRITICAL")), "+++..+.+"},
	};

	ASK(questions, false, bodies);
}

#define POINT(milli) ((milli) * (TYPE_SCALE / 1000))

static void test_numbers(void)
{
	static const char *const bodies[] = {
		"'Vulnerabilities':[{'EpssScore':0.6999999999}]",
		"'Vulnerabilities':[{'EpssScore':0.699999999}]",
		"'Vulnerabilities':[{'EpssScore':0.7}]",
		"'Vulnerabilities':[{'EpssScore':7e-1}]",
		"'Vulnerabilities':[{'EpssScore':0.70000000001}]",
		"'Vulnerabilities':[{'EpssScore':0.700000001}]",
		"'Vulnerabilities':[{'EpssScore':1e300}]",
		"'Vulnerabilities':[{'EpssScore':-1e300}]",
		"'Vulnerabilities':[{'EpssScore':'0.7'}]",
		"",
		NULL,
	};
	struct cond *equal = in(FIELD_epss, "0.7");
	struct atom atom = *equal->atom;
	const struct question questions[] = {
		{"epss >= 0.7", range(FIELD_epss, '[', POINT(700), END, ']'), "..+++++..."},
		{"epss > 0.7", range(FIELD_epss, '(', POINT(700), END, ']'), "....+++..."},
		{"epss <= 0.7", range(FIELD_epss, '[', NONE, POINT(700), ']'), "++++...+.."},
		{"epss < 0.7", range(FIELD_epss, '[', NONE, POINT(700), ')'), "++.....+.."},
		{"epss == 0.7 as a range", range(FIELD_epss, '[', POINT(700), POINT(700), ']'),
		 "..++......"},
		{"epss == 0.7 as a value", equal, "..++......"},
		{"epss in 0.0..0.7", range(FIELD_epss, '[', 0, POINT(700), ']'), "++++......"},
		{"epss exists", exists(FIELD_epss), "++++++++.."},
		{"not (epss >= 0.7): absent is in it",
		 not(range(FIELD_epss, '[', POINT(700), END, ']')), "++.....+++"},
	};

	atom.values[0].number = POINT(700);
	ASK(questions, false, bodies);
}

static void test_scores_as_text(void)
{
	static const char *const bodies[] = {
		"'ProductFields':{'aws/inspector/inspectorScore':'6.9'}",
		"'ProductFields':{'aws/inspector/inspectorScore':'7.0'}",
		"'ProductFields':{'aws/inspector/inspectorScore':'10.0'}",
		"'ProductFields':{}",
		NULL,
	};
	const struct question questions[] = {
		{"score >= 7.0", range(FIELD_score, '[', 7 * TYPE_SCALE, END, ']'), ".++."},
		{"score in 7.0..9.9", range(FIELD_score, '[', 7 * TYPE_SCALE, POINT(9900), ']'),
		 ".+.."},
	};

	ASK(questions, false, bodies);
}

static void test_dates(void)
{
	static const char *const bodies[] = {
		"'CreatedAt':'2026-02-28T23:59:59.999999999Z'",
		"'CreatedAt':'2026-03-01T00:00:00Z'",
		"'CreatedAt':'2026-03-01T23:59:59.9+00:00'",
		"'CreatedAt':'2026-03-02T09:00:00+09:00'",
		"'CreatedAt':'2026-04-01T00:00:00.001Z'",
		"'CreatedAt':'soon'",
		"",
		NULL,
	};
	int64_t day = INT64_C(1772323200) * NS_PER_SECOND; /* 2026-03-01 */
	int64_t next = day + NS_PER_DAY;
	const struct question questions[] = {
		{"created == 2026-03-01", range(FIELD_created, '[', day, next, ')'), ".++...."},
		{"created <= 2026-03-01", range(FIELD_created, '[', NONE, next, ')'), "+++...."},
		{"created > 2026-03-01", range(FIELD_created, '[', next, END, ']'), "...++.."},
		{"created > an instant", range(FIELD_created, '(', day, END, ']'), "..+++.."},
		{"created < an instant", range(FIELD_created, '[', NONE, day, ')'), "+......"},
		{"created.age > 30d", age(FIELD_created, '(', 30 * NS_PER_DAY, END, ']'),
		 "+++...."},
		{"created.age >= 30d", age(FIELD_created, '[', 30 * NS_PER_DAY, END, ']'),
		 "++++..."},
		{"created.age < 0d: in the future", age(FIELD_created, '[', NONE, 0, ')'),
		 "....+.."},
		{"created.age in 30d..31d",
		 age(FIELD_created, '[', 30 * NS_PER_DAY, 31 * NS_PER_DAY, ']'), ".+++..."},
		{"not (created.age > 30d)",
		 not(age(FIELD_created, '(', 30 * NS_PER_DAY, END, ']')), "...++++"},
	};
	struct element *root = element_new(arena, GROUP_FINDING);
	struct fval *created = element_value(root, FIELD_created);

	ASK(questions, false, bodies);
	*created = (struct fval){.kind = FVAL_NUMBER, .number = INT64_MIN};
	ok(eval_cond(&policy, age(FIELD_created, '[', END - 1, END, ']'), false, root),
	   "the age of the first instant does not overflow");
	*created = (struct fval){.kind = FVAL_NUMBER, .number = INT64_MAX};
	ok(eval_cond(&policy, age(FIELD_created, '[', NONE, 0, ']'), false, root),
	   "nor does that of the last");
}

static void test_texts(void)
{
	static const char *const bodies[] = {
		"'Title':'abc'", "'Title':'ABC'", "'Title':'ab'",  "'Title':'xabcx'", "'Title':''",
		"'Title':'é'",	 "'Title':'e\xcc\x81'", "'Title':null", "",		      NULL,
	};
	const struct question questions[] = {
		{"==", in(FIELD_title, "abc"), "+........"},
		{"== of several", in(FIELD_title, "ab|ABC|q"), ".++......"},
		{"!=", not_in(FIELD_title, "abc"), ".++++++.."},
		{"== \"\"", in(FIELD_title, ""), "....+...."},
		{"== compares bytes", in(FIELD_title, "é"), ".....+..."},
		{"startswith", test_of(FIELD_title, TEST_PREFIX, "ab|A", false), "+++......"},
		{"not startswith", test_of(FIELD_title, TEST_PREFIX, "ab|A", true), "...++++.."},
		{"endswith", test_of(FIELD_title, TEST_SUFFIX, "bc", false), "+........"},
		{"contains", test_of(FIELD_title, TEST_CONTAINS, "abc|B", false), "++.+....."},
		{"not contains", test_of(FIELD_title, TEST_CONTAINS, "b", true), ".+..+++.."},
		{"not (contains)", not(test_of(FIELD_title, TEST_CONTAINS, "b", false)),
		 ".+..+++++"},
		{"exists", exists(FIELD_title), "+++++++.."},
	};

	ASK(questions, false, bodies);
}

static void test_types(void)
{
	static const char *const bodies[] = {
		"'Resources':[{'Type':'AwsEcrContainerImage'}]",
		"'Resources':[{'Type':'AwsS3Bucket'}]",
		"'Resources':[{}]",
		"'Resources':[]",
		NULL,
	};
	const struct question questions[] = {
		{"resource.type == ecr_image", in(FIELD_resource_type, "AwsEcrContainerImage"),
		 "+..."},
		{"resource.type != ecr_image", not_in(FIELD_resource_type, "AwsEcrContainerImage"),
		 ".+.."},
		{"resource.type exists", exists(FIELD_resource_type), "++.."},
	};

	ASK(questions, false, bodies);
}

static void test_maps(void)
{
	static const char *const bodies[] = {
		"'UserDefinedFields':{'owner':'orders','x':'y'}",
		"'UserDefinedFields':{'owner':''}",
		"'UserDefinedFields':{'Owner':'orders'}",
		"'Resources':[{'Tags':{'owner':'orders'}}]",
		"",
		NULL,
	};
	const struct question questions[] = {
		{"field[\"owner\"] == \"orders\"", keyed(FIELD_field, "owner", TEST_IN, "orders"),
		 "+...."},
		{"field[\"owner\"] startswith \"o\"", keyed(FIELD_field, "owner", TEST_PREFIX, "o"),
		 "+...."},
		{"field[\"owner\"] exists", keyed(FIELD_field, "owner", TEST_EXISTS, ""), "++..."},
		{"tag[\"owner\"] contains \"rd\"", keyed(FIELD_tag, "owner", TEST_CONTAINS, "rd"),
		 "...+."},
		{"not tag[\"owner\"] exists", not(keyed(FIELD_tag, "owner", TEST_EXISTS, "")),
		 "+++.+"},
	};

	ASK(questions, false, bodies);
}

static void test_lists(void)
{
	static const char *const bodies[] = {
		"'Vulnerabilities':[{'VulnerablePackages':[{'Name':'a','Version':'1'},"
		"{'Name':'b','Version':'2'}],'Cvss':[{'BaseScore':5},{'BaseScore':9.8}]}]",
		"'Vulnerabilities':[{'VulnerablePackages':[{'Name':'a','Version':'2'}],'Cvss':[]}]",
		"'Vulnerabilities':[{'VulnerablePackages':[{'Version':'2'}],'Cvss':[{}]}]",
		"'Vulnerabilities':[{}]",
		"",
		NULL,
	};
	const struct cond *a = in(FIELD_package_name, "a"), *two = in(FIELD_package_version, "2");
	const struct cond *high = range(FIELD_cvss, '[', 9 * TYPE_SCALE, END, ']');
	const struct question questions[] = {
		{"package.name == \"a\"", a, "++..."},
		{"name and version, each of some package", node(COND_AND, a, two), "++..."},
		{"name and version of one package", any(GROUP_PACKAGE, node(COND_AND, a, two)),
		 ".+..."},
		{"a package that is not a", any(GROUP_PACKAGE, not_in(FIELD_package_name, "a")),
		 "+...."},
		{"a package for which a does not hold", any(GROUP_PACKAGE, not(a)), "+.+.."},
		{"not (package.name == \"a\")", not(a), "..+++"},
		{"package.name not exists", not(exists(FIELD_package_name)), "..+++"},
		{"any package { true }", any(GROUP_PACKAGE, truth(true)), "+++.."},
		{"cvss >= 9.0", high, "+...."},
		{"any cvss { score >= 9.0 }", any(GROUP_CVSS, high), "+...."},
		{"cvss exists", exists(FIELD_cvss), "+...."},
	};

	ASK(questions, false, bodies);
	ASK(questions, true, bodies);
}

/* Two resources, two vulnerabilities: many-valued for other products, the first for Inspector. */
static void test_many(void)
{
	static const char *const bodies[] = {
		"'Region':'eu-west-1','Resources':[{'Type':'AwsS3Bucket','Tags':{'k':'v'}},"
		"{'Type':'AwsEcrContainerImage','Details':{'AwsEcrContainerImage':"
		"{'RepositoryName':'r','ImageTags':['v1','v2']}}}],"
		"'Vulnerabilities':[{'Id':'CVE-1'},{'Id':'CVE-2','FixAvailable':'YES'}]",
		NULL,
	};
	const struct cond *image = in(FIELD_resource_type, "AwsEcrContainerImage");
	const struct cond *tagged = in(FIELD_image_tag, "v2");
	const struct cond *key = keyed(FIELD_tag, "k", TEST_IN, "v");
	const struct {
		const char *name;
		const struct cond *cond;
		bool single, many;
	} cases[] = {
		{"cve of the second", in(FIELD_cve, "CVE-2"), false, true},
		{"cve of the first", in(FIELD_cve, "CVE-1"), true, true},
		{"fix exists", exists(FIELD_fix), false, true},
		{"not (cve == the second)", not(in(FIELD_cve, "CVE-2")), true, false},
		{"repository", in(FIELD_repository, "r"), false, true},
		{"image.tag", tagged, false, true},
		{"type and tag of one resource", any(GROUP_RESOURCE, node(COND_AND, image, tagged)),
		 false, true},
		{"image and key of one resource", any(GROUP_RESOURCE, node(COND_AND, image, key)),
		 false, false},
		{"image and key", node(COND_AND, image, key), false, true},
		{"key of the first", key, true, true},
		{"a resource that is no image", any(GROUP_RESOURCE, not(image)), true, true},
		{"region of the finding", in(FIELD_region, "eu-west-1"), true, true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		answers(cases[i].cond, false, bodies, cases[i].single ? "+" : ".", cases[i].name);
		answers(cases[i].cond, true, bodies, cases[i].many ? "+" : ".", cases[i].name);
	}
}

static void test_junctions(void)
{
	static const char *const bodies[] = {"", NULL};
	const struct cond *yes = truth(true), *no = truth(false);
	const struct question questions[] = {
		{"and of none", node(COND_AND, NULL, NULL), "+"},
		{"or of none", node(COND_OR, NULL, NULL), "."},
		{"true and false", node(COND_AND, yes, no), "."},
		{"false or true", node(COND_OR, no, yes), "+"},
		{"not false", not(no), "+"},
		{"any of nothing", any(GROUP_PACKAGE, yes), "."},
	};

	ASK(questions, false, bodies);
}

static struct statement *tier_statement(const char *name, const struct cond *cond, bool many)
{
	struct statement *statement = ARENA_NEW(arena, struct statement);

	statement->kind = STATEMENT_TIER;
	statement->name = str_from(name);
	statement->condition = cond;
	statement->many = many;
	return statement;
}

static void test_tiers(void)
{
	static const struct {
		const char *body;
		int tier;
	} findings[] = {
		{"'Severity':{'Label':'CRITICAL'},'Vulnerabilities':[{'FixAvailable':'YES'}]", 0},
		{"'Severity':{'Label':'CRITICAL'}", 1},
		{"'Severity':{'Label':'HIGH'},'Vulnerabilities':[{'FixAvailable':'YES'}]", -1},
		{"'Resources':[{},{'Type':'AwsS3Bucket'}]", 2},
		{"", -1},
	};
	const struct cond *critical = in(FIELD_severity, "CRITICAL");
	struct statement *tiers[] = {
		tier_statement("high", node(COND_AND, critical, in(FIELD_fix, "YES")), false),
		tier_statement("medium", critical, false),
		tier_statement("buckets", in(FIELD_resource_type, "AwsS3Bucket"), true),
	};

	policy.tiers = tiers;
	policy.n_tiers = 3;
	for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
		const struct element *root = line(findings[i].body)->root;
		bool right = true;

		ok(eval_tier(&policy, root) == findings[i].tier, "finding %zu is in tier %d", i,
		   findings[i].tier);
		for (int k = -1; k < 3; k++)
			right = right && eval_cond(&policy, tier(k), false, root) ==
						 (k == findings[i].tier) &&
				eval_cond(&policy, not(tier(k)), true, root) ==
					(k != findings[i].tier);
		ok(right, "finding %zu is in no other tier", i);
	}
	policy.n_tiers = 0;
	ok(eval_tier(&policy, line("")->root) == -1, "without tiers all is none");
}

/* A tier that asks for its own tier cannot come from the checker; it must not hang. */
static void test_depth(void)
{
	const struct element *root = line("")->root;
	const struct cond *cond = truth(true), *deep = NULL;
	struct statement *tiers[] = {tier_statement("self", tier(0), false)};

	for (unsigned i = 1; i < 100000; i++) {
		if (i == EVAL_DEPTH_MAX)
			deep = cond;
		cond = not(cond);
	}
	ok(!eval_cond(&policy, deep, false, root), "as deep as it goes, every not counts");
	ok(eval_cond(&policy, deep->kids[0], false, root), "and one less");
	eval_cond(&policy, cond, false, root);
	ok(true, "deeper than it goes, it returns");
	policy.tiers = tiers;
	policy.n_tiers = 1;
	ok(eval_tier(&policy, root) == -1, "a tier of itself ends");
	policy.n_tiers = 0;
}

static void test_real_findings(void)
{
	const struct cond *urgent =
		node(COND_AND, in(FIELD_severity, "HIGH|CRITICAL"),
		     node(COND_AND, in(FIELD_exploit, "YES"), in(FIELD_fix, "YES")));
	const struct cond *project = test_of(FIELD_repository, TEST_PREFIX, "project-a/", false);
	struct finding *ec2 = fixture("asff-ec2.json"), *ecr = fixture("asff-ecr-full.json");
	struct finding *closed = fixture("asff-ecr-closed.json");

	ok(eval_cond(&policy, urgent, false, ec2->root), "the instance is urgent");
	ok(!eval_cond(&policy, urgent, false, ecr->root), "the image is not: fix is PARTIAL");
	ok(eval_cond(&policy, project, false, ecr->root), "the image is of project-a");
	ok(!eval_cond(&policy, project, false, closed->root), "the closed one is not");
	ok(eval_cond(&policy, in(FIELD_severity, "HIGH"), false, ecr->original) &&
		   !eval_cond(&policy, in(FIELD_severity, "HIGH"), false, ecr->root),
	   "a V1 rule sees the provider's severity");
}

int main(void)
{
	arena = arena_new();
	test_words();
	test_severity();
	test_numbers();
	test_scores_as_text();
	test_dates();
	test_texts();
	test_types();
	test_maps();
	test_lists();
	test_many();
	test_junctions();
	test_tiers();
	test_depth();
	test_real_findings();
	arena_free(arena);
	return done();
}
