/* SPDX-License-Identifier: Apache-2.0
 *
 * Automation rules V2: what is emitted for a condition, or why it is refused; and the reader,
 * against targets.md part B and findings.md §3. Every rule that is emitted is read back and
 * compared here, too. */
#include "target/automation_v2.h"

#include <string.h>

#include "conds.h"

static struct compilation c;
static struct policy policy;
static struct statement statement = {.kind = STATEMENT_ASSIGN, .name = {"rule", 4}};
static const struct set_field sets[] = {{{"a", 1}, {"1", 1}, {0, 0}}};
static const struct effect usual = {.status = WORKFLOW_SUPPRESSED, .severity = -1};
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

static struct str quoted(const char *text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (; *text; text++)
		strbuf_addc(&b, *text == '\'' ? '"' : *text);
	return strbuf_str(&b);
}

/* How many rules; 0 after a refusal. */
static size_t emitted(const struct cond *cond, enum view view, const struct effect *effect)
{
	void *rules;
	size_t n, from = c.artefacts.n;

	unit = (struct unit){.statement = &statement, .name = statement.name, .view = view,
			     .mechanism = MECHANISM_AUTOMATION_V2, .first = 1, .condition = cond,
			     .effect = *effect};
	lower_use(c.lower, view);
	engine_start_question(lower_engine(c.lower));
	unit.wanted = lower_cond(c.lower, cond, view);
	refusal = (struct refusal){0};
	if (!automation_v2_make(&c, &unit, literals_collect(arena, &policy, &cond, 1), &refusal,
				&rules, &n))
		return 0;
	automation_v2_emit(&c, &unit, rules, n);
	return c.artefacts.n - from;
}

/* The composites of the last rule but `back`, minified: operators and fields with their tests. */
static struct str composites(size_t back)
{
	struct str text = c.artefacts.items[c.artefacts.n - 1 - back].text;
	struct json_error error;
	struct json_writer w;

	json_begin(&w, arena, 0);
	json_tree(&w, json_get(json_get(json_get(json_parse(arena, text, &error), "Criteria"),
					"OcsfFindingCriteria"),
			       "CompositeFilters"));
	return json_end(&w);
}

static bool reads_back(size_t n)
{
	struct engine *e = lower_engine(c.lower);
	dd all = DD_FALSE;

	for (size_t i = 0; i < n; i++) {
		struct str text = c.artefacts.items[c.artefacts.n - n + i].text;
		struct effect effect;
		const char *why = NULL;
		dd set;

		if (!automation_v2_read(&c, &unit, text, &set, &effect, &why) ||
		    !automation_v2_check(&c, &unit, i + 1, text, &why)) {
			printf("# %s\n", why);
			return false;
		}
		if (effect.status != unit.effect.status ||
		    effect.severity != unit.effect.severity ||
		    !str_eq(effect.note, unit.effect.note))
			return false;
		all = dd_or(e, all, set);
	}
	return n && relate_equal(e, all, unit.wanted, NULL, NULL);
}

#define TEST(field, value, comparison)                                                             \
	"{'FieldName':'" field "','Filter':{'Value':'" value "','Comparison':'" comparison "'}}"
#define IS(field, value) TEST(field, value, "EQUALS")
#define NUMBER(field, bounds) "{'FieldName':'" field "','Filter':{" bounds "}}"
#define PRODUCT IS("metadata.product.name", "Inspector")
#define ALL_OF(strings, more) "{'Operator':'AND','StringFilters':[" strings "]" more "}"
#define ANY_OF(strings) "{'Operator':'OR','StringFilters':[" strings "]}"
#define ACTIVE ANY_OF(IS("activity_name", "Create") "," IS("activity_name", "Update"))
#define SEVERITY "vendor_attributes.severity_id"

static void gives_in(enum view view, const char *name, const struct cond *cond,
		     const char *expected)
{
	size_t n = emitted(cond, view, &usual);

	if (!ok(n == 1 && str_eq(composites(0), quoted(expected)), "%s", name))
		printf("# got %zu rules, refused: %d, " STR_FMT "\n", n, refusal.why,
		       STR_ARG(c.artefacts.n ? composites(0) : STR("")));
	ok(reads_back(n), "%s: reads back equal", name);
}

