/* SPDX-License-Identifier: Apache-2.0
 *
 * ASFF in: every field of the shape, every trap, every wrapping. */
#include "record.h"

#include <string.h>

static const struct element *vulnerability(const struct finding *finding)
{
	return finding->root->children[GROUP_VULNERABILITY][0];
}

static const struct element *resource(const struct finding *finding, size_t i)
{
	return finding->root->children[GROUP_RESOURCE][i];
}

/* Every field that an image of ECR can have; ~ is none. */
static const struct {
	const char *field, *value;
} full_image[] = {
	{"severity", "=MEDIUM"},
	{"score", "15000000000"},
	{"title", "CVE-2024-6119 - libssl3, openssl"},
	{"description", "Checking the name of a certificate may read from an invalid address."},
	{"finding.type", "Software and Configuration Checks/Vulnerabilities/CVE"},
	{"finding.id", "arn:aws:inspector2:ap-northeast-1:111122223333:finding/"
		       "7c1e52d0a94b4c0f8d3ab6e2f5901c44"},
	{"account", "111122223333"},
	{"account.name", "orders-production"},
	{"first_observed", "2026-02-03T04:05:06.789Z"},
	{"last_observed", "2026-03-01T00:00:00Z"},
	{"created", "2026-02-03T04:05:06.789Z"},
	{"updated", "2026-03-02T10:20:30.123456789Z"},
	{"workflow", "=NOTIFIED"},
	{"record", "=ACTIVE"},
	{"note", "with the orders team since Monday"},
	{"verification", "=TRUE_POSITIVE"},
	{"criticality", "160000000000"},
	{"product", "Inspector"},
	{"product.arn", "arn:aws:securityhub:ap-northeast-1::product/aws/inspector"},
	{"generator", "AWSInspector"},
	{"control", "~"},
	{"compliance", "~"},
	{"protocol", "~"},
	{"port", "~"},
	{"resource.type", "AwsEcrContainerImage"},
	{"region", "ap-northeast-1"},
	{"cloud", "AWS"},
	{"repository", "project-a/orders"},
	{"image.digest", "sha256:4f6d1c0e9b8a7f6e5d4c3b2a19087f6e5d4c3b2a19087f6e5d4c3b2a19087f6e"},
	{"image.pushed", "2026-01-31T23:59:59Z"},
	{"image.architecture", "arm64"},
	{"image.registry", "111122223333"},
	{"image.platform", "DEBIAN_12"},
	{"image.in_use", "~"},
	{"ec2.instance", "~"},
	{"lambda.name", "~"},
	{"cve", "CVE-2024-6119"},
	{"fix", "=PARTIAL"},
	{"exploit", "=YES"},
	{"exploit.last_seen", "2025-11-30T03:00:00Z"},
	{"epss", "9420000"},
	{"vendor.name", "DEBIAN_CVE"},
	{"vendor.severity", "not yet assigned"},
};

static void test_full_image(void)
{
	struct finding *finding = fixture("asff-ecr-full.json");
	const struct element *image = resource(finding, 0);

	for (size_t i = 0; i < sizeof full_image / sizeof *full_image; i++)
		is_value(finding->root, full_image[i].field, full_image[i].value);
	is_list(vulnerability(finding), GROUP_PACKAGE, "package.name", "libssl3|openssl");
	is_list(vulnerability(finding), GROUP_PACKAGE, "package.version", "3.0.11|3.0.11");
	is_list(vulnerability(finding), GROUP_PACKAGE, "package.manager", "OS|GENERIC");
	is_list(vulnerability(finding), GROUP_PACKAGE, "package.path", "~|opt/bundle/openssl");
	is_list(vulnerability(finding), GROUP_PACKAGE, "package.fixed_in", "0:3.0.14-1~deb12u2|~");
	is_list(vulnerability(finding), GROUP_CVSS, "cvss", "15000000000|10000000000");
	is_list(vulnerability(finding), GROUP_RELATED, "related", "DSA-5764-1|RHSA-2024:6783");
	is_list(image, GROUP_IMAGE_TAG, "image.tag", "v1.4.2|latest");
	ok(image->n_map == 2 && str_is(image->map[0].key, "team") &&
		   str_is(image->map[1].value, "N/A"),
	   "tags are kept, a customer's N/A too");
	ok(finding->root->n_map == 2 && str_is(finding->root->map[0].value, "orders"),
	   "user-defined fields are kept");
	ok(str_starts(finding->text, STR("{")) && str_ends(finding->text, STR("}")),
	   "the document is at hand");
}

