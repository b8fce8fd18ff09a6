/* SPDX-License-Identifier: Apache-2.0
 *
 * The layouts. What stands in the field table's columns is taken from there; the tables here say
 * what the columns leave open. */
#include "finding/layout.h"

#include "base/vec.h"

static const enum mechanism events[LAYOUT_COUNT] = {
	[LAYOUT_ASFF] = MECHANISM_EVENT,
	[LAYOUT_INSPECTOR] = MECHANISM_INSPECTOR_EVENT,
	[LAYOUT_OCSF] = MECHANISM_V2_EVENT,
};

/* [rank][group]; in Inspector's a vulnerability is no list (assumption A1), and the path of code is
 * one text. botocore 1.44.5 inspector2 and securityhub; Security Hub V2's seen in its findings. */
static const char *const lists[LAYOUT_COUNT][2][GROUP_COUNT] = {
	[LAYOUT_ASFF] = {{
		[GROUP_VULNERABILITY] = "Vulnerabilities[]",
		[GROUP_RESOURCE] = "Resources[]",
		[GROUP_PACKAGE] = "Vulnerabilities[].VulnerablePackages[]",
		[GROUP_CVSS] = "Vulnerabilities[].Cvss[]",
		[GROUP_RELATED] = "Vulnerabilities[].RelatedVulnerabilities[]",
		[GROUP_IMAGE_TAG] = "Resources[].Details.AwsEcrContainerImage.ImageTags[]",
		[GROUP_LAMBDA_LAYER] = "Resources[].Details.AwsLambdaFunction.Layers[]",
	}},
	[LAYOUT_INSPECTOR] =
		{{
			 [GROUP_RESOURCE] = "resources[]",
			 [GROUP_PACKAGE] = "packageVulnerabilityDetails.vulnerablePackages[]",
			 [GROUP_CVSS] = "packageVulnerabilityDetails.cvss[]",
			 [GROUP_RELATED] = "packageVulnerabilityDetails.relatedVulnerabilities[]",
			 [GROUP_IMAGE_TAG] = "resources[].details.awsEcrContainerImage.imageTags[]",
			 [GROUP_LAMBDA_LAYER] = "resources[].details.awsLambdaFunction.layers[]",
		 },
		 {
			 [GROUP_IMAGE_TAG] = "resources[].details.image.imageTags[]",
		 }},
	[LAYOUT_OCSF] = {{
		[GROUP_VULNERABILITY] = "vulnerabilities[]",
		[GROUP_RESOURCE] = "resources[]",
		[GROUP_PACKAGE] = "vulnerabilities[].affected_packages[]",
		[GROUP_CVSS] = "vulnerabilities[].cve.cvss[]",
		[GROUP_RELATED] = "vulnerabilities[].related_vulnerabilities[]",
		[GROUP_LAMBDA_LAYER] = "resources[].data.awsLambdaFunctionDetails.layers[]",
		[GROUP_CODE_PATH] = "vulnerabilities[].affected_code[]",
	}},
};

/* A row with ROLE_MAIN stands instead of the column's path; without a path the field is not read,
 * because the layout has another thing there. */
