/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of tests in JSONata: text to the set of findings for which it is true. It takes
 * the forms that jsonata.h shows and no others, so that nothing is read otherwise than the engine
 * evaluates it. A path means what finding/read_asff makes of it. */
#include "target/jsonata_internal.h"

#define DEPTH_MAX 8192 /* levels of a condition, a tier in it, and lists */

static bool expression(struct jsonata_reader *r, dd *set);

static bool take(struct jsonata_reader *r, const char *token)
{
	return jsonata_take(&r->j, token);
}

/* `$type(S) = 'T'`, T being the type of the subject. */
static bool presence(struct jsonata_reader *r, struct jsonata_subject *s)
{
	enum type type;
	struct str text;

	if (!jsonata_need(r, "$type(") || !jsonata_subject(r, s) || !jsonata_need(r, ")") ||
	    !jsonata_need(r, "=") || !jsonata_need_literal(r, &text))
		return false;
	type = fields[s->field].type;
	return str_is(text, type == TYPE_DECIMAL || type == TYPE_INT ? "number" : "string") ||
	       jsonata_fail(r, "asks for another type than the field has");
}

/* `TESTS : false)`, behind `($type(S) = 'T' ? `. */
static bool guarded(struct jsonata_reader *r, const struct jsonata_subject *s, dd *set)
{
	return jsonata_tests(r, s, set) && jsonata_need(r, ":") && jsonata_need(r, "false") &&
	       jsonata_need(r, ")");
}

static bool looks_at_type(const struct jsonata_reader *r)
{
	struct jsonata ahead = r->j;

	return jsonata_take(&ahead, "$type(");
}

static bool more(struct jsonata_reader *r, dd first, dd *set);

/* Behind `(`: a guarded test, or a condition. */
static bool parenthesis(struct jsonata_reader *r, dd *set)
{
	struct jsonata_subject s;

	if (!looks_at_type(r))
		return expression(r, set) && jsonata_need(r, ")");
	if (!presence(r, &s))
		return false;
	if (take(r, "?"))
		return guarded(r, &s, set);
	return more(r, jsonata_present(r, &s), set) && jsonata_need(r, ")");
}

static const struct {
	enum group group;
	const char *list;
} lists[] = {
	{GROUP_VULNERABILITY, "Vulnerabilities[]"},
	{GROUP_RESOURCE, "Resources[]"},
	{GROUP_PACKAGE, "Vulnerabilities[].VulnerablePackages[]"},
	{GROUP_CVSS, "Vulnerabilities[].Cvss[]"},
	{GROUP_RELATED, "Vulnerabilities[].RelatedVulnerabilities[]"},
	{GROUP_IMAGE_TAG, "Resources[].Details.AwsEcrContainerImage.ImageTags[]"},
	{GROUP_LAMBDA_LAYER, "Resources[].Details.AwsLambdaFunction.Layers[]"},
};

/* Behind `$exists(`: `LIST[TEST])`. */
static bool elements(struct jsonata_reader *r, dd *set)
{
	struct str outer = r->base, path;
	enum group group = r->group;
	bool absolute;
	dd element;
	size_t i = 0;
	var v;

	if (!jsonata_path(r, &path, &absolute) || !jsonata_need(r, "["))
		return false;
	if (absolute == !!r->base.len)
		return jsonata_fail(r, "looks at another element of a list");
	path = str_printf(r->c->arena, STR_FMT "[]", STR_ARG(path));
	while (i < ARRAY_LEN(lists) && !str_is(path, lists[i].list))
		i++;
	if (i == ARRAY_LEN(lists) || !lower_is_group(lists[i].group, r->view) ||
	    jsonata_holder(group_parent(lists[i].group), r->view) != r->group)
		return jsonata_fail(r, "looks for elements of something that is no list");
	r->base = path;
	r->group = lists[i].group;
	if (!expression(r, &element) || !jsonata_need(r, "]") || !jsonata_need(r, ")"))
		return false;
	v = lower_group(r->c->lower, r->group, r->view);
	*set = dd_in(r->e, v, set_group_some(r->e, v, element));
	r->base = outer;
	r->group = group;
	return true;
}

static bool one(struct jsonata_reader *r, dd *set)
{
	struct jsonata_subject s;

	if (take(r, "("))
		return parenthesis(r, set);
	if (take(r, "$exists("))
		return elements(r, set);
	if (take(r, "$not(")) {
		if (!expression(r, set) || !jsonata_need(r, ")"))
			return false;
		*set = dd_not(r->e, *set);
		return true;
	}
	*set = DD_TRUE;
	if (take(r, "true"))
		return true;
	*set = DD_FALSE;
	if (take(r, "false"))
		return true;
	if (looks_at_type(r)) {
		if (!presence(r, &s))
			return false;
		*set = jsonata_present(r, &s);
		return true;
	}
	return jsonata_subject(r, &s) && jsonata_equals(r, &s, set);
}

