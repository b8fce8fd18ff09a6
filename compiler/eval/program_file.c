/* SPDX-License-Identifier: Apache-2.0
 *
 * Which values must a finding have for a condition to hold? Of those that are asked for together
 * the rarest are taken, of alternatives all. */
#include "eval/program_internal.h"

static enum program_rank rank_of(enum field_id field)
{
	switch (field) {
	case FIELD_cve:
	case FIELD_finding_id:
	case FIELD_resource_id:
	case FIELD_image_digest:
	case FIELD_ec2_instance:
		return PROGRAM_RANK_ID;
	case FIELD_package_name:
		return PROGRAM_RANK_PACKAGE;
	case FIELD_repository:
	case FIELD_lambda_name:
		return PROGRAM_RANK_REPOSITORY;
	case FIELD_account:
		return PROGRAM_RANK_ACCOUNT;
	case FIELD_exploit:
		return PROGRAM_RANK_EXPLOIT;
	case FIELD_product:
	case FIELD_product_arn:
	case FIELD_record:
	case FIELD_workflow:
	case FIELD_resource_type:
	case FIELD_finding_type:
	case FIELD_region:
		return PROGRAM_RANK_USUAL;
	case FIELD_tag:
	case FIELD_field:
		return PROGRAM_RANK_PREFIX;
	default:
		return fields[field].type == TYPE_ENUM ? PROGRAM_RANK_WORD : PROGRAM_RANK_TEXT;
	}
}

static bool is_text(enum type type)
{
	return type == TYPE_WORD || type == TYPE_VULNID || type == TYPE_STRING ||
	       type == TYPE_ACCOUNT || type == TYPE_MAP;
}

static struct program_pins pins_of_atom(struct program *p, const struct atom *atom)
{
	enum type type = fields[atom->field].type;
	struct program_pins pins = {.rank = PROGRAM_RANK_NOTHING};

	if (atom->negated)
		return pins;
	if (atom->test == TEST_PREFIX && is_text(type) && type != TYPE_MAP)
		pins.rank = rank_of(atom->field) > PROGRAM_RANK_PREFIX ? rank_of(atom->field)
								       : PROGRAM_RANK_PREFIX;
	else if (atom->test == TEST_IN && (is_text(type) || type == TYPE_ENUM))
		pins.rank = rank_of(atom->field);
	else
		return pins;
	pins.n_values = atom->n;
	VEC_PUSH(p->arena, pins.atoms, atom);
	return pins;
}

static bool is_better(const struct program_pins *a, const struct program_pins *b)
{
	return a->rank < b->rank || (a->rank == b->rank && a->n_values < b->n_values);
}

static struct program_pins pins_of(struct program *p, const struct cond *cond);

static struct program_pins best_of(struct program *p, const struct cond *cond)
{
	struct program_pins best = {.rank = PROGRAM_RANK_NOTHING};

	for (size_t i = 0; i < cond->n; i++) {
		struct program_pins pins = pins_of(p, cond->kids[i]);

		if (is_better(&pins, &best))
			best = pins;
	}
	return best;
}

static struct program_pins all_of(struct program *p, const struct cond *cond)
{
	struct program_pins all = {.rank = PROGRAM_RANK_ID};

	for (size_t i = 0; i < cond->n && all.rank != PROGRAM_RANK_NOTHING; i++) {
		struct program_pins pins = pins_of(p, cond->kids[i]);

		if (pins.rank > all.rank)
			all.rank = pins.rank;
		all.n_values += pins.n_values;
		for (size_t k = 0; k < pins.atoms.n; k++)
			VEC_PUSH(p->arena, all.atoms, pins.atoms.items[k]);
	}
	return all;
}

static struct program_pins pins_of_tier(struct program *p, int tier)
{
	struct program_pins nothing = {.rank = PROGRAM_RANK_NOTHING};

	if (tier < 0 || !p->policy->tiers[tier]->condition)
		return nothing;
	if (!p->tier_pins[tier]) {
		p->tier_pins[tier] = ARENA_NEW(p->arena, struct program_pins);
		*p->tier_pins[tier] = pins_of(p, p->policy->tiers[tier]->condition);
	}
	return *p->tier_pins[tier];
}

