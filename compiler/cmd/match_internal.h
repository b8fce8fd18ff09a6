/* SPDX-License-Identifier: Apache-2.0
 *
 * What both ways of `match` write. */
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
	struct arena *scratch; /* for one event or case, and a few more */
	bool disagree;	       /* a case did */
};

/* One line. A written id is JSON as it stands; otherwise it is a text. */
bool match_put(struct match_job *job, struct str id, bool written, bool valid, bool match);
/* What was in scratch is given up, if it is much. */
void match_tidy(struct match_job *job);
/* A problem of a text that is no policy: file, line and column in the message. */
void match_report(struct match_job *job, struct str path, struct str text,
		  const struct match_wrong *wrong);

/* --cases: false if not all of the file could be judged. */
bool match_cases(struct match_job *job, struct str path);

#endif
