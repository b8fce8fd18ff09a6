/* SPDX-License-Identifier: Apache-2.0
 *
 * Records out: written as ASFF they read back equal, completed they are findings that can exist.
 * The recorded findings of the shared folder are read here too, where it is at hand. */
#include "record.h"

#include <dirent.h>
#include <string.h>

static bool same_value(const struct fval *a, const struct fval *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case FVAL_ABSENT:
		return true;
	case FVAL_WORD:
		return a->word == b->word && (a->word >= 0 || str_eq(a->str, b->str));
	case FVAL_NUMBER:
		return a->number == b->number;
	case FVAL_STRING:
		return str_eq(a->str, b->str);
	}
	return false;
}

static bool same_element(const struct element *a, const struct element *b)
{
	bool same = a->group == b->group && a->n_map == b->n_map;

	for (unsigned i = 0; same && i < group_slots(a->group); i++)
		same = same_value(&a->values[i], &b->values[i]);
	for (size_t i = 0; same && i < a->n_map; i++)
		same = str_eq(a->map[i].key, b->map[i].key) &&
		       str_eq(a->map[i].value, b->map[i].value);
	for (unsigned group = 0; same && group < GROUP_COUNT; group++) {
		same = a->n_children[group] == b->n_children[group];
		for (size_t i = 0; same && i < a->n_children[group]; i++)
			same = same_element(a->children[group][i], b->children[group][i]);
	}
	return same;
}

static struct str written(const struct element *root)
{
	struct json_writer w;

	json_begin(&w, arena, 0);
	finding_write_asff(&w, root);
	return json_end(&w);
}

static void reads_back(const struct element *root, const char *name)
{
	struct str text = written(root);
	struct finding *again = read_text(text);

	if (!ok(again && same_element(root, again->root), "%s reads back equal", name))
		printf("# " STR_FMT "\n", STR_ARG(text));
	if (again)
		ok(str_eq(text, written(again->root)), "%s is written the same again", name);
}

static void test_writing(void)
{
	static const char *const names[] = {"asff-ecr-full.json", "asff-ecr-closed.json",
					    "asff-ec2.json",	  "asff-lambda.json",
					    "asff-control.json",  "asff-guardduty.json"};
	static const char *const bodies[] = {
		"", "'Criticality':1e300", "'Criticality':-1e300", "'Criticality':-0.0000000001",
		"'Vulnerabilities':[{'EpssScore':0.70000000001},{},"
		"{'Cvss':[{},{'BaseScore':0.1}]}]",
		"'ProductFields':{'aws/inspector/inspectorScore':'10.00'}",
		"'Workflow':{'Status':1},'Title':'\\u0001x'",
		"'Title':'','Note':{'Text':'\\u2028\\n'}",
		"'Resources':[{},{'Tags':{'a':'','':'N/A'}},{'Region':''}]",
		"'CreatedAt':'1969-12-31T23:59:59.5Z'",
	};
	struct element *root = element_new(arena, GROUP_FINDING);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		reads_back(fixture(names[i])->root, names[i]);
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct finding *finding = line(bodies[i]);

		if (finding)
			reads_back(finding->root, bodies[i]);
	}
	ok(str_is(written(root), "{\"SchemaVersion\":\"2018-10-08\"}"), "the least document");
	for (size_t i = 0; i < 2; i++)
		*element_value(element_add(arena, root, GROUP_RESOURCE), FIELD_ec2_instance) =
			(struct fval){.kind = FVAL_STRING, .str = STR("i-1")};
	ok(str_is(written(root), "{\"SchemaVersion\":\"2018-10-08\",\"Resources\":[{},{}],"
				 "\"ProductFields\":{\"aws/inspector/instanceId\":\"i-1\"}}"),
	   "ProductFields speak of the first resource");
	root = element_new(arena, GROUP_FINDING);
	*element_value(root, FIELD_score) =
		(struct fval){.kind = FVAL_NUMBER, .number = 10 * 2 * TYPE_SCALE};
	*element_value(root, FIELD_criticality) =
		(struct fval){.kind = FVAL_NUMBER, .number = 10 * 2 * TYPE_SCALE + 1};
	ok(str_is(written(root),
		  "{\"SchemaVersion\":\"2018-10-08\",\"ProductFields\":"
		  "{\"aws/inspector/inspectorScore\":\"10.0\"},\"Criticality\":10.0000000005}"),
	   "numbers keep Inspector's spelling, and digits beyond the ninth");
}

/* --- recorded findings of others, where the shared folder is at hand --- */

/* What the file says of itself, found without our reader. */
static bool says(struct str text, const char *key, struct str value)
{
	struct str with = str_printf(arena, "\"%s\": \"" STR_FMT "\"", key, STR_ARG(value));

	return str_contains(text, with);
}

