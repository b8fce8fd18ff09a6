/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts of artefacts with holes. */
#include "target/shape_internal.h"

#include "model/limit.h"
#include "target/automation.h"
#include "target/end.h"
#include "target/jsonata.h"
#include "target/text.h"

#include <string.h>

#define HOLE_NONE (-1)	/* the end */
#define HOLE_ORDER (-2) /* the RuleOrder, which is made of the name */
#define HOLE_END (-3)	/* the instant of a suppression's end, to the second, without a zone */

enum { ORDER_SIZE = 4, END_SIZE = sizeof "2026-01-01T00:00:00" - 1 };

/* Some text, and what stands behind it. */
struct piece {
	struct str text;
	int hole; /* number of a free text, or HOLE_… */
};

struct pieces {
	struct piece *items;
	size_t n, cap;
};

struct form {
	enum target target;
	enum artefact_kind kind;
	size_t index;
	uint64_t assumptions, placeholders;
	bool tested;
	struct pieces path, text;
};

struct shape_template {
	enum backend backend;
	enum mechanism mechanism;
	bool chosen;
	struct form *forms;
	size_t n;
	size_t n_texts;
	size_t rules; /* the greatest index, of what is a file */
	uint64_t used_rules[MECHANISM_COUNT], used_wildcards;
};

/* --- learning --- */

static int hole_at(struct str text, const struct str *markers, size_t n)
{
	if (!strchr("vCG09", text.ptr[0])) /* no marker begins with another character */
		return HOLE_NONE;
	for (size_t i = 0; i < n; i++)
		if (str_starts(text, markers[i]))
			return (int)i;
	return HOLE_NONE;
}

static size_t digits(struct str text)
{
	size_t n = 0;

	while (n < text.len && text.ptr[n] >= '0' && text.ptr[n] <= '9')
		n++;
	return n;
}

/* What is made of something else than a text of the unit stands behind a word: the length of the
 * word, and of what stands there. */
static int made_at(struct str text, enum artefact_kind kind, size_t *word, size_t *len)
{
	static const struct {
		enum artefact_kind kind;
		int hole;
		const char *word;
	} all[] = {
		{ARTEFACT_AUTOMATION_V1, HOLE_ORDER, "\"RuleOrder\": "},
		{ARTEFACT_AUTOMATION_V2, HOLE_ORDER, "\"RuleOrder\": "},
		{ARTEFACT_TFVARS, HOLE_ORDER, "\"rule_order\": "},
		{ARTEFACT_SCHEDULE, HOLE_END, "\"ScheduleExpression\": \"at("},
		{ARTEFACT_TFVARS, HOLE_END, "\"schedule_expression\": \"at("},
		{ARTEFACT_HOLDER, HOLE_END, "'end': '"},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (kind != all[i].kind || !str_starts(text, str_from(all[i].word)))
			continue;
		*word = strlen(all[i].word);
		*len = all[i].hole == HOLE_END ? END_SIZE
					       : digits(str_slice(text, *word, text.len));
		return all[i].hole;
	}
	return HOLE_NONE;
}

static struct pieces cut(struct arena *arena, struct str text, enum artefact_kind kind,
			 const struct str *markers, size_t n)
{
	struct pieces pieces = {0};
	size_t from = 0, at = 0;

	while (at < text.len) {
		struct str rest = str_slice(text, at, text.len);
		int hole = hole_at(rest, markers, n);
		size_t word = 0, len = hole >= 0 ? markers[hole].len : 0;

		if (hole == HOLE_NONE)
			hole = made_at(rest, kind, &word, &len);
		if (hole == HOLE_NONE) {
			at++;
			continue;
		}
		at += word;
		VEC_PUSH(arena, pieces, ((struct piece){str_slice(text, from, at), hole}));
		at += len;
		from = at;
	}
	VEC_PUSH(arena, pieces, ((struct piece){str_slice(text, from, at), HOLE_NONE}));
	return pieces;
}

static bool same_pieces(const struct pieces *a, const struct pieces *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; i < a->n && same; i++)
		same = a->items[i].hole == b->items[i].hole &&
		       str_eq(a->items[i].text, b->items[i].text);
	return same;
}

