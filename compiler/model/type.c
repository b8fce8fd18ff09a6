/* SPDX-License-Identifier: Apache-2.0
 *
 * The vocabularies, each with its source. A closed list is closed because AWS's API model says so
 * and no sample breaks it; where samples do (package managers, runtimes), the field is a string. */
#include "model/type.h"

#include "base/vec.h"

/* UNTRIAGED is Inspector's alone: ASFF's SeverityLabel (botocore 1.44.5) has the other five, and
 * what Security Hub makes of it is not documented (assumption A8). */
static const char *const severity_words[] = {
	[SEVERITY_INFORMATIONAL] = "INFORMATIONAL",
	[SEVERITY_LOW] = "LOW",
	[SEVERITY_MEDIUM] = "MEDIUM",
	[SEVERITY_HIGH] = "HIGH",
	[SEVERITY_CRITICAL] = "CRITICAL",
	[SEVERITY_UNTRIAGED] = "UNTRIAGED",
};
static const char *const severity_asff[] = {
	[SEVERITY_INFORMATIONAL] = "INFORMATIONAL",
	[SEVERITY_LOW] = "LOW",
	[SEVERITY_MEDIUM] = "MEDIUM",
	[SEVERITY_HIGH] = "HIGH",
	[SEVERITY_CRITICAL] = "CRITICAL",
	[SEVERITY_UNTRIAGED] = NULL,
};
/* ocsf/ocsf-schema 1.9.0-dev; the five seen in documents of Security Hub V2. */
static const char *const severity_ocsf[] = {
	[SEVERITY_INFORMATIONAL] = "Informational",
	[SEVERITY_LOW] = "Low",
	[SEVERITY_MEDIUM] = "Medium",
	[SEVERITY_HIGH] = "High",
	[SEVERITY_CRITICAL] = "Critical",
	[SEVERITY_UNTRIAGED] = NULL,
};
const struct vocabulary vocabulary_severity = {
	.name = "Severity",
	.words = severity_words,
	.asff = severity_asff,
	.ocsf = severity_ocsf,
	.n = ARRAY_LEN(severity_words),
	.ordered = true,
	.n_ordered = SEVERITY_UNTRIAGED,
};

/* botocore 1.44.5: VulnerabilityExploitAvailable, VulnerabilityFixAvailable, WorkflowStatus,
 * RecordState, ComplianceStatus, VerificationState. ASFF spells them as the policy does. */
static const char *const exploit_words[] = {[EXPLOIT_YES] = "YES", [EXPLOIT_NO] = "NO"};
static const char *const fix_words[] = {
	[FIX_YES] = "YES", [FIX_NO] = "NO", [FIX_PARTIAL] = "PARTIAL"};
static const char *const workflow_words[] = {
	[WORKFLOW_NEW] = "NEW",
	[WORKFLOW_NOTIFIED] = "NOTIFIED",
	[WORKFLOW_SUPPRESSED] = "SUPPRESSED",
	[WORKFLOW_RESOLVED] = "RESOLVED",
};
static const char *const record_words[] = {
	[RECORD_ACTIVE] = "ACTIVE", [RECORD_ARCHIVED] = "ARCHIVED"};
static const char *const compliance_words[] = {
	[COMPLIANCE_PASSED] = "PASSED",
	[COMPLIANCE_FAILED] = "FAILED",
	[COMPLIANCE_WARNING] = "WARNING",
	[COMPLIANCE_NOT_AVAILABLE] = "NOT_AVAILABLE",
};
static const char *const verification_words[] = {
	"UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE"};

/* Security Hub V2: is_exploit_available; fix_coverage, of which only this word has been seen;
 * status, where OCSF has nothing like NOTIFIED; compliance.status, two words seen. Record is
 * activity_name, several words, and not here. */
static const char *const exploit_ocsf[] = {[EXPLOIT_YES] = "true", [EXPLOIT_NO] = "false"};
static const char *const fix_ocsf[] = {
	[FIX_YES] = "Complete", [FIX_NO] = NULL, [FIX_PARTIAL] = NULL};
static const char *const workflow_ocsf[] = {
	[WORKFLOW_NEW] = "New",
	[WORKFLOW_NOTIFIED] = NULL,
	[WORKFLOW_SUPPRESSED] = "Suppressed",
	[WORKFLOW_RESOLVED] = "Resolved",
};
static const char *const compliance_ocsf[] = {"Pass", "Fail", NULL, NULL};

#define CLOSED(variable, shown, list, words_ocsf)                                                  \
	const struct vocabulary vocabulary_##variable = {.name = (shown),                          \
							 .words = (list),                          \
							 .asff = (list),                           \
							 .ocsf = (words_ocsf),                     \
							 .n = ARRAY_LEN(list)}

CLOSED(exploit, "Exploit", exploit_words, exploit_ocsf);
CLOSED(fix, "Fix", fix_words, fix_ocsf);
CLOSED(workflow, "Workflow", workflow_words, workflow_ocsf);
CLOSED(record, "Record", record_words, NULL);
CLOSED(compliance, "Compliance", compliance_words, compliance_ocsf);
CLOSED(verification, "Verification", verification_words, NULL);

