/* SPDX-License-Identifier: Apache-2.0
 *
 * What the thread that has a block does with it: the documents one by one, and where they stand. */
#include "finding/input_internal.h"

#include "base/unicode.h"
#include "model/limit.h"

bool input_add(struct input *in, struct input_block *block, size_t at, size_t end)
{
	struct input_cut cut = {at, end - at, in->index, in->list};

	if (cut.len > (size_t)limits[LIMIT_document_size].value) {
		input_fail(in, block, at, INPUT_TOO_LARGE);
		return false;
	}
	if (block->n_cuts == block->cap_cuts) {
		block->cap_cuts = block->cap_cuts ? 2 * block->cap_cuts : 256;
		block->cuts =
			arena_regrow(block->arena, block->cuts, block->n_cuts * sizeof *block->cuts,
				     block->cap_cuts, sizeof *block->cuts);
	}
	block->cuts[block->n_cuts++] = cut;
	in->index += in->list != NULL;
	return true;
}

size_t input_row_end(struct str text, size_t at)
{
	bool quoted = false;

	for (; at < text.len; at++) {
		quoted ^= text.ptr[at] == '"';
		if (text.ptr[at] == '\n' && !quoted)
			return at + 1;
	}
	return 0;
}

bool input_row_open(struct str text, size_t at)
{
	bool quoted = false;

	for (; at < text.len; at++)
		quoted ^= text.ptr[at] == '"';
	return quoted;
}

/* The last line of a file may have no end. */
static size_t line_end(struct input_block *block, size_t at)
{
	while (block->next_end < block->ends.n) {
		size_t end = block->ends.items[block->next_end++];

		if (end > at)
			return end;
	}
	return block->text.len;
}

static struct str without_end(struct str line)
{
	if (line.len && line.ptr[line.len - 1] == '\n')
		line.len--;
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool is_blank(struct str text)
{
	size_t at = 0;

	while (at < text.len && memchr(" \t\r\n", text.ptr[at], 4))
		at++;
	return at == text.len;
}

bool input_next(struct input_block *block, struct input_doc *doc)
{
	if (block->form == INPUT_DOCUMENTS) {
		struct input_cut *cut = &block->cuts[block->next];

		if (block->next == block->n_cuts)
			return false;
		block->next++;
		*doc = (struct input_doc){
			.text = str_slice(block->text, cut->at, cut->at + cut->len),
			.at = cut->at,
			.list = cut->list,
			.index = cut->index,
		};
		return true;
	}
	while (block->next < block->text.len) {
		size_t at = block->next, end;

		if (block->form == INPUT_ROWS)
			end = input_row_end(block->text, at);
		else
			end = line_end(block, at);
		block->next = end ? end : block->text.len;
		*doc = (struct input_doc){
			.text = without_end(str_slice(block->text, at, block->next)), .at = at};
		if (!is_blank(doc->text))
			return true;
	}
	return false;
}

/* Counts lines to a place of the text. Places come in order, mostly: each byte is seen once. */
static void count_to(struct input_block *block, size_t at)
{
	const char *text = block->text.ptr, *end;

	if (at < block->counted || !block->counted_line) {
		block->counted = 0;
		block->counted_line = block->line;
		block->counted_start = block->line_start;
	}
	while (block->counted < at &&
	       (end = memchr(text + block->counted, '\n', at - block->counted))) {
		block->counted = (size_t)(end + 1 - text);
		block->counted_line++;
		block->counted_start = block->offset + block->counted;
	}
	block->counted = at;
}

struct input_fault input_fault_in(struct input_block *block, size_t from, size_t at,
				  const char *why)
{
	struct input_fault fault = {.why = why, .offset = block->offset + at};

	count_to(block, at);
	fault.line = block->counted_line;
	if (block->counted_start < block->offset + from)
		return fault;
	fault.column = 1;
	for (size_t i = block->counted_start - block->offset; i < at; fault.column++)
		unicode_next(block->text, &i);
	return fault;
}

struct input_fault input_fault_at(struct input_block *block, const struct input_doc *doc,
				  size_t offset, const char *why)
{
	return input_fault_in(block, doc->at, doc->at + offset, why);
}

struct str input_place(struct arena *arena, struct input_block *block, const struct input_doc *doc)
{
	if (doc->list)
		return str_printf(arena, "%s[%zu]", doc->list, doc->index);
	if (block->form == INPUT_DOCUMENTS)
		return (struct str){"", 0};
	count_to(block, doc->at);
	return str_printf(arena, "line %zu", block->counted_line);
}

void input_report(struct diags *d, const struct input_block *block, const struct input_fault *fault)
{
	if (!fault->line)
		diag_world(d, "cannot read `%s`: %s", block->shown, diag_word(d, fault->why));
	else if (fault->column)
		diag_world(d, "`%s`, line %zu, column %zu: %s", block->shown, fault->line,
			   fault->column, diag_word(d, fault->why));
	else
		diag_world(d, "`%s`, line %zu, byte %zu: %s", block->shown, fault->line,
			   fault->offset + 1, diag_word(d, fault->why));
}