static struct form form_of(struct arena *arena, const struct artefact *a, const struct str *markers,
			   size_t n)
{
	return (struct form){
		.target = a->target,
		.kind = a->kind,
		.index = a->index,
		.assumptions = a->assumptions,
		.tested = a->tested,
		.placeholders = a->placeholders,
		.path = cut(arena, a->path, a->kind, markers, n),
		.text = cut(arena, a->text, a->kind, markers, n),
	};
}

static bool same_form(const struct form *a, const struct form *b)
{
	return a->target == b->target && a->kind == b->kind && a->index == b->index &&
	       a->assumptions == b->assumptions && a->placeholders == b->placeholders &&
	       a->tested == b->tested && same_pieces(&a->path, &b->path) &&
	       same_pieces(&a->text, &b->text);
}

static struct str *markers_of(struct arena *arena, const struct shape_text *texts, size_t n,
			      unsigned which)
{
	struct str *markers = ARENA_ARRAY(arena, struct str, n + 1);

	for (size_t i = 0; i < n; i++)
		markers[i] = shape_marker(arena, texts[i].class, texts[i].tail, which, i);
	return markers;
}

struct shape_template *shape_template_new(struct arena *arena, const struct compilation *first,
					  const struct compilation *second,
					  const struct shape_text *texts, size_t n)
{
	const struct str *markers[] = {markers_of(arena, texts, n, 0),
				       markers_of(arena, texts, n, 1)};
	struct shape_template *t = ARENA_NEW(arena, struct shape_template);

	if (!first->artefacts.n || first->shortened || second->shortened ||
	    first->artefacts.n != second->artefacts.n ||
	    first->used_wildcards != second->used_wildcards ||
	    memcmp(first->used_rules, second->used_rules, sizeof first->used_rules) != 0)
		return NULL;
	t->n = first->artefacts.n;
	t->n_texts = n;
	t->used_wildcards = first->used_wildcards;
	memcpy(t->used_rules, first->used_rules, sizeof t->used_rules);
	t->backend = first->artefacts.items[0].unit->backend;
	t->mechanism = first->artefacts.items[0].unit->mechanism;
	t->chosen = first->artefacts.items[0].unit->chosen;
	t->forms = ARENA_ARRAY(arena, struct form, t->n);
	for (size_t i = 0; i < t->n; i++) {
		struct form other = form_of(arena, &second->artefacts.items[i], markers[1], n);

		t->forms[i] = form_of(arena, &first->artefacts.items[i], markers[0], n);
		if (!same_form(&t->forms[i], &other))
			return NULL;
		if (t->forms[i].index > t->rules && t->forms[i].kind != ARTEFACT_HOLDER)
			t->rules = t->forms[i].index;
	}
	return t;
}

/* --- filling --- */

/* The least of the limits on what is made of prose and names for the backend. */
static size_t most_prose(enum backend backend)
{
	switch (backend) {
	case BACKEND_INSIGHT:
		return (size_t)limits[LIMIT_insight_name].value;
	case BACKEND_AUTOMATION_V2:
		return (size_t)limits[LIMIT_automation_v2_description].value;
	default:
		return (size_t)limits[LIMIT_event_description].value;
	}
}

/* No limit is met by what all this can make, with the few words that stand beside it. */
static bool lengths_fit(const struct compilation *c, enum backend backend, const struct unit *unit,
			const struct shape_text *texts, size_t n)
{
	size_t name = c->policy->config->rule_prefix.len + unit->name.len;
	size_t prose = name + unit->until.len + 64;

	for (size_t i = 0; i < n; i++)
		if (texts[i].class >= SHAPE_NAME && texts[i].class <= SHAPE_PROSE)
			prose += texts[i].text.len;
	return prose <= most_prose(backend) && name >= 3 &&
	       name + 8 <= (size_t)limits[LIMIT_event_rule_name].value;
}

static size_t length_of(const struct pieces *pieces, const struct shape_text *texts)
{
	size_t n = 0;

	for (size_t i = 0; i < pieces->n; i++) {
		int hole = pieces->items[i].hole;

		n += pieces->items[i].text.len;
		n += hole >= 0		  ? texts[hole].text.len
		     : hole == HOLE_ORDER ? ORDER_SIZE
		     : hole == HOLE_END	  ? END_SIZE
					  : 0;
	}
	return n;
}

/* The order has one to four digits. */
static struct str order_text(char out[ORDER_SIZE], int64_t order)
{
	size_t from = ORDER_SIZE;

