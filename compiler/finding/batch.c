/* SPDX-License-Identifier: Apache-2.0
 *
 * The rounds of base/ordered on the blocks of input: what a thread found goes into its batch, what
 * is said of it is said in order. */
#include "finding/batch.h"

#include "base/ordered.h"
#include "base/vec.h"

/* So many documents of a file that are no findings are named; all are counted. */
#define NAMED_STRANGERS 5

struct stranger {
	struct str place;
	struct reading reading;
};

struct strangers {
	struct stranger named[NAMED_STRANGERS];
	size_t n;
};

struct worker {
	const struct batch_run *run;
	void *user;
	struct reader *reader;
	struct reader_report *report; /* of the rows of a file */
	size_t report_file;
	struct input_block block;
	struct arena *scratch; /* of the findings */
	VEC(struct finding *) findings;
	VEC(struct input_fault) faults; /* of documents */
	struct strangers strangers;
	bool broken; /* the rest of the file is of no use */
	struct batch batch;
};

struct shared {
	const struct batch_run *run;
	struct input *in;
	bool good, over; /* over: nothing more counts */
	size_t findings;
	/* Of the file that is given. */
	const char *shown;
	size_t file, in_file; /* findings */
	bool faulty, lost;    /* lost: nothing more of it counts */
	struct strangers strangers;
};

/* --- a thread's own --- */

static void note_stranger(struct strangers *list, struct str place, const struct reading *reading)
{
	if (list->n < NAMED_STRANGERS)
		list->named[list->n] = (struct stranger){place, *reading};
	list->n++;
}

static void take_readings(struct worker *w, const struct input_doc *doc,
			  const struct reading *readings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (readings[i].finding)
			VEC_PUSH(w->scratch, w->findings, readings[i].finding);
		else
			note_stranger(&w->strangers, input_place(w->scratch, &w->block, doc),
				      &readings[i]);
}

static bool read_document(struct worker *w, const struct input_doc *doc)
{
	const struct reading *readings;
	struct json_scan scan;
	const char *why;
	size_t n, offset;

	json_scan_start(&scan, w->scratch, doc->text);
	if (reader_next(w->reader, &scan, &readings, &n) && json_scan_end(&scan)) {
		take_readings(w, doc, readings, n);
		return true;
	}
	if (json_scan_failed(&scan, &offset, &why))
		VEC_PUSH(w->scratch, w->faults, input_fault_at(&w->block, doc, offset, why));
	return false;
}

/* The columns of the block's rows; false: they are none that are known. */
static bool read_header(struct worker *w)
{
	const char *why = NULL;

	if (!w->report || w->report_file != w->block.file)
		w->report = reader_report(w->reader, w->block.header, &why);
	w->report_file = w->block.file;
	if (!w->report)
		VEC_PUSH(w->scratch, w->faults, ((struct input_fault){why, 1, 1, 0}));
	return w->report;
}

static bool read_row(struct worker *w, const struct input_doc *doc)
{
	struct finding *finding;
	const char *why;
	size_t offset;

	finding = reader_row(w->reader, w->report, w->scratch, doc->text, &offset, &why);
	if (finding)
		VEC_PUSH(w->scratch, w->findings, finding);
	else
		VEC_PUSH(w->scratch, w->faults, input_fault_at(&w->block, doc, offset, why));
	return finding;
}

static void read_block(void *worker)
{
	struct worker *w = worker;
	struct input_doc doc;

	if (!w->run->keep)
		arena_clear(w->scratch);
	w->findings.items = NULL;
	w->findings.n = w->findings.cap = 0;
	w->faults.items = NULL;
	w->faults.n = w->faults.cap = 0;
	w->strangers.n = 0;
	w->broken = w->block.form == INPUT_ROWS && !read_header(w);
	while (!w->broken && input_next(&w->block, &doc))
		if (!(w->block.form == INPUT_ROWS ? read_row : read_document)(w, &doc))
			w->broken = !w->run->keep_going || w->block.form == INPUT_DOCUMENTS;
}

static void work_on_block(void *worker)
{
	struct worker *w = worker;

	if (w->batch.n)
		w->run->work(w->user, &w->batch);
}

/* --- one at a time, in order --- */

static bool take_block(void *shared, void *worker)
{
	struct shared *s = shared;
	struct worker *w = worker;

	if (s->run->keep) {
		w->block.bytes = NULL;
		w->block.cap = 0;
	}
	return !s->over && input_take(s->in, &w->block);
}

static void report_stranger(struct shared *s, struct diag *diag, const struct stranger *stranger)
{
	const struct reading *r = &stranger->reading;
	struct str where = stranger->place, what = str_from(diag_word(s->run->diags, r->why));

	if (r->event.len)
		what = diag_piece(s->run->diags, "the event `%s`: " STR_FMT,
				  diag_quote(s->run->diags, r->event), STR_ARG(what));
	if (r->place.len)
		where = str_printf(s->run->arena, STR_FMT "%s" STR_FMT, STR_ARG(where),
				   where.len && r->place.ptr[0] != '[' ? "." : "",
				   STR_ARG(r->place));
	if (where.len)
		diag_note(diag, STR_FMT ": " STR_FMT, STR_ARG(where), STR_ARG(what));
	else
		diag_note(diag, "it is " STR_FMT, STR_ARG(what));
}

