/* SPDX-License-Identifier: Apache-2.0
 *
 * What requests may hold, and how the module in examples/terraform spells it: the API's name in
 * snake case, unless a table says otherwise. Names that Terraform's AWS provider has: the schemas
 * of its resources, of 6.55.0; tests/meta/terraform.py compares the module with them. */
#include "target/tfvars_internal.h"

#include <string.h>

enum how {
	SAME,	  /* a text, a number or a Boolean, as it is */
	AS_TEXT,  /* a number, which the provider takes as text */
	DEEP,	  /* an object, or a list of objects */
	DOCUMENT, /* an object, which the provider takes as the text of its JSON */
	KEYS,	  /* an object whose keys are the user's */
	LATER,	  /* tfvars.c writes it */
	LACKS,	  /* the provider has no such argument */
};

struct member {
	const char *api;
	enum how how;
	const struct tfvars_object *inside;
	const char *name; /* if it is not the API's */
};

struct tfvars_object {
	const struct member *members;
	size_t n;
	/* Criteria: names for lists of `row`, and names that the provider lacks. */
	const char *const *names;
	size_t n_names;
	const struct tfvars_object *row;
	const char *const *lacks;
	size_t n_lacks;
};

#define MEMBERS(list) .members = (list), .n = ARRAY_LEN(list)
#define NAMES(list) .names = (list), .n_names = ARRAY_LEN(list)
#define NOT_THERE(list) .lacks = (list), .n_lacks = ARRAY_LEN(list)

/* --- filters of Security Hub --- */

/* A DateRange of Terraform has no Comparison and means WITHIN, whatever the request says. */
static const struct member filter_members[] = {
	{"Key", SAME, NULL, NULL},   {"Value", SAME, NULL, NULL}, {"Comparison", SAME, NULL, NULL},
	{"Eq", SAME, NULL, NULL},    {"Gte", SAME, NULL, NULL},	  {"Lte", SAME, NULL, NULL},
	{"Start", SAME, NULL, NULL}, {"End", SAME, NULL, NULL},	  {"DateRange", LACKS, NULL, NULL},
};
static const struct tfvars_object filter = {MEMBERS(filter_members)};

static const struct member insight_filter_members[] = {
	{"Key", SAME, NULL, NULL},   {"Value", SAME, NULL, NULL},  {"Comparison", SAME, NULL, NULL},
	{"Eq", AS_TEXT, NULL, NULL}, {"Gte", AS_TEXT, NULL, NULL}, {"Lte", AS_TEXT, NULL, NULL},
	{"Start", SAME, NULL, NULL}, {"End", SAME, NULL, NULL},	   {"DateRange", LACKS, NULL, NULL},
};
static const struct tfvars_object insight_filter = {MEMBERS(insight_filter_members)};

/* --- automation rules V1 --- */

/* Those that a field of ours has (model/field_*.def), not all that there are. */
static const char *const automation_criteria_names[] = {
	"AwsAccountId",
	"AwsAccountName",
	"ComplianceSecurityControlId",
	"ComplianceStatus",
	"CreatedAt",
	"Criticality",
	"Description",
	"FirstObservedAt",
	"GeneratorId",
	"Id",
	"LastObservedAt",
	"NoteText",
	"ProductArn",
	"ProductName",
	"RecordState",
	"ResourceId",
	"ResourceRegion",
	"ResourceTags",
	"ResourceType",
	"SeverityLabel",
	"Title",
	"Type",
	"UpdatedAt",
	"UserDefinedFields",
	"VerificationState",
	"WorkflowStatus",
};
static const char *const automation_criteria_lacks[] = {"ResourceProvider"};
static const struct tfvars_object automation_criteria = {
	NAMES(automation_criteria_names), .row = &filter, NOT_THERE(automation_criteria_lacks)};

