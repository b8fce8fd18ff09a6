/* SPDX-License-Identifier: Apache-2.0
 *
 * Random findings that sit on the edges of a policy: their values are its literals and what is next
 * to them (a character more or less, a bound and one step beside it, absence, another word). They
 * are findings that can exist: what an Inspector finding derives (its title, the id of an image) is
 * made from the parts. */
#ifndef TESTS_UNIT_RANDOM_FINDING_H
#define TESTS_UNIT_RANDOM_FINDING_H

#include <string.h>

#include "base/civil.h"
#include "finding/finding.h"
#include "ir/lower.h"
#include "model/region.h"
#include "random_literal.h"

struct literals_of {
	VEC(struct str) texts;
	VEC(int64_t) points; /* as findings hold numbers */
};

struct nature {
	struct prng r;
	struct arena *arena;
	struct lower *lower;
	struct literals_of of[FIELD_COUNT];
	VEC(struct str) keys; /* of maps */
	bool inspector, package;
};

/* --- literals --- */

static void note_range(struct nature *g, const struct policy *policy, const struct atom *atom)
{
	int64_t bounds[2] = {atom->lo, atom->hi};

	for (size_t i = 0; i < 2; i++) {
		int64_t point = bounds[i];

		if (point == INT64_MIN || point == INT64_MAX)
			continue;
		if (atom->age)
			point = policy->now - point;
		else if (fields[atom->field].type != TYPE_DATE)
			point *= 2;
		VEC_PUSH(g->arena, g->of[atom->field].points, point);
	}
}

/* A text over an image's ARN speaks of its parts. */
static void note_parts(struct nature *g, struct str id)
{
	size_t at = 0, marker = 0;

	for (size_t i = 0; i + 12 <= id.len; i++)
		if (str_is(str_slice(id, i, i + 12), ":repository/"))
			marker = i + 12;
	VEC_PUSH(g->arena, g->of[FIELD_repository].texts, str_slice(id, marker, id.len));
	for (size_t i = marker; i <= id.len; i++) {
		if (i < id.len && id.ptr[i] != '/' && id.ptr[i] != ':')
			continue;
		VEC_PUSH(g->arena, g->of[FIELD_repository].texts, str_slice(id, marker, i));
		VEC_PUSH(g->arena, g->of[FIELD_repository].texts, str_slice(id, at, i));
		at = i + 1;
	}
	VEC_PUSH(g->arena, g->of[FIELD_image_digest].texts, id);
}

static void note_atom(struct nature *g, const struct policy *policy, const struct atom *atom)
{
	struct literals_of *of = &g->of[atom->field];

	if (atom->key.len)
		VEC_PUSH(g->arena, g->keys, atom->key);
	if (atom->test == TEST_RANGE)
		note_range(g, policy, atom);
	for (size_t i = 0; i < atom->n; i++) {
		VEC_PUSH(g->arena, of->texts, atom->values[i].str);
		if (atom->field == FIELD_resource_id)
			note_parts(g, atom->values[i].str);
	}
}

static void note_cond(struct nature *g, const struct policy *policy, const struct cond *cond)
{
	if (!cond)
		return;
	if (cond->kind == COND_ATOM)
		note_atom(g, policy, cond->atom);
	for (size_t i = 0; i < cond->n; i++)
		note_cond(g, policy, cond->kids[i]);
}

static struct nature nature_of(struct arena *arena, struct prng r, struct lower *lower)
{
	const struct policy *policy = lower_policy(lower);
	struct nature g = {.r = r, .arena = arena, .lower = lower};

	for (size_t i = 0; i < policy->n_tiers; i++)
		note_cond(&g, policy, policy->tiers[i]->condition);
	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		note_cond(&g, policy, s->condition);
		for (size_t k = 0; k < s->n_rows; k++)
			note_cond(&g, policy, s->rows[k].condition);
	}
	return g;
}

/* --- values --- */

static struct str joined(struct nature *g, struct str a, struct str b)
{
	return str_printf(g->arena, STR_FMT STR_FMT, STR_ARG(a), STR_ARG(b));
}

/* A literal of the policy, else one that policies use. */
static struct str some_text(struct nature *g, enum field_id field)
{
	const struct literals_of *of = &g->of[field];
	struct word_list list = words_of(field);

