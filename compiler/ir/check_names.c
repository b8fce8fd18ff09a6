/* SPDX-License-Identifier: Apache-2.0
 *
 * Files and what each of them sees. A plain `use` merges names: a file sees its own definitions and
 * those of all it uses plainly, directly or not; where that knows nothing, also what the files that
 * use it plainly see. An alias opens a door to one file and merges nothing, so one file can stand
 * behind two aliases and beside a third without being two definitions of anything. */
#include "ir/check_internal.h"

static size_t bit_words(const struct check *c)
{
	return (c->n_files + 63) / 64;
}

static bool has_bit(const uint64_t *set, size_t i)
{
	return set[i / 64] >> (i % 64) & 1;
}

static void set_bit(uint64_t *set, size_t i)
{
	set[i / 64] |= UINT64_C(1) << (i % 64);
}

static void join_bits(const struct check *c, uint64_t *into, const uint64_t *from)
{
	for (size_t i = 0; i < bit_words(c); i++)
		into[i] |= from[i];
}

static bool file_index(const struct check *c, const struct ast_file *ast, size_t *index)
{
	for (size_t i = 0; i < c->n_files; i++) {
		if (c->files[i].ast != ast)
			continue;
		*index = i;
		return true;
	}
	return false;
}

static void shadows(struct check *c, const char *what, struct str name, struct span at);

static void add_alias(struct check *c, struct check_file *file, const struct ast_statement *use,
		      const struct ast_file *target)
{
	struct check_alias *alias = check_table_get(&file->aliases, use->name);
	struct diag *diag;

	if (alias) {
		diag = diag_error(c->d, "VC010", use->name_span, "the alias `%s` is defined twice",
				  Q(c, use->name));
		diag_label(diag, alias->span, "first defined here");
		return;
	}
	shadows(c, "alias", use->name, use->name_span);
	alias = ARENA_NEW(c->arena, struct check_alias);
	alias->span = use->name_span;
	alias->loaded = target && file_index(c, target, &alias->file);
	check_table_put(c->arena, &file->aliases, use->name, alias);
}

static void read_uses(struct check *c, size_t index)
{
	struct check_file *file = &c->files[index];
	const struct ast_file *ast = file->ast;
	size_t n_uses = 0, target_index;

	for (size_t i = 0; i < ast->n_statements; i++) {
		const struct ast_statement *use = ast->statements[i];
		const struct ast_file *target;

		if (use->kind != AST_USE)
			continue;
		target = n_uses < ast->n_uses ? ast->uses[n_uses] : NULL;
		n_uses++;
		if (!target)
			c->partial = true;
		if (use->name.len)
			add_alias(c, file, use, target);
		else if (target && file_index(c, target, &target_index))
			set_bit(file->below, target_index);
	}
}

static void close_over(struct check *c)
{
	for (size_t k = 0; k < c->n_files; k++)
		for (size_t i = 0; i < c->n_files; i++)
			if (has_bit(c->files[i].below, k))
				join_bits(c, c->files[i].below, c->files[k].below);
	for (size_t i = 0; i < c->n_files; i++)
		for (size_t k = 0; k < c->n_files; k++)
			if (has_bit(c->files[k].below, i))
				join_bits(c, c->files[i].merged, c->files[k].below);
}

void check_files(struct check *c)
{
	c->n_files = c->program->n;
	c->files = ARENA_ARRAY(c->arena, struct check_file, c->n_files);
	for (size_t i = 0; i < c->n_files; i++) {
		struct check_file *file = &c->files[i];

		file->ast = c->program->files[i];
		file->below = ARENA_ARRAY(c->arena, uint64_t, bit_words(c));
		file->merged = ARENA_ARRAY(c->arena, uint64_t, bit_words(c));
		set_bit(file->below, i);
		if (!file->ast->complete)
			c->partial = true;
	}
	for (size_t i = 0; i < c->n_files; i++)
		read_uses(c, i);
	close_over(c);
}

/* The words that stand on the right of something: a let of that name could never be meant. */
bool check_is_word(struct str word)
{
	static const struct vocabulary *const all[] = {
		&vocabulary_severity,	  &vocabulary_exploit,	     &vocabulary_fix,
		&vocabulary_workflow,	  &vocabulary_record,	     &vocabulary_compliance,
		&vocabulary_verification, &vocabulary_resource_type, &vocabulary_finding_type,
	};
	static const char *const words[] = {
		"none",
		"fixed",
		"tier",
		"age",
		"automation",
		"event",
		"automation-v2",
		"inspector",
		"securityhub",
		"securityhub-v2",
		"inspector-scan",
		"csv",
		"json",
		"untagged",
		"tagged",
		"component_not_present",
		"vulnerable_code_not_present",
		"vulnerable_code_not_in_execute_path",
		"vulnerable_code_cannot_be_controlled_by_adversary",
		"inline_mitigations_already_exist",
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (vocabulary_find(all[i], word) >= 0)
			return true;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

/* A field, or the first word of one: `image` would make `image.tag` mean two things. */
static bool is_field_word(struct str name)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		struct str field = str_from(fields[i].name);

		if (str_starts(field, name) &&
		    (field.len == name.len || field.ptr[name.len] == '.'))
			return true;
	}
	return str_is(name, "resource") || str_is(name, "scan") || str_is(name, "counts");
}

