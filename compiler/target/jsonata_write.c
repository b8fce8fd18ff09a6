/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions to JSONata: each part of the tree becomes a part of the text. */
#include "target/jsonata.h"

#include "base/civil.h"
#include "base/strsort.h"
#include "model/limit.h"
#include "target/eventbridge.h"

#include <inttypes.h>

/* Functions stand in front in this order, where they are used. */
enum function { FUNCTION_INSTANT, FUNCTION_AGO, FUNCTION_DECIMAL, FUNCTION_KNOWN, FUNCTION_COUNT };

/* Dates of the calendar, the years aside; a day of 24 hours; an offset as ISO 8601 has it. */
#define DATE                                                                                       \
	"([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|"  \
	"02-(0[1-9]|1[0-9]|2[0-8]))|"                                                              \
	"([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
#define TIME "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?"
#define ZONE "(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])"

/* Only what the first line proves to be a date goes into $toMillis and $number, which fail on
 * anything else; and only in a form that every reader of dates knows. $toMillis would lose the
 * decimals behind the third. */
static const char instant_function[] =
	"$instant := function($t) {$type($t) = 'string' ? ($t >= '1678' and $t < '2262' and "
	"$contains($t, /^" DATE "T" TIME ZONE "$/) ? ("
	"$local := $replace($t, /(Z|[+-][0-9]{2}:?[0-9]{2})$/, ''); "
	"$zone := $replace($substring($t, $length($local)), ':', ''); "
	"$east := $substring($zone, 0, 1) = 'Z' ? 0 : "
	"60000 * (60 * $number($substring($zone, 1, 2)) + $number($substring($zone, 3, 2))); "
	"$utc := $toMillis($substring($t, 0, 19) & 'Z') + "
	"($substring($zone, 0, 1) = '-' ? $east : -$east); "
	"$substring($fromMillis($utc), 0, 19) & '.' & "
	"$substring($substring($local, 20) & '000000000', 0, 9)))}; ";

static const char decimal_function[] =
	"$decimal := function($t) {$type($t) = 'string' ? "
	"($contains($t, /^-?(0|[1-9][0-9]{0,8})([.][0-9]+)?$/) ? $number($t))}; ";

struct writer {
	struct compilation *c;
	enum view view;
	struct refusal *refusal;
	struct strbuf b;
	bool used[FUNCTION_COUNT];
	uint64_t rests_on;
	/* Where paths start: the finding (an empty base), or an element of the list `base`. */
	enum group group;
	struct str base;
};

static bool write_cond(struct writer *w, const struct cond *cond);

/* --- paths --- */

static bool is_plain_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			return false;
	}
	return true;
}

/* A path of the field table. A list that is no group in this view has one element (assumptions A1,
 * A11, A13): the first. */
static void add_path(const struct writer *w, struct strbuf *b, struct str path)
{
	bool inside = w->base.len && str_starts(path, w->base);
	size_t from = inside ? w->base.len : 0, to;

	strbuf_puts(b, inside ? "" : "$finding");
	if (inside && from == path.len)
		strbuf_addc(b, '$');
	for (; from < path.len; from = to) {
		struct str name;
		bool list;

		from += path.ptr[from] == '.';
		for (to = from; to < path.len && path.ptr[to] != '.';)
			to++;
		name = str_slice(path, from, to);
		list = str_ends(name, STR("[]"));
		name.len -= list ? 2 : 0;
		strbuf_puts(b, inside ? "" : ".");
		inside = false;
		strbuf_puts(b, is_plain_name(name) ? "" : "`");
		strbuf_add(b, name);
		strbuf_puts(b, is_plain_name(name) ? "" : "`");
		strbuf_puts(b, list ? "[0]" : "");
	}
}

/* Where the elements of a group stand, as "Vulnerabilities[].Cvss[]". */
static struct str list_of(enum group group)
{
	size_t depth = 0;

