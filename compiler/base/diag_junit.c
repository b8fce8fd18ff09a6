/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagnostics as JUnit's XML: one suite, a case for each, named by what names it in every run, or
 * else by its place. */
#include "base/diag.h"

#include "base/diag_internal.h"
#include "base/unicode.h"
#include "base/xml.h"

struct view {
	struct strbuf out;
	struct arena *arena;
	const struct diag_rules *rules;
	enum diag_level fail;
};

enum verdict { PASSED, SKIPPED, FAILED, BROKEN };

static enum verdict verdict_of(const struct view *v, const struct diag *diag)
{
	if (diag->allowed || diag->known)
		return SKIPPED;
	if (diag->level < v->fail)
		return PASSED;
	return diag->cause == CAUSE_WORLD || diag->cause == CAUSE_BUG ? BROKEN : FAILED;
}

static void put_name(struct view *v, const struct diag *diag, struct position where)
{
	const char *name = diag_rule_name(diag, v->rules);

	if (!diag->id) {
		xml_attribute(&v->out, diag->message);
		return;
	}
	strbuf_puts(&v->out, diag->id);
	if (name)
		strbuf_printf(&v->out, " %s", name);
	strbuf_addc(&v->out, ' ');
	if (diag->fingerprint.len)
		xml_attribute(&v->out, diag->fingerprint);
	else if (where.source)
		strbuf_printf(&v->out, "%u:%u", where.line, where.col);
}

/* On one line, whatever stands in it. */
static struct str path_of(struct view *v, struct position where)
{
	struct strbuf b;

	strbuf_init(&b, v->arena);
	unicode_escape(&b, where.source->path);
	return strbuf_str(&b);
}

/* The message and all that goes with it, each on lines of its own. */
static void put_body(struct view *v, const struct diag *diag, struct position where)
{
	struct strbuf b;

	strbuf_init(&b, v->arena);
	if (where.source)
		strbuf_printf(&b, STR_FMT ":%u:%u: ", STR_ARG(path_of(v, where)), where.line,
			      where.col);
	strbuf_printf(&b, "%s: ", diag_word(diag->owner, diag_level_name(diag->level)));
	strbuf_add(&b, diag->message);
	diag_add_remarks(&b, diag);
	xml_text(&v->out, strbuf_str(&b));
}

static void put_skipped(struct view *v, const struct diag *diag)
{
	strbuf_puts(&v->out, "      <skipped message=\"");
	xml_attribute(&v->out, diag_allowed_wording(diag));
	strbuf_puts(&v->out, "\"/>\n");
}

static void put_case(struct view *v, const struct diag *diag)
{
	struct position where = diag_range(diag->owner, diag->at).from;
	enum verdict verdict = verdict_of(v, diag);
	const char *element = verdict == BROKEN ? "error" : "failure";

	strbuf_puts(&v->out, "    <testcase classname=\"");
	xml_attribute(&v->out, where.source ? path_of(v, where) : STR("vulnctl"));
	strbuf_puts(&v->out, "\" name=\"");
	put_name(v, diag, where);
	if (where.source)
		strbuf_printf(&v->out, "\" line=\"%u", where.line);
	strbuf_puts(&v->out, "\">\n");
	if (verdict == FAILED || verdict == BROKEN) {
		strbuf_printf(&v->out, "      <%s type=\"%s\" message=\"", element,
			      diag_level_name(diag->level));
		xml_attribute(&v->out, diag->message);
		strbuf_puts(&v->out, "\">");
		put_body(v, diag, where);
		strbuf_printf(&v->out, "</%s>\n", element);
	} else {
		if (verdict == SKIPPED)
			put_skipped(v, diag);
		strbuf_puts(&v->out, "      <system-out>");
		put_body(v, diag, where);
		strbuf_puts(&v->out, "</system-out>\n");
	}
	strbuf_puts(&v->out, "    </testcase>\n");
}

static void put_totals(struct view *v, const struct diag_selection *s)
{
	size_t n[BROKEN + 1] = {0};

	for (size_t i = 0; i < s->n; i++)
		n[verdict_of(v, s->items[i])]++;
	strbuf_printf(&v->out,
		      " name=\"vulnctl\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		      "skipped=\"%zu\">\n",
		      s->n, n[FAILED], n[BROKEN], n[SKIPPED]);
}

static void put_cut(struct view *v, struct str text)
{
	if (!text.len)
		return;
	strbuf_puts(&v->out, "    <system-out>");
	xml_text(&v->out, text);
	strbuf_puts(&v->out, "</system-out>\n");
}

struct str diags_junit(struct diags *d, struct arena *arena, const struct diag_rules *rules,
		       enum diag_level fail)
{
	struct view v = {.arena = arena, .rules = rules, .fail = fail};
	struct diag_selection s;

	strbuf_init(&v.out, arena);
	diags_select_all(d, arena, SIZE_MAX, &s);
	strbuf_puts(&v.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	put_totals(&v, &s);
	strbuf_puts(&v.out, "  <testsuite");
	put_totals(&v, &s);
	for (size_t i = 0; i < s.n; i++)
		put_case(&v, s.items[i]);
	for (size_t g = 0; g < s.groups.n; g++)
		put_cut(&v, diag_group_cut(d, &s.groups.items[g]));
	put_cut(&v, diag_rest_cut(d, &s));
	strbuf_puts(&v.out, "  </testsuite>\n</testsuites>\n");
	return strbuf_str(&v.out);
}
