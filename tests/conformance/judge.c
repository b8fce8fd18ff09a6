/* SPDX-License-Identifier: Apache-2.0
 *
 * The compiler's own two opinions, for comparison with judges that nobody here wrote. Compiles a
 * policy in memory, reads findings from standard input (or none), prints JSON lines:
 *
 *   {"unit": u, "name": …, "kind": …, "mechanism": "event"|"automation"|…|"none",
 *    "view": "single"|"many", "artefacts": [paths], "members": [units that share its rules]}
 *   {"unit": u, "atom": k, "side": "inside"|"outside", "witness": {ASFF}}
 *        findings that the set engine picks: one that the unit takes (atom null), and for each atom
 *        one inside and one outside whose fate hangs on that atom alone
 *   {"finding": i, "units": [[eval, engine, within], …]}
 *        the plain evaluator on the unit's tree, guard included; the membership of the finding in
 *        the tree's diagram; and whether the finding is one that can exist at all (the universe and
 *        the assumptions on titles, ARNs and lists): outside that nothing is promised.
 *
 * An automation rule is judged on the provider's original finding, all others on what stands. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cmd/run.h"
#include "eval/eval.h"
#include "finding/finding.h"
#include "ir/witness.h"
#include "model/region.h"
#include "target/compile.h"

#define INPUT_LIMIT ((size_t)256 << 20)
#define ATOMS_MAX 256

struct judge {
	struct run run;
	struct compilation c;
	struct plan *plan;
	struct json_writer out;
	bool broken; /* an edge is missing or two take one value: no verdict can be trusted */
};

static const char *const kind_names[] = {
	[STATEMENT_NOTIFY] = "notify",
	[STATEMENT_SUPPRESS] = "suppress",
	[STATEMENT_REOPEN] = "reopen",
	[STATEMENT_ASSIGN] = "assign",
	[STATEMENT_INSIGHT] = "insight",
	[STATEMENT_ACTION] = "action",
	[STATEMENT_REVIEW] = "review",
	[STATEMENT_LIFECYCLE] = "lifecycle",
};

/* --- a point in a diagram, written without the engine's own walks --- */

static bool point_in(struct judge *j, const struct element *at, dd set, enum view view);

/* The element that stands for `group` from `at` downwards, where there can be only one. */
static const struct element *carrier(const struct element *at, enum group group)
{
	const struct element *parent;

	if (at->group == group || group == GROUP_FINDING)
		return at->group == group ? at : NULL;
	parent = carrier(at, group_parent(group));
	return parent && parent->n_children[group] ? parent->children[group][0] : NULL;
}

static struct fval value_at(const struct element *at, const struct place *place)
{
	const struct element *element = carrier(at, place->group);
	struct fval value = {.kind = FVAL_ABSENT};

	if (!element)
		return value;
	if (fields[place->field].type != TYPE_MAP)
		return element->values[field_slot(place->field)];
	for (size_t i = 0; i < element->n_map; i++)
		if (str_eq(element->map[i].key, place->key))
			value = (struct fval){.kind = FVAL_STRING, .str = element->map[i].value};
	return value;
}

static bool on_image(const struct element *at)
{
	const struct element *resource = carrier(at, GROUP_RESOURCE);

	return resource && str_is(resource->values[field_slot(FIELD_resource_type)].str,
				  "AwsEcrContainerImage");
}

static struct str behind_id(const struct element *at, struct str title)
{
	const struct element *vulnerability = carrier(at, GROUP_VULNERABILITY);
	struct str id = {0};

	if (vulnerability)
		id = vulnerability->values[field_slot(FIELD_cve)].str;
	if (!id.len || str_contains(id, STR(" ")) || str_starts(id, STR("CWE-")) ||
	    title.len < id.len + strlen(" - "))
		return title;
	return str_slice(title, id.len + strlen(" - "), title.len);
}

/* Elements outside their group's universe do not count in the engine: what `some element at all`
 * requires is that universe. */
