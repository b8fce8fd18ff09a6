/* SPDX-License-Identifier: Apache-2.0
 *
 * Properties of a lifecycle: each is one or more rules on the images of a repository, in the order
 * in which they are written. */
#include "base/civil.h"
#include "ir/check_internal.h"

/* What a rule says of its images, by the property's name. */
static const struct {
	const char *name;
	enum image_end end;
} ends[] = {
	{"keep", IMAGES_KEEP},
	{"expire", IMAGES_EXPIRE},
	{"expire-idle", IMAGES_EXPIRE_IDLE},
	{"archive", IMAGES_ARCHIVE},
};

static void add(struct check *c, struct check_statement *s, struct image_rule rule)
{
	VEC_PUSH(c->arena, s->images, rule);
	s->out->images = s->images.items;
	s->out->n_images = s->images.n;
}

/* Images are counted in whole days. */
static bool days(struct check *c, struct check_statement *s, const struct ast_property *p,
		 int64_t *number)
{
	int64_t ns;

	if (!check_duration(c, s->n_file, p, &ns))
		return false;
	*number = ns / NS_PER_DAY;
	if (ns % NS_PER_DAY == 0)
		return true;
	diag_help(diag_error(c->d, "VC005", p->value.span, "`%s` takes whole days", Q(c, p->name)),
		  "write it in d or w");
	return false;
}

/* The rule that `p` makes of the images chosen in `rule`. */
static bool image_rule(struct check *c, struct check_statement *s, const struct ast_property *p,
		       struct image_rule rule)
{
	bool good = rule.end == IMAGES_KEEP ? check_count(c, s->n_file, p, &rule.number)
					    : days(c, s, p, &rule.number);

	rule.span = p->span;
	if (good)
		add(c, s, rule);
	return good;
}

/* `keep N` alone: of the tagged ones, or fresh untagged pushes would count among the N. */
bool check_apply_keep(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct value *every = ARENA_NEW(c->arena, struct value);

	*every = (struct value){.span = p->span, .str = STR("*")};
	return image_rule(c, s, p,
			  (struct image_rule){.tags = IMAGES_TAGGED,
					      .patterns = every,
					      .n_patterns = 1,
					      .end = IMAGES_KEEP});
}

/* `expire-untagged AGE` alone. */
bool check_apply_lasting(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	return image_rule(c, s, p,
			  (struct image_rule){.tags = IMAGES_UNTAGGED, .end = IMAGES_EXPIRE});
}

static bool in_block(struct check *c, struct check_statement *s, const struct ast_property *p,
		     struct image_rule rule)
{
	struct check_hint hint;
	struct diag *diag;

	check_hint_init(c, &hint, p->name);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		rule.end = ends[i].end;
		if (str_is(p->name, ends[i].name))
			return image_rule(c, s, p, rule);
		check_hint_offer(&hint, str_from(ends[i].name));
	}
	diag = diag_error(c->d, "VC004", p->name_span, "`%s` is no property of images",
			  Q(c, p->name));
	if (!check_hint_apply(c, &hint, diag, p->name_span))
		diag_help(diag, "it has keep, expire, expire-idle, archive");
	return false;
}

/* `images untagged`, `images tagged [...]`, `images any`. */
static bool selector(struct check *c, struct check_statement *s, const struct ast_property *p,
		     struct image_rule *rule)
{
	struct check_type text = {.type = TYPE_STRING, .identity = &text, .shown = STR("images")};
	bool tagged = str_is(p->name, "tagged"), untagged = str_is(p->name, "untagged");
	struct check_hint hint;
	struct diag *diag;

	rule->tags = tagged ? IMAGES_TAGGED : untagged ? IMAGES_UNTAGGED : IMAGES_ANY;
	if (p->value.kind == AST_VALUE_ANY)
		return true;
	if (tagged && p->value.kind == AST_VALUE_SET)
		return check_values(c, s->n_file, &text, &p->value, &rule->patterns,
				    &rule->n_patterns);
	if (untagged && p->value.kind == AST_VALUE_NONE)
		return true;
	if (tagged || untagged) {
		diag_error(c->d, "VC005", p->name_span,
			   tagged ? "`%s` takes a set of tags" : "`%s` takes no set of tags",
			   Q(c, p->name));
		return false;
	}
	diag = diag_error(c->d, "VC004", p->name_span, "`%s` selects no images", Q(c, p->name));
	check_hint_init(c, &hint, p->name);
	check_hint_offer(&hint, STR("tagged"));
	check_hint_offer(&hint, STR("untagged"));
	if (!check_hint_apply(c, &hint, diag, p->name_span))
		diag_help(diag, "it is tagged [\"…\"], untagged or any");
	return false;
}

bool check_apply_images(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct image_rule rule = {.tags = IMAGES_ANY};
	bool fine = selector(c, s, p, &rule);
	struct check_table seen = {0};

	for (size_t i = 0; i < p->n_properties; i++) {
		const struct ast_property *one = p->properties[i];
		struct span *first = check_table_get(&seen, one->name);
		struct diag *diag;

		if (first) {
			diag = diag_error(c->d, "VC010", one->name_span,
					  "`%s` stands twice in one block", Q(c, one->name));
			diag_label(diag, *first, "first here");
			fine = false;
			continue;
		}
		first = ARENA_NEW(c->arena, struct span);
		*first = one->name_span;
		check_table_put(c->arena, &seen, one->name, first);
		fine &= in_block(c, s, one, rule);
	}
	if (p->n_properties || c->partial)
		return fine;
	diag_error(c->d, "VC004", p->name_span, "the block says nothing about its images");
	return false;
}
