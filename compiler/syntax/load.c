/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading: encoding, `use`, and its confinement. Paths are compared after `.` and `..` are gone;
 * that is safe because file_read_beneath follows no symbolic link. */
#include "syntax/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/unicode.h"
#include "syntax/parse_internal.h"

struct load {
	struct arena *arena;
	struct diags *diags;
	struct sources *sources;
	struct str project_root;
	VEC(struct ast_file *) files;
	struct ast_file *stack[SYNTAX_USE_DEPTH + 1]; /* files that use each other, root first */
	size_t depth;
	size_t bytes;
	struct syntax_counts counts;
};

/* --- encoding --- */

/* Offset of the first byte that a policy may not have; text.len if there is none. */
static size_t first_bad_byte(struct str text)
{
	size_t at = 0;

	while ((at += unicode_ascii(str_slice(text, at, text.len))) < text.len) {
		size_t next = at;

		if (text.ptr[at] == '\0' || unicode_next(text, &next) == UNICODE_BAD)
			return at;
		at = next;
	}
	return at;
}

static void tell_encoding(struct load *l, const struct source *source, struct str raw, size_t bad)
{
	uint32_t end = source->base + (uint32_t)source->text.len;
	struct span at = {end, end};
	struct diag *diag;

	if (str_starts(raw, STR("\xFF\xFE")) || str_starts(raw, STR("\xFE\xFF"))) {
		diag = diag_error(l->diags, "VC015", at,
				  "the file is written in UTF-16 (byte offset 0)");
	} else if (raw.ptr[bad] == '\0') {
		diag = diag_error(l->diags, "VC015", at, "a NUL stands at byte offset %zu", bad);
	} else {
		diag = diag_error(l->diags, "VC015", at,
				  "the byte 0x%02X at byte offset %zu is not UTF-8",
				  (unsigned char)raw.ptr[bad], bad);
	}
	diag_help(diag, "save the file as UTF-8");
}

static struct ast_file *parse_bytes(struct load *l, struct str shown, struct str raw)
{
	size_t skip = str_starts(raw, STR("\xEF\xBB\xBF")) ? 3 : 0;
	size_t bad = first_bad_byte(raw);
	/* the valid part of a bad file is kept, so that the place has a line and a column */
	struct source *source = sources_add(l->sources, shown, str_slice(raw, skip, bad));
	struct ast_file *file;

	source->whole = raw;
	if (bad == raw.len)
		return parse_text(l->arena, l->diags, l->sources, source, &l->counts);
	tell_encoding(l, source, raw, bad);
	file = ARENA_NEW(l->arena, struct ast_file);
	file->source = source;
	file->edition = SYNTAX_EDITION;
	return file;
}

struct ast_file *load_text(struct arena *arena, struct diags *d, struct sources *sources,
			   struct str path, struct str bytes)
{
	struct load l = {.arena = arena, .diags = d, .sources = sources};

	return parse_bytes(&l, path, bytes);
}

struct ast_expr *load_condition(struct arena *arena, struct diags *d, struct sources *sources,
				struct str name, struct str bytes)
{
	struct load l = {.arena = arena, .diags = d, .sources = sources};
	size_t bad = first_bad_byte(bytes);
	struct source *source = sources_add(sources, name, str_slice(bytes, 0, bad));

	if (bad == bytes.len)
		return parse_condition(arena, d, sources, source);
	tell_encoding(&l, source, bytes, bad);
	return NULL;
}

/* --- paths --- */

/* dir/path without `.` and `..`; false if it leads out of the project. */
static bool normalise(struct load *l, struct str dir, struct str path, struct str *result)
{
	struct str whole = path_join(l->arena, dir, path);
	VEC(struct str) parts = {0};
	struct strbuf b;

	for (size_t i = 0, end; i < whole.len; i = end + 1) {
		const char *slash = memchr(whole.ptr + i, '/', whole.len - i);
		struct str part;

		end = slash ? (size_t)(slash - whole.ptr) : whole.len;
		part = str_slice(whole, i, end);
		if (part.len == 0 || str_is(part, "."))
			continue;
		if (!str_is(part, ".."))
			VEC_PUSH(l->arena, parts, part);
		else if (parts.n)
			parts.n--;
		else
			return false;
	}
	strbuf_init(&b, l->arena);
	for (size_t i = 0; i < parts.n; i++) {
		if (i)
			strbuf_addc(&b, '/');
		strbuf_add(&b, parts.items[i]);
	}
	*result = strbuf_str(&b);
	return true;
}

static struct str real_path(struct load *l, struct str path)
{
	char *real = realpath(str_cstr(l->arena, path), NULL);
	struct str copy = real ? str_copy(l->arena, str_from(real)) : STR("");

	free(real);
	return copy;
}

/* The root policy's path under the project root; empty if it does not lie there. */
static struct str path_in_project(struct load *l, struct str path, struct str project)
{
	struct str outer = real_path(l, project), inner = real_path(l, path_dir(path));
	struct str name = path;

	for (size_t i = path.len; i > 0; i--) {
		if (path.ptr[i - 1] == '/') {
			name = str_slice(path, i, path.len);
			break;
		}
	}
	if (!outer.len || !inner.len)
		return STR("");
	if (str_eq(outer, inner))
		return name;
	if (!str_is(outer, "/"))
		outer = str_printf(l->arena, STR_FMT "/", STR_ARG(outer));
	if (!str_starts(inner, outer))
		return STR("");
	return path_join(l->arena, str_slice(inner, outer.len, inner.len), name);
}

