/* SPDX-License-Identifier: Apache-2.0
 *
 * Inspector's report as CSV (RFC 4180). The names of the columns are those of AWS's user guide;
 * what stands in the cells is not documented (assumption A38): the words and dates of the JSON
 * report, lists with a comma between their items, the lists on packages in one order. A cell
 * without a text is absent. Not read: tags, whose form is not known. */
#include "base/unicode.h"
#include "finding/reader_internal.h"

enum cell {
	CELL_VALUE,
	CELL_LIST,  /* each item an element; of packages the first items belong together, … */
	CELL_RANGE, /* `80`, `80-443`, `80 - 443`: each number of it is an element */
};

static const struct column {
	const char *name;
	enum field_id field;
	enum cell cell;
	enum convert convert;
} columns[] = {
	{"AWS Account Id", FIELD_account, CELL_VALUE, CONVERT_TEXT},
	{"Severity", FIELD_severity, CELL_VALUE, CONVERT_WORD},
	{"Fix Available", FIELD_fix, CELL_VALUE, CONVERT_WORD},
	{"Finding Type", FIELD_finding_type, CELL_VALUE, CONVERT_TYPE},
	{"Title", FIELD_title, CELL_VALUE, CONVERT_TEXT},
	{"Description", FIELD_description, CELL_VALUE, CONVERT_TEXT},
	{"Finding ARN", FIELD_finding_id, CELL_VALUE, CONVERT_TEXT},
	{"First Seen", FIELD_first_observed, CELL_VALUE, CONVERT_DATE},
	{"First Seen", FIELD_created, CELL_VALUE, CONVERT_DATE},
	{"Last Seen", FIELD_last_observed, CELL_VALUE, CONVERT_DATE},
	{"Last Updated", FIELD_updated, CELL_VALUE, CONVERT_DATE},
	{"Resource ID", FIELD_resource_id, CELL_VALUE, CONVERT_TEXT},
	{"Container Image Tags", FIELD_image_tag, CELL_LIST, CONVERT_TEXT},
	{"Region", FIELD_region, CELL_VALUE, CONVERT_TEXT},
	{"Platform", FIELD_image_platform, CELL_VALUE, CONVERT_TEXT},
	{"Affected Packages", FIELD_package_name, CELL_LIST, CONVERT_TEXT},
	{"Package Installed Version", FIELD_package_version, CELL_LIST, CONVERT_TEXT},
	{"Fixed in Version", FIELD_package_fixed_in, CELL_LIST, CONVERT_TEXT},
	{"Package Manager", FIELD_package_manager, CELL_LIST, CONVERT_TEXT},
	{"File Path", FIELD_package_path, CELL_LIST, CONVERT_TEXT},
	{"File Path", FIELD_code_path, CELL_VALUE, CONVERT_TEXT},
	{"Inspector Score", FIELD_score, CELL_VALUE, CONVERT_NUMBER_ANY},
	{"Status", FIELD_record, CELL_VALUE, CONVERT_WORD},
	{"Vulnerability Id", FIELD_cve, CELL_VALUE, CONVERT_TEXT},
	{"Vendor", FIELD_vendor_name, CELL_VALUE, CONVERT_TEXT},
	{"Vendor Severity", FIELD_vendor_severity, CELL_VALUE, CONVERT_TEXT},
	{"NVD CVSS3 Score", FIELD_cvss, CELL_VALUE, CONVERT_NUMBER_ANY},
	{"NVD CVSS2 Score", FIELD_cvss, CELL_VALUE, CONVERT_NUMBER_ANY},
	{"Vendor CVSS3 Score", FIELD_cvss, CELL_VALUE, CONVERT_NUMBER_ANY},
	{"Vendor CVSS2 Score", FIELD_cvss, CELL_VALUE, CONVERT_NUMBER_ANY},
	{"Resource Type", FIELD_resource_type, CELL_VALUE, CONVERT_TYPE},
	{"Ami", FIELD_ec2_image, CELL_VALUE, CONVERT_TEXT},
	{"Resource Vpc", FIELD_ec2_vpc, CELL_VALUE, CONVERT_TEXT},
	{"Port Range", FIELD_port, CELL_RANGE, CONVERT_NUMBER_ANY},
	{"Epss Score", FIELD_epss, CELL_VALUE, CONVERT_NUMBER_ANY},
	{"Exploit Available", FIELD_exploit, CELL_VALUE, CONVERT_WORD},
	{"Last Exploited At", FIELD_exploit_last_seen, CELL_VALUE, CONVERT_DATE},
	{"Lambda Layers", FIELD_lambda_layer, CELL_LIST, CONVERT_TEXT},
	{"Detector Name", FIELD_code_detector, CELL_VALUE, CONVERT_TEXT},
};

