/* SPDX-License-Identifier: Apache-2.0
 *
 * From files to blocks: what a block does not use is the beginning of the next one. */
#include "finding/input_internal.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "model/limit.h"

/* Room for so many bytes: they move with all that is there. */
static char *room(struct arena *arena, char *bytes, size_t used, size_t *cap, size_t need)
{
	if (need <= *cap)
		return bytes;
	*cap = need < 2 * *cap ? 2 * *cap : need;
	return arena_regrow(arena, bytes, used, *cap, 1);
}

struct input *input_new(struct arena *arena, struct diags *d, const struct str *paths, size_t n,
			size_t block_size)
{
	struct input *in = ARENA_NEW(arena, struct input);
	const char **shown = ARENA_ARRAY(arena, const char *, n);

	for (size_t i = 0; i < n; i++)
		shown[i] = str_is(paths[i], "-") ? "<stdin>" : diag_quote(d, paths[i]);
	*in = (struct input){
		.arena = arena,
		.scratch = arena_new(),
		.around = arena_new(),
		.paths = paths,
		.shown = shown,
		.n_paths = n,
		.block_size = block_size,
		.state = INPUT_AT_END,
	};
	return in;
}

struct input *input_new_text(struct arena *arena, struct diags *d, struct str name, struct str text,
			     size_t block_size)
{
	struct str *both = ARENA_ARRAY(arena, struct str, 2);
	struct input *in;

	both[0] = name;
	both[1] = text;
	in = input_new(arena, d, both, 1, block_size);
	in->text = both + 1;
	return in;
}

static void end_file(struct input *in)
{
	if (in->open)
		file_input_close(&in->file);
	in->open = false;
	in->n_rest = 0;
	in->state = INPUT_AT_END;
}

void input_close(struct input *in)
{
	end_file(in);
	arena_free(in->scratch);
	arena_free(in->around);
}

void input_skip_file(struct input *in, size_t file)
{
	if (in->open && in->next_path == file + 1)
		end_file(in);
}

/* A fault without a place: the file could not be read. */
static void fail_reading(struct input *in, struct input_block *block, const char *why)
{
	block->fault = (struct input_fault){.why = why};
	in->state = INPUT_AT_END;
}

static void open_file(struct input *in, struct input_block *block)
{
	const char *why = NULL;

	block->file = in->next_path++;
	block->shown = in->shown[block->file];
	if (in->text)
		file_input_open_text(&in->file, in->arena, *in->text);
	else
		why = file_input_open(&in->file, in->arena, in->paths[block->file]);
	in->open = !why;
	in->state = INPUT_AT_START;
	in->n_rest = in->offset = in->line_start = 0;
	in->line = 1;
	in->ended = in->any = in->given = false;
	in->broken = NULL;
	in->header = (struct str){NULL, 0};
	if (why)
		fail_reading(in, block, why);
}

static void begin_block(struct input *in, struct input_block *block)
{
	block->file = in->next_path - 1;
	block->shown = in->shown[block->file];
	block->offset = in->offset;
	block->line = in->line;
	block->line_start = in->line_start;
	block->bytes = room(block->arena, block->bytes, 0, &block->cap,
			    in->n_rest > in->block_size ? in->n_rest : in->block_size);
	if (in->n_rest)
		memcpy(block->bytes, in->rest, in->n_rest);
	block->text = (struct str){block->bytes, in->n_rest};
	in->n_rest = 0;
}

/* Reads until the block holds `size` bytes, or all that is left. */
static void fill(struct input *in, struct input_block *block, size_t size)
{
	size_t got, len = block->text.len;

	if (in->ended || in->broken || size <= len)
		return;
	block->bytes = room(block->arena, block->bytes, len, &block->cap, size);
	in->broken = file_input_read(&in->file, block->bytes + len, size - len, &got);
	in->ended = !in->broken && got < size - len;
	block->text = (struct str){block->bytes, len + got};
}

#define CHUNK 64

