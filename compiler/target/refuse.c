/* SPDX-License-Identifier: Apache-2.0
 *
 * The message of a refusal, and its witness. */
#include "target/refuse.h"

#include "eval/eval.h"
#include "finding/describe.h"
#include "model/event.h"
#include "model/limit.h"

/* What the mechanism, the first %s, cannot do, and why. */
static const struct {
	const char *said, *note;
} texts[] = {
	[REFUSE_NONE] = {DIAG_TEXT("%s cannot say `%s`"), NULL},
	[REFUSE_NOT_CARRIED] = {DIAG_TEXT("%s cannot test `%s`"), NULL},
	[REFUSE_NOT_SEEN] = {DIAG_TEXT("%s cannot see `%s`"),
			     DIAG_TEXT("it sees the finding as the provider sent it: workflow NEW, "
				       "without user-defined fields, note and verification")},
	[REFUSE_AS_TEXT] = {DIAG_TEXT("%s cannot compare `%s`"),
			    DIAG_TEXT("it has the value as text, which has no order")},
	[REFUSE_AGE] = {DIAG_TEXT("%s cannot test the age of `%s`"),
			DIAG_TEXT("an age grows every day, the dates in the rule stay as they are "
				  "until it is compiled again")},
	[REFUSE_TYPES] = {DIAG_TEXT("%s cannot test `%s`"),
			  DIAG_TEXT("a finding of a product other than Inspector may have several "
				    "types, of which it takes any")},
	[REFUSE_ORDER] = {DIAG_TEXT("%s cannot compare `%s`"),
			  DIAG_TEXT("it has dates as text, which has no order")},
	[REFUSE_TEXT] = {DIAG_TEXT("%s cannot say this test on `%s` exactly"), NULL},
	[REFUSE_QUOTE] = {DIAG_TEXT("%s cannot look for a quotation mark, or for nothing, in `%s`"),
			  DIAG_TEXT(
				  "such a part of a text would be taken for the end of the text")},
	[REFUSE_NUMBER] = {DIAG_TEXT("%s cannot hold this bound of `%s`"), NULL},
	[REFUSE_UNSEEN] =
		{DIAG_TEXT("%s cannot test `%s` for this value"),
		 DIAG_TEXT("how it is written there is not known: no such finding has been seen")},
	[REFUSE_OTHER_ID] = {DIAG_TEXT("%s cannot test `%s` of resources that are no images"),
			     DIAG_TEXT("an instance or a function has another id there than in "
				       "Security Hub CSPM")},
	[REFUSE_STRICT] = {DIAG_TEXT("%s cannot hold this bound of `%s`"),
			   DIAG_TEXT("its bounds are inclusive: `>=`, `<=` and `in a..b`")},
	[REFUSE_SECONDS] =
		{DIAG_TEXT("%s cannot hold this bound of `%s`"),
		 DIAG_TEXT("its bounds are inclusive and whole seconds: an instant such as `<= "
			   "2026-03-31T23:59:59Z` is one, the end of a day is not")},
	[REFUSE_RECORD] = {DIAG_TEXT("%s cannot test `%s`"),
			   DIAG_TEXT(
				   "a suppression changes it: what it hides is no longer active")},
	[REFUSE_CLOUD] = {DIAG_TEXT("%s cannot test this value of `%s`"),
			  DIAG_TEXT("it is known to tell AZURE and GCP; the resources of AWS are "
				    "told by `resource.type`")},
	[REFUSE_OTHER_CLOUD] = {DIAG_TEXT("%s cannot test `%s` of images in other clouds"),
				DIAG_TEXT("where an event has it there is not known")},
	[REFUSE_INACTIVE] = {DIAG_TEXT("%s cannot show findings that are not active: `%s`"),
			     DIAG_TEXT("its filters apply to active findings, whatever they say")},
	[REFUSE_ELEMENTS] = {DIAG_TEXT("%s cannot say this of the elements of `%s`"),
			     DIAG_TEXT("it cannot tell one element that meets all tests from "
				       "several that meet one each")},
	[REFUSE_NO_ELEMENT] = {DIAG_TEXT("%s cannot say of `%s` that no element meets a test"),
			       NULL},
	[REFUSE_ABSENT_ELEMENT] = {DIAG_TEXT("%s cannot say that an element lacks `%s`"), NULL},
	[REFUSE_ARN] = {DIAG_TEXT("%s cannot say this test on `%s` exactly"),
			DIAG_TEXT("it tests the resource id, one text in which account, repository "
				  "and digest stand behind each other")},
	[REFUSE_INSTANCE] = {DIAG_TEXT("%s cannot say this test on `%s` exactly"),
			     DIAG_TEXT("it has the id of an EC2 instance in another form; "
				       "`ec2.instance` is the same everywhere")},
	[REFUSE_IN_ARN] = {DIAG_TEXT("%s cannot say this test on `%s` exactly"),
			   DIAG_TEXT("it has a whole ARN, and the text may stand elsewhere in it")},
	[REFUSE_NOT_INSTANCE] =
		{DIAG_TEXT("%s cannot say this test on `%s` exactly"),
		 DIAG_TEXT("it has the ids of all resources in one place, and can ask of those of "
			   "one type alone: name the type beside the test")},
	[REFUSE_ONE_CRITERION] =
		{DIAG_TEXT("%s cannot test `%s` beside another field of the same criterion"), NULL},
	[REFUSE_MAP] = {DIAG_TEXT("%s cannot say this test on `%s`"), NULL},
	[REFUSE_KEYS] = {DIAG_TEXT("%s cannot test `%s` beside another key of the same map"),
			 DIAG_TEXT("whether both must hold then, or one, is not documented")},
	[REFUSE_NEGATIVE] = {DIAG_TEXT("%s cannot exclude values of `%s`"),
			     DIAG_TEXT("how it takes a finding that lacks the field, or has it "
				       "several times, is not documented")},
	[REFUSE_SIZE] = {DIAG_TEXT("%s cannot hold the condition of `%s`"), NULL},
	[REFUSE_BOXES] = {DIAG_TEXT(
				  "%s cannot say the condition of `%s` within the quota of rules"),
			  NULL},
	[REFUSE_ONE_SET] = {DIAG_TEXT(
				    "%s cannot say the condition of `%s` with one set of filters"),
			    DIAG_TEXT("its filters hold together, each for one field: an `or` of "
				      "tests on several fields takes several")},
	[REFUSE_SETS] = {DIAG_TEXT("%s cannot write the fields of `%s`"),
			 DIAG_TEXT("a finding there has no user-defined fields: only a status, a "
				   "severity and a comment can be written")},
	[REFUSE_STATUS] =
		{DIAG_TEXT("%s cannot write the status of `%s`"),
		 DIAG_TEXT("it has New, Suppressed and Resolved, and nothing like NOTIFIED")},
	[REFUSE_PRODUCT] = {DIAG_TEXT("%s cannot take all findings of `%s`"),
			    DIAG_TEXT("it sees the findings of Inspector alone: name the product")},
	[REFUSE_BUDGET] = {DIAG_TEXT(
				   "%s cannot be found for `%s` within the limits of the compiler"),
			   DIAG_TEXT("`vulnctl list limits` shows them")},
};