/* Without these a table is no report of findings. */
static const char *const needed[] = {"Finding ARN", "Resource ID", "Severity", "Status"};

#define NO_CELL SIZE_MAX

struct reader_report {
	size_t n_cells;
	struct str *cells; /* of the record at hand */
	size_t at[ARRAY_LEN(columns)];
	struct target targets[ARRAY_LEN(columns)];
};

/* --- records --- */

/* What stands between quotes, of which a double one is one. */
static bool take_quoted(struct arena *arena, struct str row, size_t *at, struct str *cell,
			const char **why)
{
	size_t from = ++*at, doubled = 0, n = 0;
	char *text;

	for (;; ++*at) {
		if (*at == row.len) {
			*why = "a quoted cell does not end";
			return false;
		}
		if (row.ptr[*at] != '"')
			continue;
		if (*at + 1 == row.len || row.ptr[*at + 1] != '"')
			break;
		++*at;
		doubled++;
	}
	*cell = str_slice(row, from, (*at)++);
	if (!doubled)
		return true;
	text = arena_alloc(arena, cell->len);
	for (size_t i = 0; i < cell->len; i++) {
		text[n++] = cell->ptr[i];
		i += cell->ptr[i] == '"';
	}
	*cell = (struct str){text, n};
	return true;
}

/* The next cell and the comma behind it; *more: there is another. */
static bool take_cell(struct arena *arena, struct str row, size_t *at, struct str *cell, bool *more,
		      const char **why)
{
	size_t from = *at;

	if (*at < row.len && row.ptr[*at] == '"') {
		if (!take_quoted(arena, row, at, cell, why))
			return false;
	} else {
		while (*at < row.len && row.ptr[*at] != ',' && row.ptr[*at] != '"')
			++*at;
		*cell = str_slice(row, from, *at);
	}
	*more = *at < row.len;
	if (*more && row.ptr[*at] != ',') {
		*why = "`,` is expected behind a cell";
		return false;
	}
	*at += *more;
	return true;
}

/* The record without what ends its line. */
static struct str trim(struct str row)
{
	while (row.len && (row.ptr[row.len - 1] == '\n' || row.ptr[row.len - 1] == '\r'))
		row.len--;
	return row;
}

struct reader_report *reader_report(struct reader *r, struct str header, const char **why)
{
	struct reader_report *report = ARENA_NEW(r->arena, struct reader_report);
	VEC(struct str) names = {0};
	struct str name;
	size_t at = 0;
	bool more = true;

	if (str_starts(header, STR("\xef\xbb\xbf")))
		header = str_slice(header, 3, header.len);
	for (header = trim(header); more; VEC_PUSH(r->arena, names, name))
		if (!take_cell(r->arena, header, &at, &name, &more, why))
			return NULL;
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		report->at[i] = NO_CELL;
		for (size_t k = 0; k < names.n; k++)
			if (str_is(names.items[k], columns[i].name))
				report->at[i] = k;
		report->targets[i] = reader_target(r->arena, r, LAYOUT_INSPECTOR, columns[i].field,
						   columns[i].convert);
		for (size_t k = 0; k < ARRAY_LEN(needed); k++)
			if (report->at[i] == NO_CELL &&
			    str_is(str_from(needed[k]), columns[i].name)) {
				*why = "no JSON, and no report of Inspector as CSV";
				return NULL;
			}
	}
	report->n_cells = names.n;
	report->cells = ARENA_ARRAY(r->arena, struct str, names.n);
	return report;
}

