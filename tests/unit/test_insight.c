/* SPDX-License-Identifier: Apache-2.0
 *
 * Insights: what is emitted for a condition, or why it is refused and what it would show; and the
 * reader, against targets.md part D and changes.md. Every insight that is emitted is read back and
 * compared here, too. */
#include "target/insight.h"

#include <string.h>

#include "conds.h"
#include "eval/eval.h"
#include "ir/witness.h"

static struct compilation c;
static struct policy policy;
static struct statement statement = {
	.kind = STATEMENT_INSIGHT, .name = {"open", 4}, .group_by = FIELD_resource_id};
static struct unit unit;
static struct refusal refusal;

static void begin(void)
{
	struct sources *sources = sources_new(arena);

	policy = (struct policy){.config = config_default(arena)};
	c = (struct compilation){.arena = arena, .sources = sources, .policy = &policy};
	c.diags = diags_new(arena, sources);
	c.lower = lower_new(arena, engine_new(arena), &policy);
}

/* Its request, or nothing after a refusal. */
static struct str emitted(const struct cond *cond, enum view view)
{
	void *rules;
	size_t n, from = c.artefacts.n;

	unit = (struct unit){.statement = &statement, .name = statement.name, .view = view,
			     .mechanism = MECHANISM_INSIGHT, .first = 1, .condition = cond};
	unit.effect = (struct effect){.status = -1, .severity = -1};
	lower_use(c.lower, view);
	engine_start_question(lower_engine(c.lower));
	unit.wanted = lower_cond(c.lower, cond, view);
	refusal = (struct refusal){0};
	if (!insight_make(&c, &unit, literals_collect(arena, &policy, &cond, 1), &refusal, &rules,
			  &n))
		return STR("");
	insight_emit(&c, &unit, rules, n);
	return c.artefacts.n > from ? c.artefacts.items[from].text : STR("");
}

static struct str quoted(const char *text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (; *text; text++)
		strbuf_addc(&b, *text == '\'' ? '"' : *text);
	return strbuf_str(&b);
}

static struct str filters_of(struct str text)
{
	struct json_error error;
	struct json_writer w;

	json_begin(&w, arena, 0);
	json_tree(&w, json_get(json_parse(arena, text, &error), "Filters"));
	return json_end(&w);
}

#define IS(value) "[{'Value':'" value "','Comparison':'EQUALS'}]"
#define PIN "'ProductName':" IS("Inspector") ","
#define ACTIVE "'RecordState':" IS("ACTIVE")

static void gives_in(enum view view, const char *name, const struct cond *cond,
		     const char *expected)
{
	struct str text = emitted(cond, view);
	struct engine *e = lower_engine(c.lower);
	const char *why = "was refused";
	dd set;

	if (!ok(text.len && str_eq(filters_of(text), quoted(expected)), "%s", name))
		printf("# got " STR_FMT " (refused: %d)\n", STR_ARG(text), refusal.why);
	if (!ok(text.len && insight_read(&c, &unit, text, &set, &why) &&
			insight_check(&c, &unit, text, &why) &&
			relate_equal(e, set, unit.wanted, NULL, NULL),
		"%s: reads back equal", name))
		printf("# %s\n", why);
}

static void gives(const char *name, const struct cond *cond, const char *expected)
{
	gives_in(VIEW_SINGLE, name, cond, expected);
}

/* With a witness that the evaluator puts on the side that the refusal names. */
static void refuses_in(enum view view, const char *name, const struct cond *cond,
		       enum refusal_why why)
{
	struct str text = emitted(cond, view);

	if (!ok(!text.len && refusal.why == why, "%s: refused", name))
		printf("# got %d " STR_FMT "\n", refusal.why, STR_ARG(text));
}

static void refuses(const char *name, const struct cond *cond, enum refusal_why why)
{
	refuses_in(VIEW_SINGLE, name, cond, why);
}

static const struct cond *active(const struct cond *cond)
{
	return ALL(is(FIELD_product, "Inspector"), is(FIELD_record, "ACTIVE"), cond);
}

/* --- what one set of filters says --- */