/* The rest of a list joined by one word, whose first item is read. */
static bool more(struct jsonata_reader *r, dd first, dd *set)
{
	VEC(dd) items = {0};
	bool both = take(r, "and ");
	const char *word = both ? "and " : "or ";
	dd item;

	VEC_PUSH(r->c->arena, items, first);
	if (both || take(r, word)) {
		do {
			if (!one(r, &item))
				return false;
			VEC_PUSH(r->c->arena, items, item);
		} while (take(r, word));
	}
	*set = both ? dd_and_all(r->e, items.items, items.n)
		    : dd_or_all(r->e, items.items, items.n);
	return true;
}

static bool expression(struct jsonata_reader *r, dd *set)
{
	bool fine;
	dd first;

	if (++r->depth > DEPTH_MAX)
		return jsonata_fail(r, "is nested too deep");
	fine = one(r, &first) && more(r, first, set);
	r->depth--;
	return fine;
}

/* --- the functions in front --- */

/* A date as UTC text with nine decimals: what is none has no value. Checked first, for $toMillis
 * and $number fail on anything else. */
static const char instant[] =
	"$instant := function($t) {$type($t) = 'string' ? ($t >= '1678' and $t < '2262' and "
	"$contains($t, /^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|"
	"(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|"
	"([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
	"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?"
	"(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])$/) ? "
	"($local := $replace($t, /(Z|[+-][0-9]{2}:?[0-9]{2})$/, ''); "
	"$zone := $replace($substring($t, $length($local)), ':', ''); "
	"$east := $substring($zone, 0, 1) = 'Z' ? 0 : 60000 * (60 * "
	"$number($substring($zone, 1, 2)) + $number($substring($zone, 3, 2))); "
	"$utc := $toMillis($substring($t, 0, 19) & 'Z') + ($substring($zone, 0, 1) = '-' ? "
	"$east : -$east); "
	"$substring($fromMillis($utc), 0, 19) & '.' & $substring($substring($local, 20) & "
	"'000000000', 0, 9)))};";
static const char decimal[] =
	"$decimal := function($t) {$type($t) = 'string' ? "
	"($contains($t, /^-?(0|[1-9][0-9]{0,8})([.][0-9]+)?$/) ? $number($t))};";

static const char *ago(struct jsonata_reader *r)
{
	return str_cstr(r->c->arena,
			str_printf(r->c->arena,
				   "$ago := function($s) {($day := $floor(($millis() + (%lld)) / "
				   "86400000) * 86400000 - (%lld); $substring($fromMillis($day - "
				   "1000 * $s), 0, 19) & '.000000000')};",
				   r->c->policy->offset * 1000LL, r->c->policy->offset * 1000LL));
}

/* The types that finding/read_asff knows. */
static bool known(struct jsonata_reader *r)
{
	const struct vocabulary *types = fields[FIELD_finding_type].words;
	struct str text;

	if (!take(r, "$known := function($t) {($k := $t[$ in ["))
		return false;
	for (unsigned i = 0; i < types->n; i++)
		if ((i && !jsonata_need(r, ",")) || !jsonata_need_literal(r, &text) ||
		    vocabulary_find_canonical(types, text) != (int)i)
			return jsonata_fail(r, "does not know all types");
	return jsonata_need(r, "]]; $exists($k) ? $k[0] : $t[0])};");
}

static bool functions(struct jsonata_reader *r)
{
	struct jsonata start = r->j;

	r->declared[JSONATA_PLAIN] = r->declared[JSONATA_LOOKUP] = true;
	if (!take(r, "("))
		return false;
	r->declared[JSONATA_INSTANT] = take(r, instant);
	r->has_ago = take(r, ago(r));
	r->declared[JSONATA_DECIMAL] = take(r, decimal);
	r->declared[JSONATA_KNOWN] = known(r);
	if (r->declared[JSONATA_INSTANT] || r->declared[JSONATA_DECIMAL] ||
	    r->declared[JSONATA_KNOWN])
		return true;
	r->j = start;
	return false;
}

bool jsonata_read(struct compilation *c, enum view view, struct str text, dd *set, const char **why)
{
	struct jsonata_reader r = {.c = c, .e = lower_engine(c->lower), .view = view};
	bool behind;

	r.j = (struct jsonata){c->arena, text};
	behind = functions(&r);
	if (!r.why && expression(&r, set) && (!behind || jsonata_need(&r, ")")) &&
	    !jsonata_at_end(&r.j))
		jsonata_fail(&r, "has a test that is not known");
	*why = r.why;
	return !r.why;
}