	for (enum group g = group; g != GROUP_FINDING; g = group_parent(g))
		depth++;
	for (enum field_id f = 0; f < FIELD_COUNT; f++) {
		struct str path = fields[f].asff ? str_from(fields[f].asff) : STR("");
		size_t lists = 0;

		for (size_t i = 0; i < path.len && fields[f].group == group; i++)
			if (path.ptr[i] == ']' && ++lists == depth)
				return str_slice(path, 0, i + 1);
	}
	return STR("");
}

/* The lists between here and the elements of `group`, opened: `$exists(LIST[`; how many. */
static size_t open_lists(struct writer *w, enum group group)
{
	struct str list;
	size_t n;

	if (group == w->group || group == GROUP_FINDING)
		return 0;
	n = open_lists(w, group_parent(group));
	if (!lower_is_group(group, w->view))
		return n;
	list = list_of(group);
	strbuf_puts(&w->b, "$exists(");
	add_path(w, &w->b, str_slice(list, 0, list.len - 2));
	strbuf_addc(&w->b, '[');
	w->base = list;
	w->group = group;
	return n + 1;
}

/* --- values --- */

/* The value of an atom's field: a path, or a function of one. */
static struct str value_of(struct writer *w, const struct atom *atom)
{
	const struct field *field = &fields[atom->field];
	struct str path = str_from(field->asff);
	bool text = field->can[MECHANISM_EVENT] == CAN_AS_TEXT;
	struct strbuf b;

	strbuf_init(&b, w->c->arena);
	if (field->type == TYPE_DATE) {
		w->used[FUNCTION_INSTANT] = true;
		strbuf_puts(&b, "$instant(");
	} else if (text) {
		w->used[FUNCTION_DECIMAL] = true;
		strbuf_puts(&b, "$decimal(");
	} else if (atom->field == FIELD_finding_type) {
		w->used[FUNCTION_KNOWN] = true;
		strbuf_puts(&b, "$known(");
		path.len -= 2; /* all of the list */
	} else if (field->type == TYPE_MAP) {
		strbuf_puts(&b, "$lookup(");
	} else {
		add_path(w, &b, path);
		return strbuf_str(&b);
	}
	add_path(w, &b, path);
	if (field->type == TYPE_MAP) {
		strbuf_puts(&b, ", ");
		jsonata_add_literal(&b, atom->key);
	}
	strbuf_addc(&b, ')');
	return strbuf_str(&b);
}

static bool is_number(const struct field *field)
{
	return field->type == TYPE_DECIMAL || field->type == TYPE_INT;
}

/* Present, and of the type that the field has. */
static void add_presence(struct writer *w, const struct atom *atom, struct str value)
{
	strbuf_puts(&w->b, "$type(");
	strbuf_add(&w->b, value);
	strbuf_puts(&w->b, is_number(&fields[atom->field]) ? ") = 'number'" : ") = 'string'");
}

/* --- numbers and dates --- */

static struct str number_text(struct writer *w, int64_t scaled)
{
	struct json_writer json;

	json_begin(&json, w->c->arena, 0);
	json_scaled(&json, scaled);
	return json_end(&json);
}

/* As $instant writes it. */
static struct str instant_text(struct writer *w, int64_t instant)
{
	int64_t fraction = instant % NS_PER_SECOND;
	struct str text;

	if (fraction < 0)
		fraction += NS_PER_SECOND;
	text = civil_format_instant(w->c->arena, instant - fraction);
	return str_printf(w->c->arena, "'" STR_FMT ".%09" PRId64 "'",
			  STR_ARG(str_slice(text, 0, text.len - 1)), fraction);
}

static void add_comparison(struct writer *w, const struct atom *atom, struct str value,
			   const char *operator, int64_t bound)
{
	struct str operand;

	if (atom->age) {
		w->used[FUNCTION_AGO] = true;
		operand = str_printf(w->c->arena, "$ago(%" PRId64 ")", bound / NS_PER_SECOND);
	} else if (fields[atom->field].type == TYPE_DATE) {
		operand = instant_text(w, bound);
	} else {
		operand = number_text(w, bound);
	}
	strbuf_add(&w->b, value);
	strbuf_printf(&w->b, " %s ", operator);
	strbuf_add(&w->b, operand);
}