static const struct row {
	enum layout_id layout;
	struct place place;
} rows[] = {
	/* language.md §3: a resource's region, else the finding's. */
	{LAYOUT_ASFF, {FIELD_region, ROLE_ELSE, CONVERT_TEXT, "Region"}},
	/* Findings of 2019 and before; its bands are in reader_value.c. */
	{LAYOUT_ASFF, {FIELD_severity, ROLE_ELSE, CONVERT_NORMALIZED, "Severity.Normalized"}},
	/* botocore securityhub FindingProviderFields. */
	{LAYOUT_ASFF,
	 {FIELD_severity, ROLE_ORIGINAL, CONVERT_WORD, "FindingProviderFields.Severity.Label"}},
	{LAYOUT_ASFF,
	 {FIELD_criticality, ROLE_ORIGINAL, CONVERT_NUMBER, "FindingProviderFields.Criticality"}},
	{LAYOUT_ASFF,
	 {FIELD_finding_type, ROLE_ORIGINAL, CONVERT_TYPE, "FindingProviderFields.Types[]"}},

	{LAYOUT_INSPECTOR, {FIELD_region, ROLE_MAIN, CONVERT_TEXT, "resources[].region"}},
	/* Security Hub's CreatedAt is Inspector's firstObservedAt in all samples. */
	{LAYOUT_INSPECTOR, {FIELD_created, ROLE_MAIN, CONVERT_DATE, "firstObservedAt"}},
	/* botocore inspector2 PortRange. */
	{LAYOUT_INSPECTOR,
	 {FIELD_port, ROLE_MAIN, CONVERT_RANGE, "networkReachabilityDetails.openPortRange"}},

	/* OCSF 1.9.0: the numbers beside the words, the milliseconds beside the dates; all seen. */
	{LAYOUT_OCSF, {FIELD_severity, ROLE_ELSE, CONVERT_NUMBERED, "severity_id"}},
	{LAYOUT_OCSF, {FIELD_workflow, ROLE_ELSE, CONVERT_NUMBERED, "status_id"}},
	{LAYOUT_OCSF, {FIELD_record, ROLE_ELSE, CONVERT_NUMBERED, "activity_id"}},
	{LAYOUT_OCSF, {FIELD_severity, ROLE_ORIGINAL, CONVERT_WORD, "vendor_attributes.severity"}},
	{LAYOUT_OCSF,
	 {FIELD_severity, ROLE_ORIGINAL, CONVERT_NUMBERED, "vendor_attributes.severity_id"}},
	{LAYOUT_OCSF,
	 {FIELD_first_observed, ROLE_ELSE, CONVERT_MILLISECONDS, "finding_info.first_seen_time"}},
	{LAYOUT_OCSF,
	 {FIELD_last_observed, ROLE_ELSE, CONVERT_MILLISECONDS, "finding_info.last_seen_time"}},
	{LAYOUT_OCSF,
	 {FIELD_updated, ROLE_ELSE, CONVERT_MILLISECONDS, "finding_info.modified_time"}},
	{LAYOUT_OCSF,
	 {FIELD_exploit_last_seen, ROLE_ELSE, CONVERT_MILLISECONDS,
	  "vulnerabilities[].exploit_last_seen_time"}},
	/* The instant at which Security Hub V2 made its own record. */
	{LAYOUT_OCSF, {FIELD_created, ROLE_MAIN, CONVERT_TEXT, NULL}},
	/* One per score, and nothing that is the vulnerability's. */
	{LAYOUT_OCSF, {FIELD_vendor_name, ROLE_MAIN, CONVERT_TEXT, NULL}},
	/* The instance's: known of EC2 alone. */
	{LAYOUT_OCSF, {FIELD_image_platform, ROLE_MAIN, CONVERT_TEXT, NULL}},
	{LAYOUT_OCSF, {FIELD_product_arn, ROLE_MAIN, CONVERT_PRODUCT, "metadata.product.uid"}},
	{LAYOUT_OCSF, {FIELD_generator, ROLE_MAIN, CONVERT_TEXT, "metadata.product.feature.uid"}},
	{LAYOUT_OCSF, {FIELD_cloud, ROLE_MAIN, CONVERT_TEXT, "resources[].provider"}},
	{LAYOUT_OCSF, {FIELD_cloud, ROLE_EVERY, CONVERT_TEXT, "cloud.provider"}},
	{LAYOUT_OCSF, {FIELD_region, ROLE_MAIN, CONVERT_TEXT, "resources[].region"}},
	{LAYOUT_OCSF, {FIELD_region, ROLE_ELSE, CONVERT_TEXT, "cloud.region"}},
	{LAYOUT_OCSF, {FIELD_tag, ROLE_MAIN, CONVERT_PAIRS, "resources[].tags[]"}},
	/* The coverage says more than the Boolean. */
	{LAYOUT_OCSF,
	 {FIELD_fix, ROLE_ELSE, CONVERT_BOOLEAN, "vulnerabilities[].is_fix_available"}},
	{LAYOUT_OCSF,
	 {FIELD_exploit, ROLE_MAIN, CONVERT_BOOLEAN, "vulnerabilities[].is_exploit_available"}},
	{LAYOUT_OCSF,
	 {FIELD_epss, ROLE_MAIN, CONVERT_NUMBER_ANY, "vulnerabilities[].cve.epss.score"}},
	/* Filters of GetFindingsV2, botocore 1.44.5; seen in no document. The ARN says the first
	 * two, too. */
	{LAYOUT_OCSF,
	 {FIELD_repository, ROLE_MAIN, CONVERT_TEXT, "resources[].image.repository_name"}},
	{LAYOUT_OCSF, {FIELD_image_digest, ROLE_MAIN, CONVERT_TEXT, "resources[].image.uid"}},
	{LAYOUT_OCSF,
	 {FIELD_lambda_name, ROLE_MAIN, CONVERT_TEXT,
	  "resources[].data.awsLambdaFunctionDetails.functionName"}},
	{LAYOUT_OCSF,
	 {FIELD_lambda_runtime, ROLE_ELSE, CONVERT_TEXT, "resources[].cloud_function.runtime"}},
};