void refuse(struct refusal *r, enum refusal_why why, const struct place *place)
{
	if (r->why != REFUSE_NONE)
		return;
	r->why = why;
	if (!place)
		return;
	r->has_group = place->is_group;
	r->has_field = !place->is_group;
	r->group = place->group;
	r->field = place->field;
	r->key = place->key;
}

/* --- what is refused, and where it stands --- */

/* All of a refusal while it is being reported. */
struct report {
	struct compilation *c;
	const struct unit *unit;
	enum mechanism mechanism;
	const struct refusal *r;
	const struct atom *atom; /* NULL if none is to blame */
	const struct cond *tree; /* what the rule must mean */
	dd wanted;
	bool more;		 /* the witness is one too many, not one too few */
	struct element *witness; /* NULL if there is none */
};

static bool is_part_of(enum group group, enum group outer)
{
	while (group != outer && group != GROUP_FINDING)
		group = group_parent(group);
	return group == outer;
}

/* A text that another field is a part of: the atom may stand on either. */
static bool same_text(enum field_id a, enum field_id b)
{
	static const enum field_id arn[] = {FIELD_resource_id, FIELD_repository, FIELD_image_digest,
					    FIELD_account, FIELD_region};
	bool in_a = false, in_b = false;

	for (size_t i = 0; i < ARRAY_LEN(arn); i++) {
		in_a = in_a || a == arn[i];
		in_b = in_b || b == arn[i];
	}
	return (in_a && in_b) || (a == FIELD_title && b == FIELD_cve) ||
	       (a == FIELD_cve && b == FIELD_title);
}