/* What is older is earlier: the comparisons of an age are turned round. */
static void add_range(struct writer *w, const struct atom *atom, struct str value)
{
	const char *above = atom->lo_open ? ">" : ">=", *below = atom->hi_open ? "<" : "<=";

	if (atom->age) {
		above = atom->lo_open ? "<" : "<=";
		below = atom->hi_open ? ">" : ">=";
	}
	if (atom->lo != INT64_MIN)
		add_comparison(w, atom, value, above, atom->lo);
	if (atom->lo != INT64_MIN && atom->hi != INT64_MAX)
		strbuf_puts(&w->b, " and ");
	if (atom->hi != INT64_MAX)
		add_comparison(w, atom, value, below, atom->hi);
}

static void add_points(struct writer *w, const struct atom *atom, struct str value)
{
	for (size_t i = 0; i < atom->n; i++) {
		strbuf_puts(&w->b, i ? " or " : "");
		add_comparison(w, atom, value, "=", atom->values[i].number);
	}
}

/* --- words and texts --- */

/* ASFF's word for a value; false if it has none, so that nothing can be told of it. */
static bool spell(const struct atom *atom, const struct value *value, struct str *text)
{
	const struct vocabulary *words = fields[atom->field].words;
	int word = value->word;

	*text = value->str;
	if (!words)
		return true;
	if (fields[atom->field].type != TYPE_ENUM)
		word = vocabulary_find_canonical(words, value->str);
	if (word >= 0 && !words->asff[word])
		return false;
	if (word >= 0)
		*text = str_from(words->asff[word]);
	return true;
}

/* In the order of their texts, as lists stand everywhere. */
static bool add_list(struct writer *w, const struct atom *atom, struct str value)
{
	struct str *texts = ARENA_ARRAY(w->c->arena, struct str, atom->n + 1);
	size_t *order;

	for (size_t i = 0; i < atom->n; i++) {
		struct place place = {.group = fields[atom->field].group, .field = atom->field};

		if (!spell(atom, &atom->values[i], &texts[i])) {
			refuse(w->refusal, REFUSE_NOT_CARRIED, &place);
			return false;
		}
	}
	order = strsort_order(w->c->arena, texts, atom->n);
	strbuf_add(&w->b, value);
	strbuf_puts(&w->b, atom->n == 1 ? " = " : " in [");
	for (size_t i = 0; i < atom->n; i++) {
		strbuf_puts(&w->b, i ? ", " : "");
		jsonata_add_literal(&w->b, texts[order[i]]);
	}
	strbuf_puts(&w->b, atom->n == 1 ? "" : "]");
	return true;
}

/* Lengths are counted by the engine, whatever it counts in. */
static void add_part(struct writer *w, enum test test, struct str value, struct str text)
{
	strbuf_puts(&w->b, test == TEST_CONTAINS ? "$contains(" : "$substring(");
	strbuf_add(&w->b, value);
	strbuf_puts(&w->b, test == TEST_PREFIX	 ? ", 0, $length("
			   : test == TEST_SUFFIX ? ", -$length("
						 : ", ");
	jsonata_add_literal(&w->b, text);
	strbuf_puts(&w->b, test == TEST_CONTAINS ? ")" : ")) = ");
	if (test != TEST_CONTAINS)
		jsonata_add_literal(&w->b, text);
}

static bool add_tests(struct writer *w, const struct atom *atom, struct str value)
{
	enum type type = fields[atom->field].type;
	bool number = is_number(&fields[atom->field]) || type == TYPE_DATE;

	if (atom->test == TEST_IN && !number)
		return add_list(w, atom, value);
	if (atom->test == TEST_IN)
		add_points(w, atom, value);
	else if (atom->test == TEST_RANGE)
		add_range(w, atom, value);
	for (size_t i = 0; i < atom->n && !number; i++) {
		strbuf_puts(&w->b, i ? " or " : "");
		add_part(w, atom->test, value, atom->values[i].str);
	}
	return true;
}

