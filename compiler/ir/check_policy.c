/* SPDX-License-Identifier: Apache-2.0
 *
 * The policy blocks: the root file's names the policy and sets its timezone and defaults for all
 * files; an included file's has an owner, a scope and a `via` of its own. */
#include "base/civil.h"
#include "ir/check_internal.h"

static bool root_only(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct diag *diag;

	if (s->n_file == 0)
		return true;
	diag = diag_error(c->d, "VC004", p->name_span,
			  "`%s` stands in the policy block of the root file only", Q(c, p->name));
	diag_help(diag, "the root file's holds here too");
	return false;
}

bool check_apply_timezone(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct str text;
	struct diag *diag;

	if (!root_only(c, s, p) || !check_text(c, s->n_file, p, &text))
		return false;
	if (civil_parse_offset(text, &c->policy->offset)) {
		c->policy->has_timezone = true;
		return true;
	}
	diag = diag_error(c->d, "VC005", p->value.span, "`%s` is not an offset from UTC",
			  Q(c, text));
	diag_help(diag, "write \"+09:00\", at most 14:59 either way: names of zones change with "
			"the data of the machine");
	return false;
}

/* Brackets, or a let that stands for them. */
static bool is_set(struct check *c, size_t file, const struct ast_value *value)
{
	const struct check_def *def;

	if (value->kind != AST_VALUE_SCALAR || value->items[0].kind != AST_NAME)
		return value->kind == AST_VALUE_SET;
	def = check_find(c, file, &value->items[0].path);
	return def && (def->broken || def->ast->value.kind == AST_VALUE_SET);
}

/* A default over one field, and the texts of its values. */
static bool read_default(struct check *c, struct check_statement *s, const struct ast_property *p,
			 enum field_id field, struct check_node *node, struct str **texts,
			 size_t *n)
{
	struct check_type type = check_type_of(field);
	const struct ast_value *value = &p->value;
	struct value *values;

	if (!root_only(c, s, p))
		return false;
	if (!is_set(c, s->n_file, value)) {
		check_shape(c, p, "a set in brackets");
		return false;
	}
	if (!check_values(c, s->n_file, &type, value, &values, n))
		return false;
	*node = check_field_in(c, field, value->span, values, *n);
	*texts = ARENA_ARRAY(c->arena, struct str, *n);
	for (size_t i = 0; i < *n; i++)
		(*texts)[i] = values[i].str;
	return true;
}

bool check_apply_accounts(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	c->policy->has_accounts = read_default(c, s, p, FIELD_account, &c->defaults.accounts,
					       &c->policy->accounts, &c->policy->n_accounts);
	return c->policy->has_accounts;
}

bool check_apply_regions(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	c->policy->has_regions = read_default(c, s, p, FIELD_region, &c->defaults.regions,
					      &c->policy->regions, &c->policy->n_regions);
	return c->policy->has_regions;
}

bool check_apply_resources(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	c->policy->has_resources =
		read_default(c, s, p, FIELD_resource_type, &c->defaults.resources,
			     &c->policy->resources, &c->policy->n_resources);
	return c->policy->has_resources;
}

bool check_product(struct check *c, size_t file, const struct ast_property *p,
		   struct check_node *node)
{
	struct check_type type = check_type_of(FIELD_product);
	struct value *values;
	size_t n;

	*node = (struct check_node){0};
	if (p->value.kind == AST_VALUE_ANY)
		return true;
	if (p->value.kind == AST_VALUE_NONE ||
	    (p->value.kind == AST_VALUE_TEXT && p->value.n != 1)) {
		check_shape(c, p, "a name in quotes, a set of names, or `any`");
		return false;
	}
	if (!check_values(c, file, &type, &p->value, &values, &n))
		return false;
	*node = check_field_in(c, FIELD_product, p->value.span, values, n);
	return true;
}

static bool policy_product(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	return root_only(c, s, p) && check_product(c, s->n_file, p, &c->defaults.product);
}

/* A statement's own product is read with its condition. */
bool check_apply_product(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	return s->out || policy_product(c, s, p);
}

static void builtin_defaults(struct check *c)
{
	static const int active[] = {RECORD_ACTIVE};
	struct span nowhere = {0};
	struct value *inspector = ARENA_NEW(c->arena, struct value);

	*inspector = (struct value){.word = -1, .str = STR("Inspector")};
	c->defaults.product = check_field_in(c, FIELD_product, nowhere, inspector, 1);
	c->defaults.record = check_field_words(c, FIELD_record, nowhere, active, 1);
}