/* What no pattern is made of, because it is in no document of Security Hub V2: OCSF 1.9.0
 * vulnerability and compliance, an article of 2026 with an Azure finding. Then the numbers: OCSF
 * 1.9.0 finding. Of CONVERT_BOOLEAN is_fix_available: what it says of PARTIAL is not known. */
static const struct {
	const struct vocabulary *v;
	enum convert convert;
	const char *text;
	unsigned word;
} more_words[] = {
	{&vocabulary_fix, CONVERT_WORD, "Partial", FIX_PARTIAL},
	{&vocabulary_fix, CONVERT_WORD, "None", FIX_NO},
	{&vocabulary_fix, CONVERT_BOOLEAN, "true", FIX_YES},
	{&vocabulary_fix, CONVERT_BOOLEAN, "false", FIX_NO},
	{&vocabulary_exploit, CONVERT_BOOLEAN, "true", EXPLOIT_YES},
	{&vocabulary_exploit, CONVERT_BOOLEAN, "false", EXPLOIT_NO},
	{&vocabulary_compliance, CONVERT_WORD, "Warning", COMPLIANCE_WARNING},
	{&vocabulary_resource_type, CONVERT_TYPE, "microsoft.compute/virtualmachines",
	 RESOURCE_AZURE_VM},
	{&vocabulary_severity, CONVERT_NUMBERED, "1", SEVERITY_INFORMATIONAL},
	{&vocabulary_severity, CONVERT_NUMBERED, "2", SEVERITY_LOW},
	{&vocabulary_severity, CONVERT_NUMBERED, "3", SEVERITY_MEDIUM},
	{&vocabulary_severity, CONVERT_NUMBERED, "4", SEVERITY_HIGH},
	{&vocabulary_severity, CONVERT_NUMBERED, "5", SEVERITY_CRITICAL},
	{&vocabulary_workflow, CONVERT_NUMBERED, "1", WORKFLOW_NEW},
	{&vocabulary_workflow, CONVERT_NUMBERED, "3", WORKFLOW_SUPPRESSED},
	{&vocabulary_workflow, CONVERT_NUMBERED, "4", WORKFLOW_RESOLVED},
	{&vocabulary_record, CONVERT_NUMBERED, "1", RECORD_ACTIVE},
	{&vocabulary_record, CONVERT_NUMBERED, "2", RECORD_ACTIVE},
	{&vocabulary_record, CONVERT_NUMBERED, "3", RECORD_ARCHIVED},
};

