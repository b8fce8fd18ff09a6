/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagnostics as annotations of GitHub Actions:
 *
 *   ::error title=VC101 a-name,file=policy.vpol,line=12,endLine=12,col=8,endColumn=17::message
 *
 * Just as the toolkit writes them (@actions/core, command.ts): `%`, CR and LF in the message, `:`
 * and `,` too in a property; the runner undoes it. It shows what it read in its log, so that a line
 * within the message must not look like a command either, nor may `##[` stand anywhere, which it
 * takes for one in the middle of a line. */
#include "base/diag.h"

#include "base/diag_internal.h"
#include "base/unicode.h"

struct view {
	struct strbuf out;
	struct arena *arena;
	const struct diag_rules *rules;
	bool begun; /* the annotation has a property */
};

static void add_data(struct strbuf *out, struct str text, bool property)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ',')))
			strbuf_printf(out, "%%%02X", (unsigned char)c);
		else
			strbuf_addc(out, c);
	}
}

static void put_property(struct view *v, const char *name, struct str value)
{
	strbuf_printf(&v->out, "%c%s=", v->begun ? ',' : ' ', name);
	v->begun = true;
	add_data(&v->out, value, true);
}

static void put_number(struct view *v, const char *name, uint32_t value)
{
	put_property(v, name, str_printf(v->arena, "%u", value));
}

/* Columns are given of one line alone: the service takes them of no other. */
static void put_range(struct view *v, struct diag_range range)
{
	struct strbuf path;

	if (!range.from.source)
		return;
	strbuf_init(&path, v->arena);
	unicode_escape(&path, range.from.source->path);
	put_property(v, "file", strbuf_str(&path));
	put_number(v, "line", range.from.line);
	put_number(v, "endLine", range.to.line);
	if (range.from.line != range.to.line)
		return;
	put_number(v, "col", range.from.col);
	put_number(v, "endColumn", range.to.col);
}

static void put_title(struct view *v, const struct diag *diag)
{
	const char *name = diag_rule_name(diag, v->rules);

	if (diag->id)
		put_property(v, "title",
			     str_printf(v->arena, "%s%s%s", diag->id, name ? " " : "",
					name ? name : ""));
}

static const char *command_of(const struct diag *diag)
{
	static const char *const commands[] = {"notice", "warning", "error"};

	return commands[diag->allowed ? DIAG_INFO : diag->level];
}

/* Notes, help and all else, one below the other. */
static struct str message_of(struct view *v, const struct diag *diag)
{
	struct strbuf b;

	strbuf_init(&b, v->arena);
	if (diag->allowed)
		strbuf_printf(&b, "%s: ", diag_level_word(diag));
	else if (diag_is_command(diag->message))
		strbuf_addc(&b, '\\');
	strbuf_add(&b, diag->message);
	diag_add_remarks(&b, diag);
	return strbuf_str(&b);
}

static void put_diag(struct view *v, const struct diag *diag)
{
	v->begun = false;
	strbuf_printf(&v->out, "::%s", command_of(diag));
	put_title(v, diag);
	put_range(v, diag_range(diag->owner, diag->at));
	strbuf_puts(&v->out, "::");
	add_data(&v->out, message_of(v, diag), false);
	strbuf_addc(&v->out, '\n');
}

static void put_cut(struct view *v, struct str text)
{
	if (!text.len)
		return;
	strbuf_puts(&v->out, "::notice::");
	add_data(&v->out, text, false);
	strbuf_addc(&v->out, '\n');
}

struct str diags_github(struct diags *d, struct arena *arena, const struct diag_rules *rules)
{
	struct view v = {.arena = arena, .rules = rules};
	struct diag_selection s;

	strbuf_init(&v.out, arena);
	diags_select(d, arena, &s);
	for (size_t g = 0; g < s.groups.n; g++) {
		const struct diag_group *group = &s.groups.items[g];

		for (size_t i = group->first; i < group->first + group->n; i++)
			if (s.items[i]->shown)
				put_diag(&v, s.items[i]);
		put_cut(&v, diag_group_cut(d, group));
	}
	put_cut(&v, diag_rest_cut(d, &s));
	put_cut(&v, diag_known_cut(d, &s));
	return strbuf_str(&v.out);
}