static void gives(const char *name, const struct cond *cond, const char *expected)
{
	gives_in(VIEW_SINGLE, name, cond, expected);
}

static void refuses_in(enum view view, const char *name, const struct cond *cond,
		       enum refusal_why why)
{
	size_t n = emitted(cond, view, &usual);

	if (!ok(!n && refusal.why == why, "%s: refused", name))
		printf("# got %zu rules, %d\n", n, refusal.why);
}

static void refuses(const char *name, const struct cond *cond, enum refusal_why why)
{
	refuses_in(VIEW_SINGLE, name, cond, why);
}

static const struct cond *inspector(const struct cond *cond)
{
	return ALL(is(FIELD_product, "Inspector"), cond);
}

/* --- composites --- */

static void test_composites(void)
{
	gives("what stands alone stands together",
	      inspector(ALL(is(FIELD_cve, "CVE-2024-1"), is(FIELD_account, "111122223333"))),
	      "[" ALL_OF(IS("cloud.account.uid", "111122223333") "," PRODUCT ","
			 IS("vulnerabilities.cve.uid", "CVE-2024-1"), "") "]");
	gives("values of a field have a composite of their own",
	      inspector(is(FIELD_cve, "CVE-2024-1|CVE-2024-2")),
	      "[" ALL_OF(PRODUCT, "") "," ANY_OF(IS("vulnerabilities.cve.uid", "CVE-2024-1") ","
						 IS("vulnerabilities.cve.uid", "CVE-2024-2")) "]");
	gives("exclusions stand together",
	      inspector(NOT(is(FIELD_cve, "CVE-2024-1|CVE-2024-2"))),
	      "[" ALL_OF(TEST("finding_info.title", "CVE-2024-1 - ", "PREFIX_NOT_EQUALS") ","
			 TEST("finding_info.title", "CVE-2024-2 - ", "PREFIX_NOT_EQUALS") ","
			 PRODUCT, "") "]");
	gives("active is one of two activities",
	      inspector(is(FIELD_record, "ACTIVE")), "[" ALL_OF(PRODUCT, "") "," ACTIVE "]");
	gives("archived is one", inspector(is(FIELD_record, "ARCHIVED")),
	      "[" ALL_OF(IS("activity_name", "Close") "," PRODUCT, "") "]");
	gives("nothing stands alone", ALL(is(FIELD_product, "Inspector|GuardDuty"),
					  is(FIELD_record, "ACTIVE")),
	      "[" ACTIVE "," ANY_OF(IS("metadata.product.name", "GuardDuty") ","
				    PRODUCT) "]");
}

static void test_severities(void)
{
	gives("values in a row are a range", inspector(is(FIELD_severity, "LOW|MEDIUM|HIGH")),
	      "[" ALL_OF(PRODUCT, ",'NumberFilters':["
			 NUMBER(SEVERITY, "'Gte':2,'Lte':4") "]") "]");
	gives("two ranges", inspector(is(FIELD_severity, "INFORMATIONAL|HIGH")),
	      "[" ALL_OF(PRODUCT, "") ",{'Operator':'OR','NumberFilters':["
	      NUMBER(SEVERITY, "'Eq':1") "," NUMBER(SEVERITY, "'Eq':4") "]}]");
	gives("any other word, too", inspector(is_not(FIELD_severity, "LOW|HIGH")),
	      "[" ALL_OF(PRODUCT, "") ",{'Operator':'OR','NumberFilters':["
	      NUMBER(SEVERITY, "'Lte':1") "," NUMBER(SEVERITY, "'Eq':3") ","
	      NUMBER(SEVERITY, "'Gte':5") "]}]");
	gives("none of the five",
	      inspector(is_not(FIELD_severity, "INFORMATIONAL|LOW|MEDIUM|HIGH|CRITICAL")),
	      "[" ALL_OF(PRODUCT, "") ",{'Operator':'OR','NumberFilters':["
	      NUMBER(SEVERITY, "'Lte':0") "," NUMBER(SEVERITY, "'Gte':6") "]}]");
	refuses("UNTRIAGED", inspector(is(FIELD_severity, "UNTRIAGED")), REFUSE_UNSEEN);
}

