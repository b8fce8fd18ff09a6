/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages, read back: the template and its paths become a text of the policy again. */
#include "target/message.h"

#include "model/limit.h"
#include "model/event.h"

static bool fail(const char **why, const char *what)
{
	*why = what;
	return false;
}

/* Does `$.a[0].b` lead to `a[].b`? */
static bool leads_to(struct str path, struct str place)
{
	size_t at = 2;

	if (!place.len || !str_starts(path, STR("$.")))
		return false;
	for (size_t i = 0; i < place.len; i++, at++) {
		if (at >= path.len || path.ptr[at] != place.ptr[i])
			return false;
		if (place.ptr[i] == '[' && (++at >= path.len || path.ptr[at] != '0'))
			return false;
	}
	return at == path.len;
}

/* Is the place, which is on images in ECR alone, one of all that is told of? */
static bool suffices(struct compilation *c, const struct unit *unit, enum field_id field)
{
	return !event_is_of_ecr(unit->mechanism, field) ||
	       !target_has_other_images(c, unit->wanted);
}

/* The field that the variable stands for, or -1. */
static int field_of(struct compilation *c, const struct unit *unit, const struct json *paths,
		    struct str variable)
{
	const struct json *path = json_get_str(paths, variable);

	enum mechanism m = unit->mechanism;

	for (enum field_id f = 0; f < FIELD_ALL && json_is(path, JSON_STRING); f++) {
		struct str text = json_text(path);

		if (leads_to(text, event_path(c->arena, m, event_image_place(m, f))) ||
		    (leads_to(text, event_path(c->arena, m, event_place(m, f))) &&
		     suffices(c, unit, f)))
			return (int)f;
	}
	return -1;
}

/* The text of the policy that the template was made of. */
static bool read_template(struct compilation *c, const struct unit *unit, const struct json *paths,
			  struct str text, struct str *message, const char **why)
{
	bool used[FIELD_ALL] = {false};
	size_t n_used = 0, end;
	struct strbuf b;
	int field;

	strbuf_init(&b, c->arena);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '<') {
			strbuf_puts(&b, text.ptr[i] == '{' ? "{" : "");
			strbuf_addc(&b, text.ptr[i]);
			continue;
		}
		for (end = i; end < text.len && text.ptr[end] != '>';)
			end++;
		field = field_of(c, unit, paths, str_slice(text, i + 1, end));
		if (end == text.len || field < 0)
			return fail(why, "sends a variable that is no field");
		n_used += !used[field];
		used[field] = true;
		strbuf_printf(&b, "{%s}", fields[field].name);
		i = end;
	}
	*message = strbuf_str(&b);
	return n_used == (paths ? paths->n : 0) || fail(why, "has a path that it does not send");
}

bool message_read(struct compilation *c, const struct unit *unit, const struct json *transformer,
		  const char **why)
{
	const struct json *paths = json_get(transformer, "InputPathsMap");
	const struct json *template = json_get(transformer, "InputTemplate"), *inside;
	struct json_error error;
	struct str message;

	if (!json_is(template, JSON_STRING) || transformer->n != (paths ? 2u : 1u) ||
	    (paths && !json_is(paths, JSON_OBJECT)))
		return fail(why, "has no message");
	if (json_text(template).len > (size_t)limits[LIMIT_event_input_template].value)
		return fail(why, "has a message that is longer than EventBridge takes");
	inside = json_parse(c->arena, json_text(template), &error);
	if (!json_is(inside, JSON_STRING))
		return fail(why, "has a message that is no text");
	return read_template(c, unit, paths, json_text(inside), &message, why) &&
	       (str_eq(message, unit->statement->message) ||
		fail(why, "sends another message than its statement"));
}
