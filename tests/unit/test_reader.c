/* SPDX-License-Identifier: Apache-2.0
 *
 * Every shape into one record: the same finding, written in each of them, gives equal values for
 * every field that both carry. */
#include "record.h"

#include "base/vec.h"
#include "finding/layout.h"

/* The files hold the same finding. */
static const char *const same[][6] = {
	{"image-asff.json", "image-asff-event.json", "image-inspector.json",
	 "image-inspector-event.json", "image-ocsf.json", "image-ocsf-event.json"},
	{"instance-asff.json", "instance-inspector.json", "instance-ocsf.json"},
	{"function-asff.json", "function-inspector.json", "function-ocsf.json"},
	{"control-asff.json", "control-ocsf.json"},
	/* How Security Hub V2 types findings on code is not known: they share the path alone. */
	{"code-inspector.json"},
	{"code-ocsf.json"},
	{"network-inspector.json"},
};

/* semantics.md §1: these differ by shape, and no others. */
static const struct {
	enum field_id field;
	const char *type; /* of the resource; NULL: any */
} different[] = {
	{FIELD_resource_id, "AwsEc2Instance"},
	{FIELD_resource_id, "AwsLambdaFunction"},
	{FIELD_cloud, NULL},
	{FIELD_image_platform, NULL},
};

static bool may_differ(enum field_id field, const struct element *root)
{
	const struct fval *type = finding_value(root, FIELD_resource_type);

	for (size_t i = 0; i < ARRAY_LEN(different); i++)
		if (different[i].field == field &&
		    (!different[i].type || (type && str_is(type->str, different[i].type))))
			return true;
	return false;
}

/* What Inspector's findings get when they are imported. */
static bool is_imported(enum field_id field)
{
	return field == FIELD_product || field == FIELD_product_arn || field == FIELD_generator ||
	       field == FIELD_workflow;
}

static bool carries(enum layout_id layout, enum field_id field)
{
	struct place places[LAYOUT_PLACES];

	return layout_places(layout, field, places) > 0 || layout_owner(layout, field).len ||
	       (layout == LAYOUT_INSPECTOR && is_imported(field));
}

/* All values of a field below an element, joined by '|'; of a map `key=value`. */
static void add_values(struct strbuf *b, const struct element *e, enum field_id field)
{
	if (e->group == fields[field].group && fields[field].type == TYPE_MAP)
		for (size_t i = 0; i < e->n_map; i++)
			strbuf_printf(b, STR_FMT "=" STR_FMT "|", STR_ARG(e->map[i].key),
				      STR_ARG(e->map[i].value));
	else if (e->group == fields[field].group)
		strbuf_printf(b, STR_FMT "|", STR_ARG(shown(&e->values[field_slot(field)], field)));
	for (unsigned group = 0; group < GROUP_COUNT; group++)
		for (size_t i = 0; i < e->n_children[group]; i++)
			add_values(b, e->children[group][i], field);
}

static struct str values(const struct element *root, enum field_id field)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	add_values(&b, root, field);
	return strbuf_str(&b);
}

static bool is_empty(struct str values)
{
	for (size_t i = 0; i < values.len; i++)
		if (values.ptr[i] != '~' && values.ptr[i] != '|')
			return false;
	return true;
}

static bool seen[LAYOUT_COUNT][FIELD_COUNT];

static void compare(const char *name_a, const struct finding *a, const char *name_b,
		    const struct finding *b)
{
	unsigned differ = 0;

	for (unsigned id = 0; id < FIELD_COUNT; id++) {
		struct str x = values(a->root, id), y = values(b->root, id);

		if (!carries(a->layout, id) || !carries(b->layout, id) || may_differ(id, a->root) ||
		    str_eq(x, y) || (is_empty(x) && is_empty(y)))
			continue;
		differ++;
		printf("# %s: " STR_FMT " and " STR_FMT "\n", fields[id].name, STR_ARG(x),
		       STR_ARG(y));
	}
	ok(!differ, "%s and %s are equal", name_a, name_b);
}

