/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagnostics for programs: JSON lines, every key in every line, in this order:
 * level, id, rule, message, file, line, col, end_line, end_col, notes, witness, help, labels,
 * fix, allowed, fingerprint.
 * What does not apply is null or an empty array. What was cut is a line of level "info". The end
 * of a place is behind its last code point. */
#include "base/diag.h"

#include "base/diag_internal.h"
#include "base/json.h"
#include "base/unicode.h"

/* A path is data and stays as it is, unless no JSON text can hold it. */
static void put_path(struct json_writer *w, struct arena *arena, struct str path)
{
	struct strbuf b;

	if (unicode_valid(path)) {
		json_str(w, path);
		return;
	}
	strbuf_init(&b, arena);
	unicode_escape(&b, path);
	json_str(w, strbuf_str(&b));
}

static void put_place(struct json_writer *w, const struct diags *d, struct arena *arena,
		      struct span at)
{
	struct diag_range range = diag_range(d, at);
	static const char *const keys[] = {"file", "line", "col", "end_line", "end_col"};

	if (!range.from.source) {
		for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
			json_key(w, keys[i]);
			json_null(w);
		}
		return;
	}
	json_key(w, "file");
	put_path(w, arena, range.from.source->path);
	json_key(w, "line");
	json_int(w, range.from.line);
	json_key(w, "col");
	json_int(w, range.from.col);
	json_key(w, "end_line");
	json_int(w, range.to.line);
	json_key(w, "end_col");
	json_int(w, range.to.col);
}

static void put_texts(struct json_writer *w, const struct diag *diag, enum diag_part_kind kind,
		      struct str last)
{
	json_open_array(w);
	for (size_t i = 0; i < diag->parts.n; i++)
		if (diag->parts.items[i].kind == kind)
			json_str(w, diag->parts.items[i].text);
	if (last.len)
		json_str(w, last);
	json_close_array(w);
}

static void put_places(struct json_writer *w, struct arena *arena, const struct diag *diag,
		       enum diag_part_kind kind)
{
	json_open_array(w);
	for (size_t i = 0; i < diag->parts.n; i++) {
		const struct diag_part *part = &diag->parts.items[i];

		if (part->kind != kind)
			continue;
		json_open_object(w);
		json_key(w, kind == PART_LABEL ? "message" : "text");
		json_str(w, part->text);
		if (kind == PART_FIX) {
			json_key(w, "safe");
			json_bool(w, !part->unsafe);
		}
		put_place(w, diag->owner, arena, part->at);
		json_close_object(w);
	}
	json_close_array(w);
}

/* How it stands with the policy: allowed until when and why, and what names it in every run. */
static void put_standing(struct json_writer *w, const struct diag *diag)
{
	json_key(w, "allowed");
	if (diag->allowed) {
		json_open_object(w);
		json_key(w, "until");
		json_str(w, diag->allowed_until);
		json_key(w, "reason");
		json_str(w, diag->allowed_reason);
		json_close_object(w);
	} else {
		json_null(w);
	}
	json_key(w, "fingerprint");
	if (diag->fingerprint.len)
		json_str(w, diag->fingerprint);
	else
		json_null(w);
}

static void put_name(struct json_writer *w, const char *name)
{
	if (name)
		json_string(w, name);
	else
		json_null(w);
}

static void put_diag(struct strbuf *out, struct arena *arena, const struct diag *diag)
{
	struct json_writer w;

	json_begin(&w, arena, 0);
	json_open_object(&w);
	json_key(&w, "level");
	json_string(&w, diag_level_name(diag->level));
	json_key(&w, "id");
	put_name(&w, diag->id);
	json_key(&w, "rule");
	put_name(&w, diag->rule);
	json_key(&w, "message");
	json_str(&w, diag->message);
	put_place(&w, diag->owner, arena, diag->at);
	json_key(&w, "notes");
	put_texts(&w, diag, PART_NOTE, diag_bytes_cut(diag));
	json_key(&w, "witness");
	put_texts(&w, diag, PART_WITNESS, STR(""));
	json_key(&w, "help");
	put_texts(&w, diag, PART_HELP, STR(""));
	json_key(&w, "labels");
	put_places(&w, arena, diag, PART_LABEL);
	json_key(&w, "fix");
	put_places(&w, arena, diag, PART_FIX);
	put_standing(&w, diag);
	json_close_object(&w);
	diag_add_json(out, json_end(&w));
	strbuf_addc(out, '\n');
}

static void put_cut(struct strbuf *out, struct diags *d, struct arena *arena, struct str message)
{
	struct diag said = {.owner = d, .level = DIAG_INFO, .message = message};

	if (message.len)
		put_diag(out, arena, &said);
}

struct str diags_json(struct diags *d, struct arena *arena)
{
	struct diag_selection s;
	struct strbuf out;

	strbuf_init(&out, arena);
	diags_select(d, arena, &s);
	for (size_t g = 0; g < s.groups.n; g++) {
		const struct diag_group *group = &s.groups.items[g];

		for (size_t i = group->first; i < group->first + group->n; i++)
			if (s.items[i]->shown)
				put_diag(&out, arena, s.items[i]);
		put_cut(&out, d, arena, diag_group_cut(d, group));
	}
	put_cut(&out, d, arena, diag_rest_cut(d, &s));
	put_cut(&out, d, arena, diag_known_cut(d, &s));
	return strbuf_str(&out);
}