/* All blocks of a file were given. */
static void end_file(struct shared *s)
{
	struct strangers *list = &s->strangers;
	struct diag *diag = NULL;

	if (!s->shown || s->lost || (s->faulty && !s->in_file))
		return;
	if (!s->in_file) {
		s->good = false;
		s->over = !s->run->keep_going;
		diag = diag_world(s->run->diags, "`%s` holds no finding", s->shown);
	} else if (list->n) {
		diag = diag_warning(s->run->diags, NULL, (struct span){0},
				    "`%s`: %zu of %zu documents are no findings and are left out",
				    s->shown, list->n, list->n + s->in_file);
	}
	for (size_t i = 0; i < list->n && i < NAMED_STRANGERS; i++)
		report_stranger(s, diag, &list->named[i]);
	if (list->n > NAMED_STRANGERS)
		diag_note(diag, "and %zu more", list->n - NAMED_STRANGERS);
}

static void begin_file(struct shared *s, const struct input_block *block)
{
	if (s->shown && s->file == block->file)
		return;
	end_file(s);
	s->shown = block->shown;
	s->file = block->file;
	s->in_file = s->strangers.n = 0;
	s->faulty = s->lost = false;
}

static struct str kept(struct shared *s, struct str text)
{
	return str_copy(s->run->arena, text);
}

static void keep_strangers(struct shared *s, const struct strangers *from)
{
	for (size_t i = 0; i < from->n && i < NAMED_STRANGERS; i++) {
		struct stranger named = from->named[i];

		if (s->strangers.n + i >= NAMED_STRANGERS)
			break;
		named.place = kept(s, named.place);
		named.reading.place = kept(s, named.reading.place);
		named.reading.event = kept(s, named.reading.event);
		s->strangers.named[s->strangers.n + i] = named;
	}
	s->strangers.n += from->n;
}

/* Says what is wrong with the block's documents, and behind them. */
static void report_faults(struct shared *s, struct worker *w)
{
	struct diags *d = s->run->diags;
	bool fault = w->block.fault.why && !w->broken;

	for (size_t i = 0; i < w->faults.n; i++)
		input_report(d, &w->block, &w->faults.items[i]);
	if (fault)
		input_report(d, &w->block, &w->block.fault);
	if (!w->faults.n && !fault)
		return;
	s->faulty = true;
	s->good = false;
	s->lost = fault || w->broken;
	s->over = !s->run->keep_going;
	if (s->lost)
		input_skip_file(s->in, s->file);
}

/* What comes behind something malformed counts for nothing. */
static void count_block(void *shared, void *worker)
{
	struct shared *s = shared;
	struct worker *w = worker;

	begin_file(s, &w->block);
	w->batch = (struct batch){.findings = w->findings.items,
				  .first = s->findings,
				  .file = w->block.file,
				  .end = w->block.offset + w->block.text.len};
	if (s->over || s->lost)
		return;
	w->batch.n = w->findings.n;
	s->findings += w->findings.n;
	s->in_file += w->findings.n;
	keep_strangers(s, &w->strangers);
	report_faults(s, w);
}

static bool give_block(void *shared, void *worker)
{
	struct shared *s = shared;
	struct worker *w = worker;
	bool given = !w->batch.n || s->run->give(w->user, &w->batch);

	s->good &= given;
	return given;
}

static struct worker *make_worker(const struct batch_run *run, size_t i)
{
	struct worker *w = ARENA_NEW(run->arena, struct worker);
	/* Else no other thread has a part in them. */
	struct arena *own = run->keep ? run->arena : arena_new();

	w->run = run;
	w->user = run->workers[i];
	w->reader = reader_new(own, run->wanted);
	w->block.arena = own;
	w->scratch = run->keep ? run->arena : arena_new();
	return w;
}

static void free_worker(struct worker *w)
{
	arena_free(w->scratch);
	arena_free(w->block.arena);
}

bool batch_run(const struct batch_run *run)
{
	static const struct ordered steps = {take_block, read_block, count_block, work_on_block,
					     give_block};
	struct shared s = {.run = run, .good = true};
	void **workers = ARENA_ARRAY(run->arena, void *, run->n_workers);

	s.in = run->text ? input_new_text(run->arena, run->diags, run->paths[0], *run->text,
					  run->block_size)
			 : input_new(run->arena, run->diags, run->paths, run->n_paths,
				     run->block_size);
	for (size_t i = 0; i < run->n_workers; i++)
		workers[i] = make_worker(run, i);
	ordered_run(&steps, &s, workers, run->n_workers);
	if (!s.over)
		end_file(&s);
	input_close(s.in);
	for (size_t i = 0; i < run->n_workers && !run->keep; i++)
		free_worker(workers[i]);
	return s.good;
}