static const struct atom *blamed_atom(const struct report *p)
{
	const struct cond *trees[] = {p->unit->condition};
	const struct literals *all =
		literals_collect(p->c->arena, p->c->policy, trees, ARRAY_LEN(trees));
	const struct atom *atom = NULL;

	if (p->r->has_field)
		atom = literals_atom(all, p->r->field, p->r->key);
	for (enum field_id f = 0; f < FIELD_COUNT && !atom; f++)
		if ((p->r->has_group && is_part_of(fields[f].group, p->r->group)) ||
		    (p->r->has_field && same_text(p->r->field, f)))
			atom = literals_atom(all, f, STR(""));
	return atom;
}

/* The thing in the way: a field, a group, or the whole statement. */
static struct str subject(const struct report *p)
{
	if (p->r->has_field && p->atom)
		return describe_field(p->c->arena, p->atom->field, p->atom->key);
	if (p->r->has_field)
		return describe_field(p->c->arena, p->r->field, p->r->key);
	if (p->r->has_group)
		return str_from(group_name(p->r->group));
	return p->unit->statement->name;
}

/* --- the witness --- */

/* The variable whose loss is the loss of the test. */
static var tested_var(const struct report *p)
{
	enum group group = p->r->has_group ? p->r->group : fields[p->r->field].group;
	enum group outer = GROUP_FINDING;

	for (; group != GROUP_FINDING; group = group_parent(group))
		if (lower_is_group(group, p->unit->view))
			outer = group;
	if (outer != GROUP_FINDING)
		return lower_group(p->c->lower, outer, p->unit->view);
	return lower_var(p->c->lower, p->r->field, p->r->key, p->unit->view);
}

/* One too many is worse than one too few when findings are hidden, and the other way round when
 * people are told. */
static void pick_witness(struct report *p)
{
	struct engine *e = lower_engine(p->c->lower);
	bool more_first = p->unit->statement->kind != STATEMENT_NOTIFY;
	dd broad = p->r->nearest;

	if (p->mechanism == MECHANISM_SCAN_EVENT)
		return; /* there are no findings */
	/* Refusals come in the order of the text: those behind so many are not shown. */
	if (diags_count(p->c->diags, DIAG_ERROR) >= (size_t)limits[LIMIT_diagnostics].value)
		return;
	if (!p->r->has_nearest) {
		if (!p->r->has_field && !p->r->has_group)
			return;
		broad = dd_forget(e, p->wanted, tested_var(p));
	}
	for (int i = 0; i < 2 && !p->witness; i++) {
		p->more = (i == 0) == more_first;
		p->witness = target_witness(p->c, p->unit,
					    p->more ? dd_minus(e, broad, p->wanted)
						    : dd_minus(e, p->wanted, broad));
	}
}

/* The engine's word against the evaluator's. */
static bool confirm_witness(const struct report *p)
{
	bool taken = eval_cond(p->c->policy, p->tree, p->unit->view == VIEW_MANY, p->witness);

	if (taken != p->more)
		return true;
	diag_bug(p->c->diags, p->unit->statement->name_span,
		 taken ? "the finding `%s`, picked to show why `%s` is refused, is in its "
			 "condition after all"
		       : "the finding `%s`, picked to show why `%s` is refused, is outside its "
			 "condition after all",
		 diag_quote(p->c->diags, finding_summary(p->c->arena, p->witness)),
		 diag_quote(p->c->diags, p->unit->statement->name));
	return false;
}

/* --- what the witness shows --- */

/* The summary, and the value that decides where the summary does not have it. */
static struct str witness_text(const struct report *p)
{
	struct arena *arena = p->c->arena;
	enum field_id id = p->atom ? p->atom->field : p->r->field;
	struct str key = p->atom ? p->atom->key : p->r->key;
	struct str text = finding_summary(arena, p->witness);
	struct str name = describe_field(arena, id, key);

	if ((!p->r->has_field && !p->atom) || id == FIELD_resource_id ||
	    str_contains(text, str_printf(arena, STR_FMT " ", STR_ARG(name))))
		return text;
	return str_printf(arena, STR_FMT ", " STR_FMT, STR_ARG(text),
			  STR_ARG(describe_values(arena, p->witness, id, key)));
}

static const char *verb(enum statement_kind kind)
{
	switch (kind) {
	case STATEMENT_SUPPRESS:
		return "hide";
	case STATEMENT_REOPEN:
		return "reopen";
	case STATEMENT_ASSIGN:
		return "change";
	case STATEMENT_INSIGHT:
		return "show";
	default:
		return "tell of";
	}
}

