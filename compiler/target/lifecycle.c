/* SPDX-License-Identifier: Apache-2.0
 *
 * Lifecycle documents, written. ECR marks the images of all rules at once and then applies the
 * rules by priority; an image that fits the tags of a rule is never touched by a later one, though
 * it is counted there. So a second rule on the same tags would do nothing, and is refused. */
#include "target/lifecycle.h"

#include "base/strsort.h"
#include "model/limit.h"
#include "target/text.h"

#define LIMIT_OF(id) ((size_t)limits[LIMIT_##id].value)

/* --- what ECR does not take --- */

static struct diag *refused(struct compilation *c, const struct image_rule *rule, const char *what)
{
	return diag_error(c->diags, "VC503", rule->span, "%s", diag_word(c->diags, what));
}

/* The patterns in their order, each once: their order says nothing. */
static struct str *sorted_patterns(struct arena *arena, const struct image_rule *rule, size_t *n)
{
	struct str *given = ARENA_ARRAY(arena, struct str, rule->n_patterns);
	struct str *sorted = ARENA_ARRAY(arena, struct str, rule->n_patterns);
	size_t *order;

	*n = 0;
	for (size_t i = 0; i < rule->n_patterns; i++)
		given[i] = rule->patterns[i].str;
	order = strsort_order(arena, given, rule->n_patterns);
	for (size_t i = 0; i < rule->n_patterns; i++)
		if (!*n || !str_eq(sorted[*n - 1], given[order[i]]))
			sorted[(*n)++] = given[order[i]];
	return sorted;
}

static bool same_images(struct arena *arena, const struct image_rule *a, const struct image_rule *b)
{
	size_t n, m;
	struct str *x, *y;

	if (a->tags != b->tags)
		return false;
	x = sorted_patterns(arena, a, &n);
	y = sorted_patterns(arena, b, &m);
	for (size_t i = 0; i < n && n == m; i++)
		if (!str_eq(x[i], y[i]))
			return false;
	return n == m;
}

/* `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}` [botocore ImageTag], and `*`. */
static bool is_tag_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '-' || c == '*';
}

static void check_pattern(struct compilation *c, const struct value *pattern)
{
	size_t wildcards = 0;
	bool good = pattern->str.len != 0;

	for (size_t i = 0; i < pattern->str.len; i++) {
		wildcards += pattern->str.ptr[i] == '*';
		good = good && is_tag_character(pattern->str.ptr[i]);
	}
	if (!good)
		diag_help(diag_error(c->diags, "VC503", pattern->span, "no tag fits `%s`",
				     diag_quote(c->diags, pattern->str)),
			  "a tag is letters, digits, `_`, `.` and `-`; `*` stands for any of them");
	if (wildcards > LIMIT_OF(lifecycle_wildcards))
		diag_error(c->diags, "VC602", pattern->span,
			   "`%s` has %zu wildcards, a pattern of tags has at most %zu",
			   diag_quote(c->diags, pattern->str), wildcards,
			   LIMIT_OF(lifecycle_wildcards));
}

static void check_rule(struct compilation *c, const struct statement *s, size_t i)
{
	const struct image_rule *rule = &s->images[i];
	struct diag *d;

	for (size_t j = 0; j < rule->n_patterns; j++)
		check_pattern(c, &rule->patterns[j]);
	if (rule->end == IMAGES_EXPIRE_IDLE) {
		d = refused(c, rule, "ECR does not expire images by their last pull");
		diag_note(d, "a rule on the last pull can only move images to the archive");
		diag_help(d, "write `archive` for those that nobody pulls, or `expire` for an age "
			     "since the push");
	}
	for (size_t j = 0; j < i; j++) {
		if (!same_images(c->arena, &s->images[j], rule))
			continue;
		d = refused(c, rule, "a second rule on the same images never does anything");
		diag_label(d, s->images[j].span, "ECR applies this one alone");
		diag_help(d, "an image is looked at by the first rule whose tags it fits: keep one "
			     "of the two, or choose other tags");
		return;
	}
	for (size_t j = i + 1; rule->tags == IMAGES_ANY && j < s->n_images; j++) {
		if (s->images[j].tags == IMAGES_ANY)
			continue; /* a second rule on the same images, which is said there */
		diag_label(refused(c, rule, "a rule on any images must be the last"),
			   s->images[j].span, "this one comes after it");
		return;
	}
}