static const struct member status_members[] = {{"Status", SAME, NULL, NULL}};
static const struct tfvars_object status = {MEMBERS(status_members)};
static const struct member label_members[] = {{"Label", SAME, NULL, NULL}};
static const struct tfvars_object label = {MEMBERS(label_members)};
static const struct member note_members[] = {
	{"Text", SAME, NULL, NULL},
	{"UpdatedBy", SAME, NULL, NULL},
};
static const struct tfvars_object note = {MEMBERS(note_members)};
static const struct member update_members[] = {
	{"Workflow", DEEP, &status, NULL},
	{"Severity", DEEP, &label, NULL},
	{"Note", DEEP, &note, NULL},
	{"UserDefinedFields", KEYS, NULL, NULL},
};
static const struct tfvars_object update = {MEMBERS(update_members)};
static const struct member action_members[] = {
	{"Type", SAME, NULL, NULL},
	{"FindingFieldsUpdate", DEEP, &update, NULL},
};
static const struct tfvars_object action = {MEMBERS(action_members)};

static const struct member automation_rule_members[] = {
	{"RuleName", SAME, NULL, NULL},	   {"RuleOrder", SAME, NULL, NULL},
	{"RuleStatus", SAME, NULL, NULL},  {"IsTerminal", SAME, NULL, NULL},
	{"Description", SAME, NULL, NULL}, {"Criteria", DEEP, &automation_criteria, NULL},
	{"Actions", DEEP, &action, NULL},
};
const struct tfvars_object tfvars_automation_rule = {MEMBERS(automation_rule_members)};

/* --- automation rules V2 --- */

static const struct member update_v2_members[] = {
	{"SeverityId", SAME, NULL, NULL},
	{"StatusId", SAME, NULL, NULL},
	{"Comment", SAME, NULL, NULL},
};
static const struct tfvars_object update_v2 = {MEMBERS(update_v2_members)};
static const struct member action_v2_members[] = {
	{"Type", SAME, NULL, NULL},
	{"FindingFieldsUpdate", DEEP, &update_v2, NULL},
};
static const struct tfvars_object action_v2 = {MEMBERS(action_v2_members)};

static const struct member criteria_v2_members[] = {
	{"OcsfFindingCriteria", DOCUMENT, NULL, "ocsf_finding_criteria_json"},
};
static const struct tfvars_object criteria_v2 = {MEMBERS(criteria_v2_members)};
static const struct member automation_rule_v2_members[] = {
	{"RuleName", SAME, NULL, NULL},		{"RuleOrder", SAME, NULL, NULL},
	{"RuleStatus", SAME, NULL, NULL},	{"Description", SAME, NULL, NULL},
	{"Criteria", DEEP, &criteria_v2, NULL}, {"Actions", DEEP, &action_v2, NULL},
};
const struct tfvars_object tfvars_automation_rule_v2 = {MEMBERS(automation_rule_v2_members)};

/* --- insights --- */

static const char *const insight_filters_names[] = {
	"AwsAccountId",
	"AwsAccountName",
	"ComplianceSecurityControlId",
	"ComplianceStatus",
	"CreatedAt",
	"Criticality",
	"Description",
	"FirstObservedAt",
	"GeneratorId",
	"Id",
	"LastObservedAt",
	"NoteText",
	"ProductArn",
	"ProductFields",
	"ProductName",
	"RecordState",
	"ResourceAwsEc2InstanceImageId",
	"ResourceAwsEc2InstanceSubnetId",
	"ResourceAwsEc2InstanceVpcId",
	"ResourceId",
	"ResourceRegion",
	"ResourceTags",
	"ResourceType",
	"SeverityLabel",
	"Title",
	"Type",
	"UpdatedAt",
	"VerificationState",
	"WorkflowStatus",
};
static const char *const insight_filters_lacks[] = {
	"ResourceProvider",
	"VulnerabilitiesExploitAvailable",
	"VulnerabilitiesFixAvailable",
};
static const struct member insight_filters_members[] = {
	{"UserDefinedFields", DEEP, &insight_filter, "user_defined_values"},
};
static const struct tfvars_object insight_filters = {
	MEMBERS(insight_filters_members), NAMES(insight_filters_names), .row = &insight_filter,
	NOT_THERE(insight_filters_lacks)};

static const struct member insight_members[] = {
	{"Name", SAME, NULL, NULL},
	{"Filters", DEEP, &insight_filters, NULL},
	{"GroupByAttribute", SAME, NULL, NULL},
};
const struct tfvars_object tfvars_insight = {MEMBERS(insight_members)};

/* --- Inspector filters --- */