static void note_witness(const struct report *p, struct diag *d)
{
	const struct fval *id = finding_value(p->witness, FIELD_resource_id);
	const char *shown = diag_quote(p->c->diags, witness_text(p));
	const char *how = diag_word(p->c->diags, p->r->has_nearest ? "with the nearest test"
								   : "without the test");

	if (p->more)
		diag_note(d, "%s it would also %s `%s`", how,
			  diag_word(p->c->diags, verb(p->unit->statement->kind)), shown);
	else
		diag_note(d, "%s it would miss `%s`", how, shown);
	if (id && (p->r->why == REFUSE_ARN || p->r->field == FIELD_resource_id))
		diag_note(d, "its resource id is `%s`", diag_quote(p->c->diags, id->str));
}

/* --- the diagnostic --- */

static const char *id_of(const struct report *p, const char *could)
{
	if (p->r->why == REFUSE_BUDGET)
		return "VC016";
	if (p->r->why == REFUSE_NOT_SEEN)
		return "VC506";
	if (p->r->why == REFUSE_NOT_CARRIED && p->mechanism == MECHANISM_AUTOMATION &&
	    p->unit->statement->via == VIA_AUTOMATION)
		return "VC505";
	if (p->r->why == REFUSE_SIZE)
		return event_of(p->mechanism) ? "VC603" : "VC602";
	if (!could || p->r->why == REFUSE_NOT_CARRIED || p->r->why == REFUSE_BOXES)
		return "VC503";
	if (p->unit->statement->kind == STATEMENT_SUPPRESS && (!p->witness || p->more))
		return "VC501";
	return "VC502";
}

static void note_limits(const struct report *p, struct diag *d)
{
	const struct config_quota *quotas = &p->c->policy->config->quotas;
	bool event = event_of(p->mechanism) != NULL;

	if (p->r->why == REFUSE_NUMBER && event)
		diag_note(d, "it holds numbers from -%lld to %lld with at most %lld decimals",
			  (long long)limits[LIMIT_event_number].value,
			  (long long)limits[LIMIT_event_number].value,
			  (long long)limits[LIMIT_event_number_decimals].value);
	else if (p->r->why == REFUSE_SIZE && event)
		diag_note(d, "a pattern has at most %lld characters",
			  (long long)quotas->event_pattern_size);
	else if (p->r->why == REFUSE_SIZE && p->mechanism == MECHANISM_INSIGHT)
		diag_note(d,
			  "an insight has at most %lld attributes, each with at most %lld "
			  "values",
			  (long long)limits[LIMIT_insight_attributes].value,
			  (long long)limits[LIMIT_insight_values].value);
	else if (p->r->why == REFUSE_SIZE && p->mechanism == MECHANISM_AUTOMATION_V2)
		diag_note(d,
			  "a rule has at most %lld composites, each with at most %lld filters "
			  "of a kind",
			  (long long)limits[LIMIT_automation_v2_composites].value,
			  (long long)limits[LIMIT_automation_v2_filters].value);
	else if (p->r->why == REFUSE_BOXES)
		diag_note(d, "the quota is %lld rules",
			  (long long)(event ? quotas->event_rules
				      : p->mechanism == MECHANISM_AUTOMATION_V2
					      ? limits[LIMIT_automation_v2_rules].value
					      : quotas->automation_rules));
	else if (p->r->why == REFUSE_ONE_CRITERION)
		diag_note(d, "the criterion is %s", field_called(p->r->field, p->mechanism));
}

/* Another way to write it. */
static void help_rewrite(const struct report *p, struct diag *d)
{
	const struct atom *atom = p->atom;

	switch (p->r->why) {
	case REFUSE_ONE_SET:
		diag_help(d, "write an insight for each part of the `or`");
		break;
	case REFUSE_INACTIVE:
		diag_help(d, "leave out `record any`, and any test on `record`: without them it is "
			     "`record == ACTIVE`");
		break;
	case REFUSE_OTHER_CLOUD:
		diag_help(d, "name the type beside it: `resource.type == ecr_image`");
		break;
	case REFUSE_NEGATIVE:
		if (atom && fields[atom->field].type == TYPE_ENUM)
			diag_help(d, "name the words that are wanted: `%s in […]`",
				  fields[atom->field].name);
		break;
	default:
		break;
	}
}

