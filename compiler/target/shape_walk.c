/* SPDX-License-Identifier: Apache-2.0
 *
 * One way through a unit, taken twice: to read its key and its texts, and to copy it with markers.
 * Both meet the texts in the same order. */
#include "target/end.h"
#include "target/shape_internal.h"

#include <string.h>

#define NODES_MAX 512 /* greater conditions are rarely alike */

/* --- the key --- */

static void key_bytes(struct shape_walk *w, const void *bytes, size_t n)
{
	if (w->texts_only)
		return;
	if (n > SHAPE_KEY_MAX - w->key_len) {
		w->failed = true;
		return;
	}
	memcpy(w->key + w->key_len, bytes, n);
	w->key_len += n;
}

static inline void key_number(struct shape_walk *w, int64_t number)
{
	key_bytes(w, &number, sizeof number);
}

/* Its length goes first, so that no two texts run into each other. */
static void key_text(struct shape_walk *w, struct str text)
{
	key_number(w, (int64_t)text.len);
	if (text.len)
		key_bytes(w, text.ptr, text.len);
}

/* --- texts --- */

static void take(struct shape_walk *w, enum shape_class class, struct str text, struct str tail)
{
	if (w->n == SHAPE_TEXTS_MAX) {
		w->failed = true;
		return;
	}
	w->texts[w->n++] = (struct shape_text){class, text, tail};
}

/* The text, or in a copy the marker in its place. */
static struct str free_text(struct shape_walk *w, enum shape_class class, struct str text,
			    struct str tail)
{
	if (!w->copy) {
		take(w, class, text, tail);
		return text;
	}
	w->n++;
	return shape_marker(w->c->arena, class, tail, w->which, w->n - 1);
}

/* Prose may be missing, which is part of the key. */
static struct str prose(struct shape_walk *w, struct str text)
{
	key_number(w, text.len != 0);
	if (!text.len)
		return text;
	if (!w->copy && !shape_is_prose(text))
		w->failed = true;
	return free_text(w, SHAPE_PROSE, text, STR(""));
}

/* --- conditions --- */

static void count_tests(unsigned tests[FIELD_ALL], bool *has_tier, size_t *nodes,
			const struct cond *cond)
{
	if (++*nodes > NODES_MAX)
		return;
	if (cond->kind == COND_ATOM)
		tests[cond->atom->field]++;
	*has_tier = *has_tier || cond->kind == COND_TIER;
	for (size_t i = 0; i < cond->n; i++)
		count_tests(tests, has_tier, nodes, cond->kids[i]);
}

/* Fields that are parts of one text, or beside which another is read. */
static bool stands_alone(const struct shape_walk *w, enum field_id field)
{
	static const enum field_id whole[] = {FIELD_title, FIELD_resource_id, FIELD_image_digest};

	if (w->tests[field] != 1 || (w->has_tier && w->in_tiers[field]))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(whole); i++)
		if (w->tests[whole[i]] || (w->has_tier && w->in_tiers[whole[i]]))
			return false;
	return true;
}

/* One class for all, no text twice, and one prefix at most. */
static enum shape_class class_of(struct shape_walk *w, const struct atom *atom, struct str *tail)
{
	enum shape_class class = SHAPE_FIXED;

	if (!stands_alone(w, atom->field) || (atom->test != TEST_IN && atom->n != 1) || !atom->n ||
	    atom->n > SHAPE_TEXTS_MAX)
		return SHAPE_FIXED;
	for (size_t i = 0; i < atom->n; i++) {
		enum shape_class one = shape_class_of(w->c->lower, atom, atom->values[i].str, tail);

		if (one == SHAPE_FIXED || (i && one != class))
			return SHAPE_FIXED;
		class = one;
	}
	return class;
}

static void take_in_order(struct shape_walk *w, enum shape_class class, const struct atom *atom,
			  struct str tail)
{
	size_t from = w->n;

	for (size_t i = 0; i < atom->n; i++) {
		struct str text = atom->values[i].str;
		size_t at;

		take(w, class, text, tail);
		if (w->failed)
			return;
		for (at = w->n - 1; at > from && str_cmp(text, w->texts[at - 1].text) < 0; at--)
			w->texts[at] = w->texts[at - 1];
		w->texts[at] = (struct shape_text){class, text, tail};
		w->failed = at > from && str_eq(text, w->texts[at - 1].text);
	}
}

static const struct atom *marked(struct shape_walk *w, enum shape_class class,
				 const struct atom *atom, struct str tail)
{
	struct atom *copy = ARENA_NEW(w->c->arena, struct atom);

	*copy = *atom;
	copy->values = ARENA_ARRAY(w->c->arena, struct value, atom->n);
	for (size_t i = 0; i < atom->n; i++)
		copy->values[i].str = free_text(w, class, STR(""), tail);
	return copy;
}