static void test_vulnerabilities(void)
{
	gives("fix, exploit, score, package",
	      inspector(ALL(is(FIELD_fix, "YES"), is(FIELD_exploit, "NO"),
			    between(FIELD_cvss, 7 * TYPE_SCALE, false, INT64_MAX, false),
			    is(FIELD_package_name, "openssl"))),
	      "[" ALL_OF(PRODUCT "," IS("vulnerabilities.affected_packages.name", "openssl") ","
			 IS("vulnerabilities.fix_coverage", "Complete"),
			 ",'BooleanFilters':[{'FieldName':'vulnerabilities.is_exploit_available',"
			 "'Filter':{'Value':false}}],'NumberFilters':["
			 NUMBER("vulnerabilities.cve.cvss.base_score", "'Gte':7") "]") "]");
	refuses("fix NO", inspector(is(FIELD_fix, "NO")), REFUSE_UNSEEN);
	refuses("fix YES or NO", inspector(is(FIELD_fix, "YES|NO")), REFUSE_UNSEEN);
	refuses("not fix YES", inspector(NOT(is(FIELD_fix, "YES"))), REFUSE_NEGATIVE);
	refuses("epss", inspector(between(FIELD_epss, 0, false, TYPE_SCALE / 10, false)),
		REFUSE_AS_TEXT);
	refuses("a strict bound",
		inspector(between(FIELD_cvss, 7 * TYPE_SCALE, true, INT64_MAX, false)),
		REFUSE_STRICT);
	refuses("two tests on one package",
		inspector(any_of(GROUP_PACKAGE, ALL(is(FIELD_package_name, "openssl"),
						    is(FIELD_package_version, "1")))),
		REFUSE_ELEMENTS);
	refuses("a version", inspector(is(FIELD_package_version, "1")), REFUSE_NOT_CARRIED);
	refuses("workflow", inspector(is(FIELD_workflow, "NEW")), REFUSE_NOT_SEEN);
	refuses("a user-defined field", inspector(keyed(FIELD_field, "a", "1")),
		REFUSE_NOT_CARRIED);
	refuses("not a part of a title",
		inspector(NOT(has(FIELD_title, TEST_CONTAINS, "x"))), REFUSE_ONE_CRITERION);
	refuses("created is another instant there",
		inspector(between(FIELD_created, 0, false, INT64_MAX, false)), REFUSE_NOT_CARRIED);
}

static const struct cond *on_images(const struct cond *cond)
{
	return inspector(ALL(is(FIELD_resource_type, "AwsEcrContainerImage"), cond));
}

#define IMAGE IS("resources.type", "AWS::ECR::ContainerImage")
#define ARN "arn:aws:ecr:us-east-1:111122223333:repository/"

