/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the documents of a file begin and end. Each step takes what it can from *at on, and says
 * whether there is anything left to be done with what has been read. */
#include "base/json_cut.h"
#include "base/json_scan.h"
#include "base/vec.h"
#include "finding/input_internal.h"

/* A text that is cut off anywhere looks wrong at most so many bytes before its end: a pair of
 * escapes is as long. */
#define LONGEST_TOKEN 12
#define MAX_CUTS ((size_t)4 << 10)
/* So far is looked for a second line. */
#define LOOK_AHEAD ((size_t)1 << 20)
/* The first bytes that tell what a file is. */
#define MAGIC 8

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_space(struct str text, size_t at)
{
	while (at < text.len && is_space(text.ptr[at]))
		at++;
	return at;
}

/* At the end of what was read: of the file, too? */
static bool wait_for_more(struct input *in, struct input_block *block)
{
	if (in->ended)
		input_fail(in, block, block->text.len, INPUT_ENDS_EARLY);
	return false;
}

/* A value is not whole. Is it wrong already, whatever comes? */
static bool is_hopeless(struct input *in, struct str text)
{
	struct json_scan s;
	const char *why;
	size_t offset;

	json_scan_start(&s, in->scratch, text);
	json_scan_skip(&s);
	arena_clear(in->scratch);
	return json_scan_failed(&s, &offset, &why) && offset + LONGEST_TOKEN < text.len;
}

/* As a document that is cut off: whoever reads it says what is wrong. */
static bool add_rest(struct input *in, struct input_block *block, size_t *at)
{
	if (input_add(in, block, *at, block->text.len))
		input_fail(in, block, block->text.len, INPUT_ENDS_EARLY);
	*at = block->text.len;
	return false;
}

/* A value goes on behind what was read. It alone is looked into, and only when it has grown beyond
 * a block: else there is more to be read for nothing. */
static bool wait_for_rest(struct input *in, struct input_block *block, size_t *at)
{
	bool grown = *at == 0 && block->text.len >= in->block_size && !block->n_cuts;

	if (in->ended || (grown && is_hopeless(in, block->text)))
		return add_rest(in, block, at);
	return false;
}

static bool at_start(struct input *in, struct input_block *block, size_t *at)
{
	static const struct {
		struct str begin;
		const char *why;
	} strange[] = {
		{{"\xFF\xFE", 2}, DIAG_TEXT("is UTF-16: UTF-8 is read")},
		{{"\xFE\xFF", 2}, DIAG_TEXT("is UTF-16: UTF-8 is read")},
		{{"PK\3\4", 4}, DIAG_TEXT("is a zip archive: what is in it is read")},
		{{"\x28\xB5\x2F\xFD", 4}, DIAG_TEXT("is packed by zstd: gzip or nothing is read")},
		{{"\xFD"
		  "7zXZ",
		  5},
		 DIAG_TEXT("is packed by xz: gzip or nothing is read")},
		{{"BZh", 3}, DIAG_TEXT("is packed by bzip2: gzip or nothing is read")},
	};

	if (block->text.len < MAGIC && !in->ended)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(strange); i++)
		if (str_starts(block->text, strange[i].begin)) {
			input_fail(in, block, 0, strange[i].why);
			return false;
		}
	/* Exports made on Windows begin with a byte order mark. */
	if (str_starts(block->text, STR("\xEF\xBB\xBF")))
		in->line_start = block->line_start = *at = 3;
	in->state = INPUT_AT_VALUE;
	return true;
}

/* Lines and rows are found by the thread that has the block. */
static bool in_lines(struct input *in, struct input_block *block, size_t *at)
{
	const char *last = memrchr(block->text.ptr + *at, '\n', block->text.len - *at);

	block->form = INPUT_LINES;
	block->next = *at;
	if (in->ended)
		*at = block->text.len;
	else if (last)
		*at = (size_t)(last + 1 - block->text.ptr);
	return false;
}

static bool in_rows(struct input *in, struct input_block *block, size_t *at)
{
	size_t end;

	block->form = INPUT_ROWS;
	if (!in->header.ptr) {
		end = input_row_end(block->text, *at);
		if (!end && !in->ended)
			return false;
		end = end ? end : block->text.len;
		in->header = str_copy(in->arena, str_slice(block->text, *at, end));
		*at = end;
	}
	block->header = in->header;
	block->next = *at;
	for (end = *at; end;) {
		*at = end;
		end = input_row_end(block->text, end);
	}
	if (!in->ended || *at == block->text.len)
		return false;
	if (input_row_open(block->text, *at))
		input_fail(in, block, *at, "a quoted field does not end");
	*at = block->text.len;
	return false;
}

