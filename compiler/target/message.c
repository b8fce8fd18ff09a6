/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages, written. */
#include "target/message.h"

#include "model/limit.h"
#include "model/event.h"
#include "target/jsonata.h"

#include <string.h>

/* The next piece of a message: a field, or text up to the next one. */
struct piece {
	int field; /* -1: text */
	struct str text;
};

/* The checker has seen that every brace names a field or is double. */
static bool next_piece(struct str message, size_t *at, struct piece *piece)
{
	size_t from = *at, end = from;

	if (from >= message.len)
		return false;
	if (message.ptr[from] == '{' && from + 1 < message.len && message.ptr[from + 1] != '{') {
		while (end < message.len && message.ptr[end] != '}')
			end++;
		struct str name = str_slice(message, from + 1, end);
		int scan = field_find_scan(name);

		*piece = (struct piece){scan >= 0 ? scan : field_find(name), STR("")};
		*at = end + 1;
		return true;
	}
	if (message.ptr[from] == '{')
		end = from += 1; /* the second of two stands for both */
	for (end++; end < message.len && message.ptr[end] != '{';)
		end++;
	*piece = (struct piece){-1, str_slice(message, from, end)};
	*at = end;
	return true;
}

/* `resource.type` as EventBridge lets a variable be called. */
static struct str variable_of(struct arena *arena, enum field_id field)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (const char *c = fields[field].name; *c; c++)
		strbuf_addc(&b, *c == '.' ? '_' : *c);
	return strbuf_str(&b);
}

/* Where the event has the field on all that is told of; NULL: nowhere. */
static const char *place_of(struct compilation *c, const struct unit *unit, enum field_id field)
{
	if (!event_is_of_ecr(unit->mechanism, field))
		return event_place(unit->mechanism, field);
	target_use(c, unit);
	return target_has_other_images(c, unit->wanted) ? event_image_place(unit->mechanism, field)
							: event_place(unit->mechanism, field);
}

/* `$.detail.findings[0].Resources[0].Type` */
static struct str path_of(struct compilation *c, const struct unit *unit, enum field_id field)
{
	struct str path = event_path(c->arena, unit->mechanism, place_of(c, unit, field));
	struct strbuf b;

	strbuf_init(&b, c->arena);
	strbuf_puts(&b, "$.");
	for (size_t i = 0; i < path.len; i++) {
		strbuf_addc(&b, path.ptr[i]);
		if (path.ptr[i] == '[')
			strbuf_addc(&b, '0');
	}
	return strbuf_str(&b);
}

/* The template's text with its variables, in the quotes of a JSON string. */
static struct str template_of(struct compilation *c, struct str message)
{
	struct json_writer w;
	struct strbuf b;
	struct piece piece;

	strbuf_init(&b, c->arena);
	for (size_t at = 0; next_piece(message, &at, &piece);) {
		if (piece.field < 0)
			strbuf_add(&b, piece.text);
		else
			strbuf_printf(&b, "<" STR_FMT ">",
				      STR_ARG(variable_of(c->arena, (enum field_id)piece.field)));
	}
	json_begin(&w, c->arena, 0);
	json_str(&w, strbuf_str(&b));
	return json_end(&w);
}

static void write_paths(struct compilation *c, struct json_writer *w, const struct unit *unit,
			struct str message)
{
	bool named[FIELD_ALL] = {false}, some = false;
	struct piece piece;

	for (size_t at = 0; next_piece(message, &at, &piece);)
		if (piece.field >= 0)
			named[piece.field] = some = true;
	if (!some)
		return;
	json_key(w, "InputPathsMap");
	json_open_object(w);
	for (enum field_id f = 0; f < FIELD_ALL; f++)
		if (named[f]) {
			json_key_str(w, variable_of(c->arena, f));
			json_str(w, path_of(c, unit, f));
		}
	json_close_object(w);
}

