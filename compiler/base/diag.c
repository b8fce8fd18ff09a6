/* SPDX-License-Identifier: Apache-2.0
 *
 * The collector: takes diagnostics in any number. Texts are escaped when they come in, so that no
 * renderer can forget it; formats are ours, and said in the language of the run. */
#include "base/diag.h"

#include <string.h>

#include "base/diag_internal.h"
#include "base/unicode.h"

#define TEXT_BYTES 2048	  /* of one diagnostic: message, labels, notes and help */
#define HELP_RESERVE 512  /* of these, what notes leave to the help */
#define PLACES_PER_DIAG 8 /* labels, and fixes */
#define KEPT_PER_LEVEL 10000
#define QUOTE_BYTES 200

struct diags *diags_new(struct arena *arena, struct sources *sources)
{
	struct diags *d = ARENA_NEW(arena, struct diags);

	d->arena = arena;
	d->sources = sources;
	return d;
}

struct diags *diags_again(struct arena *arena, struct sources *sources, const struct diags *d)
{
	struct diags *again = diags_new(arena, sources);

	again->japanese = d->japanese;
	again->show_all = d->show_all;
	return again;
}

/* One line: a line feed is escaped like any other control character. */
static struct str escape_line(struct arena *arena, struct str text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	unicode_escape(&b, text);
	return strbuf_str(&b);
}

bool diag_is_command(struct str line)
{
	while (line.len) {
		size_t at = 0;

		if (!unicode_space(unicode_next(line, &at)))
			break;
		line = str_slice(line, at, line.len);
	}
	return str_starts(line, STR("::"));
}

/* Several lines: line feeds stay, and no line but the first, which follows "note: ", may read as
 * a command. */
static struct str escape_lines(struct arena *arena, struct str text)
{
	struct strbuf b;
	bool first = true;

	strbuf_init(&b, arena);
	for (;; first = false) {
		const char *end = text.len ? memchr(text.ptr, '\n', text.len) : NULL;
		size_t n = end ? (size_t)(end - text.ptr) : text.len;
		struct str line = str_slice(text, 0, n);

		if (!first && diag_is_command(line))
			strbuf_addc(&b, '\\');
		unicode_escape(&b, line);
		if (!end)
			break;
		strbuf_addc(&b, '\n');
		text = str_slice(text, n + 1, text.len);
	}
	return strbuf_str(&b);
}

/* The part of a text for which there is room, `reserve` bytes kept free. */
static struct str take_room(struct diag *diag, struct str text, size_t reserve)
{
	size_t room = diag->room > reserve ? diag->room - reserve : 0, n;

	if (text.len <= room) {
		diag->room -= text.len;
		return text;
	}
	n = unicode_boundary(text, room);
	diag->cut += text.len - n;
	diag->room -= n;
	if (!n)
		return STR("");
	return str_printf(diag->owner->arena, STR_FMT "…", (int)n, text.ptr);
}

static int exit_code_of(enum diag_cause cause)
{
	static const int codes[] = {
		[CAUSE_LINT] = 0, [CAUSE_POLICY] = 2, [CAUSE_WORLD] = 3, [CAUSE_BUG] = 4};

	return codes[cause];
}

/* Sources are few (256 at most), and one follows the other. */
static void count_unkept(struct diags *d, struct span at)
{
	const struct source *source = sources_locate(d->sources, at.start).source;
	size_t i = d->unkept.n;

	while (i > 0 && d->unkept.items[i - 1].source != source)
		i--;
	if (i == 0) {
		VEC_PUSH(d->arena, d->unkept, ((struct diag_unkept){.source = source}));
		i = d->unkept.n;
	}
	d->unkept.items[i - 1].n++;
}

/* NULL when too many of this level are kept already: it is counted then, and nothing more. */
static struct diag *add(struct diags *d, enum diag_level level, enum diag_cause cause,
			const char *id, struct span at, const char *format, va_list args)
{
	struct diag *diag;

	d->counts[level]++;
	if (level == DIAG_ERROR && exit_code_of(cause) > d->exit_code)
		d->exit_code = exit_code_of(cause);
	if (d->kept[level] == KEPT_PER_LEVEL) {
		count_unkept(d, at);
		return NULL;
	}
	d->kept[level]++;
	diag = ARENA_NEW(d->arena, struct diag);
	*diag = (struct diag){
		.owner = d,
		.level = level,
		.cause = cause,
		.id = id,
		.at = at,
		.room = TEXT_BYTES,
		.seq = d->all.n,
	};
	diag->message =
		take_room(diag, escape_line(d->arena, diag_say(d, format, args)), HELP_RESERVE);
	VEC_PUSH(d->arena, d->all, diag);
	return diag;
}