static void key_values(struct shape_walk *w, const struct atom *atom)
{
	for (size_t i = 0; i < atom->n; i++) {
		key_number(w, atom->values[i].word);
		key_number(w, atom->values[i].number);
		key_text(w, atom->values[i].str);
	}
	key_number(w, atom->lo);
	key_number(w, atom->hi);
	key_number(w, atom->lo_open | atom->hi_open << 1);
}

static const struct atom *walk_atom(struct shape_walk *w, const struct atom *atom)
{
	struct str tail = STR("");
	enum shape_class class = class_of(w, atom, &tail);

	key_number(w, (int64_t)atom->field | (int64_t)atom->test << 8 |
			      (int64_t)atom->negated << 16 | (int64_t)atom->age << 17 |
			      (int64_t) class << 18);
	key_number(w, (int64_t)atom->n);
	key_text(w, atom->key);
	key_text(w, tail);
	if (class == SHAPE_FIXED) {
		key_values(w, atom);
		return atom;
	}
	if (w->copy)
		return marked(w, class, atom, tail);
	take_in_order(w, class, atom, tail);
	return atom;
}

static const struct cond *walk_cond(struct shape_walk *w, const struct cond *cond)
{
	struct cond *copy = NULL;
	const struct cond **kids = NULL;
	const struct atom *atom;

	key_number(w, (int64_t)cond->kind | (int64_t)cond->truth << 8 | (int64_t)cond->group << 9 |
			      (int64_t)(cond->tier + 1) << 16);
	key_number(w, (int64_t)cond->n);
	if (w->copy) {
		copy = ARENA_NEW(w->c->arena, struct cond);
		*copy = *cond;
		kids = ARENA_ARRAY(w->c->arena, const struct cond *, cond->n + 1);
		copy->kids = kids;
	}
	if (cond->kind == COND_ATOM) {
		atom = walk_atom(w, cond->atom);
		if (copy)
			copy->atom = atom;
	}
	for (size_t i = 0; i < cond->n && !w->failed; i++) {
		const struct cond *kid = walk_cond(w, cond->kids[i]);

		if (copy)
			kids[i] = kid;
	}
	return copy ? copy : cond;
}

/* --- statements --- */

/* What else is emitted depends on other statements, or on more than one set of texts. */
static bool has_shape(const struct unit *unit)
{
	const struct statement *s = unit->statement;
	bool kind = s->kind == STATEMENT_SUPPRESS || s->kind == STATEMENT_ASSIGN ||
		    s->kind == STATEMENT_NOTIFY || s->kind == STATEMENT_INSIGHT;

	return kind && unit->condition && !unit->reopens && !s->n_was && !s->mark;
}

static void key_statement(struct shape_walk *w, const struct unit *unit)
{
	const struct statement *s = unit->statement;

	key_number(w, (int64_t)s->kind | (int64_t)s->via << 8 | (int64_t)unit->backend << 16 |
			      (int64_t)unit->view << 24 | (int64_t)s->source << 32);
	key_number(w, (int64_t)unit->n_rows << 3 | s->until.fixed << 2 |
			      end_may_hold(w->c, unit) << 1 | end_is_due(unit));
	key_number(w, (int64_t)(s->status + 1) | (int64_t)(s->severity + 1) << 8 |
			      (int64_t)s->n_to << 16 | (int64_t)s->n_sets << 32);
	key_number(w, s->group_by);
	key_text(w, s->message);
	key_text(w, s->description);
}

/* A channel is its name and its address; which kind of address is part of the key. */
static struct str *walk_channels(struct shape_walk *w, const struct statement *s)
{
	struct str *names = NULL;

	if (w->copy) {
		names = ARENA_ARRAY(w->c->arena, struct str, s->n_to + 1);
		w->channels = ARENA_ARRAY(w->c->arena, struct config_channel, s->n_to + 1);
	}
	for (size_t i = 0; i < s->n_to; i++) {
		const struct config_channel *channel =
			config_channel(w->c->policy->config, s->to[i]);
		struct config_channel marked = {0};
		bool topic;

		if (!channel) { /* the bucket of a review, say */
			w->failed = true;
			break;
		}
		topic = channel->sns_topic_arn.len != 0;
		key_number(w, topic);
		marked.name = free_text(w, SHAPE_CHANNEL, channel->name, STR(""));
		*(topic ? &marked.sns_topic_arn : &marked.event_bus_arn) =
			free_text(w, SHAPE_ARN,
				  topic ? channel->sns_topic_arn : channel->event_bus_arn, STR(""));
		if (w->copy) {
			w->channels[i] = marked;
			names[i] = marked.name;
		}
	}
	return names;
}

static struct set_field *walk_sets(struct shape_walk *w, const struct statement *s)
{
	struct set_field *sets = NULL;

	if (w->copy)
		sets = ARENA_ARRAY(w->c->arena, struct set_field, s->n_sets + 1);
	for (size_t i = 0; i < s->n_sets; i++) {
		struct str value = s->sets[i].value;
		bool word = shape_is_word(value);

		key_text(w, s->sets[i].key);
		key_number(w, word);
		if (word)
			value = free_text(w, SHAPE_WORD, value, STR(""));
		else
			key_text(w, value);
		if (sets) {
			sets[i] = s->sets[i];
			sets[i].value = value;
		}
	}
	return sets;
}