static bool counts(struct judge *j, const struct element *element, enum view view)
{
	struct engine *e = lower_engine(j->c.lower);
	var v = lower_group(j->c.lower, element->group, view);
	const struct group_pair *pairs;
	size_t n = set_pairs(e, set_group_some(e, v, DD_TRUE), &pairs);

	return n != 1 || pairs->n_required != 1 || pairs->required[0] == DD_TRUE ||
	       point_in(j, element, pairs->required[0], view);
}

static bool some_element(struct judge *j, const struct element *at, enum group group, dd set,
			 enum view view)
{
	const struct element *parent = carrier(at, group_parent(group));

	for (size_t i = 0; parent && i < parent->n_children[group]; i++)
		if (counts(j, parent->children[group][i], view) &&
		    point_in(j, parent->children[group][i], set, view))
			return true;
	return false;
}

static bool group_in(struct judge *j, const struct element *at, enum group group, vset set,
		     enum view view)
{
	const struct group_pair *pairs;
	size_t n = set_pairs(lower_engine(j->c.lower), set, &pairs);

	for (size_t i = 0; i < n; i++) {
		bool holds = !some_element(j, at, group, pairs[i].forbidden, view);

		for (size_t k = 0; k < pairs[i].n_required && holds; k++)
			holds = some_element(j, at, group, pairs[i].required[k], view);
		if (holds)
			return true;
	}
	return false;
}

static bool value_in(struct judge *j, const struct element *at, var v, vset set, enum view view)
{
	struct engine *e = lower_engine(j->c.lower);
	const struct place *place = lower_place(j->c.lower, v);
	const struct interval *items;
	struct fval value;
	unsigned words;
	size_t n;

	if (place->is_group)
		return group_in(j, at, place->group, set, view);
	value = value_at(at, place);
	/* An image's resource id is made of its parts: the variable is for other resources. */
	if (view == VIEW_SINGLE && place->field == FIELD_resource_id && on_image(at))
		value.kind = FVAL_ABSENT;
	/* Of the title of a finding that has an id, the variable is what follows the id. */
	if (view == VIEW_SINGLE && place->field == FIELD_title)
		value.str = behind_id(at, value.str);
	switch (var_kind(e, v)) {
	case VAR_BITS:
		words = fields[place->field].words->n;
		if (value.kind == FVAL_ABSENT)
			return set_mask(e, set) >> (words + 1) & 1;
		return set_mask(e, set) >> (value.word < 0 ? words : (unsigned)value.word) & 1;
	case VAR_NUMBER:
		if (value.kind == FVAL_ABSENT)
			return set_has_absent(e, set);
		n = set_intervals(e, set, &items);
		for (size_t i = 0; i < n; i++)
			if (items[i].lo <= value.number && value.number <= items[i].hi)
				return true;
		return false;
	default:
		return value.kind == FVAL_ABSENT ? set_has_absent(e, set)
						 : lang_accepts(e, set_lang(e, set), value.str);
	}
}

static bool point_in(struct judge *j, const struct element *at, dd set, enum view view)
{
	struct engine *e = lower_engine(j->c.lower);

	while (set > DD_TRUE) {
		const struct dd_edge *edges;
		size_t n = dd_edges(e, set, &edges), taken = 0;
		dd next = DD_FALSE;

		for (size_t i = 0; i < n; i++)
			if (value_in(j, at, dd_var(e, set), edges[i].label, view)) {
				next = edges[i].child;
				taken++;
			}
		if (taken != 1)
			j->broken = true;
		set = next;
	}
	return set == DD_TRUE;
}

/* --- findings that can exist --- */

static bool text_is(const struct element *root, enum field_id field, struct str expected)
{
	const struct fval *value = finding_value(root, field);

	return value && value->kind == FVAL_STRING && str_eq(value->str, expected);
}

static struct str text_of(const struct element *root, enum field_id field)
{
	const struct fval *value = finding_value(root, field);

	return value && value->kind == FVAL_STRING ? value->str : STR("");
}