static const char *const resource_words[] = {
	[RESOURCE_ECR_IMAGE] = "ecr_image",
	[RESOURCE_ECR_REPOSITORY] = "ecr_repository",
	[RESOURCE_EC2_INSTANCE] = "ec2_instance",
	[RESOURCE_LAMBDA_FUNCTION] = "lambda_function",
	[RESOURCE_CODE_REPOSITORY] = "code_repository",
	[RESOURCE_MACHINE_IMAGE] = "machine_image",
	[RESOURCE_AZURE_VM] = "azure_vm",
	[RESOURCE_AZURE_IMAGE] = "azure_image",
	[RESOURCE_AZURE_FUNCTION] = "azure_function",
	[RESOURCE_GCP_INSTANCE] = "gcp_instance",
	[RESOURCE_GCP_IMAGE] = "gcp_image",
	[RESOURCE_GCP_FUNCTION] = "gcp_function",
};
/* Seen in samples: image, instance, function. The repository is in the ASFF reference. Code
 * repositories are never sent to Security Hub (Inspector user guide, securityhub-integration); for
 * the others no ASFF spelling is known. */
static const char *const resource_asff[] = {
	[RESOURCE_ECR_IMAGE] = "AwsEcrContainerImage",
	[RESOURCE_ECR_REPOSITORY] = "AwsEcrRepository",
	[RESOURCE_EC2_INSTANCE] = "AwsEc2Instance",
	[RESOURCE_LAMBDA_FUNCTION] = "AwsLambdaFunction",
	[RESOURCE_GCP_FUNCTION] = NULL, /* the last entry fixes the length */
};
/* botocore 1.44.5 inspector2 ResourceType. */
static const char *const resource_inspector[] = {
	[RESOURCE_ECR_IMAGE] = "AWS_ECR_CONTAINER_IMAGE",
	[RESOURCE_ECR_REPOSITORY] = "AWS_ECR_REPOSITORY",
	[RESOURCE_EC2_INSTANCE] = "AWS_EC2_INSTANCE",
	[RESOURCE_LAMBDA_FUNCTION] = "AWS_LAMBDA_FUNCTION",
	[RESOURCE_CODE_REPOSITORY] = "CODE_REPOSITORY",
	[RESOURCE_MACHINE_IMAGE] = "MACHINE_IMAGE",
	[RESOURCE_AZURE_VM] = "Microsoft.Compute/virtualMachines",
	[RESOURCE_AZURE_IMAGE] = "Microsoft.ContainerRegistry/registry/containerImage",
	[RESOURCE_AZURE_FUNCTION] = "Microsoft.Web/sites",
	[RESOURCE_GCP_INSTANCE] = "compute.googleapis.com/Instance",
	[RESOURCE_GCP_IMAGE] = "artifactregistry.googleapis.com/DockerImage",
	[RESOURCE_GCP_FUNCTION] = "cloudfunctions.googleapis.com/Function",
};
/* AWS::<Service>::<Type>, as the OCSF extension of AWS says. Seen: instance and function; image and
 * repository follow the form (assumption A29). */
static const char *const resource_ocsf[] = {
	[RESOURCE_ECR_IMAGE] = "AWS::ECR::ContainerImage",
	[RESOURCE_ECR_REPOSITORY] = "AWS::ECR::Repository",
	[RESOURCE_EC2_INSTANCE] = "AWS::EC2::Instance",
	[RESOURCE_LAMBDA_FUNCTION] = "AWS::Lambda::Function",
	[RESOURCE_GCP_FUNCTION] = NULL, /* the last entry fixes the length */
};
const struct vocabulary vocabulary_resource_type = {
	.name = "ResourceType",
	.words = resource_words,
	.asff = resource_asff,
	.inspector = resource_inspector,
	.ocsf = resource_ocsf,
	.n = ARRAY_LEN(resource_words),
};

/* All 24 Inspector findings seen in ASFF are package findings with exactly this type; how network
 * and code findings are typed there is not documented. */
static const char *const finding_words[] = {
	[FINDING_PACKAGE] = "PACKAGE_VULNERABILITY",
	[FINDING_NETWORK] = "NETWORK_REACHABILITY",
	[FINDING_CODE] = "CODE_VULNERABILITY",
};
static const char *const finding_asff[] = {
	[FINDING_PACKAGE] = "Software and Configuration Checks/Vulnerabilities/CVE",
	[FINDING_NETWORK] = NULL,
	[FINDING_CODE] = NULL,
};
const struct vocabulary vocabulary_finding_type = {
	.name = "FindingType",
	.words = finding_words,
	.asff = finding_asff,
	.inspector = finding_words,
	.ocsf = finding_asff, /* beside another word in the same list */
	.n = ARRAY_LEN(finding_words),
};

static int find(const char *const *words, unsigned n, struct str word)
{
	for (unsigned i = 0; i < n; i++)
		if (words[i] && str_is(word, words[i]))
			return (int)i;
	return -1;
}

int vocabulary_find(const struct vocabulary *v, struct str word)
{
	return find(v->words, v->n, word);
}

int vocabulary_find_asff(const struct vocabulary *v, struct str word)
{
	return find(v->asff, v->n, word);
}

const char *vocabulary_canonical(const struct vocabulary *v, unsigned index)
{
	if (v->asff[index])
		return v->asff[index];
	return v->inspector ? v->inspector[index] : v->words[index];
}

int vocabulary_find_canonical(const struct vocabulary *v, struct str text)
{
	for (unsigned i = 0; i < v->n; i++)
		if (str_is(text, vocabulary_canonical(v, i)))
			return (int)i;
	return -1;
}

const char *type_name(enum type type)
{
	static const char *const names[TYPE_COUNT] = {
		[TYPE_ENUM] = "word",
		[TYPE_WORD] = "type",
		[TYPE_VULNID] = "vulnerability id",
		[TYPE_STRING] = "string",
		[TYPE_ACCOUNT] = "account",
		[TYPE_DECIMAL] = "decimal",
		[TYPE_INT] = "int",
		[TYPE_DATE] = "date",
		[TYPE_MAP] = "map",
	};

	return names[type];
}