static struct program_pins pins_of(struct program *p, const struct cond *cond)
{
	struct program_pins pins = {.rank = PROGRAM_RANK_NOTHING};

	switch (cond->kind) {
	case COND_CONST:
		pins.rank = cond->truth ? PROGRAM_RANK_NOTHING : PROGRAM_RANK_ID;
		return pins;
	case COND_AND:
		return best_of(p, cond);
	case COND_OR:
		return all_of(p, cond);
	case COND_ANY:
		return pins_of(p, cond->kids[0]);
	case COND_ATOM:
		return pins_of_atom(p, cond->atom);
	case COND_TIER:
		return pins_of_tier(p, cond->tier);
	case COND_NOT:
		return pins;
	}
	return pins;
}

enum program_rank program_rank_of(struct program *p, const struct cond *cond)
{
	return pins_of(p, cond).rank;
}

/* --- filing --- */

struct str program_pair(struct program *p, struct str key, struct str value)
{
	p->pair.len = 0;
	strbuf_add(&p->pair, key);
	strbuf_addc(&p->pair, '\0');
	strbuf_add(&p->pair, value);
	return strbuf_str(&p->pair);
}

/* A few lengths, so that a finding's text is looked up a few times whatever the policy asks for. */
static size_t filed_prefix(size_t length)
{
	size_t power = 1;

	while (2 * power <= length)
		power *= 2;
	return 2 * length >= 3 * power ? power + power / 2 : power;
}

static struct program_table *table_of(struct program *p, enum field_id field, size_t prefix)
{
	enum type type = fields[field].type;
	struct program_table table = {.field = field,
				      .group = fields[field].group,
				      .map = type == TYPE_MAP,
				      .words = type == TYPE_ENUM,
				      .prefix = prefix};

	for (size_t i = 0; i < p->tables.n; i++)
		if (p->tables.items[i].field == field && p->tables.items[i].prefix == prefix)
			return &p->tables.items[i];
	if (!table.map)
		table.slot = field_slot(field);
	/* Whichever elements a condition may look at lead to it. */
	p->group_used[true][table.group] = true;
	VEC_PUSH(p->arena, p->tables, table);
	return &p->tables.items[p->tables.n - 1];
}

static void file_value(struct program *p, uint32_t goal, const struct atom *atom,
		       const struct value *value)
{
	size_t prefix = atom->test == TEST_PREFIX ? filed_prefix(value->str.len) : 0;
	struct program_table *t = table_of(p, atom->field, prefix);
	struct program_list *list;
	struct str text = value->str;
	uint32_t at;

	if (t->words && value->word < 0)
		return;
	if (prefix)
		text = str_slice(text, 0, prefix);
	if (t->map)
		text = str_copy(p->arena, program_pair(p, atom->key, text));
	at = t->words ? (uint32_t)value->word : program_text_add(p->arena, &t->texts, text);
	while (t->lists.n <= at)
		VEC_PUSH(p->arena, t->lists, (struct program_list){0});
	list = &t->lists.items[at];
	if (!list->n || list->items[list->n - 1] != goal)
		VEC_PUSH(p->arena, *list, goal);
}

/* Where all values that lead to the goal are those of one atom, its test need not be asked; but a
 * prefix is filed by less than it says, and of equal keys in a map the first alone counts.
 * Number + 1, or 0. */
static uint32_t known_test(struct program *p, const struct program_pins *pins, bool many)
{
	const struct atom *atom = pins->atoms.n == 1 ? pins->atoms.items[0] : NULL;

	if (!atom || atom->test != TEST_IN || fields[atom->field].type == TYPE_MAP)
		return 0;
	return program_test_of(p, atom, many) + 1;
}

void program_file(struct program *p, uint32_t goal, const struct cond *cond, bool many)
{
	struct program_pins pins = pins_of(p, cond);

	if (pins.rank == PROGRAM_RANK_NOTHING) {
		VEC_PUSH(p->arena, p->always, goal);
		return;
	}
	p->goals.items[goal].known = known_test(p, &pins, many);
	for (size_t i = 0; i < pins.atoms.n; i++)
		for (size_t k = 0; k < pins.atoms.items[i]->n; k++)
			file_value(p, goal, pins.atoms.items[i], &pins.atoms.items[i]->values[k]);
}