static void test_resources(void)
{
	gives("a repository", on_images(is(FIELD_repository, "app/web")),
	      "[" ALL_OF(PRODUCT "," IMAGE ","
			 TEST("resources.uid", ":repository/app/web/sha256:", "CONTAINS"), "") "]");
	ok(assumptions[ASSUMPTION_A29].experimental &&
	   c.artefacts.items[c.artefacts.n - 1].assumptions >> ASSUMPTION_A29 & 1,
	   "it rests on what nobody has seen");
	gives("a beginning and what it excludes",
	      on_images(ALL(is(FIELD_account, "111122223333"), is(FIELD_region, "us-east-1"),
			    has(FIELD_repository, TEST_PREFIX, "app/"))),
	      "[" ALL_OF(IS("cloud.account.uid", "111122223333") "," PRODUCT ","
			 IS("resources.region", "us-east-1") "," IMAGE ","
			 TEST("resources.uid", ARN "app/sha256:", "PREFIX_NOT_EQUALS"), "") ","
	      ANY_OF(TEST("resources.uid", ARN "app/", "PREFIX")) "]");
	gives("the ARN of an image", on_images(has(FIELD_resource_id, TEST_PREFIX, ARN "a")),
	      "[" ALL_OF(PRODUCT "," IMAGE "," TEST("resources.uid", ARN "a", "PREFIX"), "") "]");
	gives("an instance", inspector(is(FIELD_resource_type, "AwsEc2Instance")),
	      "[" ALL_OF(PRODUCT "," IS("resources.type", "AWS::EC2::Instance"), "") "]");
	ok(!(c.artefacts.items[c.artefacts.n - 1].assumptions >> ASSUMPTION_A29 & 1),
	   "which has been seen");
	refuses("not a repository", on_images(NOT(is(FIELD_repository, "app/web"))), REFUSE_ARN);
	refuses("the id of an instance",
		inspector(ALL(is(FIELD_resource_type, "AwsEc2Instance"),
			      has(FIELD_resource_id, TEST_PREFIX, "arn:"))), REFUSE_OTHER_ID);
	refuses("a type of another product", inspector(is(FIELD_resource_type, "AwsS3Bucket")),
		REFUSE_UNSEEN);
	refuses("a type's beginning",
		inspector(has(FIELD_finding_type, TEST_PREFIX, "Software")), REFUSE_UNSEEN);
	refuses("not a type of findings, of which there are several",
		inspector(is_not(FIELD_finding_type,
				 "Software and Configuration Checks/Vulnerabilities/CVE")),
		REFUSE_NEGATIVE);
	refuses_in(VIEW_MANY, "the id of a resource of any product",
		   is(FIELD_resource_id, "x"), REFUSE_NOT_CARRIED);
	refuses_in(VIEW_MANY, "two tests on vulnerabilities",
		   ALL(is(FIELD_fix, "YES"), is(FIELD_exploit, "YES")), REFUSE_ELEMENTS);
	gives_in(VIEW_MANY, "a package of some vulnerability", is(FIELD_package_name, "openssl"),
		 "[" ALL_OF(IS("vulnerabilities.affected_packages.name", "openssl"), "") "]");
}

/* --- effects --- */

static void test_effects(void)
{
	static const struct {
		const char *name;
		struct effect effect;
		enum refusal_why why;
	} rows[] = {
		{"all three", {WORKFLOW_RESOLVED, SEVERITY_LOW, {"note", 4}, NULL, 0}, REFUSE_NONE},
		{"new again", {WORKFLOW_NEW, -1, {"", 0}, NULL, 0}, REFUSE_NONE},
		{"critical", {-1, SEVERITY_CRITICAL, {"", 0}, NULL, 0}, REFUSE_NONE},
		{"NOTIFIED", {WORKFLOW_NOTIFIED, -1, {"", 0}, NULL, 0}, REFUSE_STATUS},
		{"fields", {WORKFLOW_NEW, -1, {"", 0}, sets, 1}, REFUSE_SETS},
	};
	const struct cond *cond = inspector(is(FIELD_severity, "LOW"));

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = emitted(cond, VIEW_SINGLE, &rows[i].effect);

		ok(refusal.why == rows[i].why && (rows[i].why != REFUSE_NONE || reads_back(n)),
		   "%s", rows[i].name);
	}
}

/* --- limits: at N and N + 1 --- */

static struct str numbered(const char *prefix, size_t n)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < n; i++)
		strbuf_printf(&b, "%s%s%02zu", i ? "|" : "", prefix, i);
	return strbuf_str(&b);
}