static enum convert default_convert(enum layout_id layout, enum field_id field)
{
	static const enum convert by_type[TYPE_COUNT] = {
		[TYPE_ENUM] = CONVERT_WORD,	 [TYPE_WORD] = CONVERT_TYPE,
		[TYPE_DECIMAL] = CONVERT_NUMBER, [TYPE_INT] = CONVERT_NUMBER,
		[TYPE_DATE] = CONVERT_DATE,	 [TYPE_MAP] = CONVERT_MAP,
	};
	enum convert convert = by_type[fields[field].type];

	if (layout != LAYOUT_INSPECTOR && convert == CONVERT_DATE)
		return CONVERT_ISO;
	/* ProductFields are texts. */
	if (layout == LAYOUT_ASFF && convert == CONVERT_NUMBER &&
	    fields[field].can[MECHANISM_EVENT] == CAN_AS_TEXT)
		return CONVERT_NUMBER_TEXT;
	return convert;
}

static const char *column(enum layout_id layout, enum field_id field)
{
	const struct field *f = &fields[field];

	switch (layout) {
	case LAYOUT_ASFF:
		return f->asff;
	case LAYOUT_INSPECTOR:
		return f->inspector_event;
	default:
		return f->ocsf;
	}
}

/* Does a column say the same of every kind of resource? */
static bool is_owned(enum layout_id layout, enum field_id field)
{
	return event_owner(events[layout], field) >= 0;
}

unsigned layout_places(enum layout_id layout, enum field_id field, struct place *places)
{
	const char *path = column(layout, field);
	const char *image = event_image_place(events[layout], field);
	enum convert convert = default_convert(layout, field);
	unsigned n = 0;

	if (path && !is_owned(layout, field))
		places[n++] = (struct place){field, ROLE_MAIN, convert, path};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct place place = rows[i].place;

		if (rows[i].layout != layout || place.field != field)
			continue;
		if (place.role == ROLE_MAIN)
			n = 0;
		if (place.path)
			places[n++] = place;
	}
	/* About the first resource, said by the document. */
	if (n && places[0].role == ROLE_MAIN && layout == LAYOUT_ASFF &&
	    fields[field].group == GROUP_RESOURCE &&
	    !str_starts(str_from(places[0].path), STR("Resources[]")))
		places[0].role = ROLE_FIRST;
	/* The scalars of a list are read from either list. */
	if (image)
		places[n++] = (struct place){
			field, fields[field].group == GROUP_RESOURCE ? ROLE_ELSE : ROLE_MAIN,
			convert, image};
	return n;
}

const char *layout_list(enum layout_id layout, enum group group, unsigned rank)
{
	return rank < 2 ? lists[layout][rank][group] : NULL;
}

bool layout_is_implicit(enum layout_id layout, enum group group)
{
	return layout == LAYOUT_INSPECTOR && group != GROUP_FINDING && !lists[layout][0][group];
}

unsigned layout_words(enum layout_id layout, const struct vocabulary *v, enum convert convert,
		      struct layout_word *words)
{
	bool spelled = convert == CONVERT_WORD || convert == CONVERT_TYPE;
	unsigned n = 0;

	for (unsigned word = 0; spelled && word < v->n; word++) {
		struct spelling s = event_spelling(events[layout], v, word);

		for (unsigned i = 0; i < s.n; i++)
			words[n++] = (struct layout_word){str_from(s.texts[i]), (int)word};
	}
	for (size_t i = 0; layout == LAYOUT_OCSF && i < ARRAY_LEN(more_words); i++)
		if (more_words[i].v == v && more_words[i].convert == convert)
			words[n++] = (struct layout_word){str_from(more_words[i].text),
							  (int)more_words[i].word};
	return n;
}

struct str layout_owner(enum layout_id layout, enum field_id field)
{
	int word = event_owner(events[layout], field);

	if (word < 0)
		return STR("");
	return str_from(vocabulary_canonical(&vocabulary_resource_type, (unsigned)word));
}