static void shadows(struct check *c, const char *what, struct str name, struct span at)
{
	const char *shadowed = is_field_word(name)   ? "a field"
			       : check_is_word(name) ? "a constant of the language"
						     : NULL;
	struct diag *diag;

	if (!shadowed)
		return;
	diag = diag_error(c->d, "VC012", at, "the %s `%s` has the name of %s", what, Q(c, name),
			  diag_word(c->d, shadowed));
	diag_help(diag, "choose another name");
}

static void twice(struct check *c, struct check_def *def, const struct check_def *first)
{
	struct diag *diag = diag_error(c->d, "VC010", def->ast->name_span, "`%s` is defined twice",
				       Q(c, def->name));

	diag_label(diag, first->ast->name_span, "first defined here");
	def->duplicate = true;
}

static void add_definition(struct check *c, size_t file, const struct ast_statement *ast)
{
	struct check_def *first = check_table_get(&c->defs, ast->name), *def, *last = NULL;

	for (def = first; def; def = def->next) {
		last = def;
		if (def->file != file)
			continue;
		def = ARENA_NEW(c->arena, struct check_def);
		*def = (struct check_def){.name = ast->name, .ast = ast};
		twice(c, def, last);
		return;
	}
	shadows(c, ast->kind == AST_LET ? "let" : "define", ast->name, ast->name_span);
	def = ARENA_NEW(c->arena, struct check_def);
	def->name = ast->name;
	def->ast = ast;
	def->file = file;
	def->is_define = ast->kind == AST_DEFINE;
	if (last)
		last->next = def;
	else
		check_table_put(c->arena, &c->defs, ast->name, def);
	if (c->n_defs == c->cap_defs) {
		c->cap_defs = c->cap_defs ? 2 * c->cap_defs : 64;
		c->order = arena_regrow(c->arena, c->order, c->n_defs * sizeof(*c->order),
					c->cap_defs, sizeof(*c->order));
	}
	c->order[c->n_defs++] = def;
}

/* Two definitions of one name are an error where some file sees both. */
static void compare_same_names(struct check *c, struct check_def *head)
{
	for (size_t i = 0; i < c->n_files; i++) {
		const struct check_def *first = NULL;

		for (struct check_def *def = head; def; def = def->next) {
			if (!has_bit(c->files[i].below, def->file))
				continue;
			if (first && !def->duplicate)
				twice(c, def, first);
			if (!first)
				first = def;
		}
	}
}

void check_definitions(struct check *c)
{
	for (size_t i = 0; i < c->n_files; i++) {
		const struct ast_file *ast = c->files[i].ast;

		for (size_t k = 0; k < ast->n_statements; k++) {
			const struct ast_statement *s = ast->statements[k];

			if (s->kind == AST_LET || s->kind == AST_DEFINE)
				add_definition(c, i, s);
		}
	}
	for (size_t i = 0; i < c->n_defs; i++) {
		struct check_def *head = check_table_get(&c->defs, c->order[i]->name);

		if (head == c->order[i] && head->next)
			compare_same_names(c, head);
	}
}

static struct check_def *next_in(struct check_def *def, const uint64_t *seen)
{
	while (def && !has_bit(seen, def->file))
		def = def->next;
	return def;
}

static struct check_def *find_in(struct check *c, const uint64_t *seen, struct str name)
{
	return next_in(check_table_get(&c->defs, name), seen);
}

static struct check_def *find_plain(struct check *c, size_t file, struct str name)
{
	struct check_file *from = &c->files[file];
	struct check_def *def = find_in(c, from->below, name);

	if (def)
		return def;
	/* Users of this file that stand behind different aliases may differ: then none. */
	def = find_in(c, from->merged, name);
	return def && !next_in(def->next, from->merged) ? def : NULL;
}

static struct check_def *find_behind(struct check *c, size_t file, const struct ast_path *path)
{
	struct check_alias *alias = check_table_get(&c->files[file].aliases, path->words[0]);
	struct check_def *def;

	if (!alias || !alias->loaded)
		return NULL;
	def = find_in(c, c->files[alias->file].below, path->words[1]);
	alias->used |= def != NULL;
	return def;
}

struct check_def *check_find(struct check *c, size_t file, const struct ast_path *path)
{
	struct check_def *def = path->n == 1   ? find_plain(c, file, path->text)
				: path->n == 2 ? find_behind(c, file, path)
					       : NULL;

	if (def)
		def->used = true;
	return def;
}

void check_unused(struct check *c)
{
	for (size_t i = 0; i < c->n_defs; i++)
		if (!c->order[i]->used)
			VEC_PUSH(c->arena, c->unused,
				 ((struct unused){c->order[i]->ast->name_span, c->order[i]->name}));
	for (size_t i = 0; i < c->n_files; i++) {
		const struct ast_file *ast = c->files[i].ast;

		for (size_t k = 0; k < ast->n_statements; k++) {
			const struct ast_statement *s = ast->statements[k];
			const struct check_alias *alias =
				s->kind == AST_USE && s->name.len
					? check_table_get(&c->files[i].aliases, s->name)
					: NULL;

			if (alias && !alias->used)
				VEC_PUSH(c->arena, c->unused,
					 ((struct unused){s->name_span, s->name}));
		}
	}
	c->policy->unused = c->unused.items;
	c->policy->n_unused = c->unused.n;
}