static void test_limits(void)
{
	static const enum field_id pairs[] = {FIELD_account_name, FIELD_description,
					      FIELD_finding_id, FIELD_package_name};
	const struct cond *cond;
	size_t n;

	n = emitted(inspector(is(FIELD_description, str_cstr(arena, numbered("d", 20)))),
		    VIEW_SINGLE, &usual);
	ok(n == 1 && reads_back(n), "20 filters in a composite");
	n = emitted(inspector(is(FIELD_description, str_cstr(arena, numbered("d", 21)))),
		    VIEW_SINGLE, &usual);
	ok(n == 2 && reads_back(n), "21 are two rules");
	n = emitted(inspector(is_not(FIELD_title, str_cstr(arena, numbered("t", 19)))),
		    VIEW_SINGLE, &usual);
	ok(n == 1 && reads_back(n), "19 exclusions beside the product");
	n = emitted(inspector(is_not(FIELD_title, str_cstr(arena, numbered("t", 20)))),
		    VIEW_SINGLE, &usual);
	ok(n == 1 && reads_back(n), "20 go on in a second conjunction");
	cond = ALL(is(FIELD_product, "Inspector|GuardDuty"), is(FIELD_record, "ACTIVE"));
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		cond = ALL(cond, is(pairs[i], "a|b"));
	cond = ALL(cond, is(FIELD_account, "111122223333|444455556666"),
		   is(FIELD_severity, "LOW|HIGH"), is(FIELD_region, "us-east-1|us-east-2"),
		   between(FIELD_updated, 0, false, INT64_MAX, false));
	n = emitted(cond, VIEW_MANY, &usual);
	ok(n == 1 && reads_back(n), "10 composites");
	refuses_in(VIEW_MANY, "11 composites", ALL(cond, is(FIELD_title, "a|b")), REFUSE_SIZE);
}

/* --- the reader --- */

static bool reads(const char *list, const char **why)
{
	struct str text = str_printf(arena, "{'RuleName':'vulnctl-rule','RuleOrder':183,"
				     "'RuleStatus':'ENABLED','Description':'d','Criteria':{"
				     "'OcsfFindingCriteria':{'CompositeOperator':'AND',"
				     "'CompositeFilters':[%s]}},'Actions':[{'Type':"
				     "'FINDING_FIELDS_UPDATE','FindingFieldsUpdate':{'StatusId':3}}"
				     "]}", list);
	struct effect effect;
	dd set;

	*why = "";
	return automation_v2_read(&c, &unit, quoted(str_cstr(arena, text)), &set, &effect, why);
}