static void test_same(void)
{
	for (size_t row = 0; row < ARRAY_LEN(same); row++) {
		struct finding *found[ARRAY_LEN(same[0])];

		for (size_t i = 0; i < ARRAY_LEN(same[0]) && same[row][i]; i++) {
			found[i] = fixture(same[row][i]);
			for (unsigned id = 0; id < FIELD_COUNT; id++)
				seen[found[i]->layout][id] |= !is_empty(values(found[i]->root, id));
			for (size_t k = 0; k < i; k++)
				compare(same[row][k], found[k], same[row][i], found[i]);
		}
	}
}

/* A path that no fixture has would be one that nobody tested; what a layout does not carry must
 * not come from anywhere. */
static void test_complete(void)
{
	for (unsigned layout = 0; layout < LAYOUT_COUNT; layout++)
		for (unsigned id = 0; id < FIELD_COUNT; id++) {
			/* What customers write is in the fixtures of test_finding. */
			bool other = layout == LAYOUT_ASFF &&
				     (id == FIELD_field || id == FIELD_verification ||
				      id == FIELD_criticality || id == FIELD_cloud);

			if (seen[layout][id] != carries(layout, id) && !other)
				ok(false, "%s in layout %u: %s", fields[id].name, layout,
				   carries(layout, id) ? "in no fixture" : "is not carried");
		}
	ok(true, "every place of every layout is in a fixture");
}

/* Whatever is spoilt in a document, the reader refuses it if json_parse does, and only then, and
 * never by another's memory. */
static void test_spoilt(void)
{
	static const char *const files[] = {"image-asff-event.json", "image-inspector.json",
					    "control-ocsf.json"};
	static const char spoilers[] = {'"', '{',  '}',	 '[', ']', ',',
					':', '\\', '\n', '1', 'n', '\xff'};
	struct reader *reader = reader_new(arena, NULL);
	unsigned differ = 0, valid = 0;

	for (size_t f = 0; f < ARRAY_LEN(files); f++) {
		struct str path = str_printf(arena, FIXTURES "%s", files[f]);
		struct str text = read_file(str_cstr(arena, path));

		for (size_t i = 0; i < 2 * text.len; i++) {
			struct arena *own = arena_new();
			struct str copy = str_copy(own, str_slice(text, 0, i));
			const struct reading *readings;
			struct json_error error;
			struct json_scan scan;
			bool read;
			size_t n;

			/* The first half of the turns cuts, the other writes over. */
			if (i >= text.len) {
				copy = str_copy(own, text);
				((char *)(uintptr_t)copy.ptr)[i - text.len] =
					spoilers[i % ARRAY_LEN(spoilers)];
			}
			json_scan_start(&scan, own, copy);
			read = reader_next(reader, &scan, &readings, &n) && json_scan_end(&scan);
			differ += read != (json_parse(own, copy, &error) != NULL);
			valid += read;
			arena_free(own);
		}
	}
	ok(!differ && valid > 100, "spoilt documents: %u verdicts differ, %u are valid", differ,
	   valid);
}

static const struct element *vulnerability(const struct finding *finding)
{
	return finding->root->children[GROUP_VULNERABILITY][0];
}

static void test_lists(void)
{
	struct finding *inspector = fixture("code-inspector.json");
	struct finding *ocsf = fixture("code-ocsf.json");

	is_list(vulnerability(inspector), GROUP_CODE_PATH, "code.path", "src/handler.py");
	is_list(vulnerability(ocsf), GROUP_CODE_PATH, "code.path", "src/handler.py");
	is_list(fixture("network-inspector.json")->root, GROUP_PORT, "port",
		"16158000000000|16160000000000|16162000000000");
}

static void test_original(void)
{
	struct finding *asff = fixture("control-asff.json"), *ocsf = fixture("control-ocsf.json");
	struct finding *inspector = fixture("image-inspector.json");

	is_value(asff->root, "severity", "=LOW");
	is_value(asff->original, "severity", "=MEDIUM");
	is_value(ocsf->root, "severity", "=LOW");
	is_value(ocsf->original, "severity", "=MEDIUM");
	is_value(ocsf->root, "note", "known to the owner");
	is_value(ocsf->original, "note", "~");
	is_value(ocsf->original, "workflow", "=NEW");
	is_value(inspector->original, "severity", "=MEDIUM");
	is_value(inspector->original, "workflow", "=NEW");
	is_value(inspector->original, "product", "Inspector");
}

