/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading values of vulnctl.yaml by their shape: text, list, number, mapping with fixed keys. */
#include "model/config_internal.h"

#include "base/strsort.h"

bool config_absent(const struct yaml *value)
{
	return value->type == YAML_SCALAR && !value->quoted && !value->text.len;
}

static const char *type_words(const struct yaml *value)
{
	if (config_absent(value))
		return "nothing";
	if (value->type == YAML_MAPPING)
		return "a mapping";
	return value->type == YAML_SEQUENCE ? "a list" : "a text";
}

static void wrong_type(struct config_reader *r, const char *name, const struct yaml *value,
		       const char *wanted)
{
	diag_error(r->d, NULL, value->span, "`%s` takes %s, and here stands %s", name,
		   diag_word(r->d, wanted), diag_word(r->d, type_words(value)));
}

static void wrong_text(struct config_reader *r, const char *name, const struct config_kind *kind,
		       struct str text, struct span at)
{
	struct suggest suggest;
	struct diag *diag;

	diag = diag_config(r->d, kind->id, at, "`%s`: `%s` is not %s", name, diag_quote(r->d, text),
			   diag_word(r->d, kind->what));
	if (kind->help)
		diag_help(diag, "%s", diag_word(r->d, kind->help));
	if (!kind->offer)
		return;
	suggest_init(&suggest, text);
	kind->offer(&suggest);
	if (suggest_found(&suggest))
		diag_help(diag, "did you mean `%s`?", diag_quote(r->d, suggest.best));
}

bool config_check(struct config_reader *r, const char *name, const struct config_kind *kind,
		  struct str text, struct span at)
{
	if (kind->check(text))
		return true;
	wrong_text(r, name, kind, text, at);
	return false;
}

void config_read_text(struct config_reader *r, const struct config_key *key,
		      const struct yaml *value, void *slot)
{
	if (value->type != YAML_SCALAR || config_absent(value))
		wrong_type(r, key->name, value, key->kind->what);
	else if (config_check(r, key->name, key->kind, value->text, value->span))
		*(struct str *)slot = value->text;
}

static bool parse_number(struct str text, int64_t *number)
{
	*number = 0;
	if (!text.len || text.len > 18)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		*number = *number * 10 + (text.ptr[i] - '0');
	}
	return true;
}

void config_read_number(struct config_reader *r, const struct config_key *key,
			const struct yaml *value, void *slot)
{
	int64_t number;

	if (value->type != YAML_SCALAR || config_absent(value))
		wrong_type(r, key->name, value, key->kind->what);
	else if (!parse_number(value->text, &number) || number < key->kind->lo ||
		 number > key->kind->hi)
		wrong_text(r, key->name, key->kind, value->text, value->span);
	else
		*(int64_t *)slot = number;
}

static void check_repeats(struct config_reader *r, const char *name, const struct yaml *value,
			  const struct config_strings *strings)
{
	size_t before, first;
	struct diag *diag;

	if (!strsort_repeat(r->arena, strings->items, strings->n, &before, &first))
		return;
	diag = diag_error(r->d, NULL, value->items[first]->span, "`%s`: `%s` stands twice", name,
			  diag_quote(r->d, strings->items[first]));
	diag_label(diag, value->items[before]->span, "first here");
}

void config_read_list(struct config_reader *r, const struct config_key *key,
		      const struct yaml *value, void *slot)
{
	struct config_strings strings = {.n = value->n};
	bool good = true;

	if (config_absent(value))
		return;
	if (value->type != YAML_SEQUENCE) {
		wrong_type(r, key->name, value, "a list");
		return;
	}
	strings.items = ARENA_ARRAY(r->arena, struct str, value->n);
	for (size_t i = 0; i < value->n; i++) {
		const struct yaml *item = value->items[i];

		strings.items[i] = item->text;
		if (item->type != YAML_SCALAR || config_absent(item)) {
			wrong_type(r, key->name, item, key->kind->what);
			good = false;
		} else {
			good &= config_check(r, key->name, key->kind, item->text, item->span);
		}
	}
	if (good)
		check_repeats(r, key->name, value, &strings);
	*(struct config_strings *)slot = strings;
}

bool config_is_mapping(struct config_reader *r, const char *name, const struct yaml *value)
{
	if (value->type == YAML_MAPPING)
		return true;
	if (!config_absent(value))
		wrong_type(r, name, value, "a mapping");
	return false;
}

static void unknown_key(struct config_reader *r, const char *name, const struct yaml *value,
			size_t at, const struct config_key *keys, size_t n)
{
	struct suggest suggest;
	struct strbuf known;
	struct diag *diag;

	suggest_init(&suggest, value->keys[at]);
	strbuf_init(&known, r->arena);
	for (size_t i = 0; i < n; i++) {
		suggest_offer(&suggest, str_from(keys[i].name));
		strbuf_printf(&known, "%s`%s`", i ? ", " : "", keys[i].name);
	}
	diag = diag_config(r->d, "VC906", value->key_spans[at],
			  *name ? "`%s` is no key of `%s`" : "`%s` is no key of vulnctl.yaml",
			  diag_quote(r->d, value->keys[at]), name);
	if (suggest_found(&suggest))
		diag_fix(diag, value->key_spans[at], suggest.best);
	else
		diag_note(diag, "its keys are " STR_FMT, STR_ARG(strbuf_str(&known)));
}

void config_read_keys(struct config_reader *r, const char *name, const struct yaml *value,
		      const struct config_key *keys, size_t n, void *record)
{
	if (!config_is_mapping(r, name, value))
		return;
	for (size_t i = 0; i < value->n; i++) {
		size_t k = 0;

		while (k < n && !str_is(value->keys[i], keys[k].name))
			k++;
		if (k < n)
			keys[k].read(r, &keys[k], value->items[i],
				     (unsigned char *)record + keys[k].offset);
		else
			unknown_key(r, name, value, i, keys, n);
	}
}