static bool begin_list(struct input *in, const char *name, struct str head)
{
	in->list = name;
	in->head = head;
	in->index = 0;
	in->any = in->first = true;
	in->state = INPUT_AT_ITEM;
	return true;
}

/* Behind the last item, whose list's end is at *at. */
static bool end_list(struct input *in, size_t *at)
{
	++*at;
	in->apart = false;
	in->state = in->head.len ? INPUT_AT_TAIL : INPUT_AT_VALUE;
	return true;
}

/* The list of findings in this object, whole or cut off, that has `before` others before it. *to:
 * behind its bracket. */
static bool find_list(struct input *in, struct str object, unsigned before, size_t *to,
		      const char **name)
{
	static const char *const names[] = {"Findings", "findings"};
	struct json_scan s;
	struct str key;
	bool found = false;

	json_scan_start(&s, in->scratch, object);
	if (json_scan_enter(&s))
		while (!found && json_scan_key(&s, &key)) {
			size_t i = 0;

			while (i < ARRAY_LEN(names) && !str_is(key, names[i]))
				i++;
			if (i < ARRAY_LEN(names) && json_scan_kind(&s) == JSON_KIND_ARRAY) {
				*name = names[i];
				found = before-- == 0;
			}
			if (!found && !json_scan_skip(&s))
				break;
		}
	*to = found ? (size_t)(s.at + 1 - s.start) : 0;
	arena_clear(in->scratch);
	return found;
}

/* A first line that is no JSON is one of lines if the second line is some. *known: else more must
 * be read. */
static bool has_second_line(struct input *in, struct str text, bool *known)
{
	const char *first = memchr(text.ptr, '\n', text.len), *second;
	struct json_scan s;
	bool whole;

	*known = in->ended || text.len >= LOOK_AHEAD;
	if (!first)
		return false;
	text = str_slice(text, (size_t)(first + 1 - text.ptr), text.len);
	second = memchr(text.ptr, '\n', text.len);
	*known |= second != NULL;
	if (second)
		text = str_slice(text, 0, (size_t)(second - text.ptr));
	json_scan_start(&s, in->scratch, text);
	whole = json_scan_kind(&s) == JSON_KIND_OBJECT && json_scan_skip(&s) && json_scan_end(&s);
	arena_clear(in->scratch);
	return whole;
}

static bool begin_lines(struct input *in, struct input_block *block, size_t *at)
{
	in->state = INPUT_IN_LINES;
	return in_lines(in, block, at);
}

/* Into the list, `to` bytes from the beginning of the object at *at. */
static bool enter_list(struct input *in, struct input_block *block, size_t *at, size_t to,
		       const char *name)
{
	struct str head = str_slice(block->text, *at, *at + to);

	*at += to;
	return begin_list(in, name, str_copy(in->arena, head));
}

/* The object at *at is not whole. */
static bool at_open_object(struct input *in, struct input_block *block, size_t *at)
{
	struct str object = str_slice(block->text, *at, block->text.len);
	bool lines, known;
	const char *name;
	size_t to;

	if (find_list(in, object, 0, &to, &name))
		return enter_list(in, block, at, to, name);
	if (!in->any && (in->ended || is_hopeless(in, object))) {
		lines = has_second_line(in, object, &known);
		if (!known)
			return false;
		if (lines)
			return begin_lines(in, block, at);
	}
	return wait_for_rest(in, block, at);
}

/* Are there lines, told by this whole first object: it stands on one, and there are more? *known:
 * else more must be read. */
static bool are_lines(const struct input *in, struct str text, size_t at, size_t end, bool *known)
{
	size_t next = skip_space(text, end);

	*known = in->any || in->ended || next < text.len;
	return !in->any && next < text.len && memchr(text.ptr + at, '\n', end - at) == NULL &&
	       memchr(text.ptr + end, '\n', next - end) != NULL;
}

static bool at_object(struct input *in, struct input_block *block, size_t *at)
{
	size_t end = json_cut(block->text, *at), to;
	bool lines, known;
	const char *name;

	in->list = NULL;
	if (!end)
		return at_open_object(in, block, at);
	if (find_list(in, str_slice(block->text, *at, end), 0, &to, &name))
		return enter_list(in, block, at, to, name);
	lines = are_lines(in, block->text, *at, end, &known);
	if (lines)
		return begin_lines(in, block, at);
	if (!known)
		return false;
	if (!input_add(in, block, *at, end))
		return false;
	in->any = true;
	in->apart = false;
	*at = end;
	return true;
}