/* --- use --- */

__attribute__((format(printf, 3, 4))) static struct diag *tell_use(struct load *l,
								   const struct ast_statement *use,
								   const char *format, ...)
{
	struct str why;
	va_list args;

	va_start(args, format);
	why = diag_say(l->diags, format, args);
	va_end(args);
	return diag_error(l->diags, "VC011", use->text_span, "cannot use `%s`: " STR_FMT,
			  diag_quote(l->diags, use->text), STR_ARG(why));
}

static void tell_cycle(struct load *l, const struct ast_statement *use, size_t from)
{
	struct diag *diag = tell_use(l, use, "the files use each other in a circle");
	struct strbuf b;

	strbuf_init(&b, l->arena);
	for (size_t i = from; i < l->depth; i++)
		strbuf_add(&b, diag_piece(l->diags, "`%s` uses ",
					  diag_quote(l->diags, l->stack[i]->path)));
	diag_note(diag, STR_FMT "`%s`", (int)b.len, b.ptr,
		  diag_quote(l->diags, l->stack[from]->path));
}

static bool is_acceptable(struct load *l, const struct ast_statement *use, struct str *path)
{
	const struct ast_file *user = l->stack[l->depth - 1];
	struct str dir = path_dir(user->path);

	if (!use->text.len)
		tell_use(l, use, "the path is empty");
	else if (use->text.ptr[0] == '/')
		tell_use(l, use, "an absolute path is outside the project");
	else if (!str_ends(use->text, STR(".vpol")))
		tell_use(l, use, "only `.vpol` files can be used");
	else if (!normalise(l, dir, use->text, path))
		tell_use(l, use, "is outside the project");
	else
		return true;
	return false;
}

/* Reads a file that is not loaded yet; NULL after a diagnostic. */
static struct ast_file *read_used(struct load *l, const struct ast_statement *use, struct str path)
{
	struct str shown = path_join(l->arena, l->project_root, path), raw;
	struct ast_file *file;
	const char *why;

	if (l->depth > SYNTAX_USE_DEPTH) {
		tell_use(l, use, "files use each other at most %d deep", SYNTAX_USE_DEPTH);
		return NULL;
	}
	if (l->files.n == SYNTAX_FILES) {
		tell_use(l, use, "a policy has at most %d files", SYNTAX_FILES);
		return NULL;
	}
	if (!sources_get(l->sources, shown, &raw) &&
	    !file_read_beneath(l->arena, l->diags, l->project_root, path, SYNTAX_FILE_SIZE, &raw,
			       &why)) {
		tell_use(l, use, "%s", diag_word(l->diags, why));
		return NULL;
	}
	if (raw.len > SYNTAX_SOURCE_SIZE - l->bytes) {
		tell_use(l, use, "the files of a policy have at most %zu MiB together",
			 SYNTAX_SOURCE_SIZE >> 20);
		return NULL;
	}
	l->bytes += raw.len;
	file = parse_bytes(l, shown, raw);
	file->path = path;
	VEC_PUSH(l->arena, l->files, file);
	return file;
}

static void load_uses(struct load *l, struct ast_file *file);

static struct ast_file *load_use(struct load *l, const struct ast_statement *use)
{
	struct ast_file *file;
	struct str path;

	if (!use->text.ptr || !is_acceptable(l, use, &path))
		return NULL;
	for (size_t i = 0; i < l->depth; i++) {
		if (str_eq(l->stack[i]->path, path)) {
			tell_cycle(l, use, i);
			return NULL;
		}
	}
	for (size_t i = 0; i < l->files.n; i++)
		if (str_eq(l->files.items[i]->path, path))
			return l->files.items[i];
	file = read_used(l, use, path);
	if (file)
		load_uses(l, file);
	return file;
}

/* Recursion is bounded by SYNTAX_USE_DEPTH: the stack holds that many files and the root. */
static void load_uses(struct load *l, struct ast_file *file)
{
	VEC(struct ast_file *) uses = {0};

	l->stack[l->depth++] = file;
	for (size_t i = 0; i < file->n_statements; i++)
		if (file->statements[i]->kind == AST_USE)
			VEC_PUSH(l->arena, uses, load_use(l, file->statements[i]));
	l->depth--;
	file->uses = uses.items;
	file->n_uses = uses.n;
}

struct ast_program *load_program(struct arena *arena, struct diags *d, struct sources *sources,
				 struct str path, struct str config_dir)
{
	bool standard_input = str_is(path, "-");
	struct load l = {.arena = arena, .diags = d, .sources = sources};
	struct str raw, inside = STR(""), shown = standard_input ? STR("<stdin>") : path;
	struct ast_program *program;

	if (!sources_get(sources, shown, &raw) &&
	    !file_read(arena, d, path, SYNTAX_FILE_SIZE, &raw))
		return NULL;
	l.bytes = raw.len;
	l.project_root = standard_input ? STR(".") : path_dir(path);
	if (!standard_input && config_dir.len)
		inside = path_in_project(&l, path, config_dir);
	if (inside.len)
		l.project_root = config_dir;
	else if (!standard_input)
		inside = path_in_project(&l, path, l.project_root);
	program = ARENA_NEW(arena, struct ast_program);
	program->root = parse_bytes(&l, shown, raw);
	program->root->path = inside;
	program->project_root = l.project_root;
	VEC_PUSH(arena, l.files, program->root);
	load_uses(&l, program->root);
	program->files = l.files.items;
	program->n = l.files.n;
	return program;
}