/* A2: the title begins with the id, a space, a hyphen and a space. */
static bool title_fits(struct judge *j, const struct element *root)
{
	struct str cve = text_of(root, FIELD_cve), title = text_of(root, FIELD_title);

	return !cve.len || str_starts(title, str_printf(j->c.arena, STR_FMT " - ", STR_ARG(cve)));
}

/* A3: the ARN of an image is made of its parts. */
static bool arn_fits(struct judge *j, const struct element *root)
{
	struct str region = text_of(root, FIELD_region);
	int r = region_find(region);

	if (!text_is(root, FIELD_resource_type, STR("AwsEcrContainerImage")))
		return true;
	return r >= 0 && text_is(root, FIELD_resource_id,
				 str_printf(j->c.arena,
					    "arn:%s:ecr:" STR_FMT ":" STR_FMT ":repository/" STR_FMT
					    "/" STR_FMT,
					    regions[r].partition, STR_ARG(region),
					    STR_ARG(text_of(root, FIELD_account)),
					    STR_ARG(text_of(root, FIELD_repository)),
					    STR_ARG(text_of(root, FIELD_image_digest))));
}

/* A finding with an element that does not count says nothing. */
static bool elements_fit(struct judge *j, const struct element *root, enum group group)
{
	for (size_t i = 0; i < root->n_children[group]; i++)
		if (!counts(j, root->children[group][i], VIEW_MANY))
			return false;
	return true;
}

/* What Security Hub and A13 promise of every finding in an event: a label (filled in from the
 * number where the provider gave none), and resources, each with a Region of its own. The reader
 * knows what to do without, a rule does not. */
static bool is_complete(const struct json *document)
{
	const struct json *label = json_get(json_get(document, "Severity"), "Label");
	const struct json *resources = json_get(document, "Resources");

	if (!json_is(label, JSON_STRING) || !json_is(resources, JSON_ARRAY) || !resources->n)
		return false;
	for (size_t i = 0; i < resources->n; i++)
		if (!json_is(json_get(resources->items[i], "Region"), JSON_STRING))
			return false;
	return true;
}

/* A12: the text of a score has one decimal. */
static bool score_fits(const struct json *document)
{
	const struct json *score =
		json_get(json_get(document, "ProductFields"), "aws/inspector/inspectorScore");
	struct str text = json_text(score);

	if (!score)
		return true;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '.' && (text.ptr[i] < '0' || text.ptr[i] > '9'))
			return false;
	return text.len >= 3 && text.ptr[text.len - 2] == '.' &&
	       (text.len == 3 || text.ptr[0] != '0');
}

/* What Inspector says of resources in Azure, and ASFF does not. */
static void set_cloud(const struct element *root, struct fval cloud)
{
	for (size_t i = 0; i < root->n_children[GROUP_RESOURCE]; i++)
		if (str_starts(text_of(root, FIELD_resource_type), STR("Microsoft.")))
			root->children[GROUP_RESOURCE][i]->values[field_slot(FIELD_cloud)] = cloud;
}

static bool is_within(struct judge *j, const struct finding *f, const struct element *root,
		      const struct unit *unit)
{
	struct json_error error;
	const struct json *document = json_parse(j->c.arena, f->text, &error);
	const struct json *types = json_get(document, "Types");
	enum view view = unit->view;
	dd universe;

	/* A statement on Inspector's findings must leave those of others alone, whatever they are.
	 */
	if (!text_is(root, FIELD_product, STR("Inspector")))
		view = VIEW_MANY;
	universe = view == VIEW_SINGLE && unit_sees_inspector(unit)
			   ? lower_universe_of_inspector(j->c.lower)
			   : lower_universe(j->c.lower, view);
	if (!is_complete(document) || !score_fits(document) ||
	    !point_in(j, root, universe, view))
		return false;
	if (view == VIEW_MANY)
		return elements_fit(j, root, GROUP_RESOURCE) &&
		       elements_fit(j, root, GROUP_VULNERABILITY);
	return root->n_children[GROUP_RESOURCE] == 1 &&				       /* A1 */
	       root->n_children[GROUP_VULNERABILITY] <= 1 && types && types->n == 1 && /* A11 */
	       title_fits(j, root) && arn_fits(j, root);
}

