/* SPDX-License-Identifier: Apache-2.0
 *
 * The universe: which findings can exist (semantics.md §2). The invariants are rows of
 * model/universe.def, where each has its number and its source; here each becomes a diagram. A
 * question is asked inside their intersection, so a witness is always a finding that can exist. */
#include "ir/lower_internal.h"

#include "model/region.h"

#include <string.h>

static dd in_lang(struct lower *lower, enum field_id field, lang l, enum view view)
{
	return dd_in(lower->engine, lower_var(lower, field, STR(""), view),
		     set_strings(lower->engine, l, false));
}

static dd is_text(struct lower *lower, enum field_id field, const char *text, enum view view)
{
	return in_lang(lower, field, lang_string(lower->engine, str_from(text)), view);
}

static dd absent(struct lower *lower, enum field_id field, enum view view)
{
	var v = lower_var(lower, field, STR(""), view);

	return dd_in(lower->engine, v, set_absent(lower->engine, v));
}

static dd implies(struct engine *e, dd a, dd b)
{
	return dd_or(e, dd_not(e, a), b);
}

static bool is_map(enum field_id field)
{
	return fields[field].type == TYPE_MAP;
}

/* U1: fields of `group` of which every finding has exactly one value. */
static dd always_present(struct lower *lower, enum group group, enum view view)
{
	dd all = DD_TRUE;

	for (enum field_id f = 0; f < FIELD_COUNT; f++)
		if (fields[f].group == group && fields[f].cardinality == CARD_ONE &&
		    fields[f].asff && !is_map(f))
			all = dd_and(lower->engine, all,
				     dd_not(lower->engine, absent(lower, f, view)));
	return all;
}

/* U19: the scores from 0.0 to 10.0. */
static vset scores(struct lower *lower)
{
	struct interval points[101];

	for (size_t i = 0; i < ARRAY_LEN(points); i++)
		points[i].lo = points[i].hi = (int64_t)i * (2 * TYPE_SCALE / 10);
	return set_numbers(lower->engine, points, ARRAY_LEN(points), true);
}

/* U12: numbers have bounds. */
static dd bounded(struct lower *lower, enum group group, enum view view)
{
	struct engine *e = lower->engine;
	dd all = DD_TRUE;

	for (enum field_id f = 0; f < FIELD_COUNT; f++) {
		struct interval range = {2 * fields[f].lo, 2 * fields[f].hi};
		vset set;
		var v;

		if (fields[f].group != group ||
		    (fields[f].type != TYPE_DECIMAL && fields[f].type != TYPE_INT))
			continue;
		v = lower_var(lower, f, STR(""), view);
		set = f == FIELD_score ? scores(lower) : set_numbers(e, &range, 1, true);
		all = dd_and(e, all, dd_in(e, v, set));
	}
	return all;
}

static void bounded_elements(struct lower *lower, enum group group, enum view view)
{
	var_set_elements(lower->engine, lower_group(lower, group, view),
			 bounded(lower, group, view));
}

/* No field of the habitat is present: those of resources and vulnerabilities by themselves, lists
 * by having no element. */
static dd uninhabited(struct lower *lower, enum habitat habitat, bool all_shapes, enum view view)
{
	struct engine *e = lower->engine;
	dd none = DD_TRUE;

	for (enum field_id f = 0; f < FIELD_COUNT; f++) {
		enum group group = fields[f].group;
		var v;

		if (fields[f].habitat != habitat || (!fields[f].asff && !all_shapes) || is_map(f))
			continue;
		if (lower_is_group(group, view) && group != GROUP_RESOURCE &&
		    group != GROUP_VULNERABILITY) {
			v = lower_group(lower, group, view);
			none = dd_and(e, none, dd_in(e, v, set_absent(e, v)));
		} else {
			none = dd_and(e, none, absent(lower, f, view));
		}
	}
	return none;
}

/* U2 … U4: fields that exist on one type of resource alone. */
static dd only_on(struct lower *lower, enum habitat habitat, const char *type, enum view view)
{
	return dd_or(lower->engine, is_text(lower, FIELD_resource_type, type, view),
		     uninhabited(lower, habitat, false, view));
}