static void read_block(struct check *c, size_t index)
{
	struct check_file *file = &c->files[index];
	struct check_statement s = {.ast = file->policy, .file = file, .n_file = index};

	if (!file->policy)
		return;
	check_properties(c, &s);
	check_annotations(c, &s);
	file->scope_property = s.seen[CHECK_RULE_scope];
	if (index == 0)
		c->policy->name = file->policy->text;
}

/* What the root says holds in every file that does not say it more narrowly. */
static void inherit(struct check *c, struct check_file *file)
{
	const struct check_file *root = &c->files[0];
	struct diag *diag;

	if (!file->owner.len)
		file->owner = root->owner;
	if (!root->via)
		return;
	if (!file->via) {
		file->via = root->via;
	} else if (file->via != root->via) {
		diag = diag_error(c->d, "VC005", file->via_span,
				  "a file can only narrow what the root file's policy says");
		diag_label(diag, root->via_span, "the root file's");
		diag_help(diag, "write `via` in the statements that need another");
	}
}

static void share(struct check *c)
{
	const struct check_node *all[] = {&c->defaults.accounts, &c->defaults.regions,
					  &c->defaults.resources, &c->defaults.product};
	struct check_node given[ARRAY_LEN(all)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (all[i]->cond)
			given[n++] = *all[i];
	if (n > 1)
		given[0] = check_join(c, COND_AND, (struct span){0}, given, n);
	c->policy->shared = n ? given[0].cond : NULL;
	c->policy->shared_many = !n || !given[0].inspector;
}

void check_policies(struct check *c)
{
	builtin_defaults(c);
	for (size_t i = 0; i < c->n_files; i++)
		read_block(c, i);
	for (size_t i = 1; i < c->n_files; i++)
		inherit(c, &c->files[i]);
	share(c);
	c->policy->owner = c->n_files ? c->files[0].owner : (struct str){0};
}

static void read_scope(struct check *c, size_t index)
{
	struct check_file *file = &c->files[index];
	const struct check_built *root = &c->files[0].scope;
	struct check_node both[2];

	if (file->scope_property)
		check_condition(c, index, CHECK_FINDING, file->scope_property->expr, &file->scope);
	if (index == 0 || !root->node.cond)
		return;
	if (!file->scope.node.cond) {
		file->scope = *root;
		return;
	}
	both[0] = root->node;
	both[1] = file->scope.node;
	file->scope.node = check_join(c, COND_AND, file->scope_property->span, both, 2);
	file->root_scope = &root->facts;
}

void check_scopes(struct check *c)
{
	for (size_t i = 0; i < c->n_files; i++)
		read_scope(c, i);
}

void check_effective_via(struct check *c, struct check_statement *s)
{
	enum ast_statement_kind kind = s->ast->kind;
	bool suppress = kind == AST_SUPPRESS, applies = false;

	(void)c;
	if (s->out->via)
		return;
	switch (s->file->via) {
	case VIA_NONE:
		break;
	case VIA_EVENT:
		applies = suppress || kind == AST_REOPEN || kind == AST_ASSIGN;
		break;
	case VIA_AUTOMATION:
	case VIA_AUTOMATION_V2:
		applies = suppress || kind == AST_ASSIGN;
		break;
	case VIA_INSPECTOR:
		applies = suppress || kind == AST_INSIGHT;
		break;
	}
	if (!applies)
		return;
	s->out->via = s->file->via;
	s->out->via_span = s->file->via_span;
}

/* The instant ages and ends are measured against. The option was read before (cmd/options). */
void check_now(struct check *c)
{
	const struct check_options *options = c->options;
	struct policy *policy = c->policy;
	int32_t days;

	policy->now_text = options->now;
	if (options->has_now && civil_parse_datetime(options->now, &policy->now))
		return;
	if (!options->has_now || !civil_parse_date(options->now, &days)) {
		if (options->has_now)
			diag_world(c->d, "`%s` is neither a date nor a date and time",
				   Q(c, options->now));
		days = civil_day_of(options->clock, policy->offset);
		policy->now_text = civil_format_date(c->arena, days);
	}
	policy->now = civil_day_start(days, policy->offset);
}