static void test_filters(void)
{
	gives("what people wrote is seen",
	      active(ALL(keyed(FIELD_field, "in-charge", "oseto"),
			 is(FIELD_workflow, "NEW|NOTIFIED"))),
	      "{" PIN ACTIVE ",'UserDefinedFields':[{'Key':'in-charge','Value':'oseto',"
	      "'Comparison':'EQUALS'}],'WorkflowStatus':[{'Value':'NEW','Comparison':'EQUALS'},"
	      "{'Value':'NOTIFIED','Comparison':'EQUALS'}]}");
	gives("fix and exploit",
	      active(ALL(is(FIELD_fix, "YES|PARTIAL"), is(FIELD_exploit, "YES"))),
	      "{" PIN ACTIVE ",'VulnerabilitiesExploitAvailable':" IS("YES") ","
	      "'VulnerabilitiesFixAvailable':[{'Value':'YES','Comparison':'EQUALS'},"
	      "{'Value':'PARTIAL','Comparison':'EQUALS'}]}");
	gives("a CVE is a title's beginning", active(is(FIELD_cve, "CVE-2020-27619")),
	      "{" PIN ACTIVE ",'Title':[{'Value':'CVE-2020-27619 - ','Comparison':'PREFIX'}]}");
	gives("a note's beginning", active(has(FIELD_note, TEST_PREFIX, "seen")),
	      "{'NoteText':[{'Value':'seen','Comparison':'PREFIX'}]," PIN ACTIVE "}");
	gives("exclusions of what is always there", active(is_not(FIELD_severity, "LOW|MEDIUM")),
	      "{" PIN ACTIVE ",'SeverityLabel':[{'Value':'LOW','Comparison':'NOT_EQUALS'},"
	      "{'Value':'MEDIUM','Comparison':'NOT_EQUALS'}]}");
	gives("or on one field", active(ONE(is(FIELD_severity, "HIGH"),
					    is(FIELD_severity, "CRITICAL"))),
	      "{" PIN ACTIVE ",'SeverityLabel':[{'Value':'HIGH','Comparison':'EQUALS'},"
	      "{'Value':'CRITICAL','Comparison':'EQUALS'}]}");
	gives("or on one field of another product's findings", ALL(is(FIELD_record, "ACTIVE"),
	      is(FIELD_control, "ECR.1|ECR.2")),
	      "{'ComplianceSecurityControlId':[{'Value':'ECR.1','Comparison':'EQUALS'},"
	      "{'Value':'ECR.2','Comparison':'EQUALS'}]," ACTIVE "}");
}

static void test_numbers(void)
{
	gives("inclusive bounds",
	      active(between(FIELD_criticality, 50 * TYPE_SCALE, false, 70 * TYPE_SCALE, false)),
	      "{'Criticality':[{'Gte':50,'Lte':70}]," PIN ACTIVE "}");
	gives("one bound",
	      active(between(FIELD_criticality, 50 * TYPE_SCALE, false, INT64_MAX, false)),
	      "{'Criticality':[{'Gte':50}]," PIN ACTIVE "}");
	gives("a number", active(between(FIELD_criticality, 5 * TYPE_SCALE, false, 5 * TYPE_SCALE,
					 false)),
	      "{'Criticality':[{'Eq':5}]," PIN ACTIVE "}");
	refuses("a strict bound",
		active(between(FIELD_criticality, 50 * TYPE_SCALE, true, INT64_MAX, false)),
		REFUSE_STRICT);
	gives("a score is text with one decimal", /* A12 */
	      active(between(FIELD_score, 10 * TYPE_SCALE, false, 10 * TYPE_SCALE, false)),
	      "{'ProductFields':[{'Key':'aws/inspector/inspectorScore','Value':'10.0',"
	      "'Comparison':'EQUALS'}]," PIN ACTIVE "}");
	refuses("an order of scores",
		active(between(FIELD_score, 9 * TYPE_SCALE, false, INT64_MAX, false)),
		REFUSE_AS_TEXT);
	gives("a platform", active(is(FIELD_image_platform, "DEBIAN_12")),
	      "{'ProductFields':[{'Key':'aws/inspector/resources/1/resourceDetails/"
	      "awsEcrContainerImageDetails/platform','Value':'DEBIAN_12','Comparison':'EQUALS'}],"
	      PIN ACTIVE "}");
	refuses("two entries of ProductFields",
		active(ALL(is(FIELD_image_platform, "DEBIAN_12"),
			   between(FIELD_score, TYPE_SCALE, false, TYPE_SCALE, false))),
		REFUSE_KEYS);
}