static void test_sample(const char *dir, const char *name)
{
	struct str path = str_printf(arena, "%s/%s", dir, name), text, messages;
	bool results = strstr(name, "insight-results") != NULL;
	struct diags *d = diags_new(arena, sources_new(arena));
	struct finding **found;
	const struct fval *title, *cve;
	int code;
	size_t n;

	text = read_file(str_cstr(arena, path));
	if (results) {
		n = count_read(name, text, &messages, &code);
		ok(n == 0 && code == 3, "%s holds no finding", name);
		return;
	}
	found = findings_read(arena, d, name, text, &n);
	if (!ok(found && n == 1 && !diags_exit_code(d), "%s holds a finding", name))
		return;
	title = finding_value(found[0]->root, FIELD_title);
	cve = finding_value(found[0]->root, FIELD_cve);
	ok(title && says(text, "Title", title->str), "%s: title", name);
	ok(finding_value(found[0]->root, FIELD_severity) &&
		   finding_value(found[0]->root, FIELD_severity)->word >= 0,
	   "%s: severity", name);
	ok(finding_value(found[0]->root, FIELD_region) != NULL, "%s: region", name);
	ok(finding_value(found[0]->root, FIELD_created) != NULL, "%s: date", name);
	ok(str_contains(text, STR("\"CVE-")) == (cve != NULL) &&
		   (!cve || says(text, "Id", cve->str)),
	   "%s: cve", name);
	ok(str_contains(text, STR("\"AwsEcrContainerImage\":")) ==
		   (finding_value(found[0]->root, FIELD_repository) != NULL),
	   "%s: repository", name);
	reads_back(found[0]->root, name);
}

static void test_samples(void)
{
	static const char *const dirs[] = {"../shared/samples/asff",
					   "../shared/samples/asff-event"};

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		struct dirent **entries;
		int n = scandir(dirs[i], &entries, NULL, alphasort);

		if (n < 0) {
			skip(dirs[i], "the folder is not here");
			continue;
		}
		for (int k = 0; k < n; k++) {
			if (strstr(entries[k]->d_name, ".json"))
				test_sample(dirs[i], entries[k]->d_name);
			free(entries[k]);
		}
		free(entries);
	}
}

/* --- completing --- */

static void set(struct element *element, enum field_id id, const char *text)
{
	struct fval value = {.kind = FVAL_STRING, .str = str_from(text)};

	if (fields[id].type == TYPE_ENUM) {
		value.kind = FVAL_WORD;
		value.word = vocabulary_find(fields[id].words, value.str);
	}
	*element_value(element, id) = value;
}

static void test_complete_image(void)
{
	static const char *const packages[] = {"zlib", "", "zlib", "bash", "bash", "curl", "zlib"};
	struct element *root = element_new(arena, GROUP_FINDING);
	struct element *vulnerability = element_add(arena, root, GROUP_VULNERABILITY);
	struct element *image = element_add(arena, root, GROUP_RESOURCE);

	set(vulnerability, FIELD_cve, "CVE-2020-27619");
	for (size_t i = 0; i < 7; i++)
		set(element_add(arena, vulnerability, GROUP_PACKAGE), FIELD_package_name,
		    packages[i]);
	set(image, FIELD_repository, "project-a/web");
	set(root, FIELD_region, "cn-north-1");
	set(root, FIELD_severity, "CRITICAL");
	*element_value(root, FIELD_updated) = (struct fval){.kind = FVAL_NUMBER, .number = 5};
	finding_complete(arena, root, NULL);
	is_value(root, "title", "CVE-2020-27619 - zlib, bash and 1 more");
	is_value(root, "severity", "=CRITICAL");
	is_value(root, "record", "=ACTIVE");
	is_value(root, "workflow", "=NEW");
	is_value(root, "product", "Inspector");
	is_value(root, "product.arn", "arn:aws-cn:securityhub:cn-north-1::product/aws/inspector");
	is_value(root, "generator", "AWSInspector");
	is_value(root, "finding.type", "Software and Configuration Checks/Vulnerabilities/CVE");
	is_value(root, "resource.type", "AwsEcrContainerImage");
	is_value(root, "resource.id",
		 "arn:aws-cn:ecr:cn-north-1:111122223333:repository/project-a/web/"
		 "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	is_value(root, "finding.id", "arn:aws-cn:inspector2:cn-north-1:111122223333:finding/"
				     "0123456789abcdef0123456789abcdef");
	is_value(root, "created", "1970-01-01T00:00:00.000000005Z");
	reads_back(root, "the completed image");
}

