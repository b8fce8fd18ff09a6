/* SPDX-License-Identifier: Apache-2.0
 *
 * What lets and defines are made of: who mentions whom, cycles (printed whole), and an order in
 * which each comes after all it needs, so that nothing later has to recurse along references. The
 * walk keeps its own stack: a chain of definitions may be as long as the policy. */
#include "ir/check_internal.h"

struct refs {
	struct check *c;
	struct check_def *def;
	VEC(struct check_def *) items;
};

static void add_ref(struct refs *r, const struct ast_path *path)
{
	struct check_def *to = check_find(r->c, r->def->file, path);

	if (to && to->is_define == r->def->is_define)
		VEC_PUSH(r->c->arena, r->items, to);
}

/* The parser bounds the depth of an expression. */
static void refs_of_expr(struct refs *r, const struct ast_expr *expr)
{
	if (expr->kind == AST_REF)
		add_ref(r, &expr->operand.path);
	for (size_t i = 0; i < expr->n; i++)
		if (expr->kids[i])
			refs_of_expr(r, expr->kids[i]);
}

static void find_refs(struct check *c, struct check_def *def)
{
	struct refs r = {.c = c, .def = def};
	const struct ast_value *value = &def->ast->value;

	if (def->is_define && def->ast->expr)
		refs_of_expr(&r, def->ast->expr);
	for (size_t i = 0; !def->is_define && i < value->n; i++)
		if (value->items[i].kind == AST_NAME)
			add_ref(&r, &value->items[i].path);
	def->refs = r.items.items;
	def->n_refs = r.items.n;
}

struct frame {
	struct check_def *def;
	size_t next;
};

struct walk {
	struct check *c;
	VEC(struct frame) stack;
	VEC(struct check_def *) sorted;
};

/* The cycle is the stack from `to` upwards. */
static void report_cycle(struct walk *w, const struct check_def *to)
{
	size_t from = w->stack.n;
	struct strbuf text;
	struct diag *diag;

	while (w->stack.items[from - 1].def != to)
		from--;
	from--;
	strbuf_init(&text, w->c->arena);
	for (size_t i = from; i < w->stack.n; i++) {
		w->stack.items[i].def->broken = true;
		strbuf_printf(&text, "`%s` -> ", Q(w->c, w->stack.items[i].def->name));
	}
	strbuf_printf(&text, "`%s`", Q(w->c, to->name));
	diag = diag_error(w->c->d, "VC012", to->ast->name_span,
			  "`%s` is defined through itself: " STR_FMT, Q(w->c, to->name),
			  STR_ARG(strbuf_str(&text)));
	for (size_t i = from + 1; i < w->stack.n && i < from + 8; i++)
		diag_label(diag, w->stack.items[i].def->ast->name_span, "through this");
}

static void push(struct walk *w, struct check_def *def)
{
	def->mark = CHECK_OPEN;
	VEC_PUSH(w->c->arena, w->stack, ((struct frame){.def = def}));
}

static void visit(struct walk *w, struct check_def *start)
{
	if (start->mark != CHECK_NEW)
		return;
	push(w, start);
	while (w->stack.n) {
		struct frame *top = &w->stack.items[w->stack.n - 1];
		struct check_def *to;

		if (top->next == top->def->n_refs) {
			top->def->mark = CHECK_DONE;
			VEC_PUSH(w->c->arena, w->sorted, top->def);
			w->stack.n--;
			continue;
		}
		to = top->def->refs[top->next++];
		if (to->mark == CHECK_OPEN)
			report_cycle(w, to);
		else if (to->mark == CHECK_NEW)
			push(w, to);
	}
}

/* A name in a let is judged where the let is used, for only there its type is known; but a word
 * that cannot mean anything anywhere is an error here, once. */
static bool known_somewhere(struct check *c, const struct check_def *let,
			    const struct ast_scalar *item)
{
	struct str word = item->path.text;

	return c->partial || check_is_word(word) || check_find(c, let->file, &item->path) ||
	       check_table_get(&c->tiers, word) || check_table_get(&c->outputs, word) ||
	       config_channel(c->config, word) || check_is_bucket(c, word) ||
	       check_like_vulnid(word);
}

static void check_let_item(struct check *c, struct check_def *let, const struct ast_scalar *item)
{
	struct check_hint hint;
	struct diag *diag;

	if (item->kind != AST_NAME || known_somewhere(c, let, item))
		return;
	diag = diag_error(c->d, "VC003", item->span, "`%s` is neither a constant nor a let",
			  Q(c, item->path.text));
	check_hint_init(c, &hint, item->path.text);
	check_hint_defs(c, &hint, false);
	if (!check_hint_apply(c, &hint, diag, item->span))
		diag_help(diag, "a text stands in quotes: \"%s\"", Q(c, item->path.text));
	let->broken = true;
}

/* In dependency order: the lets inside were counted before. */
static void count_values(struct check *c, struct check_def *let)
{
	const struct ast_value *value = &let->ast->value;

	if (value->kind == AST_VALUE_SET && !value->n) {
		diag_error(c->d, "VC104", value->span, "the set `%s` is empty", Q(c, let->name));
		let->broken = true;
	}
	for (size_t i = 0; i < value->n; i++) {
		const struct ast_scalar *item = &value->items[i];
		const struct check_def *inner =
			item->kind == AST_NAME ? check_find(c, let->file, &item->path) : NULL;

		check_let_item(c, let, item);
		if (inner && !inner->is_define) {
			let->broken |= inner->broken;
			let->n_flat += inner->n_flat;
			if (let->depth <= inner->depth)
				let->depth = inner->depth + 1;
		} else {
			let->n_flat++;
		}
	}
	if (let->broken)
		return;
	let->broken = true;
	if (let->n_flat > CHECK_LIMIT(set_size))
		diag_error(c->d, "VC016", let->ast->name_span,
			   "the set `%s` has more than %zu values", Q(c, let->name),
			   CHECK_LIMIT(set_size));
	else if (let->depth > CHECK_LIMIT(let_nesting))
		diag_error(c->d, "VC016", let->ast->name_span,
			   "`%s` reaches its values through more than %zu lets", Q(c, let->name),
			   CHECK_LIMIT(let_nesting));
	else
		let->broken = false;
}

void check_order(struct check *c)
{
	struct walk w = {.c = c};

	for (size_t i = 0; i < c->n_defs; i++)
		find_refs(c, c->order[i]);
	for (size_t i = 0; i < c->n_defs; i++)
		visit(&w, c->order[i]);
	c->order = w.sorted.items;
	c->n_defs = w.sorted.n;
	for (size_t i = 0; i < c->n_defs; i++)
		if (!c->order[i]->is_define)
			count_values(c, c->order[i]);
}
