/* SPDX-License-Identifier: Apache-2.0
 *
 * The values of properties: texts, durations, counts, words. A let may stand for each; a word of
 * the language comes before a let of that name. */
#include "base/unicode.h"
#include "ir/check_internal.h"

static struct span place(const struct ast_property *p)
{
	return p->value.kind == AST_VALUE_NONE ? p->name_span : p->value.span;
}

struct diag *check_shape(struct check *c, const struct ast_property *p, const char *expected)
{
	return diag_error(c->d, "VC005", place(p), "`%s` takes %s", Q(c, p->name),
			  diag_word(c->d, expected));
}

const struct ast_value *check_property_value(struct check *c, size_t *file,
					     const struct ast_property *p)
{
	const struct ast_value *value = &p->value;

	while (value->kind == AST_VALUE_SCALAR && value->items[0].kind == AST_NAME) {
		const struct check_def *def = check_find(c, *file, &value->items[0].path);

		if (!def)
			break;
		if (def->broken)
			return NULL;
		if (def->is_define) {
			struct diag *diag = check_shape(c, p, "a value, not a condition");

			diag_label(diag, def->ast->name_span, "this is a define");
			return NULL;
		}
		*file = def->file;
		value = &def->ast->value;
	}
	return value;
}

static struct str quoted(struct check *c, struct str text)
{
	return str_printf(c->arena, "\"" STR_FMT "\"", STR_ARG(text));
}

bool check_text(struct check *c, size_t file, const struct ast_property *p, struct str *text)
{
	const struct ast_value *value = check_property_value(c, &file, p);
	struct diag *diag;

	if (!value)
		return false;
	if (value->kind == AST_VALUE_TEXT) {
		*text = value->text;
		return true;
	}
	diag = check_shape(c, p, "a text in quotes");
	if (value == &p->value && value->kind == AST_VALUE_SCALAR)
		diag_fix(diag, value->span, quoted(c, value->items[0].text));
	return false;
}

/* The number of a scalar of one kind. */
static bool number_of(struct check *c, size_t file, const struct ast_property *p,
		      enum ast_scalar_kind kind, const char *expected, int64_t *number)
{
	const struct ast_value *value = check_property_value(c, &file, p);

	if (!value)
		return false;
	if (value->kind == AST_VALUE_SCALAR && value->items[0].kind == kind) {
		*number = value->items[0].number;
		if (*number > 0)
			return true;
	}
	check_shape(c, p, expected);
	return false;
}

bool check_duration(struct check *c, size_t file, const struct ast_property *p, int64_t *ns)
{
	return number_of(c, file, p, AST_DURATION, "a duration such as 30d", ns);
}

bool check_count(struct check *c, size_t file, const struct ast_property *p, int64_t *n)
{
	if (!number_of(c, file, p, AST_INT, "a whole number above 0", n))
		return false;
	*n /= TYPE_SCALE;
	return true;
}

static int index_of(const char *const *words, struct str word)
{
	for (int i = 0; words[i]; i++)
		if (str_is(word, words[i]))
			return i;
	return -1;
}

int check_word_of(struct check *c, const struct ast_property *p, const struct ast_scalar *scalar,
		  const char *const *words)
{
	bool name = scalar->kind == AST_NAME;
	struct str text = name ? scalar->path.text : scalar->text;
	int found = index_of(words, text);
	struct check_hint hint;
	struct strbuf all;
	struct diag *diag;

	if (name && found >= 0)
		return found;
	diag = diag_error(c->d, name ? "VC002" : "VC005", scalar->span,
			  name ? "`%s` is not a value of `%s`" : "`%s` is no word for `%s`",
			  Q(c, text), Q(c, p->name));
	if (found >= 0) {
		diag_fix(diag, scalar->span, text);
		return -1;
	}
	check_hint_init(c, &hint, text);
	strbuf_init(&all, c->arena);
	for (int i = 0; words[i]; i++) {
		check_hint_offer(&hint, str_from(words[i]));
		strbuf_printf(&all, "%s%s", i ? ", " : "", words[i]);
	}
	check_hint_alias(&hint, words);
	if (!check_hint_apply(c, &hint, diag, scalar->span))
		diag_help(diag, "it is one of " STR_FMT, STR_ARG(strbuf_str(&all)));
	return -1;
}