void lifecycle_check_rules(struct compilation *c, const struct statement *s)
{
	if (s->n_images > LIMIT_OF(lifecycle_rules)) {
		diag_error(c->diags, "VC602", s->name_span,
			   "`%s` has %zu rules on images, a lifecycle policy has at most %zu",
			   diag_quote(c->diags, s->name), s->n_images, LIMIT_OF(lifecycle_rules));
		return;
	}
	for (size_t i = 0; i < s->n_images; i++)
		check_rule(c, s, i);
}

/* --- the document --- */

static void write_pair(struct json_writer *w, const char *key, const char *value)
{
	json_key(w, key);
	json_string(w, value);
}

static void write_selection(struct json_writer *w, const struct image_rule *rule)
{
	static const char *const tags[] = {
		[IMAGES_ANY] = "any", [IMAGES_UNTAGGED] = "untagged", [IMAGES_TAGGED] = "tagged"};
	static const char *const counts[] = {
		[IMAGES_KEEP] = "imageCountMoreThan",
		[IMAGES_EXPIRE] = "sinceImagePushed",
		[IMAGES_ARCHIVE] = "sinceImagePulled",
	};
	struct str *patterns;
	size_t n;

	json_open_object(w);
	write_pair(w, "tagStatus", tags[rule->tags]);
	if (rule->tags == IMAGES_TAGGED) {
		patterns = sorted_patterns(w->out.arena, rule, &n);
		json_key(w, "tagPatternList");
		json_open_array(w);
		for (size_t i = 0; i < n; i++)
			json_str(w, patterns[i]);
		json_close_array(w);
	}
	write_pair(w, "countType", counts[rule->end]);
	if (rule->end != IMAGES_KEEP)
		write_pair(w, "countUnit", "days");
	json_key(w, "countNumber");
	json_int(w, rule->number);
	json_close_object(w);
}

static void write_action(struct json_writer *w, const struct image_rule *rule)
{
	bool archive = rule->end == IMAGES_ARCHIVE;

	json_open_object(w);
	write_pair(w, "type", archive ? "transition" : "expire");
	if (archive)
		write_pair(w, "targetStorageClass", "archive");
	json_close_object(w);
}

static struct str document(struct compilation *c, const struct unit *unit)
{
	struct str description = text_description(c, unit, LIMIT_lifecycle_description);
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "rules");
	json_open_array(&w);
	for (size_t i = 0; i < unit->statement->n_images; i++) {
		const struct image_rule *rule = &unit->statement->images[i];

		json_open_object(&w);
		json_key(&w, "rulePriority");
		json_int(&w, (int64_t)i + 1);
		json_key(&w, "description");
		json_str(&w, description);
		json_key(&w, "selection");
		write_selection(&w, rule);
		json_key(&w, "action");
		write_action(&w, rule);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	return json_end(&w);
}

void lifecycle_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n)
{
	const struct statement *s = unit->statement;
	struct str text;

	(void)made;
	(void)n;
	text = document(c, unit);
	if (text.len > LIMIT_OF(lifecycle_size))
		diag_help(diag_error(c->diags, "VC603", s->name_span,
				     "the document of `%s` has %zu characters, ECR takes at most "
				     "%zu",
				     diag_quote(c->diags, s->name), text.len,
				     LIMIT_OF(lifecycle_size)),
			  "a shorter title or fewer patterns make it smaller");
	target_add(c, unit, TARGET_LIFECYCLE, ARTEFACT_LIFECYCLE, "ecr/lifecycle-policies/", 1,
		   ".json", text, 0);
}