#ifdef __SSE2__
/* The line ends among these bytes: a byte of each quarter counts its own. */
static inline __m128i add_line_ends(__m128i counts, const char *p)
{
	const __m128i *v = (const __m128i *)(const void *)p, end = _mm_set1_epi8('\n');

	counts = _mm_sub_epi8(counts, _mm_cmpeq_epi8(_mm_loadu_si128(v), end));
	counts = _mm_sub_epi8(counts, _mm_cmpeq_epi8(_mm_loadu_si128(v + 1), end));
	counts = _mm_sub_epi8(counts, _mm_cmpeq_epi8(_mm_loadu_si128(v + 2), end));
	return _mm_sub_epi8(counts, _mm_cmpeq_epi8(_mm_loadu_si128(v + 3), end));
}

static size_t count_chunks(struct str text, size_t *at)
{
	size_t n = 0;

	while (text.len - *at >= CHUNK) {
		__m128i counts = _mm_setzero_si128();
		uint64_t halves[2];

		/* A byte counts to 255. */
		for (unsigned i = 0; i < 63 && text.len - *at >= CHUNK; i++, *at += CHUNK)
			counts = add_line_ends(counts, text.ptr + *at);
		counts = _mm_sad_epu8(counts, _mm_setzero_si128());
		memcpy(halves, &counts, sizeof halves);
		n += halves[0] + halves[1];
	}
	return n;
}
#else
static size_t count_chunks(struct str text, size_t *at)
{
	(void)text;
	(void)at;
	return 0;
}
#endif

static size_t count_lines(struct str text)
{
	size_t at = 0, n = count_chunks(text, &at);

	for (; at < text.len; at++)
		n += text.ptr[at] == '\n';
	return n;
}

/* Lines of documents are few, and who takes them needs to know where they end, too. */
static size_t find_lines(struct input_block *block)
{
	const char *at = block->text.ptr, *end = at + block->text.len;

	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		at++;
		VEC_PUSH(block->arena, block->ends, (size_t)(at - block->text.ptr));
	}
	return block->ends.n;
}

/* Keeps what the block does not use for the next one. */
static void end_block(struct input *in, struct input_block *block, size_t used)
{
	size_t left = in->state == INPUT_AT_END ? 0 : block->text.len - used;
	const char *last;

	in->rest = room(in->arena, in->rest, 0, &in->cap_rest, left);
	if (left)
		memcpy(in->rest, block->bytes + used, left);
	in->n_rest = left;
	block->text.len = used;
	last = used ? memrchr(block->bytes, '\n', used) : NULL;
	if (last) {
		in->line +=
			block->form == INPUT_LINES ? find_lines(block) : count_lines(block->text);
		in->line_start = in->offset + (size_t)(last - block->bytes) + 1;
	}
	in->offset += used;
}

/* Of the open file: documents, a fault, both, or only space. */
static void take_block(struct input *in, struct input_block *block)
{
	size_t limit = (size_t)limits[LIMIT_document_size].value, size = in->block_size, used;

	begin_block(in, block);
	for (;;) {
		fill(in, block, size);
		used = input_cut_block(in, block);
		if (used || block->fault.why || in->ended || in->state == INPUT_AT_END)
			break;
		if (in->broken)
			fail_reading(in, block, in->broken);
		else if (block->text.len > limit)
			input_fail(in, block, 0, INPUT_TOO_LARGE);
		size = 2 * size < limit ? 2 * size : limit + 1;
	}
	end_block(in, block, used);
	/* At its end nothing can be waited for. */
	if (in->state == INPUT_AT_END || (in->ended && !used))
		end_file(in);
}

bool input_take(struct input *in, struct input_block *block)
{
	block->n_cuts = block->ends.n = block->next_end = block->next = block->counted_line = 0;
	block->fault = (struct input_fault){0};
	block->text = block->header = (struct str){NULL, 0};
	while (in->open || in->next_path < in->n_paths) {
		if (in->open)
			take_block(in, block);
		else
			open_file(in, block);
		if (block->fault.why || block->n_cuts ||
		    (block->form != INPUT_DOCUMENTS && block->text.len) ||
		    (!in->open && !in->given)) {
			in->given = true;
			return true;
		}
	}
	return false;
}
