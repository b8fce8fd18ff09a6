/* SPDX-License-Identifier: Apache-2.0
 *
 * Inspector's filters: what is emitted for a condition, or why it is refused and which finding
 * shows it. Every filter was read back and proved equal before it is seen here. */
#include "checked.h"
#include "target/compile.h"

static struct checked k;
static struct compilation c;

static const char head[] = "edition 1; policy \"p\" { owner \"o\"; } ";

static struct plan *compile_text(const char *policy)
{
	k = check_text_of(policy);
	c = (struct compilation){
		.arena = k.arena, .diags = k.diags, .sources = k.sources, .policy = k.policy};
	if (!k.policy || k.errors.len)
		return NULL;
	c.lower = lower_new(k.arena, engine_new(k.arena), k.policy);
	return compile_policy(&c);
}

/* --- filters in few words: `name: =equal ^prefix !other 1..2 key=value {name=x version^y}` --- */

static void show_value(struct strbuf *b, const struct json *v);

static const char *sign_of(const struct json *test)
{
	struct str comparison = json_text(json_get(test, "comparison"));

	return str_is(comparison, "EQUALS") ? "=" : str_is(comparison, "PREFIX") ? "^" : "!";
}

static void show_package(struct strbuf *b, const struct json *v)
{
	strbuf_puts(b, " {");
	for (size_t i = 0; i < v->n; i++) {
		strbuf_puts(b, i ? " " : "");
		strbuf_add(b, v->keys[i]);
		strbuf_puts(b, sign_of(v->items[i]));
		strbuf_add(b, json_text(json_get(v->items[i], "value")));
	}
	strbuf_puts(b, "}");
}

static void show_bounds(struct strbuf *b, const struct json *lo, const struct json *hi)
{
	strbuf_puts(b, " ");
	strbuf_add(b, lo ? lo->text : STR("*"));
	strbuf_puts(b, "..");
	strbuf_add(b, hi ? hi->text : STR("*"));
}

static void show_value(struct strbuf *b, const struct json *v)
{
	if (json_get(v, "key")) {
		strbuf_puts(b, " ");
		strbuf_add(b, json_text(json_get(v, "key")));
		strbuf_puts(b, "=");
		strbuf_add(b, json_text(json_get(v, "value")));
	} else if (json_get(v, "comparison")) {
		strbuf_puts(b, " ");
		strbuf_puts(b, sign_of(v));
		strbuf_add(b, json_text(json_get(v, "value")));
	} else if (json_get(v, "lowerInclusive")) {
		show_bounds(b, json_get(v, "lowerInclusive"), json_get(v, "upperInclusive"));
	} else if (json_get(v, "beginInclusive")) {
		show_bounds(b, json_get(v, "beginInclusive"), json_get(v, "endInclusive"));
	} else if (json_get(v, "startInclusive") || json_get(v, "endInclusive")) {
		show_bounds(b, json_get(v, "startInclusive"), json_get(v, "endInclusive"));
	} else {
		show_package(b, v);
	}
}

static void show_filter(struct strbuf *b, const struct artefact *a)
{
	struct json_error error;
	const struct json *all = json_get(json_parse(k.arena, a->text, &error), "filterCriteria");

	for (size_t i = 0; i < all->n; i++) {
		strbuf_puts(b, i ? "; " : "");
		strbuf_add(b, all->keys[i]);
		strbuf_puts(b, ":");
		for (size_t j = 0; j < all->items[i]->n; j++)
			show_value(b, all->items[i]->items[j]);
	}
	for (size_t i = 0; i < a->n_regions; i++) {
		strbuf_puts(b, i ? " " : " @ ");
		strbuf_add(b, a->regions[i]);
	}
}

/* The filters, or the first message. Its id tells what other mechanisms can, which is not asked
 * here. */
static struct str result(bool compiled)
{
	struct json_error error;
	const struct json *line;
	struct str json = diags_json(c.diags, k.arena);
	struct strbuf b;
	size_t n = 0;

	strbuf_init(&b, k.arena);
	for (size_t i = 0; compiled && i < c.artefacts.n; i++) {
		strbuf_puts(&b, i ? " | " : "");
		show_filter(&b, &c.artefacts.items[i]);
	}
	if (compiled)
		return strbuf_str(&b);
	while (n < json.len && json.ptr[n] != '\n')
		n++;
	line = json_parse(k.arena, str_slice(json, 0, n), &error);
	strbuf_add(&b, json_text(json_get(line, "message")));
	return strbuf_str(&b);
}