/* `{…}` with ' for ", of one layout. */
static struct finding *small(const char *body)
{
	char *copy = arena_alloc(arena, strlen(body) + 1);

	for (size_t i = 0; (copy[i] = body[i]); i++)
		copy[i] = body[i] == '\'' ? '"' : body[i];
	return read_text(str_from(copy));
}

/* A finding of Inspector or of Security Hub V2, a field, and what it is. */
static const struct {
	const char *body, *field, *value;
} traps[] = {
#define I(members) "{'findingArn':'arn:aws:inspector2:eu-west-1:1:finding/a'," members "}"
#define O(members) "{'class_uid':2002," members "}"
	{I("'status':'SUPPRESSED'"), "record", "=ARCHIVED"},
	{I("'status':'CLOSED'"), "record", "=ARCHIVED"},
	{I("'status':'DELETED'"), "record", "!DELETED"},
	{I("'severity':'UNTRIAGED'"), "severity", "=UNTRIAGED"},
	{I("'resources':[{'region':'N/A'}]"), "region", "eu-west-1"},
	{I("'resources':[{'region':'eastus'}]"), "region", "eastus"},
	{I("'product':'x'"), "product.arn", "arn:aws:securityhub:eu-west-1::product/aws/inspector"},
	{I("'updatedAt':1748539687.919"), "updated", "2025-05-29T17:28:07.919Z"},
	{I("'updatedAt':1748539687919"), "updated", "2025-05-29T17:28:07.919Z"},
	{I("'updatedAt':1.748539687919E9"), "updated", "2025-05-29T17:28:07.919Z"},
	{I("'updatedAt':'1748539687'"), "updated", "~"},
	{I("'updatedAt':'2026-03-12 22:34:42+01:00'"), "updated", "2026-03-12T21:34:42Z"},
	{I("'updatedAt':'Wed Sep 04 16:55:38.411 UTC 2024'"), "updated",
	 "2024-09-04T16:55:38.411Z"},
	{I("'updatedAt':'Dec 3, 2021, 6:02:30 PM'"), "updated", "2021-12-03T18:02:30Z"},
	{I("'updatedAt':'Dec 3, 2021, 12:02:30 AM'"), "updated", "2021-12-03T00:02:30Z"},
	{I("'updatedAt':'Feb 30, 2021, 1:02:30 AM'"), "updated", "~"},
	{I("'inspectorScore':'7.5'"), "score", "~"},
	{I("'exploitAvailable':true"), "exploit", "!true"},
	{I("'packageVulnerabilityDetails':{'vulnerablePackages':[{'fixedInVersion':"
	   "'NotAvailable'}]}"),
	 "package.fixed_in", "~"},
	{I("'resources':[{'type':'AWS_ECR_CONTAINER_IMAGE','id':"
	   "'arn:aws:ecr:us-east-1:1:repository/a/b/sha256:0'}]"),
	 "repository", "a/b"},
	{I("'resources':[{'details':{'image':{'repositoryName':'new'},'awsEcrContainerImage':"
	   "{'repositoryName':'old'}}}]"),
	 "repository", "old"},
	{I("'resources':[{'details':{'image':{'imageTags':['new']},'awsEcrContainerImage':"
	   "{'imageTags':['old']}}}]"),
	 "image.tag", "old"},
	{I("'resources':[{'details':{'awsEcrContainerImage':{'imageTags':['old']},'image':"
	   "{'imageTags':['new']}}}]"),
	 "image.tag", "old"},
	{I("'resources':[{'details':{'image':{'imageTags':['new']},'awsEcrContainerImage':"
	   "{'imageTags':[]}}}]"),
	 "image.tag", "new"},
	{I("'resources':[{'type':'AWS_LAMBDA_FUNCTION','id':'x'}]"), "ec2.instance", "~"},
	{O("'severity':'Fatal','severity_id':4"), "severity", "!Fatal"},
	{O("'severity_id':4"), "severity", "=HIGH"},
	{O("'severity_id':'4'"), "severity", "!4"},
	{O("'severity_id':6"), "severity", "!6"},
	{O("'status':'In Progress'"), "workflow", "!In Progress"},
	{O("'activity_name':'Close'"), "record", "=ARCHIVED"},
	{O("'vulnerabilities':[{'is_fix_available':true,'fix_coverage':'Partial'}]"), "fix",
	 "=PARTIAL"},
	{O("'vulnerabilities':[{'is_fix_available':true}]"), "fix", "=YES"},
	{O("'vulnerabilities':[{'is_exploit_available':'true'}]"), "exploit", "!true"},
	{O("'vulnerabilities':[{'cve':{'epss':{'score':0.5}}}]"), "epss", "1000000000"},
	{O("'finding_info':{'types':['a','Software and Configuration Checks/Vulnerabilities/"
	   "CVE']}"),
	 "finding.type", "Software and Configuration Checks/Vulnerabilities/CVE"},
	{O("'finding_info':{'last_seen_time':1748539687919}"), "last_observed",
	 "2025-05-29T17:28:07.919Z"},
	{O("'resources':[{'type':'AWS::EC2::Instance','uid':'arn:x'}]"), "ec2.instance", "~"},
	{O("'resources':[{'type':'microsoft.compute/virtualmachines'}]"), "resource.type",
	 "Microsoft.Compute/virtualMachines"},
	{O("'cloud':{'provider':'AWS'},'resources':[{'provider':'Azure'},{}]"), "cloud", "Azure"},
#undef I
#undef O
};