int check_word(struct check *c, size_t file, const struct ast_property *p, const char *const *words)
{
	const struct ast_value *value = &p->value;

	if (value->kind == AST_VALUE_SCALAR && value->items[0].kind == AST_NAME &&
	    index_of(words, value->items[0].path.text) < 0)
		value = check_property_value(c, &file, p);
	if (!value)
		return -1;
	if (value->kind == AST_VALUE_SCALAR || (value->kind == AST_VALUE_TEXT && value->n == 1))
		return check_word_of(c, p, &value->items[0], words);
	check_shape(c, p, "one word");
	return -1;
}

/* --- the braces of `message` --- */

/* Where the decoded text's byte stands in its source. Escapes are longer there than here. */
static struct span source_of(struct check *c, const struct ast_scalar *item, size_t from, size_t to)
{
	struct str raw = sources_text(c->sources, item->span);
	size_t at = 1, decoded = 0;
	struct span span = {0};

	while (at < raw.len && decoded <= to) {
		size_t end = at, n;

		if (decoded == from)
			span.start = item->span.start + (uint32_t)at;
		if (decoded == to)
			span.end = item->span.start + (uint32_t)at;
		if (raw.ptr[at] == '\\' && at + 1 < raw.len && raw.ptr[at + 1] == 'u') {
			while (end < raw.len && raw.ptr[end] != '}')
				end++;
			at = end + 1;
		} else if (raw.ptr[at] == '\\') {
			at += 2;
		} else {
			unicode_next(raw, &at);
		}
		if (decoded >= item->text.len)
			break;
		n = decoded;
		unicode_next(item->text, &n);
		decoded = n;
	}
	return span.start && span.end > span.start ? span : item->span;
}

static bool message_field(struct check *c, const struct ast_scalar *item, size_t from, size_t to)
{
	struct str name = str_slice(item->text, from, to);
	struct span at = source_of(c, item, from, to);
	int scan = field_find_scan(name), field = scan >= 0 ? scan : field_find(name);
	struct check_hint hint;
	struct diag *diag;

	if (field >= 0 && fields[field].cardinality != CARD_MANY && fields[field].type != TYPE_MAP)
		return true;
	if (field >= 0) {
		diag = diag_error(c->d, "VC005", at, "`%s` has several values and fills no message",
				  Q(c, name));
		diag_help(diag, "write `{{` for a brace");
		return false;
	}
	diag = diag_error(c->d, "VC001", at, "there is no field `%s`", Q(c, name));
	check_hint_init(c, &hint, name);
	check_hint_fields(&hint);
	if (!check_hint_apply(c, &hint, diag, at))
		diag_help(diag, "write `{{` for a brace");
	return false;
}

static bool message_part(struct check *c, const struct ast_scalar *item)
{
	struct str text = item->text;
	bool fine = true;

	for (size_t i = 0; i < text.len; i++) {
		size_t end = i + 1;

		if (text.ptr[i] != '{')
			continue;
		if (end < text.len && text.ptr[end] == '{') {
			i++;
			continue;
		}
		while (end < text.len && text.ptr[end] != '}')
			end++;
		if (end == text.len || end == i + 1) {
			struct diag *diag = diag_error(c->d, "VC005", source_of(c, item, i, i + 1),
						       "a brace that names no field");

			diag_help(diag, "write `{field}`, or `{{` for a brace");
			return false;
		}
		fine &= message_field(c, item, i + 1, end);
		i = end;
	}
	return fine;
}

bool check_message(struct check *c, size_t file, const struct ast_property *p)
{
	const struct ast_value *value = check_property_value(c, &file, p);
	bool fine = true;

	for (size_t i = 0; value && value->kind == AST_VALUE_TEXT && i < value->n; i++)
		fine &= message_part(c, &value->items[i]);
	return fine;
}
