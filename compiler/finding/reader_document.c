/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents: which shape one has, and what is around findings. */
#include "finding/reader_internal.h"

/* Where a document stands in what was read: a list of names, innermost first. */
struct where {
	const struct where *up;
	struct str name; /* empty: an item */
	size_t index;
};

struct pass {
	struct reader *r;
	struct json_scan *s;
	const struct where *where;
	unsigned depth;
};

struct reader *reader_new(struct arena *arena, const bool *wanted)
{
	struct reader *r = ARENA_NEW(arena, struct reader);

	r->arena = arena;
	r->image_type =
		str_from(vocabulary_canonical(&vocabulary_resource_type, RESOURCE_ECR_IMAGE));
	for (unsigned id = 0; id < FIELD_COUNT; id++)
		r->slot[id] = field_slot(id);
	for (unsigned layout = 0; layout < LAYOUT_COUNT; layout++) {
		for (unsigned id = 0; id < FIELD_COUNT; id++)
			r->owners[layout][id] = layout_owner(layout, id);
		reader_tree(arena, r, layout, wanted);
	}
	r->wrapping = reader_wrapping(arena);
	return r;
}

static struct str place_text(struct arena *arena, const struct where *where)
{
	struct str up;

	if (!where)
		return STR("");
	up = place_text(arena, where->up);
	if (!where->name.len)
		return str_printf(arena, STR_FMT "[%zu]", STR_ARG(up), where->index);
	return str_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(up), up.len ? "." : "",
			  STR_ARG(where->name));
}

static void note(const struct pass *p, struct finding *finding, const char *why)
{
	struct reading reading = {.finding = finding, .why = why};

	if (!finding)
		reading.place = place_text(p->s->scratch, p->where);
	VEC_PUSH(p->r->arena, p->r->readings, reading);
}

/* --- what is around findings --- */

static void read_any(const struct pass *p);

static struct pass inside(const struct pass *p, const struct where *where)
{
	return (struct pass){.r = p->r, .s = p->s, .where = where, .depth = p->depth + 1};
}

static void read_items(const struct pass *p)
{
	struct where where = {.up = p->where};

	json_scan_enter(p->s);
	for (; json_scan_item(p->s); where.index++) {
		struct pass item = inside(p, &where);

		read_any(&item);
	}
}

static void read_member(const struct pass *p, struct str name)
{
	struct where where = {.up = p->where, .name = name};
	/* A list is no depth of its own: its items are. */
	struct pass list = {.r = p->r, .s = p->s, .where = &where, .depth = p->depth};
	struct pass detail = inside(p, &where);

	if (json_scan_kind(p->s) == JSON_KIND_ARRAY)
		read_items(&list);
	else
		read_any(&detail);
}

struct envelope {
	unsigned marks;
	struct str type, region;
	size_t from, to; /* the readings of its detail */
};

static void read_mark(const struct pass *p, struct envelope *e, const struct node *member)
{
	e->marks |= 1u << member->mark;
	switch (member->mark) {
	case MARK_TYPE:
		json_scan_string(p->s, &e->type);
		break;
	case MARK_REGION:
		json_scan_string(p->s, &e->region);
		break;
	case MARK_FINDINGS:
		read_member(p, member->name);
		break;
	case MARK_DETAIL:
		e->from = p->r->readings.n;
		read_member(p, member->name);
		e->to = p->r->readings.n;
		break;
	default:
		json_scan_skip(p->s);
	}
}

/* In Inspector's event, whose detail is the finding, the region is the envelope's; what is no
 * finding is told by the event's type. */
static void end_envelope(const struct pass *p, const struct envelope *e)
{
	struct reader *r = p->r;

	for (size_t i = e->from; i < e->to; i++) {
		struct reading *reading = &r->readings.items[i];
		struct fval region = {.kind = FVAL_STRING, .str = e->region};

		if (!reading->finding) {
			reading->event = e->type;
		} else if (reading->finding->layout == LAYOUT_INSPECTOR && e->region.len &&
			   !str_is(e->region, "N/A") && e->to == e->from + 1) {
			reading->finding->root->values[r->slot[FIELD_region]] = region;
			reading->finding->original->values[r->slot[FIELD_region]] = region;
		}
	}
}

static unsigned read_wrapping(const struct pass *p)
{
	struct envelope e = {0};
	const struct node *member;

	json_scan_enter(p->s);
	while ((member = json_scan_named(p->s, &p->r->wrapping->names)))
		if (reader_is_mark(member->mark, json_scan_kind(p->s)))
			read_mark(p, &e, member);
		else
			json_scan_skip(p->s);
	end_envelope(p, &e);
	if (e.marks & 1u << MARK_INSIGHT)
		note(p, NULL, "the results of an insight, without their findings");
	else if (!(e.marks & (1u << MARK_FINDINGS | 1u << MARK_DETAIL)))
		note(p, NULL, "no finding");
	return e.marks;
}

/* --- which shape --- */

static enum layout_id layout_of(unsigned marks)
{
	if (marks & 1u << MARK_ASFF)
		return LAYOUT_ASFF;
	if (marks & 1u << MARK_INSPECTOR)
		return LAYOUT_INSPECTOR;
	return marks & 1u << MARK_OCSF ? LAYOUT_OCSF : LAYOUT_COUNT;
}

/* Reads the object as what it is taken for, and says what it is. */
static enum layout_id read_as(const struct pass *p, enum layout_id layout)
{
	struct finding *finding;
	unsigned marks = 0;

	if (layout == LAYOUT_COUNT)
		return layout_of(read_wrapping(p));
	finding = reader_walk(p->r, &p->r->trees[layout], p->s, &marks);
	if (layout == LAYOUT_OCSF && marks & 1u << MARK_LAKE)
		note(p, NULL,
		     "an OCSF finding as Security Lake keeps it: Security Hub V2's own are read");
	else
		note(p, finding, NULL);
	return layout_of(marks);
}

static void read_object(const struct pass *p)
{
	enum layout_id *guess = &p->r->guess[p->depth], layout;
	const char *from = p->s->at;
	size_t n = p->r->readings.n;
	struct json_scan again;
	struct pass second = *p;
	const char *why;
	size_t offset;

	layout = read_as(p, *guess);
	if (layout == *guess || json_scan_failed(p->s, &offset, &why))
		return;
	*guess = layout;
	p->r->readings.n = n;
	json_scan_start(&again, p->s->scratch, (struct str){from, (size_t)(p->s->at - from)});
	second.s = &again;
	read_as(&second, layout);
}

/* The recursion goes no deeper than READER_DEPTH. */
static void read_any(const struct pass *p)
{
	enum json_kind kind = json_scan_kind(p->s);

	if (kind == JSON_KIND_ARRAY && p->depth < READER_DEPTH) {
		read_items(p);
	} else if (kind == JSON_KIND_OBJECT && p->depth <= READER_DEPTH) {
		read_object(p);
	} else {
		json_scan_skip(p->s);
		note(p, NULL, "no object");
	}
}

bool reader_next(struct reader *r, struct json_scan *s, const struct reading **readings, size_t *n)
{
	struct pass p = {.r = r, .s = s};
	const char *why;
	size_t offset;

	r->readings.n = 0;
	read_any(&p);
	*readings = r->readings.items;
	*n = r->readings.n;
	return !json_scan_failed(s, &offset, &why);
}
