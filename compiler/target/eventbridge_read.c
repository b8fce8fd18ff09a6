/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of event patterns: text to the set of findings whose event the pattern takes. It
 * follows event-patterns.md alone and shares no code with the emitter; what it does not
 * know, or where event-ruler is known to be wrong, is an error and never a guess. */
#include "model/event.h"
#include "model/limit.h"
#include "model/reserved.h"
#include "target/eventbridge_internal.h"
#include "target/expect.h"
#include "target/message.h"
#include "target/wildcard.h"

bool eventbridge_fail(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

/* --- JSON to sub-rules --- */

static struct str join(struct reader *r, struct str path, struct str key)
{
	return path.len ? str_printf(r->c->arena, STR_FMT "." STR_FMT, STR_ARG(path), STR_ARG(key))
			: key;
}

/* What is left of a path behind `place`, in which `[]` marks arrays; NULL if it does not lead
 * there. */
static const char *behind(const char *path, const char *end, const char *place)
{
	for (; *place; place++) {
		if (*place == '[' || *place == ']')
			continue;
		if (path == end || *path++ != *place)
			return NULL;
	}
	return path;
}

/* Does the path lead to the field's place? *key: the rest of the path, behind a dot, of a map. */
static bool leads_to(struct reader *r, struct str path, const char *place, enum field_id field,
		     struct str *key)
{
	const char *at = path.ptr, *end = path.ptr + path.len;

	if (!place)
		return false;
	if (*place == '/') {
		place++;
	} else {
		at = behind(at, end, event_of(r->mechanism)->prefix);
		if (!at || at == end || *at++ != '.')
			return false;
	}
	at = behind(at, end, place);
	*key = STR("");
	if (!at || fields[field].type != TYPE_MAP)
		return at == end;
	if (end - at < 2 || *at != '.')
		return false;
	*key = str_slice(path, (size_t)(at + 1 - path.ptr), path.len);
	return true;
}

static bool find_field(struct reader *r, struct str path, struct leaf *leaf)
{
	for (enum field_id f = 0; f < FIELD_ALL; f++) {
		const char *places[] = {event_place(r->mechanism, f),
					event_image_place(r->mechanism, f)};

		for (size_t i = 0; i < ARRAY_LEN(places); i++)
			if (leads_to(r, path, places[i], f, &leaf->key)) {
				leaf->field = &fields[f];
				leaf->id = f;
				leaf->any_image = i == 1;
				return true;
			}
	}
	return eventbridge_fail(r, "tests a path that is no field");
}

/* A path that stands both inside and outside of `$or` is not ANDed: the later one replaces it. */
static bool add_leaf(struct reader *r, struct subrule *rule, struct leaf leaf)
{
	for (size_t i = 0; i < rule->n; i++)
		if (str_eq(rule->items[i].path, leaf.path))
			return eventbridge_fail(r, "tests one path twice");
	VEC_PUSH(r->c->arena, *rule, leaf);
	return true;
}

static bool add_everywhere(struct reader *r, struct subrules *all, struct leaf leaf)
{
	for (size_t i = 0; i < all->n; i++)
		if (!add_leaf(r, &all->items[i], leaf))
			return false;
	return true;
}

static bool read_object(struct reader *r, const struct json *object, struct str path,
			struct subrules *all);

/* Each branch beside what was collected so far: parallel `$or`s multiply. */
static bool read_or(struct reader *r, const struct json *branches, struct str path,
		    struct subrules *all)
{
	struct subrules out = {0};

	if (!json_is(branches, JSON_ARRAY) || branches->n < 2)
		return eventbridge_fail(r, "has an $or that is no array of two branches or more");
	for (size_t i = 0; i < branches->n; i++) {
		struct subrules copy = {0};

		for (size_t j = 0; j < all->n; j++) {
			struct subrule rule = {0};

			for (size_t k = 0; k < all->items[j].n; k++)
				VEC_PUSH(r->c->arena, rule, all->items[j].items[k]);
			VEC_PUSH(r->c->arena, copy, rule);
		}
		r->or_depth++;
		if (!read_object(r, branches->items[i], path, &copy))
			return false;
		r->or_depth--;
		for (size_t j = 0; j < copy.n; j++)
			VEC_PUSH(r->c->arena, out, copy.items[j]);
		if (out.n > SUBRULES_MAX)
			return eventbridge_fail(r,
						"has more than 1000 combinations of $or branches");
	}
	*all = out;
	return true;
}

static bool read_object(struct reader *r, const struct json *object, struct str path,
			struct subrules *all)
{
	if (!json_is(object, JSON_OBJECT) || !object->n)
		return eventbridge_fail(r, "has an empty object or none where one is needed");
	for (size_t i = 0; i < object->n; i++) {
		const struct json *value = object->items[i];
		struct leaf leaf = {.path = join(r, path, object->keys[i]), .tests = value};

		if (r->or_depth && reserved_in_or(object->keys[i]))
			return eventbridge_fail(r, "has a reserved name inside an $or");
		if (str_is(object->keys[i], "$or")) {
			if (!read_or(r, value, path, all))
				return false;
		} else if (json_is(value, JSON_OBJECT)) {
			if (!read_object(r, value, leaf.path, all))
				return false;
		} else if (!json_is(value, JSON_ARRAY) || !value->n) {
			return eventbridge_fail(r, "has a leaf that is no list of tests");
		} else if (!find_field(r, leaf.path, &leaf) || !add_everywhere(r, all, leaf)) {
			return false;
		}
	}
	return true;
}

/* --- what event-ruler gets wrong --- */

static bool same_json(struct arena *arena, const struct json *a, const struct json *b)
{
	struct json_writer x, y;

	json_begin(&x, arena, 0);
	json_begin(&y, arena, 0);
	json_tree(&x, a);
	json_tree(&y, b);
	return str_eq(json_end(&x), json_end(&y));
}

/* B1: a later sub-rule with the same paths and a common matcher at each of them is dropped. */
static bool may_be_dropped(struct reader *r, const struct subrule *a, const struct subrule *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct json *x = a->items[i].tests, *y = b->items[i].tests;
		bool common = false;

		if (!str_eq(a->items[i].path, b->items[i].path))
			return false;
		for (size_t j = 0; j < x->n && !common; j++)
			for (size_t k = 0; k < y->n && !common; k++)
				common = same_json(r->c->arena, x->items[j], y->items[k]);
		if (!common)
			return false;
	}
	return true;
}