	if (of->texts.n && chance(&g->r, 75))
		return of->texts.items[below(&g->r, of->texts.n)];
	return str_from(list.items[below(&g->r, list.n)]);
}

/* Without its last character, its first, or its second half. */
static struct str cut_text(struct str text, unsigned how)
{
	size_t from = how == 1 && text.len, to = how == 0 && text.len ? text.len - 1 : text.len;

	if (how == 2)
		to = text.len / 2;
	while (from < to && (text.ptr[from] & 0xc0) == 0x80)
		from++;
	while (to > from && to < text.len && (text.ptr[to] & 0xc0) == 0x80)
		to--;
	return str_slice(text, from, to);
}

static struct str near_text(struct nature *g, enum field_id field)
{
	static const char *const more[] = {"a", "-", "/", "0", "*", " - ", "é"};
	struct str text = some_text(g, field), extra = str_from(ONE_OF(&g->r, more));

	switch (below(&g->r, 16)) {
	case 0:
		return joined(g, text, extra);
	case 1:
		return joined(g, extra, text);
	case 2:
		return cut_text(text, 0);
	case 3:
		return cut_text(text, 1);
	case 4:
		return joined(g, text, some_text(g, field));
	case 5:
		return joined(g, joined(g, extra, text), extra);
	case 6:
		return joined(g, cut_text(text, 2), some_text(g, field));
	case 7:
		return chance(&g->r, 30) ? STR("") : text;
	default:
		return text;
	}
}

static int64_t near_number(struct nature *g, enum field_id field)
{
	static const int64_t steps[] = {0, 0, 0, 1, -1, 2, -2, NS_PER_SECOND, -NS_PER_SECOND};
	const struct literals_of *of = &g->of[field];
	const struct field *f = &fields[field];
	bool date = f->type == TYPE_DATE;
	int64_t point = date ? lower_policy(g->lower)->now : (int64_t)below(&g->r, 21) * TYPE_SCALE;

	if (of->points.n && chance(&g->r, 90))
		point = of->points.items[below(&g->r, of->points.n)];
	else if (date)
		point += ((int64_t)below(&g->r, 40) - 20) * NS_PER_DAY;
	point += ONE_OF(&g->r, steps);
	if (!date && point < 2 * f->lo)
		point = 2 * f->lo;
	if (!date && point > 2 * f->hi)
		point = 2 * f->hi;
	return point;
}

static struct fval near_word(struct nature *g, enum field_id field)
{
	const struct vocabulary *words = fields[field].words;
	unsigned word = below(&g->r, words->n);

	if (chance(&g->r, 6))
		return (struct fval){.kind = FVAL_WORD, .word = -1, .str = STR("ANOTHER")};
	return (struct fval){
		.kind = FVAL_WORD, .word = (int)word, .str = str_from(words->words[word])};
}

static struct fval near_value(struct nature *g, enum field_id field)
{
	switch (fields[field].type) {
	case TYPE_ENUM:
		return near_word(g, field);
	case TYPE_DECIMAL:
	case TYPE_INT:
	case TYPE_DATE:
		return (struct fval){.kind = FVAL_NUMBER, .number = near_number(g, field)};
	case TYPE_ACCOUNT:
		return (struct fval){.kind = FVAL_STRING, .str = some_text(g, field)};
	default:
		return (struct fval){.kind = FVAL_STRING, .str = near_text(g, field)};
	}
}

static void set_text(struct element *element, enum field_id field, struct str text)
{
	*element_value(element, field) = (struct fval){.kind = FVAL_STRING, .str = text};
}

static struct str text_at(struct element *element, enum field_id field)
{
	return element_value(element, field)->str;
}

/* --- elements --- */

static bool lives_on(const struct nature *g, enum habitat habitat, struct str type)
{
	switch (habitat) {
	case HABITAT_PACKAGE:
		return !g->inspector || g->package;
	case HABITAT_NOT_INSPECTOR:
		return !g->inspector;
	case HABITAT_IMAGE:
		return str_is(type, "AwsEcrContainerImage");
	case HABITAT_INSTANCE:
		return str_is(type, "AwsEc2Instance");
	case HABITAT_FUNCTION:
		return str_is(type, "AwsLambdaFunction");
	default:
		return true;
	}
}