/* --- witnesses --- */

/* The tree with its k-th atom negated (tiers count as atoms); *k becomes SIZE_MAX when done. */
static const struct cond *flip(struct arena *arena, const struct cond *cond, size_t *k)
{
	const struct cond **kids;
	struct cond *copy;

	if (*k == SIZE_MAX || cond->kind == COND_CONST)
		return cond;
	copy = ARENA_NEW(arena, struct cond);
	if (cond->kind == COND_ATOM || cond->kind == COND_TIER) {
		if ((*k)-- != 0)
			return cond;
		kids = ARENA_ARRAY(arena, const struct cond *, 1);
		kids[0] = cond;
		*copy = (struct cond){.kind = COND_NOT, .kids = kids, .n = 1};
		return copy;
	}
	*copy = *cond;
	kids = ARENA_ARRAY(arena, const struct cond *, cond->n);
	for (size_t i = 0; i < cond->n; i++)
		kids[i] = flip(arena, cond->kids[i], k);
	copy->kids = kids;
	return copy;
}

static void print_witness(struct judge *j, size_t unit, const size_t *atom, const char *side,
			  dd set)
{
	struct json_writer *w = &j->out;
	const struct element *root;

	target_use(&j->c, j->plan->units.items[unit]);
	root = target_witness(&j->c, j->plan->units.items[unit], set);
	if (!root)
		return;
	json_begin(w, j->c.arena, 0);
	json_open_object(w);
	json_key(w, "unit");
	json_int(w, (int64_t)unit);
	json_key(w, "atom");
	if (atom)
		json_int(w, (int64_t)*atom);
	else
		json_null(w);
	json_key(w, "side");
	json_string(w, side);
	json_key(w, "witness");
	finding_write_asff(w, root);
	json_close_object(w);
	puts(str_cstr(j->c.arena, json_end(w)));
}

/* An action has no condition, that of an event per scan is about scans. */
static bool about_findings(const struct unit *u)
{
	return u->condition && u->backend != BACKEND_SCAN_EVENT;
}

static void print_witnesses(struct judge *j, size_t unit)
{
	const struct unit *u = j->plan->units.items[unit];
	const struct cond *tree = unit_tree(u);
	struct engine *e = lower_engine(j->c.lower);
	dd set;

	if (!about_findings(u))
		return;
	engine_start_question(e);
	set = lower_cond(j->c.lower, tree, u->view);
	print_witness(j, unit, NULL, "inside", set);
	for (size_t atom = 0; atom < ATOMS_MAX; atom++) {
		size_t k = atom;
		const struct cond *other = flip(j->c.arena, tree, &k);
		dd flipped;

		if (k != SIZE_MAX)
			break;
		engine_start_question(e);
		flipped = lower_cond(j->c.lower, other, u->view);
		print_witness(j, unit, &atom, "inside", dd_minus(e, set, flipped));
		print_witness(j, unit, &atom, "outside", dd_minus(e, flipped, set));
	}
}

/* --- units and verdicts --- */

static void print_unit(struct judge *j, size_t unit)
{
	const struct unit *u = j->plan->units.items[unit];
	struct json_writer *w = &j->out;

	json_begin(w, j->c.arena, 0);
	json_open_object(w);
	json_key(w, "unit");
	json_int(w, (int64_t)unit);
	json_key(w, "name");
	json_str(w, u->name);
	json_key(w, "kind");
	json_string(w, kind_names[u->statement->kind]);
	json_key(w, "mechanism");
	json_string(w, u->condition ? mechanism_name(u->mechanism) : "none");
	json_key(w, "view");
	json_string(w, u->view == VIEW_SINGLE ? "single" : "many");
	json_key(w, "artefacts");
	json_open_array(w);
	for (size_t i = 0; i < j->c.artefacts.n; i++)
		if (j->c.artefacts.items[i].unit == u)
			json_str(w, j->c.artefacts.items[i].path);
	json_close_array(w);
	json_key(w, "members");
	json_open_array(w);
	for (size_t i = 0; i < j->plan->units.n; i++)
		for (size_t k = 0; k < u->n_members; k++)
			if (j->plan->units.items[i] == u->members[k])
				json_int(w, (int64_t)i);
	json_close_array(w);
	json_close_object(w);
	puts(str_cstr(j->c.arena, json_end(w)));
}

