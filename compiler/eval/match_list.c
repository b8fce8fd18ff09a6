/* SPDX-License-Identifier: Apache-2.0
 *
 * One list of a pattern: what it may hold. The grammar is the engine's, to the letter: what it
 * takes is taken, also where the result matches nothing. */
#include "eval/match_internal.h"

#include "base/strsort.h"

#define ALONE "an operator stands alone in its object"
#define NO_STRING "a string is expected here"
#define NO_NUMBER "a number is expected here"
#define EMPTY_LIST "an empty list is not allowed"
#define NOT_EXACT "binary64 cannot hold this number as it is written"

struct values {
	VEC(struct str) exact;
	VEC(struct match_operand) operands;
};

struct list_reader {
	struct match_reader *r;
	struct match_list *list;
	struct values values; /* what stands in the list itself */
	VEC(struct match_test) tests;
	VEC(struct str) entries; /* as they are written, up to the one that is being read */
};

static void add(struct list_reader *l, struct values *values, struct match_operand operand)
{
	struct match_list *list = l->list;

	list->has_number |= operand.op == MATCH_OP_NUMBER || operand.op == MATCH_OP_RANGE;
	list->has_address |= operand.op == MATCH_OP_ADDRESS;
	list->text_first |= operand.op == MATCH_OP_ADDRESS && list->has_text;
	list->has_suffix |= operand.op == MATCH_OP_SUFFIX || operand.op == MATCH_OP_SUFFIX_FOLDED;
	if (operand.op == MATCH_OP_EXACT)
		VEC_PUSH(l->r->arena, values->exact, operand.text);
	else
		VEC_PUSH(l->r->arena, values->operands, operand);
}

static struct str *sorted(struct arena *arena, const struct str *texts, size_t n)
{
	size_t *order = strsort_order(arena, texts, n);
	struct str *out = ARENA_ARRAY(arena, struct str, n);

	for (size_t i = 0; i < n; i++)
		out[i] = texts[order[i]];
	return out;
}

static void add_test(struct list_reader *l, const struct values *values, bool but)
{
	struct arena *arena = l->r->arena;
	struct match_test test = {
		.but = but,
		.exact = sorted(arena, values->exact.items, values->exact.n),
		.n_exact = values->exact.n,
		.operands = values->operands.items,
		.n_operands = values->operands.n,
	};

	VEC_PUSH(arena, l->tests, test);
}

/* The text of a string without the quote that the engine does not compare: an affix has one. */
static struct str without_quote(struct str quoted, enum match_op op)
{
	bool front = op == MATCH_OP_PREFIX || op == MATCH_OP_PREFIX_FOLDED;
	bool back = op == MATCH_OP_SUFFIX || op == MATCH_OP_SUFFIX_FOLDED;

	return str_slice(quoted, back ? 1 : 0, quoted.len - (front ? 1 : 0));
}

/* `*` any run of characters, `\*` and `\\` themselves. */
static bool cut_wildcard(struct list_reader *l, struct str text, struct match_operand *operand)
{
	struct arena *arena = l->r->arena;
	VEC(struct str) pieces = {0};
	struct strbuf piece;

	strbuf_init(&piece, arena);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : 0;

		if (c == '*') {
			if (next == '*')
				return match_fail(l->r, "two `*` in a row");
			VEC_PUSH(arena, pieces, strbuf_str(&piece));
			strbuf_init(&piece, arena);
			continue;
		}
		if (c == '\\') {
			if (next != '*' && next != '\\')
				return match_fail(l->r, "`\\` stands before `*` or `\\` only");
			c = next;
			i++;
		}
		strbuf_addc(&piece, c);
	}
	VEC_PUSH(arena, pieces, strbuf_str(&piece));
	*operand =
		(struct match_operand){.op = MATCH_OP_WILDCARD, .pieces = {pieces.items, pieces.n}};
	return true;
}