	for (; order && from; order /= 10)
		out[--from] = (char)('0' + order % 10);
	return (struct str){out + from, ORDER_SIZE - from};
}

/* `name`: of the artefact. */
static struct str fill(struct compilation *c, const struct pieces *pieces, const struct unit *unit,
		       const struct shape_text *texts, struct str name)
{
	char *out = arena_alloc(c->arena, length_of(pieces, texts)), *at = out, order[ORDER_SIZE];

	for (size_t i = 0; i < pieces->n; i++) {
		const struct piece *piece = &pieces->items[i];
		struct str hole = STR("");

		memcpy(at, piece->text.ptr, piece->text.len);
		at += piece->text.len;
		if (piece->hole >= 0)
			hole = texts[piece->hole].text;
		else if (piece->hole == HOLE_ORDER)
			hole = order_text(order, automation_order(c, name));
		else if (piece->hole == HOLE_END)
			hole = str_slice(end_text(c->arena, unit->end), 0, END_SIZE);
		if (hole.len)
			memcpy(at, hole.ptr, hole.len);
		at += hole.len;
	}
	return (struct str){out, (size_t)(at - out)};
}

/* What a pattern's size is when it is indented is more than it is minified. */
static bool patterns_fit(const struct compilation *c, const struct shape_template *t,
			 const struct shape_text *texts)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->forms[i].kind == ARTEFACT_EVENT_PATTERN &&
		    length_of(&t->forms[i].text, texts) >
			    (size_t)c->policy->config->quotas.event_pattern_size)
			return false;
	return true;
}

/* The texts as they stand in literals of JSONata, of whose escapes prose has but the quote. */
static const struct shape_text *in_literals(struct arena *arena, const struct shape_text *texts,
					    size_t n)
{
	struct shape_text *out = NULL;

	for (size_t i = 0; i < n; i++) {
		struct strbuf b;

		if (!str_contains(texts[i].text, STR("'")))
			continue;
		if (!out) {
			out = ARENA_ARRAY(arena, struct shape_text, n);
			memcpy(out, texts, n * sizeof *out);
		}
		strbuf_init(&b, arena);
		jsonata_add_literal(&b, texts[i].text);
		out[i].text = str_slice(strbuf_str(&b), 1, b.len - 1);
	}
	return out ? out : texts;
}

static void fill_form(struct compilation *c, const struct form *form, const struct unit *unit,
		      const struct shape_text *texts, size_t n)
{
	struct artefact a = {
		.kind = form->kind,
		.target = form->target,
		.unit = unit,
		.index = form->index,
		.assumptions = form->assumptions,
		.tested = form->tested,
		.placeholders = form->placeholders,
	};

	a.path = fill(c, &form->path, unit, texts, STR(""));
	a.text = fill(c, &form->text, unit,
		      form->kind == ARTEFACT_HOLDER ? in_literals(c->arena, texts, n) : texts,
		      target_name_of(c, unit, form->index));
	VEC_PUSH(c->arena, c->artefacts, a);
}

size_t shape_template_rules(const struct shape_template *t)
{
	return t->rules;
}

bool shape_template_fill(struct compilation *c, const struct shape_template *t, struct unit *unit,
			 struct shape_text *texts)
{
	/* "NAME--2" for the first rule would make "NAME--3" of "NAME--2". */
	if ((unit->first > 1 && t->rules > 1) ||
	    !lengths_fit(c, t->backend, unit, texts, t->n_texts) || !patterns_fit(c, t, texts))
		return false;
	for (size_t i = 0; i < t->n_texts && unit->first > 1; i++)
		if (texts[i].class == SHAPE_FIRST)
			texts[i].text = target_name_of(c, unit, 1);
	unit->backend = t->backend;
	unit->mechanism = t->mechanism;
	unit->chosen = t->chosen;
	for (size_t i = 0; i < t->n; i++) {
		/* What the machine of ends holds is no artefact: Terraform needs the machine. */
		unsigned target = TARGET_BIT(t->forms[i].target);

		if (t->forms[i].kind == ARTEFACT_HOLDER ? target_asked(c, target)
							: target & ~c->unwanted)
			fill_form(c, &t->forms[i], unit, texts, t->n_texts);
	}
	for (size_t i = 0; i < MECHANISM_COUNT; i++)
		c->used_rules[i] += t->used_rules[i];
	c->used_wildcards += t->used_wildcards;
	return true;
}
