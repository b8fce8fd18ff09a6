/* SPDX-License-Identifier: Apache-2.0
 *
 * Lifecycle documents, read back to typed rules and compared with the statement's. */
#include "target/lifecycle.h"

#include "base/strsort.h"

static bool is_text(const struct json *json, const char *expected)
{
	return json_is(json, JSON_STRING) && str_is(json->text, expected);
}

static bool is_whole(const struct json *json, int64_t *number)
{
	bool sticky;

	if (!json_is(json, JSON_NUMBER) || !json_decimal(json->text, number, &sticky) || sticky ||
	    *number % TYPE_SCALE || *number <= 0)
		return false;
	*number /= TYPE_SCALE;
	return true;
}

/* Only these keys, `optional` or not. */
static bool has_keys(const struct json *json, const char *const *needed, const char *const *free)
{
	size_t known = 0;

	if (!json_is(json, JSON_OBJECT))
		return false;
	for (size_t i = 0; needed[i]; i++, known++)
		if (!json_get(json, needed[i]))
			return false;
	for (size_t i = 0; free[i]; i++)
		known += json_get(json, free[i]) != NULL;
	return known == json->n;
}

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_KEYS ((const char *const[]){NULL})

static bool read_patterns(struct arena *arena, const struct json *list, struct image_rule *rule)
{
	if (!json_is(list, JSON_ARRAY) || !list->n)
		return false;
	rule->patterns = ARENA_ARRAY(arena, struct value, list->n);
	rule->n_patterns = list->n;
	for (size_t i = 0; i < list->n; i++) {
		if (!json_is(list->items[i], JSON_STRING))
			return false;
		rule->patterns[i].str = list->items[i]->text;
	}
	return true;
}

static bool read_tags(struct arena *arena, const struct json *selection, struct image_rule *rule)
{
	const struct json *status = json_get(selection, "tagStatus");
	const struct json *patterns = json_get(selection, "tagPatternList");

	if (is_text(status, "tagged")) {
		rule->tags = IMAGES_TAGGED;
		return read_patterns(arena, patterns, rule);
	}
	rule->tags = is_text(status, "any") ? IMAGES_ANY : IMAGES_UNTAGGED;
	return !patterns && (is_text(status, "any") || is_text(status, "untagged"));
}

/* Counts and actions as they go together: ECR expires by count and by the push, and archives by the
 * last pull. */
static bool read_end(const struct json *selection, const struct json *action,
		     struct image_rule *rule)
{
	static const struct {
		const char *count, *action;
		enum image_end end;
	} ends[] = {
		{"imageCountMoreThan", "expire", IMAGES_KEEP},
		{"sinceImagePushed", "expire", IMAGES_EXPIRE},
		{"sinceImagePulled", "transition", IMAGES_ARCHIVE},
	};
	const struct json *unit = json_get(selection, "countUnit");
	const struct json *target = json_get(action, "targetStorageClass");

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		bool archive = ends[i].end == IMAGES_ARCHIVE, counts = ends[i].end == IMAGES_KEEP;

		if (!is_text(json_get(selection, "countType"), ends[i].count))
			continue;
		rule->end = ends[i].end;
		return is_text(json_get(action, "type"), ends[i].action) &&
		       (archive ? is_text(target, "archive") : !target) &&
		       (counts ? !unit : is_text(unit, "days")) &&
		       is_whole(json_get(selection, "countNumber"), &rule->number);
	}
	return false;
}

static bool read_rule(struct arena *arena, const struct json *json, int64_t *priority,
		      struct image_rule *rule)
{
	const struct json *selection = json_get(json, "selection");
	const struct json *action = json_get(json, "action");

	return has_keys(json, KEYS("rulePriority", "description", "selection", "action"),
			NO_KEYS) &&
	       has_keys(selection, KEYS("tagStatus", "countType", "countNumber"),
			KEYS("tagPatternList", "countUnit")) &&
	       has_keys(action, KEYS("type"), KEYS("targetStorageClass")) &&
	       json_is(json_get(json, "description"), JSON_STRING) &&
	       is_whole(json_get(json, "rulePriority"), priority) &&
	       read_tags(arena, selection, rule) && read_end(selection, action, rule);
}

/* Each pattern of `a` among those of `b`. */
static bool patterns_within(const struct image_rule *a, const struct image_rule *b)
{
	for (size_t i = 0; i < a->n_patterns; i++) {
		bool found = false;

		for (size_t j = 0; j < b->n_patterns && !found; j++)
			found = str_eq(a->patterns[i].str, b->patterns[j].str);
		if (!found)
			return false;
	}
	return true;
}

static bool same_rule(const struct image_rule *a, const struct image_rule *b)
{
	return a->tags == b->tags && a->end == b->end && a->number == b->number &&
	       patterns_within(a, b) && patterns_within(b, a);
}

bool lifecycle_check(struct compilation *c, const struct unit *unit, struct str text,
		     const char **why)
{
	struct json_error error;
	const struct json *document = json_parse(c->arena, text, &error);
	const struct json *rules = json_get(document, "rules");
	int64_t last = 0, priority;

	*why = "is no lifecycle document";
	if (!has_keys(document, KEYS("rules"), NO_KEYS) || !json_is(rules, JSON_ARRAY))
		return false;
	for (size_t i = 0; i < rules->n; i++) {
		struct image_rule rule = {.tags = IMAGES_ANY};

		*why = "has a rule that is none";
		if (!read_rule(c->arena, rules->items[i], &priority, &rule))
			return false;
		*why = "does not have its rules in order";
		if (priority <= last)
			return false;
		last = priority;
		*why = "has another rule than its statement";
		if (i >= unit->statement->n_images ||
		    !same_rule(&rule, &unit->statement->images[i]))
			return false;
	}
	*why = "lacks a rule of its statement";
	return rules->n == unit->statement->n_images;
}