/* --- findings --- */

struct row {
	const struct reader *r;
	const struct reader_report *report;
	const struct tree *tree;
	struct arena *arena;
	struct element *root, *vulnerability, *resource;
};

static struct str cell_of(const struct row *row, enum field_id field)
{
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (columns[i].field == field && row->report->at[i] != NO_CELL)
			return row->report->cells[row->report->at[i]];
	return STR("");
}

/* Does the finding, by its type and its resource's, have fields of this habitat? The same column
 * means another thing, or nothing, on others. */
static bool lives_here(const struct row *row, enum habitat habitat)
{
	static const struct {
		enum habitat habitat;
		enum field_id field;
		const struct vocabulary *v;
		int word;
	} homes[] = {
		{HABITAT_PACKAGE, FIELD_finding_type, &vocabulary_finding_type, FINDING_PACKAGE},
		{HABITAT_NETWORK, FIELD_finding_type, &vocabulary_finding_type, FINDING_NETWORK},
		{HABITAT_CODE, FIELD_finding_type, &vocabulary_finding_type, FINDING_CODE},
		{HABITAT_IMAGE, FIELD_resource_type, &vocabulary_resource_type, RESOURCE_ECR_IMAGE},
		{HABITAT_IMAGE, FIELD_resource_type, &vocabulary_resource_type,
		 RESOURCE_AZURE_IMAGE},
		{HABITAT_IMAGE, FIELD_resource_type, &vocabulary_resource_type, RESOURCE_GCP_IMAGE},
		{HABITAT_INSTANCE, FIELD_resource_type, &vocabulary_resource_type,
		 RESOURCE_EC2_INSTANCE},
		{HABITAT_FUNCTION, FIELD_resource_type, &vocabulary_resource_type,
		 RESOURCE_LAMBDA_FUNCTION},
	};

	if (habitat == HABITAT_ANY)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(homes); i++)
		if (homes[i].habitat == habitat &&
		    str_is(cell_of(row, homes[i].field), homes[i].v->inspector[homes[i].word]))
			return true;
	return false;
}

/* The element that holds the group's, made if it is not there. */
static struct element *holder(struct row *row, enum group group)
{
	if (group == GROUP_FINDING)
		return row->root;
	if (group == GROUP_RESOURCE)
		return row->resource;
	if (!row->vulnerability) {
		row->vulnerability = reader_element(row->arena, row->tree, GROUP_VULNERABILITY);
		element_append(row->arena, row->root, row->vulnerability);
	}
	return row->vulnerability;
}

static bool is_single(enum group group)
{
	return group == GROUP_FINDING || group == GROUP_VULNERABILITY || group == GROUP_RESOURCE;
}

static struct element *add(struct row *row, enum group group)
{
	struct element *element = reader_element(row->arena, row->tree, group);

	element_append(row->arena, holder(row, group_parent(group)), element);
	return element;
}

static void keep(struct row *row, const struct target *target, struct str text)
{
	struct fval value = {.kind = FVAL_ABSENT};
	struct element *element;

	if (text.len)
		reader_value(row->arena, target, JSON_KIND_STRING, text, &value);
	if (value.kind == FVAL_ABSENT)
		return;
	element = is_single(target->group) ? holder(row, target->group) : add(row, target->group);
	element->values[target->slot] = value;
}

/* The next item of `a, b`. */
static bool take_item(struct str *list, struct str *item)
{
	size_t end = 0;

	if (!list->ptr)
		return false;
	while (end < list->len && list->ptr[end] != ',')
		end++;
	*item = str_slice(*list, 0, end);
	*list = end < list->len ? str_slice(*list, end + 1, list->len) : (struct str){NULL, 0};
	while (item->len && item->ptr[0] == ' ')
		*item = str_slice(*item, 1, item->len);
	while (item->len && item->ptr[item->len - 1] == ' ')
		item->len--;
	return true;
}

static size_t count_items(struct str list)
{
	struct str item;
	size_t n = 0;

	while (list.len && take_item(&list, &item))
		n++;
	return n;
}