void message_write(struct compilation *c, struct json_writer *w, const struct unit *unit)
{
	struct str message = unit->statement->message;

	json_open_object(w);
	write_paths(c, w, unit, message);
	json_key(w, "InputTemplate");
	json_str(w, template_of(c, message));
	json_close_object(w);
}

uint64_t message_rests_on(struct compilation *c, const struct unit *unit)
{
	uint64_t all = BIT(ASSUMPTION_A21);
	struct piece piece;

	if (unit->mechanism != MECHANISM_SCAN_EVENT)
		all |= BIT(ASSUMPTION_A1);
	for (size_t at = 0; next_piece(unit->statement->message, &at, &piece);) {
		enum field_id f = (enum field_id)piece.field;

		if (piece.field >= 0 &&
		    place_of(c, unit, f) != event_place(unit->mechanism, f))
			all |= BIT(ASSUMPTION_A37);
	}
	return all;
}

/* What is absent adds nothing. */
struct str message_expression(struct compilation *c, const struct unit *unit)
{
	struct piece piece;
	struct strbuf b;

	strbuf_init(&b, c->arena);
	strbuf_puts(&b, "{% ''");
	for (size_t at = 0; next_piece(unit->statement->message, &at, &piece);) {
		strbuf_puts(&b, " & ");
		if (piece.field < 0)
			jsonata_add_literal(&b, piece.text);
		else
			jsonata_add_field(&b, (enum field_id)piece.field);
	}
	strbuf_puts(&b, " %}");
	return strbuf_str(&b);
}

/* --- what cannot be sent --- */

static void check_channels(struct compilation *c, const struct statement *s)
{
	for (size_t i = 0; i < s->n_to; i++) {
		struct diag *d;

		if (!config_channel(c->policy->config, s->to[i])->event_bus_arn.len)
			continue;
		d = diag_error(c->diags, "VC005", s->to_spans[i],
			       "`%s` is an event bus, which takes events and no message",
			       diag_quote(c->diags, s->to[i]));
		diag_label(d, s->message_span, "the message");
		diag_help(d, "tell it in a notify of its own, without `message`");
	}
}

static void check_field(struct compilation *c, const struct unit *unit, enum field_id field)
{
	const struct statement *s = unit->statement;
	bool several = lower_is_group(fields[field].group, unit->view) ||
		       (field == FIELD_finding_type && unit->view == VIEW_MANY);

	if (!place_of(c, unit, field)) {
		struct diag *d;

		d = diag_error(c->diags, "VC503", s->message_span,
			       "the event of which `%s` tells has no `%s` to fill into a message",
			       diag_quote(c->diags, unit->name), fields[field].name);
		if (event_is_of_ecr(unit->mechanism, field))
			diag_help(d, "on images in ECR it has: `resource.type == ecr_image`");
	} else if (several) {
		diag_error(c->diags, "VC503", s->message_span,
			   "a finding of a product other than Inspector may have several `%s`, and "
			   "fills none into a message",
			   fields[field].name);
	}
}

void message_check(struct compilation *c, const struct unit *unit)
{
	const struct statement *s = unit->statement;
	long long most = limits[LIMIT_event_input_template].value;
	struct piece piece;

	check_channels(c, s);
	for (size_t at = 0; next_piece(s->message, &at, &piece);)
		if (piece.field >= 0)
			check_field(c, unit, (enum field_id)piece.field);
	if (memchr(s->message.ptr, '<', s->message.len) ||
	    memchr(s->message.ptr, '>', s->message.len))
		diag_error(c->diags, "VC005", s->message_span,
			   "EventBridge takes no `<` or `>` in a message");
	if (template_of(c, s->message).len > (size_t)most)
		diag_error(c->diags, "VC603", s->message_span,
			   "the message of `%s` is longer than the %lld characters that "
			   "EventBridge takes",
			   diag_quote(c->diags, unit->name), most);
}