/* The note of an assign is tested by its guard, so it stays as it is. */
static struct str walk_note(struct shape_walk *w, const struct statement *s)
{
	if (s->kind != STATEMENT_ASSIGN)
		return prose(w, s->note);
	key_text(w, s->note);
	return s->note;
}

static void walk_statement(struct shape_walk *w, const struct unit *unit, struct unit *to,
			   struct statement *copy)
{
	const struct statement *s = unit->statement;
	struct str name = free_text(w, SHAPE_NAME, s->name, STR(""));
	struct str first = free_text(w, SHAPE_FIRST, unit->name, STR(""));
	struct str reason = prose(w, unit->reason), ticket = prose(w, unit->ticket);
	struct str owner = prose(w, s->owner), title = prose(w, s->title);
	struct str until = prose(w, unit->until);
	struct str note = walk_note(w, s);
	struct set_field *sets = walk_sets(w, s);
	struct str *to_channels = walk_channels(w, s);

	if (!copy)
		return;
	*copy = *s;
	copy->name = name;
	to->name = first;
	copy->reason = to->reason = reason;
	copy->ticket = to->ticket = ticket;
	to->until = until;
	copy->owner = owner;
	copy->title = title;
	copy->note = note;
	copy->sets = sets;
	copy->to = to_channels;
}

/* --- both ways --- */

void shape_walk_init(struct shape_walk *w, struct compilation *c)
{
	const struct policy *policy = c->policy;
	unsigned tests[FIELD_ALL] = {0};

	*w = (struct shape_walk){.c = c};
	for (size_t i = 0; i < policy->n_tiers; i++) {
		bool tier = false;
		size_t nodes = 0;

		count_tests(tests, &tier, &nodes, policy->tiers[i]->condition);
		for (size_t f = 0; f < FIELD_ALL; f++)
			w->in_tiers[f] = w->in_tiers[f] || tests[f] || nodes > NODES_MAX;
	}
}

/* The test of the rows' operand in the copy of their condition. */
static const struct cond *own_of(const struct unit *unit, const struct cond *copy)
{
	if (unit->own == unit->condition)
		return copy;
	for (size_t i = 0; unit->own && i < copy->n; i++)
		if (unit->condition->kids[i] == unit->own)
			return copy->kids[i];
	return NULL;
}

/* The condition to walk: NULL if rows are not alike. */
static const struct cond *begin(struct shape_walk *w, const struct unit *unit, bool copy)
{
	bool alike = own_of(unit, unit->condition) == unit->own;
	const struct cond *cond = alike ? unit->condition : NULL;

	w->copy = w->texts_only = copy;
	w->failed = w->has_tier = false;
	w->n = w->nodes = 0;
	memset(w->tests, 0, sizeof w->tests);
	if (cond)
		count_tests(w->tests, &w->has_tier, &w->nodes, cond);
	return cond;
}

bool shape_walk_read(struct shape_walk *w, const struct unit *unit)
{
	const struct cond *cond;

	if (!has_shape(unit))
		return false;
	cond = begin(w, unit, false);
	w->key_len = 0;
	if (!cond || w->nodes > NODES_MAX)
		return false;
	key_statement(w, unit);
	walk_statement(w, unit, NULL, NULL);
	if (!w->failed)
		walk_cond(w, cond);
	return !w->failed;
}

bool shape_walk_texts(struct shape_walk *w, const struct unit *unit)
{
	const struct cond *cond = begin(w, unit, false);

	w->texts_only = true;
	walk_statement(w, unit, NULL, NULL);
	if (!w->failed && cond)
		walk_cond(w, cond);
	return cond && !w->failed;
}

static const struct policy *policy_with(struct shape_walk *w, size_t n_channels)
{
	struct policy *policy = ARENA_NEW(w->c->arena, struct policy);
	struct config *config = ARENA_NEW(w->c->arena, struct config);

	*policy = *w->c->policy;
	*config = *policy->config;
	config->channels = w->channels; /* in order, because their markers are */
	config->n_channels = n_channels;
	policy->config = config;
	return policy;
}

struct unit *shape_walk_mark(struct shape_walk *w, const struct unit *unit, unsigned which,
			     const struct policy **policy)
{
	struct unit *to = ARENA_NEW(w->c->arena, struct unit);
	struct statement *copy = ARENA_NEW(w->c->arena, struct statement);
	const struct cond *cond = begin(w, unit, true);

	w->which = which;
	*to = *unit;
	to->rows = NULL;
	to->n_rows = 0;
	to->first = 1;
	walk_statement(w, unit, to, copy);
	to->statement = copy;
	to->condition = walk_cond(w, cond);
	to->own = own_of(unit, to->condition);
	*policy = policy_with(w, unit->statement->n_to);
	return to;
}