static void test_refusals(void)
{
	refuses("archived findings",
		ALL(is(FIELD_product, "Inspector"), is(FIELD_cve, "CVE-2024-1")), REFUSE_INACTIVE);
	ok(refusal.has_nearest && dd_minus(lower_engine(c.lower), refusal.nearest, unit.wanted) ==
	   DD_FALSE, "all that it shows is wanted");
	refuses("an or of two fields",
		active(ONE(is(FIELD_severity, "CRITICAL"), is(FIELD_fix, "YES"))), REFUSE_ONE_SET);
	ok(refusal.has_nearest && relate_inside(lower_engine(c.lower), unit.wanted, refusal.nearest,
						&(dd){0}),
	   "the nearest set of filters takes all that is wanted");
	refuses("an exclusion on what may be absent", active(is_not(FIELD_workflow, "SUPPRESSED")),
		REFUSE_NEGATIVE);
	refuses("a part of a text", active(has(FIELD_note, TEST_CONTAINS, "x")), REFUSE_TEXT);
	refuses("a part of a field", active(atom_cond((struct atom){
			.field = FIELD_field, .key = {"a", 1}, .test = TEST_CONTAINS,
			.values = &(struct value){.str = {"b", 1}}, .n = 1})), REFUSE_MAP);
	refuses("two keys of one map",
		active(ALL(keyed(FIELD_field, "a", "1"), keyed(FIELD_field, "b", "1"))),
		REFUSE_KEYS);
	refuses("epss", active(between(FIELD_epss, 0, false, TYPE_SCALE / 2, false)),
		REFUSE_NOT_CARRIED);
	refuses("a package", active(is(FIELD_package_name, "openssl")), REFUSE_NOT_CARRIED);
	refuses("UNTRIAGED", active(is(FIELD_severity, "UNTRIAGED")), REFUSE_NOT_CARRIED);
}

/* --- images: the whole ARN or nothing --- */

#define BEGIN_OF(place, name)                                                                      \
	"{'Value':'arn:aws:ecr:" place ":repository/" name "','Comparison':'PREFIX'}"

static const struct cond *pinned(const struct cond *cond)
{
	return active(ALL(is(FIELD_resource_type, "AwsEcrContainerImage"),
			  is(FIELD_account, "111122223333"),
			  is(FIELD_region, "us-east-1|ap-northeast-1"), cond));
}

static void test_images(void)
{
	static const char *const around =
		"'ResourceRegion':[{'Value':'ap-northeast-1','Comparison':'EQUALS'},"
		"{'Value':'us-east-1','Comparison':'EQUALS'}],'ResourceType':"
		IS("AwsEcrContainerImage") "}";

	gives("a repository where account and Region are known",
	      pinned(is(FIELD_repository, "app/web")),
	      str_cstr(arena, str_printf(arena, "{'AwsAccountId':" IS("111122223333") "," PIN ACTIVE
		",'ResourceId':[" BEGIN_OF("ap-northeast-1:111122223333", "app/web/sha256:") ","
		BEGIN_OF("us-east-1:111122223333", "app/web/sha256:") "],%s", around)));
	refuses("a repository anywhere", active(ALL(is(FIELD_resource_type, "AwsEcrContainerImage"),
						    is(FIELD_repository, "app/web"))), REFUSE_ARN);
	refuses("a part of a repository", pinned(has(FIELD_repository, TEST_CONTAINS, "oseto")),
		REFUSE_ARN);
}

/* --- limits: at N and N + 1 --- */

static const struct cond *many_notes(size_t n)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < n; i++)
		strbuf_printf(&b, "%sn%zu", i ? "|" : "", i);
	return active(is(FIELD_note, str_cstr(arena, strbuf_str(&b))));
}

static void test_limits(void)
{
	static const enum field_id texts[] = {FIELD_account_name, FIELD_description,
					      FIELD_product_arn, FIELD_generator, FIELD_note,
					      FIELD_ec2_image, FIELD_ec2_vpc, FIELD_ec2_subnet,
					      FIELD_cloud};
	const struct cond *all = active(is(FIELD_account_name, "a"));

	ok(emitted(many_notes(20), VIEW_SINGLE).len, "20 values of one attribute");
	refuses("21 values", many_notes(21), REFUSE_SIZE);
	for (size_t i = 1; i < 8; i++)
		all = ALL(all, is(texts[i], "a"));
	ok(emitted(all, VIEW_SINGLE).len, "10 attributes"); /* with product and record */
	refuses("11 attributes", ALL(all, is(texts[8], "AWS")), REFUSE_SIZE);
}

/* --- findings of other products: lists --- */