/* U10, U11: Inspector's finding on an ECR image has a repository, a digest and a Region that AWS
 * has. Its resource id is made of these, so the variable of that name is for other resources. */
static dd images(struct lower *lower)
{
	struct engine *e = lower->engine;
	struct str names[REGION_COUNT];
	dd image = is_text(lower, FIELD_resource_type, "AwsEcrContainerImage", VIEW_SINGLE);
	dd parts[4];

	for (size_t i = 0; i < REGION_COUNT; i++)
		names[i] = str_from(regions[i].name);
	parts[0] = in_lang(lower, FIELD_repository, lower_repositories(lower), VIEW_SINGLE);
	parts[1] = in_lang(lower, FIELD_image_digest, lower_digests(lower), VIEW_SINGLE);
	parts[2] = in_lang(lower, FIELD_region, lang_strings(e, names, REGION_COUNT), VIEW_SINGLE);
	parts[3] = absent(lower, FIELD_resource_id, VIEW_SINGLE);
	return dd_and(e, implies(e, image, dd_and_all(e, parts, 4)), implies(e, parts[3], image));
}

static dd resources(struct lower *lower, enum view view)
{
	struct engine *e = lower->engine;
	dd all = always_present(lower, GROUP_RESOURCE, view);

	if (view == VIEW_SINGLE)
		all = dd_forget(e, all, lower_var(lower, FIELD_resource_id, STR(""), view));
	all = dd_and(e, all, bounded(lower, GROUP_RESOURCE, view));
	all = dd_and(e, all, only_on(lower, HABITAT_IMAGE, "AwsEcrContainerImage", view));
	all = dd_and(e, all, only_on(lower, HABITAT_FUNCTION, "AwsLambdaFunction", view));
	return dd_and(e, all, only_on(lower, HABITAT_INSTANCE, "AwsEc2Instance", view));
}

/* U6: no fix, exploit, score or package but on package findings. */
static dd package_findings(struct lower *lower)
{
	return dd_or(lower->engine,
		     is_text(lower, FIELD_finding_type,
			     "Software and Configuration Checks/Vulnerabilities/CVE", VIEW_SINGLE),
		     uninhabited(lower, HABITAT_PACKAGE, false, VIEW_SINGLE));
}

/* A2: a title that begins with an id belongs to a finding that has an id; U14: ids are such that
 * this can be told. Where there is an id, the variable is what follows it: any text. */
static dd titles(struct lower *lower)
{
	struct engine *e = lower->engine;
	dd has_id = in_lang(lower, FIELD_cve, lower_ids(lower), VIEW_SINGLE);
	dd begins = in_lang(lower, FIELD_title, derived_titles(lower), VIEW_SINGLE);

	return dd_and(e, implies(e, begins, has_id),
		      dd_or(e, has_id, absent(lower, FIELD_cve, VIEW_SINGLE)));
}

/* Findings of other products exist as well, so a rule that forgets the product is never exact; the
 * single view just says nothing more about them. */
static dd inspector(struct lower *lower)
{
	struct engine *e = lower->engine;
	dd all = bounded(lower, GROUP_VULNERABILITY, VIEW_SINGLE);

	bounded_elements(lower, GROUP_CVSS, VIEW_SINGLE);
	bounded_elements(lower, GROUP_PORT, VIEW_SINGLE);
	all = dd_and(e, all, resources(lower, VIEW_SINGLE));
	all = dd_and(e, all, images(lower));
	all = dd_and(e, all, package_findings(lower));
	all = dd_and(e, all, titles(lower));
	all = dd_and(e, all, uninhabited(lower, HABITAT_NOT_INSPECTOR, false, VIEW_SINGLE));
	return implies(e, lower_inspector(lower), all);
}