/* The wildcards of all sub-rules on one path count together. */
static bool add_wildcards(struct reader *r, const struct json *json, struct str key,
			  struct str **list, size_t *n)
{
	if (json_is(json, JSON_STRING)) {
		if (!str_is(key, "wildcard"))
			return false;
		*list = arena_regrow(r->c->arena, *list, *n * sizeof **list, *n + 1, sizeof **list);
		(*list)[(*n)++] = json_text(json);
		return true;
	}
	for (size_t i = 0; json && i < json->n; i++)
		add_wildcards(r, json->items[i], json->type == JSON_OBJECT ? json->keys[i] : key,
			      list, n);
	return *n != 0;
}

static void check_wildcards(struct reader *r, const struct subrules *all, const struct leaf *leaf,
			    size_t from)
{
	unsigned limit = (unsigned)limits[LIMIT_wildcard_complexity].value;
	struct str *list = NULL;
	size_t n = 0;

	if (!add_wildcards(r, leaf->tests, STR(""), &list, &n))
		return;
	for (size_t i = from + 1; i < all->n; i++)
		for (size_t j = 0; j < all->items[i].n; j++)
			if (str_eq(all->items[i].items[j].path, leaf->path))
				add_wildcards(r, all->items[i].items[j].tests, STR(""), &list, &n);
	if (wildcard_complexity(list, n, limit) > limit)
		eventbridge_fail(r, "has wildcards that are too complex");
}

static bool is_list_of(const struct json *list, const char *text)
{
	return json_is(list, JSON_ARRAY) && list->n == 1 && json_is(list->items[0], JSON_STRING) &&
	       str_is(json_text(list->items[0]), text);
}

/* The pattern without what tells the event from others, which must be there. */
static bool read_envelope(struct reader *r, const struct json *pattern, struct subrules *all)
{
	const struct event *event = event_of(r->mechanism);
	struct json rest = {.type = JSON_OBJECT};

	if (!json_is(pattern, JSON_OBJECT) || !event ||
	    !is_list_of(json_get(pattern, "source"), event->source) ||
	    !is_list_of(json_get(pattern, "detail-type"), event->detail_type))
		return eventbridge_fail(r, "is not on the event of its unit");
	rest.keys = ARENA_ARRAY(r->c->arena, struct str, pattern->n);
	rest.items = ARENA_ARRAY(r->c->arena, struct json *, pattern->n);
	for (size_t i = 0; i < pattern->n; i++)
		if (!str_is(pattern->keys[i], "source") &&
		    !str_is(pattern->keys[i], "detail-type")) {
			rest.keys[rest.n] = pattern->keys[i];
			rest.items[rest.n++] = pattern->items[i];
		}
	VEC_PUSH(r->c->arena, *all, ((struct subrule){0}));
	return read_object(r, &rest, STR(""), all);
}

bool eventbridge_read(struct compilation *c, const struct unit *unit, struct str text, dd *set,
		      const char **why)
{
	struct reader r = {.c = c,
			   .e = lower_engine(c->lower),
			   .mechanism = unit->mechanism,
			   .view = unit->view};
	struct json_error error;
	const struct json *pattern = json_parse(c->arena, text, &error);
	struct subrules all = {0};

	*set = DD_FALSE;
	if (!pattern)
		eventbridge_fail(&r, error.what);
	else
		read_envelope(&r, pattern, &all);
	for (size_t i = 0; i < all.n && !r.why; i++) {
		dd one;

		if (!eventbridge_subrule(&r, &all.items[i], &one))
			break;
		for (size_t j = 0; j < i; j++)
			if (may_be_dropped(&r, &all.items[j], &all.items[i]))
				eventbridge_fail(&r, "has a branch that event-ruler may drop");
		*set = dd_or(r.e, *set, one);
		for (size_t j = 0; j < all.items[i].n; j++)
			check_wildcards(&r, &all, &all.items[i].items[j], i);
	}
	if (unit->mechanism == MECHANISM_INSPECTOR_EVENT)
		*set = dd_and(r.e, *set, lower_inspector(c->lower));
	*why = r.why;
	return !r.why;
}