static bool is_there(struct nature *g, enum field_id field)
{
	bool asked = g->of[field].texts.n || g->of[field].points.n;

	return fields[field].cardinality == CARD_ONE || chance(&g->r, asked ? 80 : 30);
}

static void fill_fields(struct nature *g, struct element *element, struct str type)
{
	for (enum field_id f = 0; f < FIELD_COUNT; f++)
		if (fields[f].group == element->group && fields[f].type != TYPE_MAP &&
		    lives_on(g, fields[f].habitat, type) && is_there(g, f))
			*element_value(element, f) = near_value(g, f);
}

static void fill_map(struct nature *g, struct element *element, enum field_id field)
{
	size_t n = below(&g->r, 4);

	element->map = ARENA_ARRAY(g->arena, struct map_entry, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct map_entry entry = {str_from(ONE_OF(&g->r, words_key)), near_text(g, field)};
		bool twice = false;

		if (g->keys.n && chance(&g->r, 80))
			entry.key = g->keys.items[below(&g->r, g->keys.n)];
		for (size_t k = 0; k < element->n_map; k++)
			twice |= str_eq(element->map[k].key, entry.key);
		if (!twice)
			element->map[element->n_map++] = entry;
	}
}

/* Lists of scalars have no element without a value. */
static void fill_list(struct nature *g, struct element *parent, enum group group, struct str type)
{
	size_t n = below(&g->r, 4);
	enum field_id first = 0;

	while (fields[first].group != group)
		first++;
	for (size_t i = 0; i < n && lives_on(g, fields[first].habitat, type); i++) {
		struct element *element = element_add(g->arena, parent, group);

		fill_fields(g, element, type);
		if (group != GROUP_PACKAGE && group != GROUP_CVSS)
			*element_value(element, first) = near_value(g, first);
	}
}

/* A text of the field that the language takes, from the literals if any of them is one. */
static struct str fitting_text(struct nature *g, enum field_id field, lang within,
			       const char *otherwise)
{
	for (int tries = 0; tries < 8; tries++) {
		struct str text = near_text(g, field);

		if (lang_accepts(lower_engine(g->lower), within, text))
			return text;
	}
	return str_from(otherwise);
}

/* Hexadecimal digits, with pieces of the policy's literals among them. */
static struct str some_digest(struct nature *g)
{
	char *digest = arena_alloc(g->arena, sizeof DIGEST);
	struct str literal = some_text(g, FIELD_image_digest), hex = STR("0123456789abcdef");
	size_t at;

	memcpy(digest, DIGEST, sizeof DIGEST);
	if (chance(&g->r, 30))
		return (struct str){digest, sizeof DIGEST - 1};
	for (size_t i = 7; i < sizeof DIGEST - 1; i++)
		digest[i] = hex.ptr[below(&g->r, hex.len)];
	for (at = 0; at < literal.len && str_contains(hex, str_slice(literal, at, at + 1)); at++)
		;
	if (at == literal.len && at <= 64)
		memcpy(digest + 7 + below(&g->r, 65 - at), literal.ptr, at);
	return (struct str){digest, sizeof DIGEST - 1};
}

static struct str some_region(struct nature *g)
{
	struct str text = some_text(g, FIELD_region);

	if (region_find(text) >= 0)
		return text;
	if (chance(&g->r, 40))
		return STR("us-east-1");
	return str_from(regions[below(&g->r, REGION_COUNT)].name);
}

static void make_image(struct nature *g, struct element *root, struct element *resource)
{
	struct str region = text_at(root, FIELD_region), name, digest = some_digest(g);
	int index = region_find(region);

	name = fitting_text(g, FIELD_repository, lower_repositories(g->lower), "app/web");
	set_text(resource, FIELD_repository, name);
	set_text(resource, FIELD_image_digest, digest);
	if (!g->inspector && chance(&g->r, 50))
		return; /* whatever another product writes */
	set_text(resource, FIELD_resource_id,
		 str_printf(g->arena,
			    "arn:%s:ecr:" STR_FMT ":" STR_FMT ":repository/" STR_FMT "/" STR_FMT,
			    index < 0 ? "aws" : regions[index].partition, STR_ARG(region),
			    STR_ARG(text_at(root, FIELD_account)), STR_ARG(name), STR_ARG(digest)));
}