static bool at_value(struct input *in, struct input_block *block, size_t *at)
{
	size_t from = *at;

	*at = skip_space(block->text, from);
	if (*at > from && memchr(block->text.ptr + from, '\n', *at - from))
		in->apart = true;
	if (*at == block->text.len) {
		if (!in->any)
			return wait_for_more(in, block);
		if (in->ended)
			in->state = INPUT_AT_END;
		return false;
	}
	if (!in->any && block->text.ptr[*at] != '{' && block->text.ptr[*at] != '[') {
		in->state = INPUT_IN_ROWS;
		return in_rows(in, block, at);
	}
	if ((in->any && !in->apart) ||
	    (block->text.ptr[*at] != '{' && block->text.ptr[*at] != '[')) {
		input_fail(in, block, *at, "text after the end of the value");
		return false;
	}
	if (block->text.ptr[*at] == '{')
		return at_object(in, block, at);
	++*at;
	return begin_list(in, "", (struct str){NULL, 0});
}

static bool at_item(struct input *in, struct input_block *block, size_t *at)
{
	size_t end;

	*at = skip_space(block->text, *at);
	if (*at == block->text.len)
		return wait_for_more(in, block);
	if (block->text.ptr[*at] == ']' && in->first)
		return end_list(in, at);
	end = json_cut(block->text, *at);
	if (!end)
		return wait_for_rest(in, block, at);
	if (!input_add(in, block, *at, end))
		return false;
	in->first = false;
	in->state = INPUT_AT_COMMA;
	*at = end;
	return true;
}

static bool at_comma(struct input *in, struct input_block *block, size_t *at)
{
	*at = skip_space(block->text, *at);
	if (*at == block->text.len)
		return wait_for_more(in, block);
	if (block->text.ptr[*at] == ']')
		return end_list(in, at);
	if (block->text.ptr[*at] != ',') {
		input_fail(in, block, *at, "`,` or `]` is expected here");
		return false;
	}
	++*at;
	in->state = INPUT_AT_ITEM;
	return true;
}

/* The object around a list, without its items. */
static bool at_tail(struct input *in, struct input_block *block, size_t *at)
{
	size_t end = json_cut_open(block->text, *at, 1), offset = 0, head = in->head.len + 1;
	struct strbuf around;
	struct json_scan s;
	const char *why, *name;

	strbuf_init(&around, in->around);
	strbuf_add(&around, in->head);
	strbuf_addc(&around, ']');
	strbuf_add(&around, str_slice(block->text, *at, end ? end : block->text.len));
	json_scan_start(&s, in->scratch, strbuf_str(&around));
	json_scan_skip(&s);
	arena_clear(in->scratch);
	if (!json_scan_failed(&s, &offset, &why))
		why = find_list(in, strbuf_str(&around), 1, &offset, &name)
			      ? "a second list of findings"
			      : NULL;
	else if (!end && !in->ended && offset + LONGEST_TOKEN >= around.len)
		return arena_clear(in->around), false;
	arena_clear(in->around);
	if (why) {
		input_fail(in, block, *at + (offset > head ? offset - head : 0), why);
		return false;
	}
	in->state = INPUT_AT_VALUE;
	*at = end;
	return true;
}

static bool at_end(struct input *in, struct input_block *block, size_t *at)
{
	(void)in;
	(void)block;
	(void)at;
	return false;
}

size_t input_cut_block(struct input *in, struct input_block *block)
{
	static bool (*const steps[])(struct input *, struct input_block *, size_t *) = {
		[INPUT_AT_START] = at_start, [INPUT_AT_VALUE] = at_value,
		[INPUT_AT_ITEM] = at_item,   [INPUT_AT_COMMA] = at_comma,
		[INPUT_AT_TAIL] = at_tail,   [INPUT_IN_LINES] = in_lines,
		[INPUT_IN_ROWS] = in_rows,   [INPUT_AT_END] = at_end,
	};
	size_t at = 0;

	block->form = INPUT_DOCUMENTS;
	while (block->n_cuts < MAX_CUTS && steps[in->state](in, block, &at))
		;
	return at;
}

void input_fail(struct input *in, struct input_block *block, size_t at, const char *why)
{
	block->fault = input_fault_in(block, at, at, why);
	in->state = INPUT_AT_END;
}