/* --- conditions --- */

static bool is_carried(struct writer *w, const struct atom *atom)
{
	const struct field *field = &fields[atom->field];
	struct place place = {.group = field->group, .field = atom->field, .key = atom->key};

	if (field->can[MECHANISM_EVENT] != CAN_NOT && field->asff)
		return true;
	refuse(w->refusal, REFUSE_NOT_CARRIED, &place);
	return false;
}

static bool write_test(struct writer *w, const struct atom *atom)
{
	struct str value = value_of(w, atom);
	bool words = atom->test == TEST_IN && !is_number(&fields[atom->field]) &&
		     fields[atom->field].type != TYPE_DATE;

	if (atom->test == TEST_EXISTS) {
		add_presence(w, atom, value);
		return true;
	}
	/* What equals a text is present, and a text. */
	if (words && !atom->negated)
		return add_list(w, atom, value);
	strbuf_addc(&w->b, '(');
	add_presence(w, atom, value);
	strbuf_puts(&w->b, atom->negated ? " ? $not(" : " ? ");
	if (!add_tests(w, atom, value))
		return false;
	strbuf_puts(&w->b, atom->negated ? ") : false)" : " : false)");
	return true;
}

static bool write_atom(struct writer *w, const struct atom *atom)
{
	struct str base = w->base;
	enum group group = w->group;
	size_t open;
	bool fine;

	if (!is_carried(w, atom))
		return false;
	w->rests_on |= eventbridge_rests_on(MECHANISM_EVENT, atom->field, w->view);
	if (atom->test == TEST_EXISTS || atom->negated)
		w->rests_on |= BIT(ASSUMPTION_A16);
	open = open_lists(w, fields[atom->field].group);
	fine = write_test(w, atom);
	for (; open; open--)
		strbuf_puts(&w->b, "])");
	w->base = base;
	w->group = group;
	return fine;
}

static bool write_any(struct writer *w, const struct cond *cond)
{
	struct str base = w->base;
	enum group group = w->group;
	size_t open = open_lists(w, cond->group);
	bool fine = write_cond(w, cond->kids[0]);

	for (; open; open--)
		strbuf_puts(&w->b, "])");
	w->base = base;
	w->group = group;
	return fine;
}

static bool write_some(struct writer *w, struct statement *const *tiers, size_t n)
{
	strbuf_puts(&w->b, n ? "" : "false");
	for (size_t i = 0; i < n; i++) {
		strbuf_puts(&w->b, i ? " or " : "");
		if (!write_cond(w, tiers[i]->condition))
			return false;
	}
	return true;
}

/* The first tier that holds is the finding's. */
static bool write_tier(struct writer *w, int tier)
{
	const struct policy *policy = w->c->policy;
	size_t before = tier < 0 ? policy->n_tiers : (size_t)tier;

	if (!before && tier >= 0)
		return write_cond(w, policy->tiers[tier]->condition);
	strbuf_addc(&w->b, '(');
	if (tier >= 0 && !write_cond(w, policy->tiers[tier]->condition))
		return false;
	strbuf_puts(&w->b, tier >= 0 ? " and $not(" : "$not(");
	if (!write_some(w, policy->tiers, before))
		return false;
	strbuf_puts(&w->b, "))");
	return true;
}

static bool write_list(struct writer *w, const struct cond *cond)
{
	const char *word = cond->kind == COND_AND ? " and " : " or ";

	if (!cond->n)
		strbuf_puts(&w->b, cond->kind == COND_AND ? "true" : "false");
	strbuf_puts(&w->b, cond->n > 1 ? "(" : "");
	for (size_t i = 0; i < cond->n; i++) {
		strbuf_puts(&w->b, i ? word : "");
		if (!write_cond(w, cond->kids[i]))
			return false;
	}
	strbuf_puts(&w->b, cond->n > 1 ? ")" : "");
	return true;
}

