/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers, dates and durations: values with an order. A DATE is a whole day in the policy's
 * timezone, every other literal a single point. */
#include "base/civil.h"
#include "ir/check_internal.h"

static bool in_bounds(struct check *c, const struct check_type *type,
		      const struct check_literal *literal)
{
	int64_t number = literal->scalar->number;
	struct diag *diag;

	if (number >= type->lo && number <= type->hi)
		return true;
	diag = diag_error(c->d, "VC005", literal->at, "`%s` is outside the values of `%s`",
			  Q(c, literal->scalar->text), Q(c, type->shown));
	if (type->hi == INT64_MAX)
		diag_help(diag, "it is at least %lld", (long long)(type->lo / TYPE_SCALE));
	else
		diag_help(diag, "it lies between %lld and %lld", (long long)(type->lo / TYPE_SCALE),
			  (long long)(type->hi / TYPE_SCALE));
	return false;
}

static bool fits(const struct check_type *type, enum ast_scalar_kind kind)
{
	if (type->age)
		return kind == AST_DURATION;
	switch (type->type) {
	case TYPE_DECIMAL:
	case TYPE_INT:
		return kind == AST_DECIMAL || kind == AST_INT;
	case TYPE_DATE:
		return kind == AST_DATE || kind == AST_DATETIME;
	default:
		return false;
	}
}

bool check_point(struct check *c, size_t file, const struct check_type *type,
		 const struct ast_scalar *scalar, struct check_point *point)
{
	struct check_literal literal;

	if (!check_literal(c, file, type, scalar, &literal))
		return false;
	if (literal.scalar->kind == AST_NAME) {
		check_unknown_value(c, type, &literal);
		return false;
	}
	if (!fits(type, literal.scalar->kind)) {
		check_mismatch(c, type, &literal);
		return false;
	}
	if (literal.scalar->kind == AST_DATE) {
		int32_t days = (int32_t)literal.scalar->number;

		point->first = civil_day_start(days, c->policy->offset);
		point->end = civil_day_start(days + 1, c->policy->offset);
		point->day = true;
		return true;
	}
	if ((type->type == TYPE_DECIMAL || type->type == TYPE_INT) && !type->age &&
	    !in_bounds(c, type, &literal))
		return false;
	*point = (struct check_point){.first = literal.scalar->number,
				      .end = literal.scalar->number};
	return true;
}