static enum diag_cause cause_of(const char *id)
{
	return id ? CAUSE_POLICY : CAUSE_WORLD;
}

struct diag *diag_error(struct diags *d, const char *id, struct span at, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = add(d, DIAG_ERROR, cause_of(id), id, at, format, args);
	va_end(args);
	return diag;
}

struct diag *diag_warning(struct diags *d, const char *id, struct span at, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = add(d, DIAG_WARNING, cause_of(id), id, at, format, args);
	va_end(args);
	return diag;
}

struct diag *diag_info(struct diags *d, const char *id, struct span at, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = add(d, DIAG_INFO, cause_of(id), id, at, format, args);
	va_end(args);
	return diag;
}

struct diag *diag_lint(struct diags *d, enum diag_level level, const char *id, const char *rule,
		       struct span at, const char *format, va_list args)
{
	struct diag *diag = add(d, level, CAUSE_LINT, id, at, format, args);

	if (diag)
		diag->rule = rule;
	return diag;
}

struct diag *diag_config(struct diags *d, const char *id, struct span at, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = add(d, DIAG_ERROR, CAUSE_WORLD, id, at, format, args);
	va_end(args);
	return diag;
}

struct diag *diag_world(struct diags *d, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = add(d, DIAG_ERROR, CAUSE_WORLD, NULL, (struct span){0}, format, args);
	va_end(args);
	return diag;
}

struct diag *diag_bug(struct diags *d, struct span at, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = add(d, DIAG_ERROR, CAUSE_BUG, NULL, at, format, args);
	va_end(args);
	diag_note(diag, "this is a bug in vulnctl, not in the policy; please report it");
	return diag;
}

static void add_part(struct diag *diag, struct diag_part part)
{
	diag->n[part.kind]++;
	VEC_PUSH(diag->owner->arena, diag->parts, part);
}

static void add_text(struct diag *diag, enum diag_part_kind kind, struct str raw)
{
	struct str text = escape_lines(diag->owner->arena, raw);

	text = take_room(diag, text, kind == PART_HELP ? 0 : HELP_RESERVE);
	if (text.len)
		add_part(diag, (struct diag_part){.kind = kind, .text = text});
}

void diag_note(struct diag *diag, const char *format, ...)
{
	va_list args;

	if (!diag)
		return;
	va_start(args, format);
	add_text(diag, PART_NOTE, diag_say(diag->owner, format, args));
	va_end(args);
}

void diag_witness(struct diag *diag, const char *format, ...)
{
	va_list args;

	if (!diag)
		return;
	va_start(args, format);
	add_text(diag, PART_WITNESS, diag_say(diag->owner, format, args));
	va_end(args);
}

void diag_help(struct diag *diag, const char *format, ...)
{
	va_list args;

	if (!diag)
		return;
	va_start(args, format);
	add_text(diag, PART_HELP, diag_say(diag->owner, format, args));
	va_end(args);
}

void diag_label(struct diag *diag, struct span at, const char *format, ...)
{
	struct str text;
	va_list args;

	if (!diag)
		return;
	va_start(args, format);
	text = escape_line(diag->owner->arena, diag_say(diag->owner, format, args));
	va_end(args);
	if (diag->n[PART_LABEL] == PLACES_PER_DIAG) {
		diag->cut += text.len;
		return;
	}
	text = take_room(diag, text, HELP_RESERVE);
	if (text.len)
		add_part(diag, (struct diag_part){.kind = PART_LABEL, .at = at, .text = text});
}

static void add_fix(struct diag *diag, struct span at, struct str text, bool unsafe)
{
	struct diag_part part = {.kind = PART_FIX, .at = at, .unsafe = unsafe};

	if (!diag || !at.start)
		return;
	part.text = str_copy(diag->owner->arena, text);
	if (diag->n[PART_FIX] == PLACES_PER_DIAG) {
		diag->cut += text.len;
		diag->fixes_cut = true;
	} else {
		add_part(diag, part);
	}
}

