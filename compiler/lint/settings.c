/* SPDX-License-Identifier: Apache-2.0
 *
 * Defaults, then vulnctl.yaml, then the command line. */
#include "lint/settings.h"

#include "base/civil.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "base/yaml.h"

struct reader {
	struct diags *d;
	struct lint_settings *s;
	bool good;
};

static const struct threshold {
	const char *name;
	int64_t value;
	bool days;
} thresholds[THRESHOLD_COUNT] = {
#define THRESHOLD(id, name, value, days, what) {name, value, days},
#include "lint/threshold.def"
#undef THRESHOLD
};

/* at: zero on the command line. */
static struct diag *wrong(struct reader *r, struct span at, const char *format, const char *text)
	__attribute__((format(printf, 3, 0)));

static struct diag *wrong(struct reader *r, struct span at, const char *format, const char *text)
{
	r->good = false;
	return diag_error(r->d, NULL, at, format, text);
}

static bool find_rule(struct reader *r, struct str text, struct span at, enum lint_id *rule)
{
	struct suggest near;
	struct diag *diag;

	*rule = lint_rule_find(text);
	if (*rule < RULE_COUNT)
		return true;
	diag = wrong(r, at, "there is no rule `%s`", diag_quote(r->d, text));
	suggest_init(&near, text);
	for (size_t i = 0; i < RULE_COUNT; i++)
		suggest_offer(&near, str_from(lint_rules[i].name));
	if (!suggest_found(&near))
		diag_help(diag, "`vulnctl list rules` shows them");
	else if (at.start)
		diag_fix(diag, at, near.best);
	else
		diag_help(diag, "did you mean `" STR_FMT "`?", STR_ARG(near.best));
	return false;
}

static void set_level(struct reader *r, struct str text, struct span at, enum lint_level level)
{
	enum lint_id rule;

	if (!find_rule(r, text, at, &rule))
		return;
	if (lint_rules[rule].standing == LINT_MISTAKE)
		wrong(r, at, "the level of `%s` cannot be set: such a policy does not compile",
		      lint_rules[rule].name);
	else if (lint_rules[rule].standing == LINT_LOCKED && level < lint_rules[rule].level)
		diag_help(
			wrong(r, at, "the level of `%s` cannot be lowered", lint_rules[rule].name),
			"let single problems stand with @allow, which takes a reason and an end");
	r->s->levels[rule] = level;
	r->s->is_set[rule] = true;
}

static void read_levels(struct reader *r, const struct yaml *levels)
{
	for (size_t i = 0; levels && i < levels->n; i++)
		set_level(r, levels->keys[i], levels->key_spans[i],
			  (enum lint_level)lint_level_find(levels->items[i]->text));
}

/* A number, or a duration; the configuration has looked at its shape. */
static int64_t number_of(struct str text, bool *is_duration)
{
	int64_t number = 0, unit = 1;

	*is_duration = true;
	switch (text.ptr[text.len - 1]) {
	case 'h':
		unit = NS_PER_HOUR;
		break;
	case 'd':
		unit = NS_PER_DAY;
		break;
	case 'w':
		unit = 7 * NS_PER_DAY;
		break;
	default:
		*is_duration = false;
	}
	for (size_t i = 0; i < text.len - *is_duration; i++)
		number = 10 * number + (text.ptr[i] - '0');
	return number > INT64_MAX / unit ? INT64_MAX : number * unit;
}

static void read_threshold(struct reader *r, struct str name, struct span at,
			   const struct yaml *value)
{
	bool is_duration;
	int64_t number;

	for (size_t i = 0; i < THRESHOLD_COUNT; i++) {
		if (!str_is(name, thresholds[i].name))
			continue;
		number = number_of(value->text, &is_duration);
		if (is_duration != thresholds[i].days)
			wrong(r, value->span,
			      thresholds[i].days ? "`%s` is a duration such as `30d`"
						 : "`%s` is a whole number",
			      thresholds[i].name);
		r->s->thresholds[i] = number;
		return;
	}
	diag_help(wrong(r, at, "there is no threshold `%s`", diag_quote(r->d, name)),
		  "the pages of the rules that have one say so under Configuration");
}

static void read_configuration(struct reader *r, const struct yaml *lint)
{
	const struct yaml *numbers = yaml_get(lint, "thresholds");
	const struct yaml *fail = yaml_get(lint, "fail_level");

	read_levels(r, yaml_get(lint, "levels"));
	for (size_t i = 0; numbers && i < numbers->n; i++)
		read_threshold(r, numbers->keys[i], numbers->key_spans[i], numbers->items[i]);
	if (fail)
		r->s->fail_level = (enum lint_level)lint_level_find(fail->text);
}

/* A rule that is off by default is told as a warning when somebody asks for it. */
static void enable(struct reader *r, struct str text)
{
	enum lint_id rule;

	if (!find_rule(r, text, (struct span){0}, &rule))
		return;
	r->s->levels[rule] = lint_rules[rule].level ? lint_rules[rule].level : LINT_WARN;
	r->s->is_set[rule] = lint_rules[rule].level == LINT_OFF;
}

static void choose_only(struct reader *r, const struct lint_choice *choice)
{
	enum lint_level before[RULE_COUNT];
	enum lint_id rule;

	/* What could not be checked is said all the same. */
	for (size_t i = 0; i < RULE_COUNT; i++) {
		before[i] = r->s->levels[i];
		if (i != RULE_analysis_incomplete)
			r->s->levels[i] = LINT_OFF;
	}
	for (size_t i = 0; i < choice->n_only; i++) {
		if (!find_rule(r, choice->only[i], (struct span){0}, &rule))
			continue;
		r->s->levels[rule] = before[rule];
		if (!before[rule])
			enable(r, choice->only[i]);
	}
}

static void choose(struct reader *r, const struct lint_choice *choice)
{
	int level;

	if (choice->n_only)
		choose_only(r, choice);
	for (size_t i = 0; i < choice->n_enable; i++)
		enable(r, choice->enable[i]);
	for (size_t i = 0; i < choice->n_disable; i++)
		set_level(r, choice->disable[i], (struct span){0}, LINT_OFF);
	if (!choice->fail_level.len)
		return;
	level = lint_level_find(choice->fail_level);
	if (level <= LINT_OFF)
		diag_help(wrong(r, (struct span){0}, "`%s` is no value of --fail-level",
				diag_quote(r->d, choice->fail_level)),
			  "it is one of error, warn, info");
	else
		r->s->fail_level = (enum lint_level)level;
}

const struct lint_settings *lint_settings_read(struct arena *arena, struct diags *d,
					       const struct config *config,
					       const struct lint_choice *choice)
{
	struct lint_settings *s = ARENA_NEW(arena, struct lint_settings);
	struct reader r = {.d = d, .s = s, .good = true};

	*s = (struct lint_settings){.fail_level = LINT_ERROR};
	for (size_t i = 0; i < RULE_COUNT; i++)
		s->levels[i] = lint_rules[i].level;
	for (size_t i = 0; i < THRESHOLD_COUNT; i++)
		s->thresholds[i] = thresholds[i].value * (thresholds[i].days ? NS_PER_DAY : 1);
	read_configuration(&r, config->lint);
	choose(&r, choice);
	return r.good ? s : NULL;
}