static const struct row_of {
	const char *when, *expected;
} rows[] = {
	/* texts */
	{"cve == CVE-2020-27619", "vulnerabilityId: =CVE-2020-27619"},
	{"account in [111122223333, 444455556666]", "awsAccountId: =111122223333 =444455556666"},
	{"vendor.name startswith \"NV\" or vendor.name == \"x\"", "vulnerabilitySource: =x ^NV"},
	{"related == \"USN-1\"", "relatedVulnerabilities: =USN-1"},
	{"vendor.name contains \"x\"",
	 "an Inspector filter cannot say this test on `vendor.name` exactly"},
	{"vendor.severity endswith \"x\"",
	 "an Inspector filter cannot say this test on `vendor.severity` exactly"},
	{"cve exists", "an Inspector filter cannot say this test on `cve` exactly"},
	{"cve not exists", "an Inspector filter cannot exclude values of `cve`"},
	/* exclusions: only of what is always there beside the rest */
	{"account != 111122223333", "awsAccountId: !111122223333"},
	{"not (account startswith \"1111\")", "`account` (account) has no such comparison"},
	{"cve != CVE-2020-27619",
	 "findingType: =PACKAGE_VULNERABILITY; vulnerabilityId: !CVE-2020-27619"},
	{"cve != CVE-2020-27619 and fix == NO",
	 "fixAvailable: =NO; vulnerabilityId: !CVE-2020-27619"},
	{"cve not in [CVE-2020-27619, CVE-2020-27620] and finding.type == PACKAGE_VULNERABILITY",
	 "findingType: =PACKAGE_VULNERABILITY; vulnerabilityId: !CVE-2020-27619 "
	 "!CVE-2020-27620"},
	{"vendor.name != \"NVD\" and fix == NO",
	 "an Inspector filter cannot exclude values of `vendor.name`"},
	{"not (finding.id startswith \"arn:x\")",
	 "an Inspector filter cannot say this test on `finding.id` exactly"},
	/* words */
	{"severity in [LOW, UNTRIAGED]", "severity: =LOW =UNTRIAGED"},
	{"severity != LOW", "severity: =INFORMATIONAL =MEDIUM =HIGH =CRITICAL =UNTRIAGED"},
	{"fix != YES", "fixAvailable: =NO =PARTIAL"},
	{"not (fix == YES)", "an Inspector filter cannot exclude values of `fix`"},
	{"exploit exists", "exploitAvailable: =YES =NO"},
	{"finding.type == NETWORK_REACHABILITY", "findingType: =NETWORK_REACHABILITY"},
	{"resource.type in [ec2_instance, gcp_function]",
	 "resourceType: =AWS_EC2_INSTANCE =cloudfunctions.googleapis.com/Function"},
	{"resource.type != ecr_image", "resourceType: !AWS_ECR_CONTAINER_IMAGE"},
	{"resource.type == \"AwsS3Bucket\"", "an Inspector filter cannot test `resource.type`"},
	/* what it does not carry, and what it changes */
	{"workflow == NEW", "an Inspector filter cannot test `workflow`"},
	{"record == ACTIVE", "an Inspector filter cannot test `record`"},
	{"field[\"a\"] == \"b\" and fix == NO", "an Inspector filter cannot test `field[\"a\"]`"},
	/* numbers: bounds inside, both of them */
	{"epss <= 0.1", "epssScore: 0..0.1"},
	{"epss >= 0.5", "epssScore: 0.5..1"},
	{"score in 4.0..6.9", "inspectorScore: 4..6.9"},
	{"score > 7.0", "inspectorScore: 7.1..10"},
	{"score < 7.0", "inspectorScore: 0..6.9"},
	{"epss < 0.1", "an Inspector filter cannot hold this bound of `epss`"},
	{"not (score >= 7.0)", "an Inspector filter cannot exclude values of `score`"},
	{"image.in_use > 3 and resource.type == ecr_image",
	 "ecrImageInUseCount: 4..999999999; resourceType: =AWS_ECR_CONTAINER_IMAGE"},
	{"image.in_use < 1 and resource.type == ecr_image",
	 "ecrImageInUseCount: 0..0; resourceType: =AWS_ECR_CONTAINER_IMAGE"},
	/* dates: whole seconds, which the end of a day is not */
	{"first_observed >= 2026-01-01", "firstObservedAt: 2026-01-01T00:00:00Z..*"},
	{"updated > 2026-01-01", "updatedAt: 2026-01-02T00:00:00Z..*"},
	{"last_observed <= 2026-01-01T23:59:59Z", "lastObservedAt: *..2026-01-01T23:59:59Z"},
	{"last_observed <= 2026-01-01",
	 "an Inspector filter cannot hold this bound of `last_observed`"},
	{"first_observed.age > 90d", "an Inspector filter cannot test the age of `first_observed`"},
	{"first_observed exists",
	 "an Inspector filter cannot say this test on `first_observed` exactly"},
	/* images of each cloud */
	{"repository == \"web\" and resource.type == ecr_image",
	 "ecrImageRepositoryName: =web; resourceType: =AWS_ECR_CONTAINER_IMAGE"},
	{"repository == \"web\" and cloud == \"AZURE\"",
	 "cloudImageRepositoryName: =web; cloudProvider: =AZURE; resourceType: "
	 "=Microsoft.ContainerRegistry/registry/containerImage"},
	{"image.digest startswith \"sha256:0\"",
	 "ecrImageHash: ^sha256:0; resourceType: =AWS_ECR_CONTAINER_IMAGE | cloudImageDigest: "
	 "^sha256:0; resourceType: =Microsoft.ContainerRegistry/registry/containerImage "
	 "=artifactregistry.googleapis.com/DockerImage"},
	{"not (repository in [\"aa\", \"bb\"]) and resource.type == ecr_image",
	 "ecrImageRepositoryName: !aa !bb; resourceType: =AWS_ECR_CONTAINER_IMAGE"},
	{"not (repository == \"aa\")", "an Inspector filter cannot exclude values of `repository`"},
	{"not (repository == \"aa\") and resource.type in [ecr_image, ec2_instance]",
	 "resourceType: =AWS_EC2_INSTANCE | ecrImageRepositoryName: !aa; resourceType: "
	 "=AWS_ECR_CONTAINER_IMAGE"},
	{"repository endswith \"x\" and resource.type == ecr_image",
	 "an Inspector filter cannot say this test on `repository` exactly"},
	{"image.registry == 111122223333",
	 "ecrImageRegistry: =111122223333; resourceType: =AWS_ECR_CONTAINER_IMAGE"},
	{"cloud == \"GCP\"", "cloudProvider: =GCP"},
	{"cloud == \"AWS\"", "an Inspector filter cannot test this value of `cloud`"},
	/* lists: some entry */
	{"image.tag == \"v1\" and resource.type == ecr_image",
	 "ecrImageTags: =v1; resourceType: =AWS_ECR_CONTAINER_IMAGE"},
	{"not (image.tag == \"v1\") and resource.type == ecr_image",
	 "an Inspector filter cannot say of `image.tag` that no element meets a test"},
	{"image.tag == \"a\" and image.tag == \"b\" and resource.type == ecr_image",
	 "an Inspector filter cannot say this of the elements of `image.tag`"},
	{"lambda.layer startswith \"arn:x\"", "lambdaFunctionLayers: ^arn:x"},
	{"port == 22 or port in 1024..2048", "portRange: 22..22 1024..2048"},
	{"port < 1024", "portRange: 0..1023"},
	{"cvss >= 9.0", "an Inspector filter cannot test `cvss`"},
	{"code.path == \"a.py\"", "codeVulnerabilityFilePath: =a.py"},
	/* packages */
	{"package.name == \"openssl\"", "vulnerablePackages: {name=openssl}"},
	{"any package { name == \"openssl\" and version startswith \"1.\" }",
	 "vulnerablePackages: {name=openssl version^1.}"},
	{"any package { name in [\"a\", \"b\"] and version in [\"1\", \"2\"] }",
	 "vulnerablePackages: {name=a version=1} {name=a version=2} {name=b version=1} {name=b "
	 "version=2}"},
	{"any package { name == \"a\" } or any package { path startswith \"/x\" }",
	 "vulnerablePackages: {name=a} {filePath^/x}"},
	{"any package { name == \"a\" } and any package { version == \"1\" }",
	 "an Inspector filter cannot say this of the elements of `package`"},
	{"any package { name == \"a\" and fixed_in exists }",
	 "an Inspector filter cannot test `package.fixed_in`"},
	{"any package { name == \"a\" and version not exists }",
	 "an Inspector filter cannot say that an element lacks `package.version`"},
	{"any package { name == \"a\" and version != \"1\" }",
	 "an Inspector filter cannot exclude values of `package.version`"},
	/* tags */
	{"tag[\"env\"] in [\"dev\", \"\"]", "resourceTags: env= env=dev"},
	{"tag[\"a\"] == \"1\" or tag[\"b\"] == \"2\"", "resourceTags: a=1 | resourceTags: b=2"},
	{"tag[\"a\"] == \"1\" and tag[\"b\"] == \"2\"",
	 "an Inspector filter cannot say this test on `tag[\"b\"]`"},
	{"tag[\"a\"] startswith \"1\"", "an Inspector filter cannot say this test on `tag[\"a\"]`"},
	{"tag[\"a\"] exists", "an Inspector filter cannot say this test on `tag[\"a\"]`"},
	/* titles and ids */
	{"title == \"Port 22 is open\"", "title: =Port 22 is open"},
	{"title startswith \"CVE-2024-1234 - open\"", "title: ^CVE-2024-1234 - open"},
	{"title startswith \"CVE-2024-1234 - \"", "vulnerabilityId: =CVE-2024-1234"},
	{"title != \"x\"", "title: !x"},
	{"title contains \"x\"", "an Inspector filter cannot say this test on `title` exactly"},
	{"ec2.instance in [\"i-1\", \"i-2\"]",
	 "resourceId: =i-1 =i-2; resourceType: =AWS_EC2_INSTANCE"},
	{"resource.id == \"arn:x\" and resource.type == lambda_function",
	 "resourceId: =arn:x; resourceType: =AWS_LAMBDA_FUNCTION"},
	{"resource.id == \"i-1\"",
	 "an Inspector filter cannot say this test on `resource.id` exactly"},
	{"resource.id startswith \"arn:aws:ecr:eu-west-1:111122223333:repository/a/\" and "
	 "resource.type == ecr_image",
	 "awsAccountId: =111122223333; ecrImageRepositoryName: ^a/; resourceType: "
	 "=AWS_ECR_CONTAINER_IMAGE @ eu-west-1"},
	/* Regions: where it stands */
	{"region == \"us-east-1\" and fix == NO", "fixAvailable: =NO @ us-east-1"},
	{"(region == \"us-east-1\" and fix == NO) or (region == \"eu-west-1\" and exploit == NO)",
	 "exploitAvailable: =NO @ eu-west-1 | fixAvailable: =NO @ us-east-1"},
	{"region startswith \"ap-northeast-\" and fix == NO",
	 "fixAvailable: =NO @ ap-northeast-1 ap-northeast-2 ap-northeast-3"},
	{"region == \"us-east-1\"", "an Inspector filter cannot say the condition of `s` exactly"},
	/* products */
	{"product in [\"Inspector\", \"GuardDuty\"] and severity == LOW",
	 "an Inspector filter cannot take all findings of `s`"},
	/* several fields */
	{"cve == CVE-2020-1234 or (severity == LOW and fix == NO)",
	 "vulnerabilityId: =CVE-2020-1234 | fixAvailable: =NO; severity: =LOW"},
};

static void check_row(const struct row_of *row)
{
	struct strbuf b;
	struct str got;
	bool compiled;

	strbuf_init(&b, arena_new());
	strbuf_printf(&b,
		      "%ssuppress s { when %s; until 2026-12-31; reason \"r\"; via inspector; }%c",
		      head, row->when, 0);
	compiled = compile_text(strbuf_str(&b).ptr) != NULL;
	got = result(compiled);
	if (!ok(str_is(got, row->expected), "%s", row->when))
		printf("# got      " STR_FMT "\n# expected %s\n", STR_ARG(got), row->expected);
	arena_free(b.arena);
	arena_free(k.arena);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&rows[i]);
	return done();
}