static void test_traps(void)
{
	for (size_t i = 0; i < ARRAY_LEN(traps); i++) {
		struct finding *finding = small(traps[i].body);

		if (finding)
			is_value(finding->root, traps[i].field, traps[i].value);
		else
			ok(false, "%s is read", traps[i].body);
	}
}

static void test_clouds(void)
{
	struct str text = read_file(FIXTURES "clouds-inspector.json");
	const struct reading *readings;
	struct json_scan scan;
	size_t n = 0;

	json_scan_start(&scan, arena, text);
	if (!ok(reader_next(reader_new(arena, NULL), &scan, &readings, &n) && n == 2,
		"two clouds are read"))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct element *root = readings[i].finding->root;

		is_value(root, "cloud", i ? "GCP" : "AZURE");
		is_value(root, "resource.type",
			 i ? "artifactregistry.googleapis.com/DockerImage"
			   : "Microsoft.ContainerRegistry/registry/containerImage");
		is_value(root, "repository", "web/shop");
		is_value(root, "image.tag", "blue");
		is_value(root, "image.pushed", "2024-09-04T16:55:28Z");
		is_value(root, "image.registry", "~");
		is_value(root, "severity", "=UNTRIAGED");
	}
}

static const struct finding *read_wanted(struct str text, const bool *wanted)
{
	const struct reading *readings;
	struct json_scan scan;
	size_t n = 0;

	json_scan_start(&scan, arena, text);
	reader_next(reader_new(arena, wanted), &scan, &readings, &n);
	return n == 1 ? readings[0].finding : NULL;
}

/* With a few fields wanted these are read as before, and the rest is not kept. */
static void test_wanted(void)
{
	static const char *const files[] = {"image-asff.json", "image-inspector-event.json",
					    "image-ocsf.json", "instance-inspector.json"};

	for (size_t f = 0; f < ARRAY_LEN(files); f++) {
		struct finding *all = fixture(files[f]);
		const struct finding *got;
		unsigned differ = 0;

		for (unsigned id = 0; id < FIELD_COUNT; id++) {
			bool wanted[WANTED_COUNT] = {[WANTED_ORIGINAL] = true};

			wanted[id] = true;
			got = read_wanted(all->text, wanted);
			if (id == FIELD_region)
				continue; /* the envelope's is not the finding's */
			if (!got || !str_eq(values(got->root, id), values(all->root, id)))
				differ += !is_empty(values(all->root, id));
			if (!got || !str_eq(values(got->original, id), values(all->original, id)))
				differ += !is_empty(values(all->original, id));
		}
		ok(!differ, "%s: each field alone", files[f]);
		got = read_wanted(all->text, (const bool[WANTED_COUNT]){false});
		ok(got && got->original == got->root, "%s: no original where none is wanted",
		   files[f]);
	}
}