/* Only what helps in this version. */
static void help_way_out(const struct report *p, struct diag *d, const char *could)
{
	const struct policy *policy = p->c->policy;
	const struct statement *s = p->unit->statement;
	enum via via = s->via;

	if (could && via == VIA_AUTOMATION_V2)
		diag_help(d, "`via %s` can say it exactly, in Security Hub CSPM", could);
	else if (could && via != VIA_NONE)
		diag_help(d, "`via %s` can say it exactly; without `via` the compiler chooses it",
			  could);
	else if (could)
		diag_help(d, "`via %s` can say it exactly", could);
	if (p->r->why == REFUSE_ARN && p->mechanism == MECHANISM_INSIGHT)
		diag_help(d, "the policy's `accounts` and `regions` would give the beginning of "
			     "the resource id, which is all of it that an insight tests");
	else if (p->r->why == REFUSE_ARN && p->atom && p->atom->test == TEST_PREFIX &&
		 (!policy->has_accounts || !policy->has_regions))
		diag_help(d, "the policy's `accounts` and `regions` would tell the repository from "
			     "what stands around it; `==` needs neither");
	else if (p->r->why == REFUSE_ARN)
		diag_help(d, "name the repositories: `repository in [\"…\"]`");
	if (p->r->why == REFUSE_QUOTE)
		diag_help(d, "`==` takes a text with quotation marks");
	if (p->r->why == REFUSE_SIZE)
		diag_help(d, "write several statements, each with a part of the values");
	help_rewrite(p, d);
	if (p->r->why == REFUSE_NOT_CARRIED && p->r->has_field && s->kind == STATEMENT_NOTIFY &&
	    p->mechanism != MECHANISM_EVENT &&
	    fields[p->r->field].can[MECHANISM_EVENT] == CAN_DIRECTLY)
		diag_help(d, "Security Hub's event has it: `source securityhub`");
	if (p->r->why == REFUSE_BOXES && event_of(p->mechanism))
		diag_help(d, "if the account's quota was raised, write it as `event-rules` under "
			     "`quotas` in vulnctl.yaml");
}

static struct span place_of(const struct report *p)
{
	const struct statement *s = p->unit->statement;

	if (p->r->why == REFUSE_SETS)
		return s->sets[0].span;
	if (p->r->why == REFUSE_STATUS && s->status_span.end)
		return s->status_span;
	if (p->atom && p->atom->span.end)
		return p->atom->span;
	return p->unit->statement->name_span;
}

/* A test may come from a define, a tier or the policy's defaults. */
static bool stands_in(struct span inner, struct span outer)
{
	return inner.start >= outer.start && inner.end <= outer.end;
}

/* "MECHANISM cannot …", the subject quoted, in the language of the run. */
static struct str statement_of(const struct report *p)
{
	bool named = p->r->has_field || p->r->has_group || p->r->why >= REFUSE_SIZE;

	return diag_piece(p->c->diags,
			  named ? texts[p->r->why].said
				: "%s cannot say the condition of `%s` exactly",
			  diag_word(p->c->diags, mechanism_title(p->mechanism)),
			  diag_quote(p->c->diags, subject(p)));
}

static struct report report_new(struct compilation *c, const struct unit *unit,
				enum mechanism mechanism, const struct refusal *r)
{
	struct report p = {.c = c, .unit = unit, .mechanism = mechanism, .r = r};

	p.tree = mechanism == MECHANISM_EVENT ? unit->guarded : unit->condition;
	p.atom = blamed_atom(&p);
	return p;
}

struct diag *refuse_report(struct compilation *c, const struct unit *unit, enum mechanism mechanism,
			   const struct refusal *r, const char *could)
{
	struct report p = report_new(c, unit, mechanism, r);
	struct engine *e = lower_engine(c->lower);
	struct diag *d;

	engine_clear_exhausted(e);
	engine_start_question(e);
	p.wanted = lower_cond(c->lower, p.tree, unit->view);
	pick_witness(&p);
	engine_clear_exhausted(e);
	if (p.witness && !confirm_witness(&p))
		return NULL;
	d = diag_error(c->diags, id_of(&p, could), place_of(&p), STR_FMT,
		       STR_ARG(statement_of(&p)));
	if (!stands_in(place_of(&p), unit->statement->span))
		diag_label(d, unit->statement->name_span, "for `%s`",
			   diag_quote(c->diags, unit->name));
	if (texts[r->why].note)
		diag_note(d, "%s", diag_word(c->diags, texts[r->why].note));
	note_limits(&p, d);
	if (p.witness)
		note_witness(&p, d);
	help_way_out(&p, d, could);
	return d;
}

void refuse_also(struct compilation *c, struct diag *d, const struct unit *unit,
		 enum mechanism mechanism, const struct refusal *r)
{
	struct report p = report_new(c, unit, mechanism, r);
	struct str text = statement_of(&p);

	if (texts[r->why].note)
		diag_note(d, STR_FMT " either: %s", STR_ARG(text),
			  diag_word(c->diags, texts[r->why].note));
	else
		diag_note(d, STR_FMT " either", STR_ARG(text));
	note_limits(&p, d);
}
