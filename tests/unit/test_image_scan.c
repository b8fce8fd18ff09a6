/* SPDX-License-Identifier: Apache-2.0
 *
 * Scans of images: what a name tells, how package URLs become packages, which fix there is, and
 * that what is torn is an error and never an empty scan. Single quotes stand for double ones. */
#include "finding/image_scan.h"

#include "record.h"

static struct str json_of(const char *text)
{
	char *copy = arena_alloc(arena, strlen(text) + 1);
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		copy[i] = text[i] == '\'' ? '"' : text[i];
	return (struct str){copy, n};
}

/* --- names --- */

static void name_is(const char *name, const char *wanted)
{
	struct image_scan_name image;
	struct str got = STR("none");

	if (image_scan_name_parse(str_from(name), &image))
		got = str_printf(arena, "%.*s|%.*s|%.*s|%.*s|%zu", STR_ARG(image.account),
				 STR_ARG(image.region), STR_ARG(image.repository),
				 STR_ARG(image.tag), image.digest.len);
	if (!ok(str_is(got, wanted), "%s", *name ? name : "an empty name"))
		printf("# got " STR_FMT ", not %s\n", STR_ARG(got), wanted);
}

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_names(void)
{
	name_is("111122223333.dkr.ecr.eu-central-1.amazonaws.com/app/web:1.2",
		"111122223333|eu-central-1|app/web|1.2|0");
	name_is("111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/app",
		"111122223333|cn-north-1|app||0");
	name_is("app/web", "||app/web||0");
	name_is("app:1", "||app|1|0");
	name_is("localhost:5000/app/web:1", "||app/web|1|0");
	name_is("ghcr.io/app/web", "||app/web||0");
	name_is("app@sha256:" HEX64, "||app||71");
	name_is("app:1@sha256:" HEX64, "||app|1|71");
	name_is("111122223333.dkr.ecr.mars-1.amazonaws.com/app", "||app||0");
	name_is("11112222333.dkr.ecr.eu-central-1.amazonaws.com/app", "||app||0");
	name_is("", "none");
	name_is(":1", "none");
	name_is("app:", "none");
	name_is("app@sha256:00", "none");
	name_is("app web", "none");
}

/* --- documents --- */

static struct diags *diags;

static enum image_scan_verdict read(const char *text, struct image_scan *scan)
{
	static const struct image_scan_name nowhere = {.repository = {NULL, 0}};

	diags = diags_new(arena, sources_new(arena));
	return image_scan_read(arena, diags, "s.json", json_of(text), &nowhere, 0, scan);
}

#define INSPECTOR(packages)                                                                        \
	"{'sbom':{'vulnerabilities':[{'id':'CVE-2024-1','severity':'high','affects':[" packages    \
	"],'properties':{}}]}}"

/* name version of the first package, and the fix */
static void package_is(const char *affects, const char *wanted)
{
	struct image_scan scan;
	struct str got = STR("none");

	if (read(affects, &scan) == IMAGE_SCAN_READ && scan.n == 1) {
		struct element *root = scan.findings[0]->root;
		const struct fval *name = finding_value(root, FIELD_package_name);
		const struct fval *version = finding_value(root, FIELD_package_version);
		const struct fval *fix = finding_value(root, FIELD_fix);

		got = str_printf(arena, "%.*s %.*s %s", STR_ARG(name ? name->str : STR("-")),
				 STR_ARG(version ? version->str : STR("-")),
				 fix ? vocabulary_fix.words[fix->word] : "-");
	}
	if (!ok(str_is(got, wanted), "%s", wanted))
		printf("# got " STR_FMT "\n", STR_ARG(got));
}

static void test_packages(void)
{
	package_is(INSPECTOR("{'installed_version':'pkg:deb/debian/xz-utils@5.6.0-0.2?arch=amd64',"
			     "'fixed_version':'5.6.1'}"),
		   "xz-utils 5.6.0 YES");
	package_is(INSPECTOR("{'installed_version':'pkg:deb/ubuntu/libstdc%2B%2B6@4.8.4-2%7E14'}"),
		   "libstdc++6 4.8.4 NO");
	package_is(INSPECTOR("{'installed_version':'pkg:npm/%40babel/traverse@7.1.0-rc.1'},"
			     "{'installed_version':'pkg:npm/b@1','fixed_version':'2'}"),
		   "@babel/traverse 7.1.0-rc.1 PARTIAL");
	package_is(INSPECTOR("{'installed_version':'pkg:golang/golang.org/x/net@v0.1.0#sub'}"),
		   "golang.org/x/net v0.1.0 NO");
	package_is(INSPECTOR("{'installed_version':'pkg:maven/org.apache/log4j@2.1'}"),
		   "org.apache:log4j 2.1 NO");
	package_is(INSPECTOR("{'installed_version':'pkg:pypi/a%zz'}"), "a%zz - NO");
	package_is(INSPECTOR("{'installed_version':'no url'}"), "- - NO");
	package_is(INSPECTOR("{'installed_version':5}"), "- - NO");
	package_is(INSPECTOR(""), "- - NO");
}

static void verdict_is(const char *name, const char *text, enum image_scan_verdict wanted)
{
	struct image_scan scan;
	enum image_scan_verdict got = read(text, &scan);

	ok(got == wanted && (got == IMAGE_SCAN_WRONG) == (diags_exit_code(diags) == 3), "%s", name);
}

static void test_documents(void)
{
	verdict_is("a finding is no scan", "{'findingArn':'a','vulnerabilities':[]}",
		   IMAGE_SCAN_NONE);
	verdict_is("a list is no scan", "[]", IMAGE_SCAN_NONE);
	verdict_is("what is torn is not ours to tell", "{'sbom':{'vulnerabilities':[{",
		   IMAGE_SCAN_NONE);
	verdict_is("nothing found", "{'sbom':{'vulnerabilities':[]}}", IMAGE_SCAN_READ);
	verdict_is("no list of vulnerabilities", "{'sbom':{}}", IMAGE_SCAN_WRONG);
	verdict_is("a vulnerability that is none", "{'sbom':{'vulnerabilities':[5]}}",
		   IMAGE_SCAN_WRONG);
	verdict_is("CycloneDX 1.6",
		   "{'bomFormat':'CycloneDX','specVersion':'1.6',"
		   "'vulnerabilities':[]}",
		   IMAGE_SCAN_READ);
	verdict_is("CycloneDX 1.7",
		   "{'bomFormat':'CycloneDX','specVersion':'1.7',"
		   "'vulnerabilities':[]}",
		   IMAGE_SCAN_WRONG);
	verdict_is("CycloneDX without vulnerabilities",
		   "{'bomFormat':'CycloneDX','specVersion':'1.5','components':[]}",
		   IMAGE_SCAN_WRONG);
	verdict_is("members of other types",
		   "{'bomFormat':'CycloneDX','specVersion':'1.5','components':{'a':1},"
		   "'vulnerabilities':[{'id':'x','ratings':5,'affects':[{'ref':1},7],"
		   "'properties':[null],'references':'a'}]}",
		   IMAGE_SCAN_READ);
}

int main(void)
{
	arena = arena_new();
	test_names();
	test_packages();
	test_documents();
	arena_free(arena);
	return done();
}
