/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts and names of artefacts. */
#include "target/text.h"

#include "model/region.h"

static bool continues_scalar(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

struct str text_flat(struct arena *arena, struct str text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < text.len; i++) {
		bool breaks = text.ptr[i] == '\n' || text.ptr[i] == '\t';

		strbuf_addc(&b, breaks ? ' ' : text.ptr[i]);
	}
	return strbuf_str(&b);
}

struct str text_cut(struct compilation *c, const struct unit *unit, struct str text,
		    enum limit_id limit, const char *what)
{
	size_t most = (size_t)limits[limit].value, scalars = 0, end = 0;
	struct diag *d;

	text = text_flat(c->arena, text);
	for (size_t i = 0; i < text.len; i++) {
		if (continues_scalar(text.ptr[i]))
			continue;
		if (++scalars == most)
			end = i; /* where "…" stands if the text is too long */
	}
	if (scalars <= most)
		return text;
	d = diag_warning(c->diags, NULL, unit->statement->name_span,
			 "the %s of `%s` is cut at %zu characters", what,
			 diag_quote(c->diags, unit->name), most);
	diag_note(d, "%s", diag_word(c->diags, limits[limit].what));
	return str_printf(c->arena, STR_FMT "…", STR_ARG(str_slice(text, 0, end)));
}

struct str text_mark(struct arena *arena, struct str name)
{
	return str_printf(arena, "vulnctl " STR_FMT " ", STR_ARG(name));
}

struct str text_note(struct compilation *c, const struct unit *unit)
{
	struct str note = str_printf(c->arena, "vulnctl " STR_FMT " until " STR_FMT ": " STR_FMT,
				     STR_ARG(unit->statement->name), STR_ARG(unit->until),
				     STR_ARG(unit->reason));

	if (unit->statement->note.len)
		note = str_printf(c->arena, STR_FMT " " STR_FMT, STR_ARG(note),
				  STR_ARG(unit->statement->note));
	return text_cut(c, unit, note, LIMIT_note_text, "note");
}

struct str text_shared_note(struct compilation *c, const struct unit *unit)
{
	return str_printf(c->arena,
			  "vulnctl " STR_FMT " until " STR_FMT
			  ": the statements that share this rule stand in manifest.json",
			  STR_ARG(unit->name), STR_ARG(unit->until));
}

/* Names as long as there is room for them, and for how many are left. */
struct str text_shared_description(struct compilation *c, const struct unit *unit,
				   enum limit_id limit)
{
	size_t most = (size_t)limits[limit].value, left = 0;
	const struct statement *last = NULL;
	struct strbuf b;

	for (size_t i = 0; i < unit->n_members; i++) {
		left += unit->members[i]->statement != last;
		last = unit->members[i]->statement;
	}
	strbuf_init(&b, c->arena);
	strbuf_printf(&b, "vulnctl %s " STR_FMT,
		      unit->statement->kind == STATEMENT_SUPPRESS ? "suppress" : "assign",
		      STR_ARG(unit->name));
	if (unit->until.len)
		strbuf_printf(&b, " until " STR_FMT, STR_ARG(unit->until));
	strbuf_printf(&b, ", shared by %zu statements:", left);
	last = NULL;
	for (size_t i = 0; i < unit->n_members; i++) {
		const struct statement *s = unit->members[i]->statement;

		if (s == last)
			continue;
		if (b.len + s->name.len + sizeof ", … and 1000000 more" > most) {
			strbuf_printf(&b, " … and %zu more", left);
			break;
		}
		strbuf_printf(&b, "%s " STR_FMT, last ? "," : "", STR_ARG(s->name));
		last = s;
		left--;
	}
	return strbuf_str(&b);
}

struct str text_description(struct compilation *c, const struct unit *unit, enum limit_id limit)
{
	static const char *const kinds[] = {
		[STATEMENT_NOTIFY] = "notify",	 [STATEMENT_SUPPRESS] = "suppress",
		[STATEMENT_REOPEN] = "reopen",	 [STATEMENT_ASSIGN] = "assign",
		[STATEMENT_ACTION] = "action",	 [STATEMENT_LIFECYCLE] = "lifecycle",
		[STATEMENT_INSIGHT] = "insight", [STATEMENT_REVIEW] = "review",
	};
	const struct statement *s = unit->statement;
	struct strbuf b;