void diag_fix(struct diag *diag, struct span at, struct str text)
{
	add_fix(diag, at, text, false);
}

void diag_fix_unsafe(struct diag *diag, struct span at, struct str text)
{
	add_fix(diag, at, text, true);
}

void diag_allow(struct diag *diag, struct str reason, struct str until)
{
	diag->allowed = true;
	diag->allowed_reason = escape_line(diag->owner->arena, reason);
	diag->allowed_until = escape_line(diag->owner->arena, until);
}

void diag_name(struct diag *diag, struct str fingerprint)
{
	diag->fingerprint = fingerprint;
}

const char *diag_quote(struct diags *d, struct str text)
{
	struct strbuf b;

	strbuf_init(&b, d->arena);
	for (size_t at = 0; at < text.len;) {
		size_t before = b.len;

		/* The message puts backticks around it: one inside must not seem to end it. */
		if (text.ptr[at] == '`') {
			strbuf_puts(&b, "\\`");
			at++;
		} else {
			unicode_escape_next(&b, text, &at);
		}
		if (b.len > QUOTE_BYTES) {
			b.len = before;
			strbuf_puts(&b, "…");
			break;
		}
	}
	return str_cstr(d->arena, strbuf_str(&b));
}

size_t diags_take(struct diags *d, const char *id, struct diag ***taken)
{
	size_t n = 0, kept = 0;

	*taken = ARENA_ARRAY(d->arena, struct diag *, d->kept[DIAG_WARNING] + 1);
	for (size_t i = 0; i < d->all.n; i++) {
		struct diag *diag = d->all.items[i];

		if (diag->level == DIAG_WARNING && diag->cause == CAUSE_POLICY &&
		    strcmp(diag->id, id) == 0)
			(*taken)[n++] = diag;
		else
			d->all.items[kept++] = diag;
	}
	d->all.n = kept;
	d->kept[DIAG_WARNING] -= n;
	d->counts[DIAG_WARNING] -= n;
	return n;
}

void diag_adopt(struct diag *taken, enum diag_level level, const char *rule)
{
	struct diags *d = taken->owner;

	taken->level = level;
	taken->cause = CAUSE_LINT;
	taken->rule = rule;
	d->counts[level]++;
	d->kept[level]++;
	VEC_PUSH(d->arena, d->all, taken);
}

struct diag *diags_at(const struct diags *d, size_t i)
{
	return i < d->all.n ? d->all.items[i] : NULL;
}

const char *diag_id(const struct diag *diag)
{
	return diag->id;
}

struct span diag_place(const struct diag *diag)
{
	return diag->at;
}

enum diag_level diag_level(const struct diag *diag)
{
	return diag->level;
}

bool diag_is_allowed(const struct diag *diag)
{
	return diag->allowed;
}

void diag_know(struct diag *diag)
{
	diag->known = true;
}

bool diag_is_known(const struct diag *diag)
{
	return diag->known;
}

bool diag_is_lint(const struct diag *diag)
{
	return diag->cause == CAUSE_LINT;
}

struct str diag_message(const struct diag *diag)
{
	return diag->message;
}

struct str diag_fingerprint(const struct diag *diag)
{
	return diag->fingerprint;
}

bool diag_edit_at(const struct diag *diag, size_t i, struct diag_edit *edit)
{
	for (size_t p = 0; p < diag->parts.n && !diag->fixes_cut; p++) {
		const struct diag_part *part = &diag->parts.items[p];

		if (part->kind != PART_FIX || i--)
			continue;
		*edit = (struct diag_edit){part->at, part->text, part->unsafe};
		return true;
	}
	return false;
}

void diags_show_all(struct diags *d)
{
	d->show_all = true;
}

size_t diags_unkept(const struct diags *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->unkept.n; i++)
		n += d->unkept.items[i].n;
	return n;
}

size_t diags_count(const struct diags *d, enum diag_level level)
{
	return d->counts[level];
}

int diags_exit_code(const struct diags *d)
{
	return d->exit_code;
}
