/* SPDX-License-Identifier: Apache-2.0
 *
 * The texts and numbers that random policies and random findings are made of. Few and related to
 * each other (one begins, ends or holds another), so that conditions overlap and bounds meet. */
#ifndef TESTS_UNIT_RANDOM_LITERAL_H
#define TESTS_UNIT_RANDOM_LITERAL_H

#include "base/str.h"
#include "base/vec.h"
#include "model/field.h"
#include "random_prng.h"

#define HEX32 "0123456789abcdef0123456789abcdef"
#define DIGEST "sha256:" HEX32 HEX32
#define ARN(region, account, name) "arn:aws:ecr:" region ":" account ":repository/" name "/" DIGEST

static const char *const words_any[] = {
	"a",   "ab",  "abc",	"b",	"ba",	"x-1",	 "1.2",	 "1.",	    "1.2.3", "openssl",
	"ssl", "zlib", "A",	"a*b",	"*",	"\\",	 "a\\*", "\"q\"",   " ",     "日本",
	"本",  "é",	"{a}",	"$.x",	"a\tb",	"aa",	 "aba",	 "?",	    "<b>",   "'",
};
static const char *const words_repository[] = {
	"app/web",    "app/api", "app/",    "app", "web", "/web",   "project-a", "project-a/",
	"project-a-", "oseto",	 "oseto/a", "a/b", "abc", "sha256", "/s",	 "s",
	"e",	      "x_y/z.0",
};
static const char *const words_resource_id[] = {
	":repository/oseto/", ":repository/oseto/sha256:", ":repository/project-a/", "oseto", "abc",
	"/sha256:", "sha256", "arn:aws:ecr:", "arn:aws-cn:", ":111122223333:", "us-east-1", "/web/",
	"f", "0123", ":repository/app", ARN("us-east-1", "111122223333", "app/web"),
	ARN("eu-west-1", "444455556666", "oseto"),
	"arn:aws:ec2:us-east-1:111122223333:instance/i-1", "arn:aws:s3:::bucket", "-1:",
	"repository", "arn:aws:ecr:us-east-1:111122223333:",
};
static const char *const words_title[] = {
	"CVE-2020-27619 - ", "CVE-2020-27619",	  "CVE-2020-27619 - python", "openssl", " - ",
	"CVE-2020-",	     "CVE-2020-2761",	  "An example finding",	     "more",	"C",
	"GHSA-2345-6789-cfgh - ", "CVE-2024-6119 - openssl, zlib and 3 more", "zlib", "E-",
	"ALAS2-2024-2600 - ", "CWE-79 - Log", "a - b", "CVE",
};
static const char *const words_cve[] = {
	"CVE-2020-27619", "CVE-2020-2761", "CVE-2020-276190", "CVE-2024-6119", "CVE-2024-3094",
	"GHSA-2345-6789-cfgh", "ALAS2-2024-2600", "CWE-79", "a b", "RHSA-2024:1", "x y z",
};
static const char *const words_account[] = {
	"111122223333", "444455556666", "000000000000", "012345678901",
};
static const char *const words_region[] = {
	"us-east-1", "eu-west-1", "ap-northeast-1", "cn-north-1", "us-", "-1", "east",
	"us-gov-west-1",
};
static const char *const whole_regions[] = {
	"us-east-1", "eu-west-1", "ap-northeast-1", "cn-north-1", "us-gov-west-1",
};
static const char *const words_product[] = {
	"Inspector", "GuardDuty", "Security Hub", "Inspect", "Macie", "nspector",
};
static const char *const words_product_arn[] = {
	"arn:aws:securityhub:us-east-1::product/aws/inspector", "/inspector", "guardduty",
	"arn:aws:securityhub:us-east-1::product/aws/guardduty", "arn:aws:", "::product/aws/",
};
static const char *const words_digest[] = {
	DIGEST, "sha256:", "abc", "ff", "0123", "sha256:0", "z",
};
static const char *const words_note[] = {
	"vulnctl s1 ", "vulnctl ", "vulnctl reopened r1", "checked", "ok",
};
static const char *const words_finding_type[] = {
	"Software and Configuration Checks/Vulnerabilities/CVE",
	"Software and Configuration Checks", "TTPs/Initial Access", "Software", "TTPs",
};
static const char *const words_resource_type[] = {
	"AwsEcrContainerImage", "AwsEc2Instance", "AwsS3Bucket", "Other", "AwsLambdaFunction",
};
static const char *const words_key[] = {"in-charge", "env", "a.b", "x y", "priority"};

struct word_list {
	const char *const *items;
	size_t n;
};

#define WORDS(list) ((struct word_list){list, ARRAY_LEN(list)})

static inline struct word_list words_of(enum field_id field)
{
	switch (field) {
	case FIELD_repository:
		return WORDS(words_repository);
	case FIELD_resource_id:
		return WORDS(words_resource_id);
	case FIELD_title:
		return WORDS(words_title);
	case FIELD_cve:
	case FIELD_related:
		return WORDS(words_cve);
	case FIELD_account:
	case FIELD_image_registry:
		return WORDS(words_account);
	case FIELD_region:
		return WORDS(words_region);
	case FIELD_product:
		return WORDS(words_product);
	case FIELD_product_arn:
		return WORDS(words_product_arn);
	case FIELD_image_digest:
		return WORDS(words_digest);
	case FIELD_note:
		return WORDS(words_note);
	case FIELD_finding_type:
		return WORDS(words_finding_type);
	case FIELD_resource_type:
		return WORDS(words_resource_type);
	default:
		return WORDS(words_any);
	}
}

/* Ascending, so that two of them make a range. */
static const char *const numbers_ten[] = {
	"0", "0.1", "5", "6.9", "6.999999", "7.0", "7.000001", "8.9", "9", "9.8", "10.0",
};
static const char *const numbers_one[] = {
	"0.0", "0.000001", "0.05", "0.5", "0.500001", "0.9", "0.999999", "1",
};
static const char *const numbers_port[] = {
	"0", "1", "22", "22.5", "443", "1024", "65534", "65535",
};
static const char *const numbers_percent[] = {
	"0", "1", "49.5", "50", "99", "100",
};
static const char *const durations[] = {
	"0h", "1h", "23h", "1d", "7d", "2w", "30d", "90d", "365d", "20000d",
};

static inline struct word_list numbers_of(enum field_id field)
{
	switch (field) {
	case FIELD_epss:
		return WORDS(numbers_one);
	case FIELD_port:
		return WORDS(numbers_port);
	case FIELD_criticality:
	case FIELD_image_in_use:
		return WORDS(numbers_percent);
	default:
		return WORDS(numbers_ten);
	}
}

/* Days far enough apart that their order is the same in every timezone. */
static const char *const days[] = {
	"1970-01-01", "2024-02-29", "2025-12-31", "2026-03-01", "2026-03-29",
	"2026-04-01", "2026-04-04", "2026-12-31", "2199-12-31",
};
static const char *const times[] = {
	"", "", "T00:00Z", "T23:59:59+09:00", "T12:30:01-14:59", "T15:00:00Z",
};

#endif