	strbuf_init(&b, c->arena);
	strbuf_printf(&b, "vulnctl %s " STR_FMT, unit->reopens ? "reopen" : kinds[s->kind],
		      STR_ARG(unit->reopens ? unit->name : s->name));
	if (unit->until.len)
		strbuf_printf(&b, " until " STR_FMT, STR_ARG(unit->until));
	if (s->owner.len)
		strbuf_printf(&b, ", owner " STR_FMT, STR_ARG(s->owner));
	if (unit->ticket.len)
		strbuf_printf(&b, ", ticket " STR_FMT, STR_ARG(unit->ticket));
	if (s->title.len)
		strbuf_printf(&b, ": " STR_FMT, STR_ARG(s->title));
	if (unit->reason.len)
		strbuf_printf(&b, ": " STR_FMT, STR_ARG(unit->reason));
	return text_cut(c, unit, strbuf_str(&b), limit, "description");
}

struct str text_aws_name(struct compilation *c, const struct unit *unit, size_t index)
{
	return str_printf(c->arena, STR_FMT STR_FMT, STR_ARG(c->policy->config->rule_prefix),
			  STR_ARG(target_name_of(c, unit, index)));
}

struct str text_placeholder(struct compilation *c, const char *name)
{
	struct str text = str_printf(c->arena, "${%s}", name);
	size_t i = 0;

	while (i < c->placeholders.n && !str_eq(c->placeholders.items[i], text))
		i++;
	if (i == c->placeholders.n)
		VEC_PUSH(c->arena, c->placeholders, text);
	c->placeholders_used |= BIT(i);
	return text;
}

static struct str text_account(struct compilation *c)
{
	const struct config_strings *accounts = &c->policy->config->deployment.accounts;

	return accounts->n == 1 ? accounts->items[0] : text_placeholder(c, "account");
}

/* Where something goes: every Region, which is one place only if there is one, or the home Region
 * if there is one. */
static int region_at(const struct compilation *c, bool everywhere)
{
	const struct config_deployment *deployment = &c->policy->config->deployment;

	if (deployment->home_region.len && !everywhere)
		return region_find(deployment->home_region);
	return deployment->regions.n == 1 ? region_find(deployment->regions.items[0]) : -1;
}

/* `arn:PARTITION:SERVICE:REGION:ACCOUNT:` and the resource. */
static struct str text_arn(struct compilation *c, bool everywhere, const char *service,
			   const char *kind, struct str name)
{
	int at = region_at(c, everywhere);
	struct str region = at < 0 ? text_placeholder(c, "region") : str_from(regions[at].name);
	struct str partition =
		at < 0 ? text_placeholder(c, "partition") : str_from(regions[at].partition);
	struct str account = text_account(c);

	return str_printf(c->arena, "arn:" STR_FMT ":%s:" STR_FMT ":" STR_FMT ":%s" STR_FMT,
			  STR_ARG(partition), service, STR_ARG(region), STR_ARG(account), kind,
			  STR_ARG(name));
}

struct str text_state_machine_arn(struct compilation *c, const struct unit *unit)
{
	return text_arn(c, unit_is_everywhere(unit), "states",
			"stateMachine:", text_aws_name(c, unit, 1));
}

struct str text_action_id(struct arena *arena, const struct unit *unit)
{
	struct strbuf id;

	strbuf_init(&id, arena);
	for (size_t i = 0; i < unit->name.len; i++) {
		char c = unit->name.ptr[i];

		if (c != '-' && c != '_' &&
		    strbuf_str(&id).len < (size_t)limits[LIMIT_action_id].value)
			strbuf_addc(&id, c);
	}
	return strbuf_str(&id);
}

struct str text_action_arn(struct compilation *c, const struct unit *unit)
{
	return text_arn(c, false, "securityhub", "action/custom/", text_action_id(c->arena, unit));
}

struct str text_role(struct compilation *c, const char *name)
{
	const struct config_roles *roles = &c->policy->config->roles;
	struct str given = str_is(str_from(name), "events")   ? roles->events
			   : str_is(str_from(name), "states") ? roles->states
							      : roles->scheduler;

	if (given.len)
		return given;
	return text_placeholder(c, str_cstr(c->arena, str_printf(c->arena, "role_%s", name)));
}
