/* SPDX-License-Identifier: Apache-2.0
 *
 * In which language diagnostics speak. English costs a test of a pointer. */
#include "base/diag.h"

#include "base/diag_internal.h"

void diags_set_language(struct diags *d, enum diag_language language)
{
	d->japanese = language == DIAG_JAPANESE ? japanese_new(d->arena) : NULL;
}

const char *diag_word(const struct diags *d, const char *english)
{
	return d->japanese ? japanese_of(d->japanese, english) : english;
}

struct str diag_say(const struct diags *d, const char *format, va_list args)
{
	struct strbuf b;

	strbuf_init(&b, d->arena);
	strbuf_vprintf(&b, diag_word(d, format), args);
	return strbuf_str(&b);
}

struct str diag_piece(const struct diags *d, const char *format, ...)
{
	struct str text;
	va_list args;

	va_start(args, format);
	text = diag_say(d, format, args);
	va_end(args);
	return text;
}