static bool repeats(struct arena *arena, const struct json *a, const struct json *b)
{
	if (a->type != b->type || (a->type != JSON_OBJECT && a->type != JSON_ARRAY))
		return false;
	if (a->type == JSON_ARRAY) {
		for (size_t i = 0; i < a->n; i++)
			for (size_t j = 0; j < b->n; j++)
				if (same_json(arena, a->items[i], b->items[j]))
					return true;
		return false;
	}
	for (size_t i = 0; i < a->n; i++) {
		const struct json *other = json_get_str(b, a->keys[i]);

		if (a->n != b->n || !other || !repeats(arena, a->items[i], other))
			return false;
	}
	return true;
}

bool eventbridge_repeats(struct compilation *c, struct str first, struct str second)
{
	struct json_error error;
	const struct json *a = json_parse(c->arena, first, &error);
	const struct json *b = json_parse(c->arena, second, &error);

	return a && b && repeats(c->arena, a, b);
}

/* --- requests --- */

static bool is_text(const struct json *object, const char *key, struct str text)
{
	const struct json *value = json_get(object, key);

	return json_is(value, JSON_STRING) && str_eq(json_text(value), text);
}

bool eventbridge_check_rule(struct compilation *c, const struct unit *unit, size_t index,
			    struct str rule, struct str pattern, const char **why)
{
	struct json_error error;
	const struct json *request = json_parse(c->arena, rule, &error);
	const struct json *alone = json_parse(c->arena, pattern, &error), *inside;
	struct str minified = request ? json_text(json_get(request, "EventPattern")) : STR("");

	*why = "is no rule request of this unit";
	if (!request || !alone || !is_text(request, "Name", expect_aws_name(c, unit, index)) ||
	    !is_text(request, "EventBusName", c->policy->config->event_bus) ||
	    !is_text(request, "State", STR("ENABLED")) || request->n != 5)
		return false;
	*why = "holds another pattern than the one beside it";
	inside = json_parse(c->arena, minified, &error);
	if (!inside || !same_json(c->arena, inside, alone))
		return false;
	*why = "is larger than EventBridge takes";
	return minified.len <= (size_t)c->policy->config->quotas.event_pattern_size;
}

/* Exactly this target; a role is given where EventBridge needs one and nowhere else. `more`: how
 * many members stand beside these. */
static bool is_target(const struct json *target, struct str id, struct str arn, struct str role,
		      size_t more)
{
	return json_is(target, JSON_OBJECT) && target->n == (role.len ? 3u : 2u) + more &&
	       is_text(target, "Id", id) && is_text(target, "Arn", arn) &&
	       (!role.len || is_text(target, "RoleArn", role));
}

static bool check_channels(struct compilation *c, const struct unit *unit,
			   const struct json *targets, const char **why)
{
	const struct statement *s = unit->statement;
	bool message = s->message.len != 0;

	for (size_t i = 0; i < s->n_to; i++) {
		const struct config_channel *channel = config_channel(c->policy->config, s->to[i]);
		bool bus = channel && channel->event_bus_arn.len;

		if (!channel || !is_target(targets->items[i], s->to[i],
					   bus ? channel->event_bus_arn : channel->sns_topic_arn,
					   bus ? expect_events_role(c) : STR(""), message))
			return false;
		if (message &&
		    !message_read(c, unit, json_get(targets->items[i], "InputTransformer"), why))
			return false;
	}
	return true;
}

bool eventbridge_check_targets(struct compilation *c, const struct unit *unit, size_t index,
			       struct str text, bool tested, const char **why)
{
	struct json_error error;
	const struct json *request = json_parse(c->arena, text, &error);
	const struct json *targets = request ? json_get(request, "Targets") : NULL;
	bool machine = tested || unit_writes(unit);
	size_t n = tested ? 0 : unit->statement->n_to;

	*why = "is no targets request of this unit";
	if (!json_is(targets, JSON_ARRAY) || request->n != 3 ||
	    !is_text(request, "Rule", expect_aws_name(c, unit, index)) ||
	    !is_text(request, "EventBusName", c->policy->config->event_bus))
		return false;
	*why = "names other targets than the unit";
	if (targets->n != n + machine || (n && !check_channels(c, unit, targets, why)))
		return false;
	return !machine || is_target(targets->items[n], STR("state-machine"),
				     expect_state_machine(c, unit), expect_events_role(c), 0);
}