static void test_original(void)
{
	struct finding *finding = fixture("asff-ecr-full.json");

	is_value(finding->original, "severity", "=HIGH");
	is_value(finding->original, "workflow", "=NEW");
	is_value(finding->original, "note", "~");
	is_value(finding->original, "verification", "~");
	ok(finding->original->n_map == 0, "the original has no fields");
	is_value(finding->original, "title", "CVE-2024-6119 - libssl3, openssl");
	ok(finding->original->children[GROUP_RESOURCE] == finding->root->children[GROUP_RESOURCE],
	   "the rest is shared");
	is_value(finding->root, "workflow", "=NOTIFIED");
	finding = line("'Severity':{'Label':'LOW'},'FindingProviderFields':{'Severity':{}}");
	is_value(finding->original, "severity", "=LOW");
}

static void test_other_resources(void)
{
	struct finding *ec2 = fixture("asff-ec2.json"), *lambda = fixture("asff-lambda.json");

	is_value(ec2->root, "ec2.instance", "i-0a1b2c3d4e5f60718");
	is_value(ec2->root, "ec2.image", "ami-0f0e0d0c0b0a09080");
	is_value(ec2->root, "ec2.vpc", "vpc-01234567");
	is_value(ec2->root, "ec2.subnet", "subnet-89abcdef");
	is_value(ec2->root, "resource.id",
		 "arn:aws:ec2:ap-northeast-1:111122223333:i-0a1b2c3d4e5f60718");
	is_value(ec2->root, "score", "20000000000");
	is_value(ec2->root, "repository", "~");
	is_value(lambda->root, "lambda.name", "invoice-mailer");
	is_value(lambda->root, "lambda.runtime", "PYTHON_3_12");
	is_list(resource(lambda, 0), GROUP_LAMBDA_LAYER, "lambda.layer",
		"arn:aws:lambda:ap-northeast-1:111122223333:layer:base:3|"
		"arn:aws:lambda:ap-northeast-1:111122223333:layer:http:11");
	is_value(lambda->root, "score", "~");
	is_value(lambda->root, "epss", "100000");
	is_value(lambda->root, "cve", "GHSA-9wx4-h78v-vm56");
}

static void test_old_and_closed(void)
{
	struct finding *finding = fixture("asff-ecr-closed.json");

	is_value(finding->root, "record", "=ARCHIVED");
	is_value(finding->root, "workflow", "=NEW");
	is_value(finding->root, "severity", "=HIGH");
	is_value(finding->root, "region", "ap-northeast-1");
	is_value(finding->root, "repository", "legacy_tools/report.gen");
	is_value(finding->root, "image.digest",
		 "sha256:4f6d1c0e9b8a7f6e5d4c3b2a19087f6e5d4c3b2a19087f6e5d4c3b2a19087f6e");
	is_value(finding->root, "fix", "~");
	is_value(finding->root, "exploit", "~");
	is_value(finding->root, "vendor.name", "~");
	ok(resource(finding, 0)->n_children[GROUP_IMAGE_TAG] == 0, "an untagged image has no tag");
	ok(vulnerability(finding)->n_children[GROUP_CVSS] == 0, "an empty Cvss is no element");
}