static void add_resource(struct nature *g, struct element *root)
{
	static const char *const types[] = {"AwsEcrContainerImage", "AwsEcrContainerImage",
					    "AwsEcrContainerImage", "AwsEc2Instance",
					    "AwsLambdaFunction"};
	struct element *resource = element_add(g->arena, root, GROUP_RESOURCE);
	struct str type = chance(&g->r, 80) ? str_from(ONE_OF(&g->r, types))
					    : near_text(g, FIELD_resource_type);

	fill_fields(g, resource, type);
	set_text(resource, FIELD_resource_type, type);
	if (str_is(type, "AwsEcrContainerImage"))
		make_image(g, root, resource);
	fill_map(g, resource, FIELD_tag);
	fill_list(g, resource, GROUP_IMAGE_TAG, type);
	fill_list(g, resource, GROUP_LAMBDA_LAYER, type);
}

static void add_vulnerability(struct nature *g, struct element *root)
{
	struct element *v = element_add(g->arena, root, GROUP_VULNERABILITY);

	fill_fields(g, v, STR(""));
	fill_list(g, v, GROUP_PACKAGE, STR(""));
	fill_list(g, v, GROUP_CVSS, STR(""));
	fill_list(g, v, GROUP_RELATED, STR(""));
	fill_list(g, v, GROUP_CODE_PATH, STR(""));
}

/* Assumption A2: the title of an Inspector package finding begins with its id. */
static void make_title(struct nature *g, struct element *root)
{
	const struct fval *cve = finding_value(root, FIELD_cve);
	struct str title = near_text(g, FIELD_title), start;

	if (!g->inspector || !cve || str_contains(cve->str, STR(" ")) || !cve->str.len ||
	    str_starts(cve->str, STR("CWE-"))) {
		set_text(root, FIELD_title, title);
		return;
	}
	start = joined(g, cve->str, STR(" - "));
	if (!str_starts(title, start))
		title = joined(g, start, title);
	set_text(root, FIELD_title, title);
}

static struct str some_product(struct nature *g)
{
	static const char *const others[] = {"GuardDuty", "Security Hub", "Macie"};

	if (chance(&g->r, 75))
		return STR("Inspector");
	return chance(&g->r, 60) ? str_from(ONE_OF(&g->r, others)) : near_text(g, FIELD_product);
}

static struct str some_finding_type(struct nature *g)
{
	if (chance(&g->r, 85))
		return str_from(vocabulary_canonical(&vocabulary_finding_type, FINDING_PACKAGE));
	return near_text(g, FIELD_finding_type);
}

static struct element *random_finding(struct nature *g)
{
	struct element *root = element_new(g->arena, GROUP_FINDING);
	struct str product = some_product(g), type = some_finding_type(g);
	size_t resources, vulnerabilities;

	g->inspector = str_is(product, "Inspector");
	g->package = str_is(type, vocabulary_canonical(&vocabulary_finding_type, FINDING_PACKAGE));
	fill_fields(g, root, STR(""));
	set_text(root, FIELD_finding_type, type);
	set_text(root, FIELD_product, product);
	if (chance(&g->r, 90)) /* an image has no other */
		set_text(root, FIELD_region, some_region(g));
	if (!g->inspector && chance(&g->r, 8))
		*element_value(root, FIELD_product) = (struct fval){.kind = FVAL_ABSENT};
	fill_map(g, root, FIELD_field);
	if (!g->inspector || !g->package)
		fill_list(g, root, GROUP_PORT, STR(""));
	resources = g->inspector ? 1 : below(&g->r, 4);
	vulnerabilities = g->inspector ? chance(&g->r, 92) : below(&g->r, 4);
	if (element_value(root, FIELD_control)->kind != FVAL_ABSENT)
		vulnerabilities = 0;
	for (size_t i = 0; i < resources; i++)
		add_resource(g, root);
	for (size_t i = 0; i < vulnerabilities; i++)
		add_vulnerability(g, root);
	make_title(g, root);
	return root;
}

#endif