static void test_many(void)
{
	gives_in(VIEW_MANY, "some vulnerability, some resource",
		 ALL(is(FIELD_record, "ACTIVE"), is(FIELD_fix, "YES"),
		     is(FIELD_resource_type, "AwsEc2Instance")),
		 "{" ACTIVE ",'ResourceType':" IS("AwsEc2Instance")
		 ",'VulnerabilitiesFixAvailable':" IS("YES") "}");
	refuses_in(VIEW_MANY, "two tests on vulnerabilities",
		   ALL(is(FIELD_record, "ACTIVE"), is(FIELD_fix, "YES"), is(FIELD_exploit, "YES")),
		   REFUSE_ELEMENTS);
	refuses_in(VIEW_MANY, "no vulnerability",
		   ALL(is(FIELD_record, "ACTIVE"), NOT(is(FIELD_fix, "YES"))), REFUSE_NO_ELEMENT);
	refuses_in(VIEW_MANY, "an entry that stands for a resource",
		   ALL(is(FIELD_record, "ACTIVE"), is(FIELD_ec2_instance, "i-1")),
		   REFUSE_NOT_CARRIED);
}

/* --- grouping and name --- */

static void test_grouping(void)
{
	static const struct {
		enum field_id field;
		const char *attribute; /* NULL: refused */
	} rows[] = {
		{FIELD_resource_id, "ResourceId"}, {FIELD_title, "Title"},
		{FIELD_severity, "SeverityLabel"}, {FIELD_account, "AwsAccountId"},
		{FIELD_cve, NULL},		   {FIELD_repository, NULL},
		{FIELD_created, NULL},		   {FIELD_criticality, NULL},
		{FIELD_image_platform, NULL},	   {FIELD_score, NULL},
		{FIELD_epss, NULL},		   {FIELD_package_name, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_error error;
		struct str text;
		size_t errors = diags_count(c.diags, DIAG_ERROR);

		statement.group_by = (int)rows[i].field;
		text = emitted(active(is(FIELD_severity, "HIGH")), VIEW_SINGLE);
		if (!rows[i].attribute)
			ok(!text.len && diags_count(c.diags, DIAG_ERROR) == errors + 1,
			   "group by %s: an error", fields[rows[i].field].name);
		else
			ok(text.len && str_is(json_text(json_get(json_parse(arena, text, &error),
								 "GroupByAttribute")),
					      rows[i].attribute),
			   "group by %s: %s", fields[rows[i].field].name, rows[i].attribute);
	}
	statement.group_by = FIELD_resource_id;
}

/* A request whose filters are of Inspector's active findings. */
static bool reads(const char *rest, const char **why)
{
	struct str text = str_printf(arena, "{'Name':'vulnctl-open','Filters':{" PIN ACTIVE
				     "%s},'GroupByAttribute':'ResourceId'}", rest);
	dd set;

	*why = "";
	return insight_read(&c, &unit, quoted(str_cstr(arena, text)), &set, why);
}

static void reads_as(const char *rest, const struct cond *cond)
{
	struct str text = str_printf(arena, "{'Name':'vulnctl-open','Filters':{" PIN
				     "%s},'GroupByAttribute':'ResourceId'}", rest);
	const char *why = "";
	dd set;
	bool good = insight_read(&c, &unit, quoted(str_cstr(arena, text)), &set, &why);

	ok(good && relate_equal(lower_engine(c.lower), set,
				lower_cond(c.lower, active(cond), VIEW_SINGLE), NULL, NULL),
	   "means what is said: %s %s", rest, why);
}

static void test_reader(void)
{
	static const char *const wrong[] = {
		",'Title':[{'Value':'x','Comparison':'CONTAINS'}]",
		",'Title':[{'Value':'x','Comparison':'NOT_CONTAINS'}]",
		",'Title':[{'Value':'x','Comparison':'CONTAINS_WORD'}]",
		",'Title':[]",
		",'Title':[{'Value':' ','Comparison':'EQUALS'}]",
		",'SeverityLabel':[{'Value':'HIGH','Comparison':'EQUALS'},"
		"{'Value':'LOW','Comparison':'NOT_EQUALS'}]",
		",'SeverityLabel':[{'Value':'HI','Comparison':'PREFIX'}]",
		",'SeverityLabel':[{'Value':'Urgent','Comparison':'EQUALS'}]",
		",'WorkflowStatus':[{'Value':'NEW','Comparison':'NOT_EQUALS'}]",
		",'UserDefinedFields':[{'Key':'a','Value':'x','Comparison':'EQUALS'},"
		"{'Key':'b','Value':'x','Comparison':'EQUALS'}]",
		",'ProductFields':[{'Key':'aws/inspector/x','Value':'x','Comparison':'EQUALS'}]",
		",'ProductFields':[{'Key':'aws/inspector/inspectorScore','Value':'7','Comparison':"
		"'EQUALS'}]",
		",'Criticality':[{'Gt':5}]",
		",'Criticality':[{'Eq':5,'Gte':5}]",
		",'Criticality':[{}]",
		",'Criticality':[{'Gte':6,'Lte':5}]",
		",'UpdatedAt':[{'DateRange':{'Value':3,'Unit':'DAYS'}}]",
		",'Keyword':[{'Value':'x'}]",
		",'Confidence':[{'Gte':5}]",
	};
	const char *why;

	emitted(active(is(FIELD_severity, "HIGH")), VIEW_SINGLE); /* its unit */
	ok(reads("", &why), "the frame is good: %s", why);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ok(!reads(wrong[i], &why) && *why, "not taken: %s: %s", wrong[i], why);
	reads_as("'Criticality':[{'Lte':5},{'Gte':7}]",
		 ONE(between(FIELD_criticality, 0, false, 5 * TYPE_SCALE, false),
		     between(FIELD_criticality, 7 * TYPE_SCALE, false, INT64_MAX, false)));
	/* Active findings alone, without a word of the filters. */
	reads_as("'SeverityLabel':" IS("LOW"), is(FIELD_severity, "LOW"));
	reads_as("'Title':[{'Value':'CVE-2024-1 - ','Comparison':'PREFIX'}]",
		 is(FIELD_cve, "CVE-2024-1"));
	reads_as("'Title':[{'Value':'CVE-','Comparison':'PREFIX'},"
		 "{'Value':'CVE-2024-1 - ','Comparison':'PREFIX_NOT_EQUALS'}]",
		 ALL(has(FIELD_title, TEST_PREFIX, "CVE-"), NOT(is(FIELD_cve, "CVE-2024-1"))));
}

static void test_check(void)
{
	static const struct {
		const char *what, *text;
	} wrong[] = {
		{"another name", "{'Name':'open','Filters':{" ACTIVE "},'GroupByAttribute':"
		 "'ResourceId'}"},
		{"another grouping", "{'Name':'vulnctl-open','Filters':{" ACTIVE
		 "},'GroupByAttribute':'Title'}"},
		{"archived findings left to AWS", "{'Name':'vulnctl-open','Filters':{" PIN
		 "'Id':" IS("x") "},'GroupByAttribute':'ResourceId'}"},
		{"a key too many", "{'Name':'vulnctl-open','Filters':{" ACTIVE
		 "},'GroupByAttribute':'ResourceId','Tags':{}}"},
		{"no JSON", "{"},
	};
	struct strbuf title;
	struct str text;
	const char *why;

	text = emitted(active(is(FIELD_severity, "HIGH")), VIEW_SINGLE);
	ok(insight_check(&c, &unit, text, &why), "what is emitted is as it must be");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ok(!insight_check(&c, &unit, quoted(wrong[i].text), &why), "seen: %s: %s",
		   wrong[i].what, why);
	strbuf_init(&title, arena);
	for (size_t i = 0; i < 128; i++)
		strbuf_puts(&title, "保");
	statement.title = strbuf_str(&title);
	text = emitted(active(is(FIELD_severity, "HIGH")), VIEW_SINGLE);
	ok(insight_check(&c, &unit, text, &why) && !diags_count(c.diags, DIAG_WARNING),
	   "a title of 128 characters");
	strbuf_puts(&title, "留");
	statement.title = strbuf_str(&title);
	ok(!insight_check(&c, &unit, text, &why), "is not one of 129");
	text = emitted(active(is(FIELD_severity, "HIGH")), VIEW_SINGLE);
	ok(insight_check(&c, &unit, text, &why) && diags_count(c.diags, DIAG_WARNING) == 1,
	   "which is cut, and said");
	statement.title = STR("");
}

int main(void)
{
	arena = arena_new();
	begin();
	test_filters();
	test_numbers();
	test_refusals();
	test_images();
	test_limits();
	test_many();
	test_reader();
	test_check();
	test_grouping();
	arena_free(arena);
	return done();
}