/* --- the report as CSV --- */

/* What the columns of a report leave out. */
static const enum field_id no_columns[] = {
	FIELD_tag,
	FIELD_protocol,
	FIELD_cloud,
	FIELD_image_in_use,
	FIELD_image_last_used,
	FIELD_image_pushed,
	FIELD_image_registry,
	FIELD_ec2_subnet,
	FIELD_lambda_name,
	FIELD_lambda_runtime,
	FIELD_code_repository,
	FIELD_related,
	FIELD_image_architecture,
};

static void compare_row(const struct finding *json, const struct finding *row, const char *name)
{
	unsigned differ = 0;

	for (unsigned id = 0; id < FIELD_COUNT; id++) {
		struct str x = values(json->root, id), y = values(row->root, id);
		bool none = false;

		for (size_t i = 0; i < ARRAY_LEN(no_columns); i++)
			none |= no_columns[i] == id;
		if (none ? is_empty(y) : str_eq(x, y) || (is_empty(x) && is_empty(y)))
			continue;
		differ++;
		printf("# %s: " STR_FMT " and " STR_FMT "\n", fields[id].name, STR_ARG(x),
		       STR_ARG(y));
	}
	ok(!differ && row->layout == LAYOUT_INSPECTOR, "%s and its row are equal", name);
}

static void test_report(void)
{
	static const char *const files[] = {"image-inspector.json", "instance-inspector.json",
					    "function-inspector.json", "network-inspector.json",
					    "code-inspector.json"};
	struct diags *d = diags_new(arena, sources_new(arena));
	size_t n = 0;
	struct finding **rows =
		findings_read(arena, d, "report.csv", read_file(FIXTURES "report.csv"), &n);

	if (!ok(n == ARRAY_LEN(files), "a report of %zu findings", n))
		return;
	for (size_t i = 0; i < n; i++)
		compare_row(fixture(files[i]), rows[i], files[i]);
}

/* Rows under the columns that a report must have, and two more. */
static void test_rows(void)
{
#define HEADER                                                                                     \
	"Finding ARN,Severity,Status,Resource ID,Finding Type,Affected Packages,"                  \
	"Fixed in Version,Title,Port Range\n"
	static const struct {
		const char *text;
		size_t n;
		const char *said;
	} texts[] = {
		{HEADER, 0, "holds no finding"},
		{HEADER "a,HIGH,ACTIVE,b,,,,,\r\n", 1, ""},
		{"\xef\xbb\xbf" HEADER "a,HIGH,ACTIVE,b,,,,,\n\n", 1, ""},
		{HEADER "a,HIGH,ACTIVE,b,,,,\"x\ny\"\"z\",\nc,LOW,ACTIVE,d,,,,,", 2, ""},
		{HEADER "a,HIGH,ACTIVE,b,,,,\n", 0, "line 2, column 20: fewer cells"},
		{HEADER "a,HIGH,ACTIVE,b,,,,,,\n", 0, "line 2, column 22: more cells"},
		{HEADER "a,HIGH,ACTIVE,b,,,,\"x,\n", 0, "a quoted cell does not end"},
		{HEADER "a,HIGH,ACTIVE,b,,,,\"x\"y,\n", 0, "`,` is expected"},
		{HEADER "a,HIGH,ACTIVE,b,,,,x\"y,\n", 0, "`,` is expected"},
		{HEADER "a,HIGH,ACTIVE,b,,,,\xff,\n", 0, "invalid UTF-8"},
		{"Severity,Status\nHIGH,ACTIVE\n", 0, "line 1, column 1"},
	};
	struct str messages;
	struct diags *d = diags_new(arena, sources_new(arena));
	struct finding **rows;
	int code;
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		n = count_read("r.csv", str_from(texts[i].text), &messages, &code);
		if (!ok(n == texts[i].n && str_contains(messages, str_from(texts[i].said)) &&
				(code == 3) == (n == 0),
			"rows %zu: %s", i, texts[i].said))
			printf("# %zu, exit %d: " STR_FMT "\n", n, code, STR_ARG(messages));
	}
	rows = findings_read(arena, d, "r.csv",
			     STR(HEADER
				 "a,HIGH,X,b,PACKAGE_VULNERABILITY,\"p, q\",\"1,NotAvailable\","
				 "\"x\"\"y\",\n"
				 "a,HIGH,ACTIVE,b,PACKAGE_VULNERABILITY,\"p, q\",1,N/A,80\n"
				 "a,HIGH,ACTIVE,b,NETWORK_REACHABILITY,,,,79-80\n"),
			     &n);
	if (!ok(n == 3, "three rows"))
		return;
	is_value(rows[0]->root, "title", "x\"y");
	is_value(rows[0]->root, "record", "!X");
	is_list(vulnerability(rows[0]), GROUP_PACKAGE, "package.name", "p|q");
	is_list(vulnerability(rows[0]), GROUP_PACKAGE, "package.fixed_in", "1|~");
	is_value(rows[1]->root, "title", "~");
	is_list(vulnerability(rows[1]), GROUP_PACKAGE, "package.fixed_in", "~|~");
	is_list(rows[1]->root, GROUP_PORT, "port", "");
	is_list(rows[2]->root, GROUP_PORT, "port", "158000000000|160000000000");
