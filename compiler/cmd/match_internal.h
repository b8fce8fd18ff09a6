/* SPDX-License-Identifier: Apache-2.0
 *
 * The two ways of `match`: a pattern and events, or cases. */
#ifndef CMD_MATCH_INTERNAL_H
#define CMD_MATCH_INTERNAL_H

#include "base/file.h"
#include "base/json.h"
#include "cmd/run.h"
#include "eval/match.h"

struct match_job {
	struct run run;
	struct file_output *output;
	struct json_writer w;  /* what is not written yet */
	struct arena *scratch; /* for one document, and a few more */
	const struct match_pattern *pattern;
	size_t n_documents; /* so far */
	bool disagree;	    /* a case did */
};

/* One line. A written id is JSON as it stands; otherwise it is a text. */
void match_put(struct match_job *job, struct str id, bool written, bool valid, bool match);

/* A document of --cases. False if it is no case: *wrong says why. */
bool match_case(struct match_job *job, struct str text, struct match_wrong *wrong);

#endif