/* Any product: what its elements can be, and that a control finding has no vulnerability. */
static dd any_product(struct lower *lower)
{
	dd all;
	struct engine *e = lower->engine;
	var vulnerability = lower_group(lower, GROUP_VULNERABILITY, VIEW_MANY);
	var resource = lower_group(lower, GROUP_RESOURCE, VIEW_MANY);

	bounded_elements(lower, GROUP_CVSS, VIEW_MANY);
	var_set_elements(e, vulnerability, bounded(lower, GROUP_VULNERABILITY, VIEW_MANY));
	var_set_elements(e, resource, resources(lower, VIEW_MANY));
	all = dd_or(e, absent(lower, FIELD_control, VIEW_MANY),
		    dd_in(e, vulnerability, set_absent(e, vulnerability)));
	/* U15 */
	return dd_minus(e, all, dd_in(e, resource, set_absent(e, resource)));
}

dd universe_build(struct lower *lower, enum view view)
{
	struct engine *e = lower->engine;
	dd all = always_present(lower, GROUP_FINDING, view);

	all = dd_and(e, all, bounded(lower, GROUP_FINDING, view));
	all = dd_and(e, all, in_lang(lower, FIELD_account, derived_accounts(lower), view));
	return dd_and(e, all, view == VIEW_SINGLE ? inspector(lower) : any_product(lower));
}

/* U12, U13: of the fields that a scan has. */
dd universe_of_scan(struct lower *lower)
{
	struct engine *e = lower->engine;
	dd all = in_lang(lower, FIELD_account, derived_accounts(lower), VIEW_SINGLE);

	all = dd_minus(e, all, absent(lower, FIELD_region, VIEW_SINGLE));
	all = dd_and(
		e, all,
		dd_or(e, absent(lower, FIELD_repository, VIEW_SINGLE),
		      in_lang(lower, FIELD_repository, lower_repositories(lower), VIEW_SINGLE)));
	all = dd_and(e, all,
		     dd_or(e, absent(lower, FIELD_image_digest, VIEW_SINGLE),
			   in_lang(lower, FIELD_image_digest, lower_digests(lower), VIEW_SINGLE)));
	for (enum field_id f = FIELD_COUNT; f < FIELD_ALL; f++) {
		struct interval range = {2 * fields[f].lo, 2 * fields[f].hi};

		if (fields[f].type == TYPE_INT)
			all = dd_and(e, all,
				     dd_in(e, lower_var(lower, f, STR(""), VIEW_SINGLE),
					   set_numbers(e, &range, 1, true)));
	}
	return all;
}

/* --- Inspector's own --- */

/* The texts that say a resource type of a cloud, as the policy's words have them. */
static dd on_types(struct lower *lower, const enum resource_word *types, size_t n)
{
	struct engine *e = lower->engine;
	lang l = LANG_NONE;

	for (size_t i = 0; i < n; i++)
		l = lang_or(e, l,
			    lang_string(e, str_from(vocabulary_canonical(&vocabulary_resource_type,
									 types[i]))));
	return in_lang(lower, FIELD_resource_type, l, VIEW_SINGLE);
}

/* U2 … U5, U16: in all shapes, and on the resources of every cloud. */
static dd own_habitats(struct lower *lower)
{
	static const struct {
		enum habitat habitat;
		enum resource_word types[3];
		size_t n;
	} rows[] = {
		{HABITAT_IMAGE, {RESOURCE_ECR_IMAGE, RESOURCE_AZURE_IMAGE, RESOURCE_GCP_IMAGE}, 3},
		{HABITAT_INSTANCE, {RESOURCE_EC2_INSTANCE}, 1},
		{HABITAT_FUNCTION, {RESOURCE_LAMBDA_FUNCTION}, 1},
		{HABITAT_CODE_REPOSITORY, {RESOURCE_CODE_REPOSITORY}, 1},
	};
	struct engine *e = lower->engine;
	dd all = DD_TRUE;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		all = dd_and(e, all,
			     dd_or(e, on_types(lower, rows[i].types, rows[i].n),
				   uninhabited(lower, rows[i].habitat, true, VIEW_SINGLE)));
	/* The registry is an account (U13), which other clouds do not have. */
	return dd_and(e, all,
		      dd_or(e, on_types(lower, rows[0].types, 1),
			    absent(lower, FIELD_image_registry, VIEW_SINGLE)));
}