#undef HEADER
}

/* --- `test_reader dump FILE…`: records as JSON lines, for tests/meta/samples.py --- */

static void dump_values(struct json_writer *w, const struct element *e, enum field_id field)
{
	bool here = e->group == fields[field].group;

	if (here && fields[field].type == TYPE_MAP) {
		for (size_t i = 0; i < e->n_map; i++)
			json_str(w, str_printf(arena, STR_FMT "=" STR_FMT, STR_ARG(e->map[i].key),
					       STR_ARG(e->map[i].value)));
	} else if (here && e->values[field_slot(field)].kind != FVAL_ABSENT) {
		json_str(w, shown(&e->values[field_slot(field)], field));
	}
	for (unsigned group = 0; group < GROUP_COUNT; group++)
		for (size_t i = 0; i < e->n_children[group]; i++)
			dump_values(w, e->children[group][i], field);
}

static void dump_reading(struct json_writer *w, const struct reading *reading)
{
	json_open_object(w);
	if (!reading->finding) {
		json_key(w, "why");
		json_string(w, reading->why);
	}
	for (unsigned id = 0; reading->finding && id < FIELD_COUNT; id++) {
		json_key(w, fields[id].name);
		json_open_array(w);
		dump_values(w, reading->finding->root, id);
		json_close_array(w);
	}
	json_close_object(w);
}

static bool dump(const char *path)
{
	const struct reading *readings;
	struct json_writer w;
	struct json_scan scan;
	size_t n;

	json_begin(&w, arena, 0);
	json_scan_start(&scan, arena, read_file(path));
	if (!reader_next(reader_new(arena, NULL), &scan, &readings, &n) || !json_scan_end(&scan))
		return false;
	json_open_array(&w);
	for (size_t i = 0; i < n; i++)
		dump_reading(&w, &readings[i]);
	json_close_array(&w);
	printf(STR_FMT "\n", STR_ARG(json_end(&w)));
	return true;
}

int main(int argc, char **argv)
{
	arena = arena_new();
	if (argc > 2 && strcmp(argv[1], "dump") == 0) {
		for (int i = 2; i < argc; i++)
			if (!dump(argv[i]))
				return 1;
		return 0;
	}
	test_same();
	test_complete();
	test_lists();
	test_original();
	test_traps();
	test_clouds();
	test_wanted();
	test_spoilt();
	test_report();
	test_rows();
	arena_free(arena);
	return done();
}