/* The operand of a string operator; the token is it. */
static bool add_string(struct list_reader *l, struct values *values, enum match_op op)
{
	struct match_operand operand = {.op = op};
	struct str text = without_quote(match_quoted(l->r), op);

	switch (op) {
	case MATCH_OP_WILDCARD:
		if (!cut_wildcard(l, text, &operand))
			return false;
		break;
	case MATCH_OP_FOLDED:
	case MATCH_OP_PREFIX_FOLDED:
	case MATCH_OP_SUFFIX_FOLDED:
		operand.units = match_fold(l->r->arena, text);
		break;
	default:
		operand.text = text;
	}
	add(l, values, operand);
	return true;
}

static bool add_number(struct list_reader *l, struct values *values)
{
	struct match_operand operand = {.op = MATCH_OP_NUMBER};

	if (!match_number_read(l->r->raw, &operand.number))
		return match_fail(l->r, NOT_EXACT);
	add(l, values, operand);
	return true;
}

static bool expect(struct match_reader *r, enum match_token token, const char *why)
{
	enum match_token got = match_next(r);

	return got == token || (got != MATCH_ERROR && match_fail(r, why));
}

static bool read_string(struct list_reader *l, enum match_op op)
{
	return expect(l->r, MATCH_STRING, NO_STRING) && add_string(l, &l->values, op);
}

/* prefix and suffix: a string, or {"equals-ignore-case": a string}. */
static bool read_affix(struct list_reader *l, enum match_op op)
{
	enum match_op folded =
		op == MATCH_OP_PREFIX ? MATCH_OP_PREFIX_FOLDED : MATCH_OP_SUFFIX_FOLDED;

	switch (match_next(l->r)) {
	case MATCH_ERROR:
		return false;
	case MATCH_STRING:
		return add_string(l, &l->values, op);
	case MATCH_OBJECT:
		break;
	default:
		return match_fail(l->r, NO_STRING);
	}
	if (!expect(l->r, MATCH_KEY, "an operator is missing"))
		return false;
	if (!str_is(match_plain(l->r), "equals-ignore-case"))
		return match_fail(l->r, "only `equals-ignore-case` may stand here");
	return read_string(l, folded) && expect(l->r, MATCH_OBJECT_END, ALONE);
}

static bool read_exists(struct list_reader *l, enum match_op op)
{
	enum match_token token = match_next(l->r);

	(void)op;
	if (token == MATCH_WORD && str_is(l->r->raw, "true"))
		l->list->exists = true;
	else if (token == MATCH_WORD && str_is(l->r->raw, "false"))
		l->list->absent = true;
	else
		return token != MATCH_ERROR &&
		       match_fail(l->r, "`true` or `false` is expected here");
	return true;
}

static bool read_cidr(struct list_reader *l, enum match_op op)
{
	struct match_operand operand = {.op = op};
	const char *why;

	if (!expect(l->r, MATCH_STRING, NO_STRING))
		return false;
	operand.address = ARENA_NEW(l->r->arena, struct match_address);
	why = match_address_cidr(match_plain(l->r), operand.address);
	if (why)
		return match_fail(l->r, why);
	add(l, &l->values, operand);
	return true;
}

static bool read_bound(struct list_reader *l, struct match_number *number)
{
	if (!expect(l->r, MATCH_NUMBER, NO_NUMBER))
		return false;
	return match_number_read(l->r->raw, number) || match_fail(l->r, NOT_EXACT);
}

/* `<` or `<=` behind a lower bound, or alone; the operator is the token. */
static bool read_upper(struct list_reader *l, struct match_range *range)
{
	struct str op = match_plain(l->r);

	if (!str_is(op, "<") && !str_is(op, "<="))
		return match_fail(l->r, "`<` or `<=` is expected here");
	range->has_high = true;
	range->open_high = op.len == 1;
	return read_bound(l, &range->high) &&
	       (!range->has_low || match_number_order(&range->low, &range->high) < 0 ||
		match_fail(l->r, "the upper bound must be greater than the lower one"));
}

static void fail_late(struct list_reader *l, size_t place, const char *why)
{
	if (!l->list->late.why)
		l->list->late = (struct match_wrong){.offset = place, .why = why};
}

