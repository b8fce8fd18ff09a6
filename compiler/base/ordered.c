/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets: a piece has the number of its taking, and waits for its turn to be counted and given. */
#include "base/ordered.h"

#include <pthread.h>
#include <sched.h>

struct line {
	const struct ordered *steps;
	void *shared;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	size_t taken, counted, given; /* pieces so far */
	bool over;		      /* nothing is taken any more */
	bool stopped;		      /* nor given */
};

struct place {
	struct line *line;
	void *worker;
	pthread_t thread;
};

/* With the lock. */
static bool take(struct line *line, void *worker, size_t *ticket)
{
	if (line->over || !line->steps->take(line->shared, worker)) {
		line->over = true;
		return false;
	}
	*ticket = line->taken++;
	return true;
}

static void wait_until(struct line *line, const size_t *done, size_t ticket)
{
	while (*done != ticket)
		pthread_cond_wait(&line->moved, &line->lock);
}

static void count(struct line *line, void *worker, size_t ticket)
{
	pthread_mutex_lock(&line->lock);
	wait_until(line, &line->counted, ticket);
	line->steps->count(line->shared, worker);
	line->counted++;
	pthread_cond_broadcast(&line->moved);
	pthread_mutex_unlock(&line->lock);
}

static void *go_round(void *argument)
{
	struct place *place = argument;
	struct line *line = place->line;
	size_t ticket;

	pthread_mutex_lock(&line->lock);
	while (take(line, place->worker, &ticket)) {
		pthread_mutex_unlock(&line->lock);
		line->steps->read(place->worker);
		count(line, place->worker, ticket);
		line->steps->work(place->worker);
		pthread_mutex_lock(&line->lock);
		wait_until(line, &line->given, ticket);
		/* What was taken behind the end is let go. */
		if (!line->stopped && !line->steps->give(line->shared, place->worker))
			line->stopped = line->over = true;
		line->given++;
		pthread_cond_broadcast(&line->moved);
	}
	pthread_mutex_unlock(&line->lock);
	return NULL;
}

void ordered_run(const struct ordered *steps, void *shared, void *const *workers, size_t n)
{
	struct line line = {.steps = steps, .shared = shared};
	struct place places[ORDERED_MAX];
	size_t others = 0;

	pthread_mutex_init(&line.lock, NULL);
	pthread_cond_init(&line.moved, NULL);
	for (size_t i = 0; i < n && i < ORDERED_MAX; i++)
		places[i] = (struct place){.line = &line, .worker = workers[i]};
	while (others + 1 < n && others + 1 < ORDERED_MAX &&
	       pthread_create(&places[others + 1].thread, NULL, go_round, &places[others + 1]) == 0)
		others++;
	go_round(&places[0]);
	for (size_t i = 1; i <= others; i++)
		pthread_join(places[i].thread, NULL);
	pthread_cond_destroy(&line.moved);
	pthread_mutex_destroy(&line.lock);
}

size_t ordered_cores(void)
{
	cpu_set_t set;
	size_t n = 1;

	if (sched_getaffinity(0, sizeof set, &set) == 0)
		n = (size_t)CPU_COUNT(&set);
	return n < 1 ? 1 : n > ORDERED_MAX ? ORDERED_MAX : n;
}