static void test_other_products(void)
{
	struct finding *control = fixture("asff-control.json");
	struct finding *guardduty = fixture("asff-guardduty.json");

	is_value(control->root, "control", "ECR.1");
	is_value(control->root, "compliance", "=FAILED");
	is_value(control->root, "resource.type", "AwsEcrRepository");
	is_value(control->root, "repository", "~");
	ok(control->root->n_children[GROUP_VULNERABILITY] == 0, "a control has no vulnerability");
	is_value(guardduty->root, "severity", "=MEDIUM");
	is_value(guardduty->root, "finding.type", "TTPs/Persistence/Example");
	is_list(guardduty->root, GROUP_RESOURCE, "resource.type",
		"AwsIamAccessKey|AwsS3Bucket|AwsEcrContainerImage");
	is_value(guardduty->root, "region", "ap-northeast-1");
	is_list(guardduty->root, GROUP_RESOURCE, "repository", "~|~|project-b");
	ok(resource(guardduty, 1)->n_map == 1 && resource(guardduty, 0)->n_map == 0,
	   "tags belong to their resource");
}

static void test_severity_bands(void)
{
	static const struct {
		const char *normalized, *word;
	} bands[] = {
		{"0", "=INFORMATIONAL"}, {"1", "=LOW"},	       {"39", "=LOW"},	{"39.5", "=MEDIUM"},
		{"40", "=MEDIUM"},	 {"69", "=MEDIUM"},    {"70", "=HIGH"}, {"89", "=HIGH"},
		{"90", "=CRITICAL"},	 {"1e2", "=CRITICAL"}, {"101", "~"},	{"-1", "~"},
		{"'70'", "~"},		 {"1e400", "~"},       {"null", "~"},
	};

	for (size_t i = 0; i < sizeof bands / sizeof *bands; i++) {
		struct str body =
			str_printf(arena, "'Severity':{'Normalized':%s}", bands[i].normalized);

		is_value(line(str_cstr(arena, body))->root, "severity", bands[i].word);
	}
	is_value(line("'Severity':{'Label':'LOW','Normalized':90}")->root, "severity", "=LOW");
	is_value(line("'Severity':{'Label':'N/A','Normalized':90}")->root, "severity", "=CRITICAL");
	is_value(line("'Severity':{'Label':'SEVERE','Normalized':90}")->root, "severity",
		 "!SEVERE");
}