static void test_reader(void)
{
	static const char *const wrong[] = {
		"",
		"{'Operator':'AND'}",
		"{'StringFilters':[" PRODUCT "]}",
		"{'Operator':'XOR','StringFilters':[" PRODUCT "]}",
		"{'Operator':'AND','StringFilters':[]}",
		"{'Operator':'AND','StringFilters':[" PRODUCT "],'IpFilters':[]}",
		"{'Operator':'AND','StringFilters':[" PRODUCT "],'NestedCompositeFilters':[]}",
		ALL_OF(IS("status", "New"), ""),
		ALL_OF(IS("resources.image.repository_name", "app"), ""),
		ALL_OF(IS("severity", "High"), ""),
		ALL_OF(TEST("finding_info.title", "x", "NOT_CONTAINS"), ""),
		ALL_OF(IS("finding_info.title", " "), ""),
		ALL_OF(IS("finding_info.title", "a") "," IS("finding_info.title", "b"), ""),
		ANY_OF(TEST("finding_info.title", "a", "NOT_EQUALS")),
		ANY_OF(IS("finding_info.title", "a") ","
		       TEST("finding_info.title", "b", "NOT_EQUALS")),
		ANY_OF(IS("finding_info.title", "a") ","
		       TEST("finding_info.title", "b", "CONTAINS")),
		ALL_OF(TEST("finding_info.desc", "x", "NOT_EQUALS"), ""),
		ALL_OF(TEST("finding_info.types", "x", "NOT_EQUALS"), ""),
		ALL_OF(IS("resources.type", "AwsEc2Instance"), ""),
		ALL_OF(IS("resources.type", "AWS::S3::Bucket"), ""),
		ALL_OF(TEST("resources.type", "AWS::EC2", "PREFIX"), ""),
		ALL_OF(IS("resources.uid", "i-0abc"), ""),
		ALL_OF(IS("activity_name", "Create"), ""),
		ALL_OF(IS("activity_name", "Other"), ""),
		ALL_OF(IS("vulnerabilities.fix_coverage", "None"), ""),
		ALL_OF(TEST("vulnerabilities.fix_coverage", "Comp", "PREFIX"), ""),
		"{'Operator':'AND','NumberFilters':[" NUMBER(SEVERITY, "'Gt':3") "]}",
		"{'Operator':'AND','NumberFilters':[" NUMBER(SEVERITY, "'Gte':4") "]}",
		"{'Operator':'AND','NumberFilters':[" NUMBER(SEVERITY, "'Gte':4,'Lte':6") "]}",
		"{'Operator':'AND','NumberFilters':[" NUMBER(SEVERITY, "'Eq':0") "]}",
		"{'Operator':'AND','StringFilters':[" NUMBER(SEVERITY, "'Eq':1") "]}",
		"{'Operator':'AND','BooleanFilters':[{'FieldName':"
		"'vulnerabilities.is_exploit_available','Filter':{'Value':'true'}}]}",
		"{'Operator':'AND','MapFilters':[{'FieldName':'resources.tags','Filter':{'Key':'a',"
		"'Value':'b','Comparison':'NOT_EQUALS'}}]}",
		"{'Operator':'AND','DateFilters':[{'FieldName':'finding_info.modified_time_dt',"
		"'Filter':{'DateRange':{'Value':3,'Unit':'DAYS'}}}]}",
		ALL_OF(IS("vulnerabilities.affected_packages.name", "a"), "") ","
		ALL_OF(IS("vulnerabilities.affected_packages.name", "b"), ""),
	};
	const char *why;

	emitted(inspector(is(FIELD_severity, "LOW")), VIEW_SINGLE, &usual); /* its unit */
	ok(reads(ALL_OF(PRODUCT, ""), &why), "the frame is good: %s", why);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ok(!reads(wrong[i], &why) && *why, "not taken: %s: %s", wrong[i], why);
	ok(reads("{'Operator':'OR','StringFilters':[" PRODUCT "," IS("cloud.account.uid",
		 "111122223333") "]}", &why), "different fields by OR: %s", why);
}

static void test_check(void)
{
	static const char *const words[][2] = {
		{"\"vulnctl-rule\"", "\"rule\""},
		{"ENABLED", "DISABLED"},
		{"\"RuleOrder\": 183", "\"RuleOrder\": 184"},
		{"\"Description\": \"v", "\"Description\": \"\", \"More\": \"v"},
		{"\"StatusId\": 3", "\"StatusId\": 2"},
		{"\"StatusId\": 3", "\"StatusId\": 3, \"SeverityId\": 6"},
		{"FINDING_FIELDS_UPDATE", "RESOURCE_FIELDS_UPDATE"},
		{"OcsfFindingCriteria", "ResourceCriteria"},
		{"\"CompositeOperator\": \"AND\"", "\"CompositeOperator\": \"OR\""},
	};
	size_t n = emitted(inspector(is(FIELD_severity, "LOW")), VIEW_SINGLE, &usual);
	const char *text = str_cstr(arena, c.artefacts.items[c.artefacts.n - 1].text);

	ok(reads_back(n), "what is emitted is as it must be");
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const char *at = strstr(text, words[i][0]), *why = "";
		struct str changed;
		struct effect effect;
		dd set;
		bool good;

		if (!ok(at != NULL, "it holds %s", words[i][0]))
			continue;
		changed = str_printf(arena, "%.*s%s%s", (int)(at - text), text, words[i][1],
				     at + strlen(words[i][0]));
		good = automation_v2_read(&c, &unit, changed, &set, &effect, &why) &&
		       automation_v2_check(&c, &unit, 1, changed, &why);
		ok(!good && *why, "seen: %s: %s", words[i][1], why);
	}
}

int main(void)
{
	arena = arena_new();
	begin();
	test_composites();
	test_severities();
	test_vulnerabilities();
	test_resources();
	test_effects();
	test_limits();
	test_reader();
	test_check();
	arena_free(arena);
	return done();
}
