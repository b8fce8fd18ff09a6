/* SPDX-License-Identifier: Apache-2.0
 *
 * The schedule of a review: Scheduler would refuse a wrong one only when it is deployed. */
#include "ir/check_internal.h"

#include "model/schedule.h"

/* Of one STRING without escapes the wrong part can be shown; otherwise all of it. */
static struct span place_of(const struct ast_property *p, struct str text,
			    const struct schedule_fault *fault)
{
	struct span span = p->value.span;

	if (span.end - span.start != text.len + 2 || fault->from == fault->to)
		return span;
	return (struct span){span.start + 1 + (uint32_t)fault->from,
			     span.start + 1 + (uint32_t)fault->to};
}

bool check_apply_schedule(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	struct schedule_fault fault;
	struct str text;
	struct diag *diag;

	if (!check_text(c, s->n_file, p, &text))
		return false;
	s->out->schedule = text;
	if (schedule_check(c->arena, c->d, text, &fault))
		return true;
	diag = diag_error(c->d, "VC005", place_of(p, text, &fault), "`%s` " STR_FMT,
			  Q(c, str_slice(text, fault.from, fault.to)), STR_ARG(fault.what));
	if (fault.help)
		diag_help(diag, "%s", fault.help);
	return false;
}
