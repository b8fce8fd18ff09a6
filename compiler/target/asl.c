/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts of state machines. */
#include "target/asl.h"

#include "base/vec.h"

void asl_pair(struct json_writer *w, const char *key, const char *value)
{
	json_key(w, key);
	json_string(w, value);
}

void asl_number(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_int(w, value);
}

void asl_object(struct json_writer *w, const char *key)
{
	json_key(w, key);
	json_open_object(w);
}

void asl_open(struct json_writer *w, const char *name, const char *type)
{
	asl_object(w, name);
	asl_pair(w, "Type", type);
}

void asl_close(struct json_writer *w, const char *next)
{
	if (next)
		asl_pair(w, "Next", next);
	json_close_object(w);
}

void asl_choice(struct json_writer *w, const char *condition, const char *next)
{
	json_open_object(w);
	asl_pair(w, "Condition", condition);
	asl_pair(w, "Next", next);
	json_close_object(w);
}

void asl_errors(struct json_writer *w, const char *const *names, size_t n)
{
	json_key(w, "ErrorEquals");
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_string(w, names[i]);
	json_close_array(w);
}

/* Names of throttling are nowhere listed for these calls, so everything is tried again but the
 * errors of the API's model that a second try cannot change. */
void asl_retry(struct json_writer *w, const char *const *lasting, size_t n)
{
	static const char *const all[] = {"States.ALL"};

	json_key(w, "Retry");
	json_open_array(w);
	if (n) {
		json_open_object(w);
		asl_errors(w, lasting, n);
		asl_number(w, "MaxAttempts", 0);
		json_close_object(w);
	}
	json_open_object(w);
	asl_errors(w, all, ARRAY_LEN(all));
	asl_number(w, "IntervalSeconds", 2);
	asl_number(w, "BackoffRate", 2);
	asl_number(w, "MaxDelaySeconds", 120);
	asl_number(w, "MaxAttempts", 8);
	asl_pair(w, "JitterStrategy", "FULL");
	json_close_object(w);
	json_close_array(w);
}