/* As deep as the tree, which ir/check bounds, and a tier in it. */
static bool write_cond(struct writer *w, const struct cond *cond)
{
	/* As JSON a character may take two; and there is more in a machine than this. */
	if (w->b.len > (size_t)limits[LIMIT_state_machine_size].value / 4) {
		refuse(w->refusal, REFUSE_SIZE, NULL);
		return false;
	}
	switch (cond->kind) {
	case COND_CONST:
		strbuf_puts(&w->b, cond->truth ? "true" : "false");
		return true;
	case COND_AND:
	case COND_OR:
		return write_list(w, cond);
	case COND_NOT:
		strbuf_puts(&w->b, "$not(");
		if (!write_cond(w, cond->kids[0]))
			return false;
		strbuf_addc(&w->b, ')');
		return true;
	case COND_ANY:
		return write_any(w, cond);
	case COND_ATOM:
		return write_atom(w, cond->atom);
	case COND_TIER:
		return write_tier(w, cond->tier);
	}
	return true;
}

/* --- the functions in front --- */

/* Of several types the one that the vocabulary knows, else the first (finding/read_asff). */
static void add_known(struct strbuf *b)
{
	const struct vocabulary *words = fields[FIELD_finding_type].words;

	strbuf_puts(b, "$known := function($t) {($k := $t[$ in [");
	for (unsigned i = 0; i < words->n; i++) {
		strbuf_puts(b, i ? ", " : "");
		jsonata_add_literal(b, str_from(vocabulary_canonical(words, i)));
	}
	strbuf_puts(b, "]]; $exists($k) ? $k[0] : $t[0])}; ");
}

static void add_ago(struct strbuf *b, const struct policy *policy)
{
	long long east = (long long)policy->offset * 1000;

	strbuf_printf(b,
		      "$ago := function($s) {($day := $floor(($millis() + (%lld)) / 86400000) * "
		      "86400000 - (%lld); $substring($fromMillis($day - 1000 * $s), 0, 19) & "
		      "'.000000000')}; ",
		      east, east);
}

bool jsonata_write(struct compilation *c, const struct cond *cond, enum view view,
		   struct refusal *refusal, struct str *text, uint64_t *rests_on)
{
	struct writer w = {.c = c, .view = view, .refusal = refusal};
	bool functions = false;
	struct strbuf b;

	strbuf_init(&w.b, c->arena);
	if (!write_cond(&w, cond))
		return false;
	for (int f = 0; f < FUNCTION_COUNT; f++)
		functions = functions || w.used[f];
	strbuf_init(&b, c->arena);
	strbuf_puts(&b, functions ? "(" : "");
	if (w.used[FUNCTION_INSTANT])
		strbuf_puts(&b, instant_function);
	if (w.used[FUNCTION_AGO])
		add_ago(&b, c->policy);
	if (w.used[FUNCTION_DECIMAL])
		strbuf_puts(&b, decimal_function);
	if (w.used[FUNCTION_KNOWN])
		add_known(&b);
	strbuf_add(&b, strbuf_str(&w.b));
	strbuf_puts(&b, functions ? ")" : "");
	*text = strbuf_str(&b);
	*rests_on = w.rests_on | BIT(ASSUMPTION_A18);
	return true;
}

void jsonata_add_field(struct strbuf *b, enum field_id field)
{
	struct writer from_finding = {.group = GROUP_FINDING};

	add_path(&from_finding, b, str_from(fields[field].asff));
}

void jsonata_add_literal(struct strbuf *b, struct str text)
{
	strbuf_addc(b, '\'');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];

		if (byte < 0x20 || byte == '\'' || byte == '%')
			strbuf_printf(b, "\\u%04x", byte);
		else if (byte == '\\')
			strbuf_puts(b, "\\\\");
		else
			strbuf_addc(b, text.ptr[i]);
	}
	strbuf_addc(b, '\'');
}
