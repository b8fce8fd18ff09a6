/* SPDX-License-Identifier: Apache-2.0
 *
 * All findings of one text, for those who look at them more than once. */
#include "base/vec.h"
#include "finding/batch.h"

struct collector {
	struct arena *arena;
	VEC(struct finding *) findings;
};

static void collect(void *worker, const struct batch *batch)
{
	struct collector *c = worker;

	for (size_t i = 0; i < batch->n; i++)
		VEC_PUSH(c->arena, c->findings, batch->findings[i]);
}

static bool go_on(void *worker, const struct batch *batch)
{
	(void)worker;
	(void)batch;
	return true;
}

struct finding **findings_read(struct arena *arena, struct diags *d, const char *shown_name,
			       struct str text, size_t *n)
{
	struct collector c = {.arena = arena};
	struct str name = str_from(shown_name);
	void *worker = &c;
	struct batch_run run = {
		.arena = arena,
		.diags = d,
		.paths = &name,
		.n_paths = 1,
		.text = &text,
		.keep = true,
		/* A file that is no larger than a page takes no more. */
		.block_size = text.len < INPUT_BLOCK ? text.len + 1 : INPUT_BLOCK,
		.workers = &worker,
		.n_workers = 1,
		.work = collect,
		.give = go_on,
	};
	bool good = batch_run(&run);

	*n = good ? c.findings.n : 0;
	return good ? c.findings.items : NULL;
}