/* What is absent, what is another word, what is present and empty. */
static void test_absence(void)
{
	static const struct {
		const char *body, *field, *value;
	} traps[] = {
		{"", "title", "~"},
		{"'Title':null", "title", "~"},
		{"'Title':[]", "title", "~"},
		{"'Title':'N/A'", "title", "~"},
		{"'Title':''", "title", ""},
		{"'Title':7", "title", "~"},
		{"'Title':{'Text':'x'}", "title", "~"},
		{"'Title':'n/a'", "title", "n/a"},
		{"'Types':[]", "finding.type", "~"},
		{"'Types':null", "finding.type", "~"},
		{"'Types':'TTPs'", "finding.type", "~"},
		{"'Types':['A/B','Software and Configuration Checks/Vulnerabilities/CVE']",
		 "finding.type", "Software and Configuration Checks/Vulnerabilities/CVE"},
		{"'Types':[null,7,'A/B','C/D']", "finding.type", "A/B"},
		{"'Workflow':{'Status':'new'}", "workflow", "!new"},
		{"'Workflow':{'Status':''}", "workflow", "!"},
		{"'Workflow':{'Status':1}", "workflow", "!1"},
		{"'Workflow':{'Status':false}", "workflow", "!false"},
		{"'Workflow':{'Status':['NEW']}", "workflow", "~"},
		{"'Workflow':'NEW'", "workflow", "~"},
		{"'Workflow':null", "workflow", "~"},
		{"'CreatedAt':'2026-02-30T00:00:00Z'", "created", "~"},
		{"'CreatedAt':'yesterday'", "created", "~"},
		{"'CreatedAt':1767225600", "created", "~"},
		{"'Criticality':'80'", "criticality", "~"},
		{"'Criticality':80.5", "criticality", "161000000000"},
		{"'Criticality':1e300", "criticality", "9223372036854775807"},
		{"'Criticality':-1e300", "criticality", "-9223372036854775808"},
		{"'AwsAccountId':111122223333", "account", "~"},
		{"'AwsAccountId':'000000000001'", "account", "000000000001"},
		{"'ProductFields':{'aws/inspector/inspectorScore':'10.0'}", "score", "20000000000"},
		{"'ProductFields':{'aws/inspector/inspectorScore':'7.50'}", "score", "15000000000"},
		{"'ProductFields':{'aws/inspector/inspectorScore':7.5}", "score", "~"},
		{"'ProductFields':{'aws/inspector/inspectorScore':'7.5 '}", "score", "~"},
		{"'ProductFields':{'aws/inspector/inspectorScore':'high'}", "score", "~"},
		{"'ProductFields':{'aws/inspector/inspectorScore':'07.5'}", "score", "~"},
		{"'ProductFields':{'aws/inspector/inspectorScore':''}", "score", "~"},
		{"'Vulnerabilities':[{'EpssScore':'0.5'}]", "epss", "~"},
		{"'Vulnerabilities':[{'EpssScore':0.70000000001}]", "epss", "1400000001"},
		{"'Vulnerabilities':[{'EpssScore':5e-05}]", "epss", "100000"},
		{"'Vulnerabilities':[{'FixAvailable':'SOON'}]", "fix", "!SOON"},
		{"'Vulnerabilities':[null,'x',{'Id':'CVE-2024-0001'}]", "cve", "CVE-2024-0001"},
		{"'Vulnerabilities':{'Id':'CVE-2024-0001'}", "cve", "~"},
		{"'Region':'eu-west-1','Resources':[{}]", "region", "eu-west-1"},
		{"'Region':'eu-west-1','Resources':[{'Region':null}]", "region", "eu-west-1"},
		{"'Region':'eu-west-1','Resources':[{'Region':''}]", "region", ""},
		{"'Region':'eu-west-1'", "region", "eu-west-1"},
	};

	for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
		struct finding *finding = line(traps[i].body);

		if (finding)
			is_value(finding->root, traps[i].field, traps[i].value);
		else
			ok(false, "%s is read", traps[i].body);
	}
}

static void test_lists(void)
{
	struct finding *finding = line(
		"'Resources':[{'Details':{'AwsEcrContainerImage':{'ImageTags':"
		"['',null,'N/A',5,'v1',['x'],'v1']}}}],'Vulnerabilities':[{'VulnerablePackages':"
		"[{},'zlib',{'Name':'a','FixedInVersion':'N/A'}],"
		"'Cvss':[{'BaseScore':'9.8'},{}]}]");

	is_list(resource(finding, 0), GROUP_IMAGE_TAG, "image.tag", "|v1|v1");
	is_list(vulnerability(finding), GROUP_PACKAGE, "package.name", "~|a");
	is_list(vulnerability(finding), GROUP_PACKAGE, "package.fixed_in", "~|~");
	is_list(vulnerability(finding), GROUP_CVSS, "cvss", "~|~");
	finding = line("'UserDefinedFields':{'a':'','b':null,'c':5,'d':'N/A','':'x'}");
	ok(finding->root->n_map == 3 && str_is(finding->root->map[0].value, "") &&
		   str_is(finding->root->map[1].value, "N/A") && finding->root->map[2].key.len == 0,
	   "a map keeps its texts, the empty one too, and nothing else");
	finding = line("'ProductFields':{'aws/inspector/instanceId':'i-1'},"
		       "'Resources':[null,{},{}]");
	is_list(finding->root, GROUP_RESOURCE, "ec2.instance", "i-1|~");
	finding = line("'UserDefinedFields':[],'Resources':[{'Tags':null}]");
	ok(finding->root->n_map == 0, "a map that is none is empty");
}