/* The engine's range goes on to the last number there is, and it fails on one of that alone. */
static void check_range(struct list_reader *l, const struct match_range *range, size_t place)
{
	if (range->has_high ? !range->has_low && match_number_last(&range->high, true)
			    : match_number_last(&range->low, false))
		fail_late(l, place, "no number lies beyond this one");
}

static bool read_range(struct list_reader *l, struct str op)
{
	struct match_range *range = ARENA_NEW(l->r->arena, struct match_range);
	enum match_token token;
	size_t place = match_place(l->r);

	if (str_is(op, ">") || str_is(op, ">=")) {
		range->has_low = true;
		range->open_low = op.len == 1;
		if (!read_bound(l, &range->low))
			return false;
		token = match_next(l->r);
		if (token == MATCH_STRING) {
			if (!read_upper(l, range))
				return false;
			token = match_next(l->r);
		}
	} else {
		if (!read_upper(l, range))
			return false;
		token = match_next(l->r);
	}
	if (token != MATCH_ARRAY_END)
		return token != MATCH_ERROR &&
		       match_fail(l->r, "the end of the list is expected here");
	add(l, &l->values, (struct match_operand){.op = MATCH_OP_RANGE, .range = range});
	check_range(l, range, place);
	return true;
}

static bool read_numeric(struct list_reader *l, enum match_op op)
{
	struct match_operand operand = {.op = op};

	if (!expect(l->r, MATCH_ARRAY, "a list is expected here") ||
	    !expect(l->r, MATCH_STRING, "`=`, `<`, `<=`, `>` or `>=` is expected here"))
		return false;
	if (!str_is(match_plain(l->r), "="))
		return read_range(l, match_plain(l->r));
	if (!read_bound(l, &operand.number) ||
	    !expect(l->r, MATCH_ARRAY_END, "the end of the list is expected here"))
		return false;
	add(l, &l->values, operand);
	return true;
}

/* One value of anything-but; numbers may stand there when there is no operator in it. */
static bool add_but(struct list_reader *l, struct values *values, enum match_op op,
		    enum match_token token)
{
	bool affix = op == MATCH_OP_PREFIX || op == MATCH_OP_SUFFIX;

	if (token == MATCH_ERROR)
		return false;
	if (token == MATCH_NUMBER && op == MATCH_OP_EXACT)
		return add_number(l, values);
	if (token != MATCH_STRING)
		return match_fail(l->r, op == MATCH_OP_EXACT
						? "a string or a number is expected here"
						: NO_STRING);
	if (affix && l->r->raw.len == 2)
		return match_fail(l->r, "an empty string is not allowed here");
	return add_string(l, values, op);
}

static bool read_buts(struct list_reader *l, struct values *values, enum match_op op)
{
	enum match_token token = match_next(l->r);
	size_t place = match_place(l->r);

	if (token != MATCH_ARRAY)
		return add_but(l, values, op, token);
	while ((token = match_next(l->r)) != MATCH_ARRAY_END) {
		if (!add_but(l, values, op, token))
			return false;
		if (op == MATCH_OP_EXACT && values->exact.n && values->operands.n)
			return match_fail(l->r, "strings and numbers in one list");
	}
	if (values->exact.n || values->operands.n)
		return true;
	if (op == MATCH_OP_EXACT) {
		*l->r->wrong = (struct match_wrong){.offset = place, .why = EMPTY_LIST};
		return false;
	}
	/* Where something stands before it, the engine takes an empty list and never matches it. */
	if (!l->entries.n)
		fail_late(l, place, EMPTY_LIST);
	return true;
}

static bool read_but(struct list_reader *l, enum match_op op)
{
	static const struct {
		const char *name;
		enum match_op op;
	} inner[] = {
		{"equals-ignore-case", MATCH_OP_FOLDED},
		{"prefix", MATCH_OP_PREFIX},
		{"suffix", MATCH_OP_SUFFIX},
		{"wildcard", MATCH_OP_WILDCARD},
	};
	struct match_reader ahead = *l->r;
	struct values values = {0};
	bool nested = match_next(&ahead) == MATCH_OBJECT;

	if (nested) {
		size_t i = 0;
		struct str name;

		*l->r = ahead;
		if (!expect(l->r, MATCH_KEY, "an operator is missing"))
			return false;
		name = match_plain(l->r);
		while (i < ARRAY_LEN(inner) && !str_is(name, inner[i].name))
			i++;
		if (i == ARRAY_LEN(inner))
			return match_fail(l->r, "anything-but takes no such operator");
		op = inner[i].op;
	}
	if (!read_buts(l, &values, op))
		return false;
	if (values.exact.n || values.operands.n)
		add_test(l, &values, true);
	return !nested || expect(l->r, MATCH_OBJECT_END, ALONE);
}