/* What an id tells is read back, so it is in the record, unless chosen not to be. */
static void test_complete_from_id(void)
{
	bool fixed[FIELD_COUNT] = {[FIELD_repository] = true};
	struct element *root = element_new(arena, GROUP_FINDING);
	struct element *image = element_add(arena, root, GROUP_RESOURCE);

	set(image, FIELD_resource_type, "AwsEcrContainerImage");
	set(image, FIELD_resource_id, "arn:aws:ecr:eu-west-1:444455556666:repository/a/sha256:0f");
	finding_complete(arena, root, fixed);
	is_value(root, "repository", "~");
	is_value(root, "image.digest", "sha256:0f");
	finding_complete(arena, root, NULL);
	is_value(root, "repository", "a");
	reads_back(root, "an image known by its id");
}

/* Whatever is set or chosen to be absent stays: every field alone, both ways. */
static void test_complete_keeps(void)
{
	bool fixed[FIELD_COUNT] = {false}, kept = true, all[FIELD_COUNT];
	struct element *root;

	for (unsigned id = 0; id < FIELD_COUNT; id++) {
		root = element_new(arena, GROUP_FINDING);
		element_add(arena, root, GROUP_RESOURCE);
		set(element_add(arena, root, GROUP_VULNERABILITY), FIELD_cve, "CVE-2024-0001");
		if (!finding_value(root, id) && id != FIELD_cve) {
			fixed[id] = true;
			finding_complete(arena, root, fixed);
			fixed[id] = false;
			if (finding_value(root, id) && (kept = false) == false)
				printf("# %s was filled\n", fields[id].name);
			kept = kept && read_text(written(root)) &&
			       same_element(root, read_text(written(root))->root);
		}
	}
	ok(kept, "a field chosen to be absent stays absent, and what is made reads back equal");
	root = fixture("asff-ecr-full.json")->root;
	struct str before = written(root);

	finding_complete(arena, root, NULL);
	ok(str_eq(before, written(root)), "a whole finding is not changed");
	for (unsigned id = 0; id < FIELD_COUNT; id++)
		all[id] = true;
	root = element_new(arena, GROUP_FINDING);
	finding_complete(arena, root, all);
	ok(str_is(written(root), "{\"SchemaVersion\":\"2018-10-08\"}"),
	   "nothing is added where all was chosen");
}

static void test_complete_kinds(void)
{
	static const struct {
		enum field_id field;
		const char *value, *type, *id, *product;
	} kinds[] = {
		{FIELD_lambda_runtime, "PYTHON_3_12", "AwsLambdaFunction",
		 "arn:aws:lambda:us-east-1:111122223333:function:example", "Inspector"},
		{FIELD_ec2_vpc, "vpc-01234567", "AwsEc2Instance",
		 "arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0", "Inspector"},
		{FIELD_resource_type, "AwsS3Bucket", "AwsS3Bucket",
		 "arn:aws:s3:us-east-1:111122223333:example", "Inspector"},
		{FIELD_control, "ECR.1", "Other", "arn:aws:s3:us-east-1:111122223333:example",
		 "Security Hub"},
		{FIELD_product, "GuardDuty", "Other", "arn:aws:s3:us-east-1:111122223333:example",
		 "GuardDuty"},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct element *root = element_new(arena, GROUP_FINDING), *at = root;

		if (fields[kinds[i].field].group == GROUP_RESOURCE)
			at = element_add(arena, root, GROUP_RESOURCE);
		set(at, kinds[i].field, kinds[i].value);
		finding_complete(arena, root, NULL);
		is_value(root, "resource.type", kinds[i].type);
		is_value(root, "resource.id", kinds[i].id);
		is_value(root, "product", kinds[i].product);
		reads_back(root, kinds[i].type);
	}
}

static void test_summary(void)
{
	static const struct {
		const char *file, *line;
	} lines[] = {
		{"asff-ecr-full.json",
		 "cve CVE-2024-6119, severity MEDIUM, repository project-a/orders"},
		{"asff-lambda.json",
		 "cve GHSA-9wx4-h78v-vm56, severity LOW, lambda.name invoice-mailer"},
		{"asff-control.json",
		 "control ECR.1, severity HIGH, resource.id "
		 "arn:aws:ecr:ap-northeast-1:111122223333:repository/project-a/orders"},
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct str got = finding_summary(arena, fixture(lines[i].file)->root);

		if (!ok(str_is(got, lines[i].line), "summary: %s", lines[i].line))
			printf("# " STR_FMT "\n", STR_ARG(got));
	}
	ok(finding_summary(arena, element_new(arena, GROUP_FINDING)).len > 0, "summary of nothing");
}

int main(void)
{
	arena = arena_new();
	test_writing();
	test_samples();
	test_complete_image();
	test_complete_from_id();
	test_complete_keeps();
	test_complete_kinds();
	test_summary();
	arena_free(arena);
	return done();
}
