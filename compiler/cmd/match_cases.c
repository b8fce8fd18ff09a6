/* SPDX-License-Identifier: Apache-2.0
 *
 * `match --cases`: lines {"id", "valid", "match", "pattern", "event"}, where pattern and event are
 * JSON or strings that hold its text (for what a line of JSON cannot hold: the same key twice,
 * say). Without an event the pattern alone is judged. */
#include "cmd/match_internal.h"

#include "base/json_scan.h"

struct recorded {
	struct str id, pattern, event; /* id as it is written */
	bool has_pattern, valid, match;
};

static bool take_written(struct json_scan *s, struct str *text)
{
	const char *start;

	json_scan_kind(s); /* to where it begins */
	start = s->at;
	if (!json_scan_skip(s))
		return false;
	*text = (struct str){start, (size_t)(s->at - start)};
	return true;
}

/* The text of a value: what a string holds, or the value as it is written. */
static bool take_text(struct json_scan *s, struct str *text)
{
	return json_scan_kind(s) == JSON_KIND_STRING ? json_scan_string(s, text)
						     : take_written(s, text);
}

/* What has a place in a line; another one is none. */
static bool take_id(struct json_scan *s, struct str *id)
{
	enum json_kind kind = json_scan_kind(s);

	return kind == JSON_KIND_STRING || kind == JSON_KIND_NUMBER ? take_written(s, id)
								    : json_scan_skip(s);
}

static bool take_flag(struct json_scan *s, bool *flag)
{
	*flag = json_scan_kind(s) == JSON_KIND_TRUE;
	return json_scan_skip(s);
}

static bool take_member(struct json_scan *s, struct str key, struct recorded *c)
{
	if (str_is(key, "id"))
		return take_id(s, &c->id);
	if (str_is(key, "pattern")) {
		c->has_pattern = true;
		return take_text(s, &c->pattern);
	}
	if (str_is(key, "event"))
		return take_text(s, &c->event);
	if (str_is(key, "valid"))
		return take_flag(s, &c->valid);
	if (str_is(key, "match"))
		return take_flag(s, &c->match);
	return json_scan_skip(s);
}

static bool read_case(struct match_job *job, struct str text, struct recorded *c,
		      struct match_wrong *wrong)
{
	struct json_scan s;
	struct str key;

	*c = (struct recorded){.id = STR("null"), .valid = true};
	*wrong = (struct match_wrong){.why = "a case is an object with a `pattern`"};
	json_scan_start(&s, job->scratch, text);
	if (json_scan_kind(&s) == JSON_KIND_OBJECT && json_scan_enter(&s)) {
		while (json_scan_key(&s, &key))
			if (!take_member(&s, key, c))
				break;
		json_scan_end(&s);
	}
	if (json_scan_failed(&s, &wrong->offset, &wrong->why))
		return false;
	return c->has_pattern;
}

static void disagree(struct match_job *job, const struct recorded *c, bool valid, bool match,
		     const struct match_wrong *wrong)
{
	static const char *const words[] = {"false", "true"};
	bool quoted = str_starts(c->id, STR("\""));
	struct diag *diag;

	job->disagree = true;
	diag = diag_warning(
		job->run.diags, NULL, (struct span){0},
		"case `%s` is judged valid %s, match %s; it says valid %s, match %s",
		diag_quote(job->run.diags, quoted ? str_slice(c->id, 1, c->id.len - 1) : c->id),
		words[valid], words[match], words[c->valid], words[c->match]);
	if (wrong->why)
		diag_note(diag, "at byte %zu: %s", wrong->offset,
			  diag_word(job->run.diags, wrong->why));
}

static void judge(struct match_job *job, const struct recorded *c)
{
	struct match_event event = {0};
	struct match_wrong wrong = {0};
	const struct match_pattern *pattern;
	size_t at = 0;

	pattern = match_compile(job->scratch, c->pattern, &at, &wrong);
	at = 0;
	if (pattern && c->event.len &&
	    !match_event(pattern, job->scratch, c->event, &at, &event, &wrong))
		event.match = false;
	if (!pattern != !c->valid || event.match != c->match)
		disagree(job, c, pattern != NULL, event.match, &wrong);
	match_put(job, c->id, true, pattern != NULL, event.match);
}

bool match_case(struct match_job *job, struct str text, struct match_wrong *wrong)
{
	struct recorded c;

	if (!read_case(job, text, &c, wrong))
		return false;
	judge(job, &c);
	return true;
}