static void print_verdict(struct judge *j, const struct finding *f, const struct unit *u)
{
	const struct cond *tree = unit_tree(u);
	bool original = u->mechanism == MECHANISM_AUTOMATION ||
			u->mechanism == MECHANISM_AUTOMATION_V2;
	const struct element *root = original ? f->original : f->root;
	dd set = lower_cond(j->c.lower, tree, u->view);
	bool eval;

	if (unit_sees_inspector(u))
		set_cloud(root, (struct fval){.kind = FVAL_STRING, .str = STR("AZURE")});
	eval = eval_cond(j->c.policy, tree, u->statement->many, root);
	bool within = is_within(j, f, root, u);

	printf("[%d,%d,%d]", eval, point_in(j, root, set, u->view), within);
	set_cloud(root, (struct fval){.kind = FVAL_ABSENT});
}

static void print_verdicts(struct judge *j, size_t index, const struct finding *f)
{
	printf("{\"finding\":%zu,\"units\":[", index);
	for (size_t i = 0; i < j->plan->units.n; i++) {
		const struct unit *u = j->plan->units.items[i];

		fputs(i ? "," : "", stdout);
		if (about_findings(u))
			print_verdict(j, f, u);
		else /* not about findings */
			fputs("[0,0,0]", stdout);
	}
	puts("]}");
}

/* Actions, lifecycles and the like are not about findings. */
static void forget_others(struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->units.n; i++)
		if (plan->units.items[i]->condition)
			plan->units.items[n++] = plan->units.items[i];
	plan->units.n = n;
}

static bool judge(struct judge *j)
{
	struct str text;
	struct finding **findings;
	size_t n = 0;

	j->c.arena = j->run.arena;
	j->c.diags = j->run.diags;
	j->c.sources = j->run.sources;
	j->c.policy = j->run.policy;
	j->c.lower = lower_new(j->c.arena, engine_new(j->c.arena), j->c.policy);
	j->plan = compile_policy(&j->c);
	if (!j->plan || !file_read(j->c.arena, j->c.diags, STR("-"), INPUT_LIMIT, &text))
		return false;
	forget_others(j->plan);
	for (size_t i = 0; i < j->plan->units.n; i++)
		print_unit(j, i);
	for (size_t i = 0; !text.len && i < j->plan->units.n; i++)
		print_witnesses(j, i);
	findings =
		text.len ? findings_read(j->c.arena, j->c.diags, "standard input", text, &n) : NULL;
	for (size_t i = 0; i < n; i++)
		print_verdicts(j, i, findings[i]);
	if (j->broken)
		puts("{\"broken\":\"a diagram's edges do not part the values of a variable\"}");
	if (engine_exhausted(lower_engine(j->c.lower)))
		puts("{\"broken\":\"the set engine ran out of its budget\"}");
	return true;
}

int main(int argc, char **argv)
{
	static const struct run_command command = {
		.usage = "judge [options] POLICY < FINDINGS",
		.summary = "Says of each unit and finding what the evaluator and the engine say; "
			   "without findings, prints witnesses.",
		.options = OPTIONS_POLICY,
	};
	struct arena *arena = arena_new();
	struct judge j = {0};
	int code;

	if (run_begin(&j.run, arena, argc, argv, &command) == RUN_GO && cmd_front_end(&j.run))
		(void)!judge(&j);
	code = run_finish(&j.run);
	arena_free(arena);
	return code;
}