static const struct member test_members[] = {
	{"comparison", SAME, NULL, NULL},
	{"value", SAME, NULL, NULL},
};
static const struct tfvars_object test = {MEMBERS(test_members)};
/* A text, a tag, a number, a date, a range of ports or a package. */
static const struct member inspector_filter_members[] = {
	{"comparison", SAME, NULL, NULL},     {"key", SAME, NULL, NULL},
	{"value", SAME, NULL, NULL},	      {"lowerInclusive", SAME, NULL, NULL},
	{"upperInclusive", SAME, NULL, NULL}, {"startInclusive", SAME, NULL, NULL},
	{"endInclusive", SAME, NULL, NULL},   {"beginInclusive", SAME, NULL, NULL},
	{"filePath", DEEP, &test, NULL},      {"name", DEEP, &test, NULL},
	{"version", DEEP, &test, NULL},
};
static const struct tfvars_object inspector_filter = {MEMBERS(inspector_filter_members)};

static const char *const inspector_criteria_names[] = {
	"awsAccountId",
	"codeRepositoryProjectName",
	"codeVulnerabilityDetectorName",
	"codeVulnerabilityFilePath",
	"ec2InstanceImageId",
	"ec2InstanceSubnetId",
	"ec2InstanceVpcId",
	"ecrImageArchitecture",
	"ecrImageHash",
	"ecrImageInUseCount",
	"ecrImageLastInUseAt",
	"ecrImagePushedAt",
	"ecrImageRegistry",
	"ecrImageRepositoryName",
	"ecrImageTags",
	"epssScore",
	"exploitAvailable",
	"findingArn",
	"findingStatus",
	"findingType",
	"firstObservedAt",
	"fixAvailable",
	"inspectorScore",
	"lambdaFunctionLayers",
	"lambdaFunctionName",
	"lambdaFunctionRuntime",
	"lastObservedAt",
	"networkProtocol",
	"portRange",
	"relatedVulnerabilities",
	"resourceId",
	"resourceTags",
	"resourceType",
	"severity",
	"title",
	"updatedAt",
	"vendorSeverity",
	"vulnerabilityId",
	"vulnerabilitySource",
	"vulnerablePackages",
};
static const char *const inspector_criteria_lacks[] = {
	"cloudProvider",	"cloudImageArchitecture",   "cloudImageDigest",
	"cloudImageInUseCount", "cloudImageLastInUseAt",    "cloudImagePushedAt",
	"cloudImageTags",	"cloudImageRepositoryName",
};
static const struct tfvars_object inspector_criteria = {NAMES(inspector_criteria_names),
							.row = &inspector_filter,
							NOT_THERE(inspector_criteria_lacks)};

static const struct member inspector_filters_members[] = {
	{"name", SAME, NULL, NULL},
	{"action", SAME, NULL, NULL},
	{"description", SAME, NULL, NULL},
	{"reason", SAME, NULL, NULL},
	{"filterCriteria", DEEP, &inspector_criteria, NULL},
};
const struct tfvars_object tfvars_inspector_filter = {MEMBERS(inspector_filters_members)};

/* --- custom actions and event rules --- */

static const struct member action_target_members[] = {
	{"Name", SAME, NULL, NULL},
	{"Description", SAME, NULL, NULL},
	{"Id", SAME, NULL, "identifier"},
};
const struct tfvars_object tfvars_action_target = {MEMBERS(action_target_members)};

static const struct member event_rule_members[] = {
	{"Name", SAME, NULL, NULL},	    {"Description", SAME, NULL, NULL},
	{"EventBusName", SAME, NULL, NULL}, {"EventPattern", LATER, NULL, NULL},
	{"State", SAME, NULL, NULL},
};
const struct tfvars_object tfvars_event_rule = {MEMBERS(event_rule_members)};

static const struct member input_transformer_members[] = {
	{"InputPathsMap", KEYS, NULL, "input_paths"},
	{"InputTemplate", SAME, NULL, NULL},
};
static const struct tfvars_object input_transformer = {MEMBERS(input_transformer_members)};
static const struct member event_target_members[] = {
	{"Id", SAME, NULL, NULL},
	{"Arn", LATER, NULL, NULL},
	{"RoleArn", LATER, NULL, NULL},
	{"InputTransformer", DEEP, &input_transformer, NULL},
};
const struct tfvars_object tfvars_event_target = {MEMBERS(event_target_members)};