static const struct {
	const char *name;
	bool (*read)(struct list_reader *l, enum match_op op);
	enum match_op op;
} operators[] = {
	{"anything-but", read_but, MATCH_OP_EXACT},
	{"cidr", read_cidr, MATCH_OP_ADDRESS},
	{"equals-ignore-case", read_string, MATCH_OP_FOLDED},
	{"exactly", read_string, MATCH_OP_EXACT},
	{"exists", read_exists, MATCH_OP_EXACT},
	{"numeric", read_numeric, MATCH_OP_NUMBER},
	{"prefix", read_affix, MATCH_OP_PREFIX},
	{"suffix", read_affix, MATCH_OP_SUFFIX},
	{"wildcard", read_string, MATCH_OP_WILDCARD},
};

static bool read_operator(struct list_reader *l)
{
	struct str name;

	if (!expect(l->r, MATCH_KEY, "an operator is missing"))
		return false;
	name = match_plain(l->r);
	for (size_t i = 0; i < ARRAY_LEN(operators); i++)
		if (str_is(name, operators[i].name))
			return operators[i].read(l, operators[i].op) &&
			       expect(l->r, MATCH_OBJECT_END, ALONE);
	return match_fail(l->r, "there is no such operator");
}

/* A bare number is compared by value if it has one, and as it is written otherwise. */
static void add_bare_number(struct list_reader *l)
{
	struct match_operand operand = {.op = MATCH_OP_NUMBER};

	if (!match_number_read(l->r->raw, &operand.number)) {
		operand = (struct match_operand){.op = MATCH_OP_EXACT, .text = l->r->raw};
		l->list->has_text = true;
	}
	add(l, &l->values, operand);
}

static bool add_bare_string(struct list_reader *l)
{
	struct match_address address;
	struct match_operand operand = {.op = MATCH_OP_ADDRESS};

	if (!match_address_single(match_plain(l->r), &address))
		return add_string(l, &l->values, MATCH_OP_EXACT);
	operand.address = ARENA_NEW(l->r->arena, struct match_address);
	*operand.address = address;
	add(l, &l->values, operand);
	return true;
}

static bool read_entry(struct list_reader *l, enum match_token token)
{
	switch (token) {
	case MATCH_ERROR:
		return false;
	case MATCH_OBJECT:
		return read_operator(l);
	case MATCH_STRING:
		return add_bare_string(l);
	case MATCH_NUMBER:
		add_bare_number(l);
		return true;
	case MATCH_WORD:
		add(l, &l->values, (struct match_operand){.op = MATCH_OP_EXACT, .text = l->r->raw});
		return true;
	default:
		return match_fail(l->r, "a list inside a list is not allowed");
	}
}

const struct match_list *match_list_read(struct match_reader *r)
{
	struct match_list *list = ARENA_NEW(r->arena, struct match_list);
	struct list_reader l = {.r = r, .list = list};
	enum match_token token;

	list->place = match_place(r);
	while ((token = match_next(r)) != MATCH_ARRAY_END) {
		size_t start = match_place(r);

		if (!read_entry(&l, token))
			return NULL;
		VEC_PUSH(r->arena, l.entries, str_slice(r->text, start, r->at));
	}
	if (!l.entries.n) {
		*r->wrong = (struct match_wrong){.offset = list->place, .why = EMPTY_LIST};
		return NULL;
	}
	add_test(&l, &l.values, false);
	list->tests = l.tests.items;
	list->n_tests = l.tests.n;
	list->entries = sorted(r->arena, l.entries.items, l.entries.n);
	list->n_entries = l.entries.n;
	return list;
}