/* The repository of an ARN: never from anything that is not an image's. */
static void test_arns(void)
{
#define IMAGE "AwsEcrContainerImage"
#define ECR "arn:aws:ecr:us-east-1:111122223333:repository/"
	static const struct {
		const char *type, *arn, *repository, *digest;
	} arns[] = {
		{IMAGE, ECR "a/b/sha256:00", "a/b", "sha256:00"},
		{IMAGE, "arn:aws-cn:ecr:cn-north-1:111122223333:repository/a/sha256:f", "a",
		 "sha256:f"},
		{IMAGE, "arn:aws:x:ecr:111122223333:repository/a/sha256:f", "~", "~"},
		{IMAGE, ECR "sha256/sha256:0", "sha256", "sha256:0"},
		{"AwsEcrRepository", ECR "a/b/sha256:00", "~", "~"},
		{IMAGE, ECR "a/b", "~", "~"},
		{IMAGE, ECR "sha256:00", "~", "~"},
		{IMAGE, ECR "/sha256:00", "~", "~"},
		{IMAGE, ECR "a/sha256:", "~", "~"},
		{IMAGE, "arn:aws:ecr:us-east-1:111122223333:image/a/sha256:00", "~", "~"},
		{IMAGE, "arn:aws:ecs:us-east-1:111122223333:repository/a/sha256:00", "~", "~"},
		{IMAGE, "urn:aws:ecr:us-east-1:111122223333:repository/a/sha256:00", "~", "~"},
		{IMAGE, "arn:aws:ecr", "~", "~"},
		{IMAGE, "", "~", "~"},
	};

	for (size_t i = 0; i < sizeof arns / sizeof *arns; i++) {
		struct str body = str_printf(arena, "'Resources':[{'Type':'%s','Id':'%s'}]",
					     arns[i].type, arns[i].arn);
		struct finding *finding = line(str_cstr(arena, body));

		is_value(finding->root, "repository", arns[i].repository);
		is_value(finding->root, "image.digest", arns[i].digest);
	}
#undef IMAGE
#undef ECR
}

static void test_strangers(void)
{
	static const struct {
		const char *text, *why;
	} strangers[] = {
		{"null", "no object"},
		{"{}", "no finding"},
		{"{\"SchemaVersion\":1}", "no finding"},
		{"{\"findingArn\":5}", "no finding"},
		{"{\"unmapped\":{},\"class_uid\":2002}", "Security Lake"},
		{"{\"insightResults\":[]}", "results of an insight"},
	};

	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
		const char *why = "";

		ok(!read_one(arena, str_from(strangers[i].text), &why) &&
			   strstr(why, strangers[i].why),
		   "%s: %s", strangers[i].text, why);
	}
}

static void test_documents(void)
{
	static const struct {
		const char *file;
		size_t n;
	} files[] = {
		{"asff-ecr-full.json", 1},	 {"asff-get-findings.json", 3},
		{"asff-lines.ndjson", 3},	 {"event-imported.json", 1},
		{"event-custom-action.json", 1},
	};
	struct str messages;
	int code;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct str path = str_printf(arena, FIXTURES "%s", files[i].file);
		size_t n = count_read(files[i].file, read_file(str_cstr(arena, path)), &messages,
				      &code);

		if (!ok(n == files[i].n && code == 0 && !messages.len, "%s holds %zu",
			files[i].file, files[i].n))
			printf("# %zu, exit %d: " STR_FMT "\n", n, code, STR_ARG(messages));
	}
}