/* --- schedules --- */

static const struct member window_members[] = {{"Mode", SAME, NULL, NULL}};
static const struct tfvars_object window = {MEMBERS(window_members)};
static const struct member schedule_target_members[] = {
	{"Arn", LATER, NULL, NULL},
	{"RoleArn", LATER, NULL, NULL},
	{"Input", SAME, NULL, NULL},
};
const struct tfvars_object tfvars_schedule_target = {MEMBERS(schedule_target_members)};

static const struct member schedule_members[] = {
	{"Name", SAME, NULL, NULL},
	{"Description", SAME, NULL, NULL},
	{"ScheduleExpression", SAME, NULL, NULL},
	{"ScheduleExpressionTimezone", SAME, NULL, NULL},
	{"State", SAME, NULL, NULL},
	{"FlexibleTimeWindow", DEEP, &window, NULL},
	{"ActionAfterCompletion", SAME, NULL, NULL},
	{"Target", LATER, NULL, NULL},
};
const struct tfvars_object tfvars_schedule = {MEMBERS(schedule_members)};

/* --- writing --- */

/* AwsAccountId, awsAccountId: aws_account_id. */
static struct str snake_case(struct arena *arena, struct str name)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < name.len; i++) {
		char ch = name.ptr[i];
		bool capital = ch >= 'A' && ch <= 'Z';

		if (capital && i)
			strbuf_addc(&b, '_');
		strbuf_addc(&b, capital ? (char)(ch - 'A' + 'a') : ch);
	}
	return strbuf_str(&b);
}

static bool is_among(const char *const *names, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

/* How a member is written; *own holds what only a criterion's name says. */
static const struct member *member_of(const struct tfvars_object *object, struct str name,
				      struct member *own)
{
	for (size_t i = 0; i < object->n; i++)
		if (str_is(name, object->members[i].api))
			return &object->members[i];
	*own = (struct member){.how = DEEP, .inside = object->row};
	if (is_among(object->names, object->n_names, name))
		return own;
	own->how = LACKS;
	return is_among(object->lacks, object->n_lacks, name) ? own : NULL;
}

static void write_deep(struct tfvars_convert *t, const struct json *value,
		       const struct tfvars_object *object)
{
	if (value->type != JSON_ARRAY) {
		json_open_object(t->w);
		tfvars_members(t, value, object);
		json_close_object(t->w);
		return;
	}
	json_open_array(t->w);
	for (size_t i = 0; i < value->n; i++) {
		json_open_object(t->w);
		tfvars_members(t, value->items[i], object);
		json_close_object(t->w);
	}
	json_close_array(t->w);
}

struct str tfvars_minified(struct arena *arena, const struct json *document)
{
	struct json_writer w;

	json_begin(&w, arena, 0);
	json_tree(&w, document);
	return json_end(&w);
}

static void write_member(struct tfvars_convert *t, struct str name, const struct json *value,
			 const struct member *member)
{
	bool scalar = value->type != JSON_ARRAY && value->type != JSON_OBJECT;

	/* A list or an object where its table knows a scalar is as unknown as its name. */
	if (scalar == (member->how >= DEEP && member->how <= KEYS)) {
		t->unknown = name;
		return;
	}
	json_key_str(t->w, member->name ? str_from(member->name) : snake_case(t->c->arena, name));
	if (member->how == DEEP)
		write_deep(t, value, member->inside);
	else if (member->how == DOCUMENT)
		json_str(t->w, tfvars_minified(t->c->arena, value));
	else if (member->how == AS_TEXT)
		json_str(t->w, value->text);
	else
		json_tree(t->w, value);
}

void tfvars_members(struct tfvars_convert *t, const struct json *from,
		    const struct tfvars_object *object)
{
	for (size_t i = 0; i < from->n && from->type == JSON_OBJECT; i++) {
		struct member own;
		const struct member *member = member_of(object, from->keys[i], &own);

		if (!member)
			t->unknown = from->keys[i];
		else if (member->how == LACKS)
			t->lacks = from->keys[i];
		else if (member->how != LATER)
			write_member(t, from->keys[i], from->items[i], member);
	}
}