/* The i-th item is of the i-th package; a list of another length cannot be told apart. */
static void keep_packages(struct row *row, const struct target *target, struct str list)
{
	size_t n = count_items(cell_of(row, FIELD_package_name));
	struct element *parent;
	struct str item;

	if (!n || count_items(list) != n)
		return;
	parent = holder(row, GROUP_VULNERABILITY);
	while (parent->n_children[GROUP_PACKAGE] < n)
		add(row, GROUP_PACKAGE);
	for (size_t i = 0; take_item(&list, &item); i++)
		if (item.len)
			reader_value(row->arena, target, JSON_KIND_STRING, item,
				     &parent->children[GROUP_PACKAGE][i]->values[target->slot]);
}

static void keep_list(struct row *row, const struct target *target, struct str list)
{
	struct str item;

	while (list.len && take_item(&list, &item))
		keep(row, target, item);
}

static bool take_number(struct str *text, int64_t *number)
{
	size_t n = 0;

	while (text->len && text->ptr[0] == ' ')
		*text = str_slice(*text, 1, text->len);
	for (*number = 0; n < text->len && n < 9 && text->ptr[n] >= '0' && text->ptr[n] <= '9'; n++)
		*number = *number * 10 + (text->ptr[n] - '0');
	*text = str_slice(*text, n, text->len);
	while (text->len && text->ptr[0] == ' ')
		*text = str_slice(*text, 1, text->len);
	return n > 0;
}

static void keep_range(struct row *row, const struct target *target, struct str text)
{
	int64_t begin, end;

	if (!take_number(&text, &begin))
		return;
	end = begin;
	if (text.len && text.ptr[0] == '-') {
		text = str_slice(text, 1, text.len);
		if (!take_number(&text, &end))
			return;
	}
	if (text.len || end > fields[target->field].hi / TYPE_SCALE)
		return;
	for (; begin <= end; begin++)
		add(row, target->group)->values[target->slot] =
			(struct fval){.kind = FVAL_NUMBER, .number = 2 * TYPE_SCALE * begin};
}

static void keep_column(struct row *row, size_t i)
{
	const struct column *column = &columns[i];
	const struct target *target = &row->report->targets[i];
	struct str cell;

	if (row->report->at[i] == NO_CELL || !row->tree->wanted[column->field] ||
	    !lives_here(row, fields[column->field].habitat))
		return;
	cell = row->report->cells[row->report->at[i]];
	if (column->cell == CELL_RANGE)
		keep_range(row, target, cell);
	else if (column->cell == CELL_LIST && target->group == GROUP_PACKAGE)
		keep_packages(row, target, cell);
	else if (column->cell == CELL_LIST)
		keep_list(row, target, cell);
	else
		keep(row, target, cell);
}

static bool take_cells(struct reader_report *report, struct arena *arena, struct str row,
		       size_t *at, const char **why)
{
	bool more = true;
	size_t n = 0;

	*at = 0;
	if (!unicode_valid(row)) {
		*why = "invalid UTF-8";
		return false;
	}
	for (; more && n < report->n_cells; n++)
		if (!take_cell(arena, row, at, &report->cells[n], &more, why))
			return false;
	if (more || n < report->n_cells) {
		*why = more ? "more cells than columns" : "fewer cells than columns";
		return false;
	}
	return true;
}

struct finding *reader_row(struct reader *r, struct reader_report *report, struct arena *arena,
			   struct str text, size_t *offset, const char **why)
{
	struct row row = {
		.r = r, .report = report, .tree = &r->trees[LAYOUT_INSPECTOR], .arena = arena};
	struct finding *finding;

	if (!take_cells(report, arena, trim(text), offset, why))
		return NULL;
	finding = ARENA_NEW(arena, struct finding);
	finding->layout = LAYOUT_INSPECTOR;
	finding->text = text;
	finding->root = row.root = reader_element(arena, row.tree, GROUP_FINDING);
	row.resource = reader_element(arena, row.tree, GROUP_RESOURCE);
	element_append(arena, row.root, row.resource);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		keep_column(&row, i);
	reader_end_element(r, row.tree, row.resource);
	reader_end_document(r, arena, row.tree, finding);
	return finding;
}