/* U6, U7. */
static dd own_types(struct lower *lower)
{
	static const struct {
		enum habitat habitat;
		enum finding_word type;
	} rows[] = {
		{HABITAT_PACKAGE, FINDING_PACKAGE},
		{HABITAT_NETWORK, FINDING_NETWORK},
		{HABITAT_CODE, FINDING_CODE},
	};
	struct engine *e = lower->engine;
	dd all = DD_TRUE;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *type = vocabulary_canonical(&vocabulary_finding_type, rows[i].type);

		all = dd_and(e, all,
			     dd_or(e, is_text(lower, FIELD_finding_type, type, VIEW_SINGLE),
				   uninhabited(lower, rows[i].habitat, true, VIEW_SINGLE)));
	}
	/* U9 */
	return dd_and(
		e, all,
		implies(e,
			is_text(lower, FIELD_finding_type,
				vocabulary_canonical(&vocabulary_finding_type, FINDING_PACKAGE),
				VIEW_SINGLE),
			dd_not(e, absent(lower, FIELD_cve, VIEW_SINGLE))));
}

/* U17 */
static dd own_clouds(struct lower *lower)
{
	static const struct {
		const char *cloud;
		enum resource_word types[4];
		size_t n;
	} rows[] = {
		{"AZURE", {RESOURCE_AZURE_VM, RESOURCE_AZURE_IMAGE, RESOURCE_AZURE_FUNCTION}, 3},
		{"GCP", {RESOURCE_GCP_INSTANCE, RESOURCE_GCP_IMAGE, RESOURCE_GCP_FUNCTION}, 3},
		{"AWS",
		 {RESOURCE_ECR_IMAGE, RESOURCE_ECR_REPOSITORY, RESOURCE_EC2_INSTANCE,
		  RESOURCE_LAMBDA_FUNCTION},
		 4},
	};
	struct engine *e = lower->engine;
	dd all = DD_TRUE;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		dd cloud = is_text(lower, FIELD_cloud, rows[i].cloud, VIEW_SINGLE);

		if (!strcmp(rows[i].cloud, "AWS"))
			cloud = dd_or(e, cloud, absent(lower, FIELD_cloud, VIEW_SINGLE));
		all = dd_and(e, all, implies(e, on_types(lower, rows[i].types, rows[i].n), cloud));
	}
	return all;
}

/* U18 */
static dd own_words(struct lower *lower)
{
	static const enum field_id closed[] = {FIELD_severity, FIELD_record, FIELD_fix,
					       FIELD_exploit};
	struct engine *e = lower->engine;
	dd all = DD_TRUE;

	for (size_t i = 0; i < ARRAY_LEN(closed); i++) {
		var v = lower_var(lower, closed[i], STR(""), VIEW_SINGLE);
		uint64_t other = BIT(fields[closed[i]].words->n);

		all = dd_minus(e, all, dd_in(e, v, set_bits(e, v, other)));
	}
	return all;
}

dd universe_of_inspector(struct lower *lower)
{
	struct engine *e = lower->engine;
	struct str names[REGION_COUNT];
	dd parts[] = {
		always_present(lower, GROUP_FINDING, VIEW_SINGLE),
		always_present(lower, GROUP_RESOURCE, VIEW_SINGLE),
		in_lang(lower, FIELD_account, derived_accounts(lower), VIEW_SINGLE),
		bounded(lower, GROUP_FINDING, VIEW_SINGLE),
		bounded(lower, GROUP_RESOURCE, VIEW_SINGLE),
		bounded(lower, GROUP_VULNERABILITY, VIEW_SINGLE),
		own_habitats(lower),
		own_types(lower),
		own_clouds(lower),
		own_words(lower),
		images(lower),
		titles(lower),
		uninhabited(lower, HABITAT_NOT_INSPECTOR, true, VIEW_SINGLE),
		lower_inspector(lower),
	};

	for (size_t i = 0; i < REGION_COUNT; i++)
		names[i] = str_from(regions[i].name);
	parts[1] =
		dd_forget(e, parts[1], lower_var(lower, FIELD_resource_id, STR(""), VIEW_SINGLE));
	return dd_and(
		e, dd_and_all(e, parts, ARRAY_LEN(parts)),
		in_lang(lower, FIELD_region, lang_strings(e, names, REGION_COUNT), VIEW_SINGLE));
}
