/* SPDX-License-Identifier: Apache-2.0
 *
 * Does a list take a value? The engine walks its machine with up to two texts: the digits of an
 * address, if the list knows addresses and the value is one, and then either the digits of the
 * number, if the list knows numbers and the value is one that has an order, or the value as it is
 * written. Any of its matchers may be met on any of these texts, which is why 7 lies in 0.0.0.0/0,
 * and why a number can end with a quote. */
#include "eval/match_internal.h"

enum form { FORM_TEXT, FORM_ADDRESS, FORM_NUMBER };

struct walk {
	enum form form;
	struct str text;
	struct match_number number; /* of FORM_NUMBER */
};

static bool is_one_of(const struct str *sorted, size_t n, struct str text)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(sorted[middle], text);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool takes_pieces(const struct str *pieces, size_t n, struct str text)
{
	struct str last = pieces[n - 1];

	if (n == 1)
		return str_eq(text, last);
	if (text.len < pieces[0].len + last.len || !str_starts(text, pieces[0]) ||
	    !str_ends(text, last))
		return false;
	text = str_slice(text, pieces[0].len, text.len - last.len);
	for (size_t i = 1; i + 1 < n; i++) {
		const char *found = pieces[i].len > text.len ? NULL
							     : memmem(text.ptr, text.len,
								      pieces[i].ptr, pieces[i].len);

		if (!found)
			return false;
		text = str_slice(text, (size_t)(found - text.ptr) + pieces[i].len, text.len);
	}
	return true;
}

static bool in_range(const struct match_range *range, const struct match_number *number)
{
	int low = range->has_low ? match_number_order(number, &range->low) : 1;
	int high = range->has_high ? match_number_order(&range->high, number) : 1;

	return low >= range->open_low && high >= range->open_high;
}

static bool operand_takes(const struct match_operand *operand, const struct walk *walk)
{
	struct str text = walk->text;

	switch (operand->op) {
	case MATCH_OP_EXACT: /* kept apart, sorted */
		return false;
	case MATCH_OP_NUMBER:
		return walk->form == FORM_NUMBER &&
		       match_number_order(&operand->number, &walk->number) == 0;
	case MATCH_OP_RANGE:
		return walk->form == FORM_NUMBER && in_range(operand->range, &walk->number);
	case MATCH_OP_ADDRESS:
		return walk->form != FORM_NUMBER && match_address_takes(operand->address, text);
	case MATCH_OP_PREFIX:
		return str_starts(text, operand->text);
	case MATCH_OP_SUFFIX:
		return str_ends(text, operand->text);
	case MATCH_OP_FOLDED:
		return match_fold_front(&operand->units, text) == text.len;
	case MATCH_OP_PREFIX_FOLDED:
		return match_fold_front(&operand->units, text) != SIZE_MAX;
	case MATCH_OP_SUFFIX_FOLDED:
		return match_fold_back(&operand->units, text) != SIZE_MAX;
	case MATCH_OP_WILDCARD:
		return takes_pieces(operand->pieces.items, operand->pieces.n, text);
	}
	return false;
}

static bool test_takes(const struct match_test *test, const struct walk *walk)
{
	bool found = is_one_of(test->exact, test->n_exact, walk->text);

	for (size_t i = 0; i < test->n_operands && !found; i++)
		found = operand_takes(test->operands + i, walk);
	return test->but ? !found && walk->form != FORM_ADDRESS : found;
}

static bool list_takes(const struct match_list *list, const struct walk *walk)
{
	for (size_t i = 0; i < list->n_tests; i++)
		if (test_takes(list->tests + i, walk))
			return true;
	return false;
}

bool match_list_takes(const struct match_list *list, const struct match_value *value)
{
	char digits[MATCH_ADDRESS_DIGITS];
	struct walk walk = {.text = value->text};

	if (list->exists)
		return true;
	if (list->has_address && value->is_string) {
		struct str inner = str_slice(value->text, 1, value->text.len - 1);
		struct walk address = {.form = FORM_ADDRESS, .text.ptr = digits};

		address.text.len = match_address_digits(inner, digits);
		if (address.text.len && list_takes(list, &address))
			return true;
	}
	if (list->has_number && value->is_number && match_number_read(value->text, &walk.number)) {
		walk.form = FORM_NUMBER;
		walk.text = (struct str){digits, 0};
		if (list->has_suffix) { /* nothing else can end as a string does */
			match_number_digits(&walk.number, digits);
			walk.text.len = 10;
		}
	}
	return list_takes(list, &walk);
}