/* A text, how many findings it holds, and what is said about it. */
static void test_wrappings(void)
{
#define ONE "{\"SchemaVersion\":\"2018-10-08\",\"Id\":\"a\"}"
	static const struct {
		const char *text;
		size_t n;
		int code;
		const char *said;
	} texts[] = {
		{"[" ONE "," ONE "]", 2, 0, ""},
		{"\xef\xbb\xbf" ONE, 1, 0, ""},
		{"{\"findings\":[" ONE "]}", 1, 0, ""},
		{"{\"Findings\":[" ONE "," ONE "],\"NextToken\":\"x\"}", 2, 0, ""},
		{"[{\"detail\":{\"findings\":[" ONE "]}},{\"detail\":{\"findings\":[" ONE "]}}]", 2,
		 0, ""},
		{ONE "\n\r\n" ONE "\r\n", 2, 0, ""},
		{"[" ONE ",{},{\"class_uid\":1,\"unmapped\":{}}]", 1, 0, "2 of 3 documents"},
		{"[" ONE ",{},{\"class_uid\":1,\"unmapped\":{}}]", 1, 0,
		 "[2]: an OCSF finding as Security Lake keeps it"},
		{"[" ONE ",{\"findingArn\":\"x\"},{\"class_uid\":1}," ONE "]", 4, 0, ""},
		{"{\"findings\":[" ONE ",7]}", 1, 0, "findings[1]: no object"},
		{ONE "\n{}\n", 1, 0, "line 2: no finding"},
		{"", 0, 3, "line 1, column 1"},
		{"  \n ", 0, 3, "line 2"},
		{"{}", 0, 3, "holds no finding"},
		{"[]", 0, 3, "holds no finding"},
		{"{\"findings\":[]}", 0, 3, "holds no finding"},
		{"{\"detail-type\":\"Inspector2 Scan\",\"detail\":{}}", 0, 3,
		 "detail: the event `Inspector2 Scan`: no finding"},
		{"[[[[[[" ONE "]]]]]]", 0, 3, "holds no finding"},
		{"{\"SchemaVersion\":", 0, 3, "line 1, column 18"},
		{ONE "\n{\"a\":1,\n", 0, 3, "line 2, column"},
		{"{\n\"a\": 01\n}", 0, 3, "line 2, column"},
		{"{\"SchemaVersion\":\"2018-10-08\",\"Id\":\"a\",\"Id\":\"b\"}", 0, 3, "column 40"},
		{"{\"SchemaVersion\":\"2018-10-08\",\"Id\":\"\xff\"}", 0, 3, "line 1"},
		{"[{},{},{},{},{},{},{}]", 0, 3, "and 2 more"},
	};
	struct str messages;
	int code;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		size_t n = count_read("findings.json", str_from(texts[i].text), &messages, &code);
		bool said = str_contains(messages, str_from(texts[i].said)) &&
			    (*texts[i].said != '\0') == (messages.len > 0);

		if (!ok(n == texts[i].n && code == texts[i].code && said, "wrapping %zu: %s", i,
			texts[i].said))
			printf("# %zu, exit %d: " STR_FMT "\n", n, code, STR_ARG(messages));
	}
	count_read("insight.json", read_file(FIXTURES "event-insight-results.json"), &messages,
		   &code);
	ok(code == 3 && str_contains(messages, STR("results of an insight")),
	   "an insight's results");
#undef ONE
}

/* A list of one has its place in the child, a longer one elsewhere. */
static void test_children(void)
{
	struct element *root = element_new(arena, GROUP_FINDING), *made[9];
	unsigned wrong = 0;

	for (size_t n = 0; n < sizeof made / sizeof *made;) {
		made[n] = element_add(arena, root, GROUP_PORT);
		n++;
		wrong += root->n_children[GROUP_PORT] != n;
		for (size_t i = 0; i < n; i++)
			wrong += root->children[GROUP_PORT][i] != made[i];
	}
	ok(!wrong, "nine children, in order as they come");
}

int main(void)
{
	arena = arena_new();
	test_full_image();
	test_original();
	test_other_resources();
	test_old_and_closed();
	test_other_products();
	test_severity_bands();
	test_absence();
	test_lists();
	test_children();
	test_arns();
	test_strangers();
	test_documents();
	test_wrappings();
	arena_free(arena);
	return done();
}
