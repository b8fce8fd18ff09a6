/* SPDX-License-Identifier: Apache-2.0
 *
 * vulnctl.yaml: the whole schema with its defaults, and every way to get it wrong. */
#include "model/config.h"

#include <string.h>
#include <sys/stat.h>

#include "base/vec.h"
#include "model/limit.h"
#include "place.h"

static struct arena *arena;
static struct sources *sources;
static struct diags *diags;

static struct config *read_str(struct str text)
{
	sources = sources_new(arena);
	diags = diags_new(arena, sources);
	return config_read(arena, diags, sources_add(sources, STR("vulnctl.yaml"), text));
}

/* What stands behind `version: 1`. */
static struct config *read_rest(const char *rest)
{
	return read_str(str_printf(arena, "version: 1\n%s\n", rest));
}

/* Every key of language.md §7. */
static const char whole[] =
	"version: 1\n"
	"channels:\n"
	"  slack-security: {sns_topic_arn: \"arn:aws:sns:ap-northeast-1:111122223333:security\"}\n"
	"  pagerduty: {event_bus_arn: "
	"\"arn:aws:events:ap-northeast-1:111122223333:event-bus/incidents\"}\n"
	"buckets:\n"
	"  findings-archive: {name: example-findings, prefix: \"inspector/\", kms_key_arn: "
	"\"arn:aws:kms:ap-northeast-1:111122223333:key/\xE2\x80\xA6\", owner: \"111122223333\"}\n"
	"repositories: [app/web, app/api, project-a-front]\n"
	"event_bus: default\n"
	"rule_prefix: vulnctl-\n"
	"rule_order: {first: 100, last: 899}\n"
	"pack: auto\n"
	"quotas: {automation-rules: 100, event-rules: 300, event-pattern-size: 2048, "
	"inspector-suppressions: 500, insights: 100, action-targets: 50}\n"
	"environments:\n"
	"  prod:    {accounts: [\"111122223333\"], regions: [ap-northeast-1, us-east-1], "
	"home_region: ap-northeast-1}\n"
	"  staging: {accounts: [\"444455556666\"], regions: [ap-northeast-1], channels: "
	"{slack-security: {sns_topic_arn: \"arn:aws:sns:ap-northeast-1:444455556666:security\"}}}\n"
	"owners: [security-team, oseto]\n"
	"ticket_pattern: \"SEC-[0-9]+\"\n"
	"roles: {events: \"arn:aws:iam::111122223333:role/vulnctl-events\", scheduler: "
	"\"arn:aws:iam::111122223333:role/vulnctl-scheduler\", states: "
	"\"arn:aws:iam::111122223333:role/vulnctl-states\"}\n"
	"schedule_timezone: Asia/Tokyo\n"
	"fields: {priority: [\"1\", \"2\", \"3\", \"4\"]}\n"
	"lint: {levels: {no-ticket: warn}, thresholds: {weak-narrowing: 4, "
	"too-many-suppressions: 50, expiry-too-far: 365d}, fail_level: error}\n"
	"output: out\n";

static bool is_default_but_lists(const struct config *c)
{
	return str_is(c->event_bus, "default") && str_is(c->rule_prefix, "vulnctl-") &&
	       c->order_first == 100 && c->order_last == 899 && c->pack &&
	       c->quotas.automation_rules == 100 && c->quotas.event_rules == 300 &&
	       c->quotas.event_pattern_size == 2048 && c->quotas.inspector_suppressions == 500 &&
	       c->quotas.insights == 100 && c->quotas.action_targets == 50;
}

static void test_whole(void)
{
	struct config *c = read_str(str_from(whole));
	const struct config_channel *channel;
	const struct config_bucket *bucket;

	if (!ok(c && diags_exit_code(diags) == 0, "every key of the language page"))
		return;
	ok(str_is(c->path, "vulnctl.yaml") && is_default_but_lists(c), "its defaults");
	channel = config_channel(c, STR("pagerduty"));
	ok(c->n_channels == 2 && channel && !channel->sns_topic_arn.len &&
		   str_ends(channel->event_bus_arn, STR("event-bus/incidents")) &&
		   str_is(sources_text(sources, channel->span), "pagerduty"),
	   "channels");
	ok(!config_channel(c, STR("page")), "and none that is not there");
	bucket = config_bucket(c, STR("findings-archive"));
	ok(bucket && str_is(bucket->bucket, "example-findings") &&
		   str_is(bucket->prefix, "inspector/") && str_is(bucket->owner, "111122223333") &&
		   bucket->kms_key_arn.len,
	   "buckets");
	ok(c->repositories.n == 3 && str_is(c->repositories.items[2], "project-a-front"),
	   "repositories");
	ok(c->n_environments == 2 && str_is(c->environments[0].name, "prod") &&
		   str_is(c->environments[1].name, "staging") && !c->deployment.environment.len &&
		   !c->deployment.accounts.n && !c->deployment.home_region.len,
	   "environments, none of which is chosen");
	ok(c->has_owners && c->owners.n == 2, "owners");
	ok(str_is(c->ticket_pattern, "SEC-[0-9]+"), "the pattern of tickets");
	ok(str_ends(c->roles.events, STR("-events")) && str_ends(c->roles.states, STR("-states")) &&
		   str_ends(c->roles.scheduler, STR("-scheduler")),
	   "roles");
	ok(str_is(c->schedule_timezone, "Asia/Tokyo") && str_is(c->output, "out"), "texts");
	ok(c->n_fields == 1 && str_is(c->fields[0].key, "priority") && c->fields[0].values.n == 4,
	   "fields");
	ok(yaml_get(yaml_get(c->lint, "levels"), "no-ticket") != NULL, "lint");
}

static void test_defaults(void)
{
	static const char *const zones[] = {"UTC",
					    "Asia/Kolkata",
					    "Etc/GMT+9",
					    "America/Port-au-Prince",
					    "America/North_Dakota/New_Salem",
					    "America/Argentina/Buenos_Aires"};

	struct config *c = read_rest("");

	ok(c && is_default_but_lists(c) && !c->n_channels && !c->has_owners && !c->lint &&
		   !c->n_environments && !c->ticket_pattern.len && !c->output.len,
	   "nothing but the version: the defaults");
	ok(is_default_but_lists(config_default(arena)) && !config_default(arena)->path.len,
	   "no file at all: the same");
	c = read_rest("channels:\nowners:\nrepositories: []\nlint:\nenvironments:\n  a:\n");
	ok(c && !c->n_channels && !c->has_owners && c->n_environments == 1,
	   "lists and mappings with nothing in them");
	c = read_rest("owners: []\npack: never\nrule_prefix: ''\nquotas: {insights: 7}\n"
		      "rule_order: {last: 100}");
	ok(c && c->has_owners && !c->owners.n && !c->pack && c->quotas.insights == 7 &&
		   c->quotas.event_rules == 300 && c->order_first == 100 && c->order_last == 100,
	   "what is written replaces the defaults key by key");
	c = read_rest("event_bus: NO");
	ok(c && str_is(c->event_bus, "NO"), "NO stays NO");
	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		ok(read_rest(str_cstr(
			   arena, str_printf(arena, "schedule_timezone: %s", zones[i]))) != NULL,
		   "the time zone %s", zones[i]);
}

static const struct config *choose(const struct config *config, const char *name)
{
	return config ? config_choose(arena, diags, config, str_from(name)) : NULL;
}

/* Every kind of value stands at the top and in the environment `all`; names of both come before,
 * between and behind. */
static const char overridden[] =
	"channels:\n"
	"  b: {sns_topic_arn: 'arn:aws:sns:us-east-1:111122223333:b'}\n"
	"  d: {sns_topic_arn: 'arn:aws:sns:us-east-1:111122223333:d'}\n"
	"buckets:\n"
	"  b: {name: top-b, prefix: p/, owner: '111122223333'}\n"
	"  d: {name: top-d}\n"
	"roles: {events: 'arn:aws:iam::111122223333:role/e', states: "
	"'arn:aws:iam::111122223333:role/s'}\n"
	"quotas: {insights: 7, event-rules: 8}\n"
	"rule_order: {first: 300, last: 500}\n"
	"environments:\n"
	"  none:\n"
	"  all:\n"
	"    accounts: ['444455556666']\n"
	"    regions: [us-east-1, eu-west-1]\n"
	"    home_region: eu-west-1\n"
	"    channels:\n"
	"      e: {sns_topic_arn: 'arn:aws:sns:us-east-1:444455556666:e'}\n"
	"      d: {event_bus_arn: 'arn:aws:events:us-east-1:444455556666:event-bus/d'}\n"
	"      c: {sns_topic_arn: 'arn:aws:sns:us-east-1:444455556666:c'}\n"
	"      a: {sns_topic_arn: 'arn:aws:sns:us-east-1:444455556666:a'}\n"
	"    buckets: {b: {name: own-b}, a: {name: own-a}}\n"
	"    roles: {events: 'arn:aws:iam::444455556666:role/e', scheduler: "
	"'arn:aws:iam::444455556666:role/c'}\n"
	"    quotas: {insights: 9, action-targets: 10}\n"
	"    rule_order: {last: 400}\n";

static void test_environment(void)
{
	struct config *top = read_rest(overridden);
	const struct config *c = choose(top, "all");
	const struct config_channel *d;
	const struct config_bucket *b;
	bool found = true;

	if (!ok(c && top && diags_exit_code(diags) == 0, "an environment is chosen"))
		return;
	ok(str_is(c->deployment.environment, "all") && c->deployment.accounts.n == 1 &&
		   str_is(c->deployment.accounts.items[0], "444455556666") &&
		   c->deployment.regions.n == 2 &&
		   str_is(c->deployment.regions.items[1], "eu-west-1") &&
		   str_is(c->deployment.home_region, "eu-west-1"),
	   "where it is deployed to");
	for (size_t i = 0; i < 5; i++)
		found &= config_channel(c, str_slice(STR("abcde"), i, i + 1)) != NULL;
	d = config_channel(c, STR("d"));
	ok(c->n_channels == 5 && found && d->event_bus_arn.len && !d->sns_topic_arn.len,
	   "a channel replaces the whole one of its name, and the others stay");
	b = config_bucket(c, STR("b"));
	ok(c->n_buckets == 3 && str_is(b->bucket, "own-b") && !b->prefix.len && !b->owner.len &&
		   str_is(config_bucket(c, STR("d"))->bucket, "top-d") &&
		   config_bucket(c, STR("a")),
	   "so does a bucket");
	ok(str_contains(c->roles.events, STR("444455556666")) &&
		   str_contains(c->roles.states, STR("111122223333")) &&
		   str_contains(c->roles.scheduler, STR("444455556666")),
	   "roles one by one");
	ok(c->quotas.insights == 9 && c->quotas.event_rules == 8 &&
		   c->quotas.action_targets == 10 && c->quotas.automation_rules == 100,
	   "quotas one by one");
	ok(c->order_first == 300 && c->order_last == 400, "both ends of the order");
	c = choose(top, "none");
	ok(c && c->n_channels == 2 && c->n_buckets == 2 && c->quotas.insights == 7 &&
		   c->order_last == 500 && str_is(c->deployment.environment, "none") &&
		   !c->deployment.accounts.n,
	   "an environment that says nothing is the top level");
	ok(top->n_channels == 2 && config_channel(top, STR("d"))->sns_topic_arn.len &&
		   top->quotas.insights == 7 && top->order_last == 500,
	   "and the top level is what it was");
	c = choose(read_rest("environments: {a: {channels: {x: {sns_topic_arn: "
			     "'arn:aws:sns:us-east-1:444455556666:x'}}}}"),
		   "a");
	ok(c && c->n_channels == 1 && config_channel(c, STR("x")) && is_default_but_lists(c),
	   "a channel of the environment alone");
}

/* What is said about a name that is no environment. */
static void test_no_environment(void)
{
	static const struct {
		const char *rest, *name, *says;
	} rows[] = {
		{"environments: {prod: {}, staging: {}}", "prd", "help: did you mean `prod`?"},
		{"environments: {prod: {}, staging: {}}", "zzzzzz",
		 "note: its environments are `prod`, `staging`"},
		{"environments: {prod: {}}", "Prod", "`vulnctl.yaml` has no environment `Prod`"},
		{"environments: {prod: {}}", "", "has no environment ``"},
		{"environments: {}", "prod", "note: it has no `environments`"},
		{"output: x", "a\x1b[1mb", "no environment `a\\u{1b}[1mb`"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct config *c = choose(read_rest(rows[i].rest), rows[i].name);
		struct str shown = diags_text(diags, arena, false);

		if (!ok(!c && str_contains(shown, str_from(rows[i].says)) &&
				diags_exit_code(diags) == 3 && diags_count(diags, DIAG_ERROR) == 1,
			"no environment: %s", rows[i].says))
			printf("# " STR_FMT, STR_ARG(shown));
	}
}

/* Each has one error, with exit code 3, at the place and of the words given. */
static const struct {
	const char *rest, *says;
} wrong[] = {
	{"chanels: {}", "vulnctl.yaml:2:1: error[VC906]: `chanels` is no key of vulnctl.yaml"},
	{"chanels: {}", "help: write `channels` instead of `chanels`"},
	{"zzz: 1", "note: its keys are `version`, `channels`"},
	{"roles: {event: x}", "2:9: error[VC906]: `event` is no key of `roles`"},
	{"a: 1\na: 2", "3:1: error: `a` stands twice"},
	{"channels: [a]", "2:11: error: `channels` takes a mapping, and here stands a list"},
	{"channels: {a: x}", "`a` takes a mapping, and here stands a text"},
	{"channels: {a: {}}", "channel `a` needs either"},
	{"channels: {a: }", "2:12: error: channel `a` needs either"},
	{"channels: {a: {sns_topic_arn: 'arn:aws:sns:us-east-1:111122223333:t', event_bus_arn: "
	 "'arn:aws:events:us-east-1:111122223333:event-bus/b'}}",
	 "channel `a` needs either"},
	{"channels: {a--b: {sns_topic_arn: 'arn:aws:sns:us-east-1:111122223333:t'}}",
	 "`channels`: `a--b` is not a name"},
	{"channels: {1a: {sns_topic_arn: 'arn:aws:sns:us-east-1:111122223333:t'}}",
	 "`1a` is not a name"},
	{"channels: {a: {sns_topic_arn: 'arn:aws:sqs:us-east-1:111122223333:t'}}",
	 "is not the ARN of an SNS topic"},
	{"channels: {a: {sns_topic_arn: 'arn:gcp:sns:us-east-1:111122223333:t'}}",
	 "is not the ARN"},
	{"channels: {a: {sns_topic_arn: 'arn:aws:sns::111122223333:t'}}", "is not the ARN"},
	{"channels: {a: {sns_topic_arn: 'arn:aws:sns:us-east-1:11112222333:t'}}", "is not the ARN"},
	{"channels: {a: {sns_topic_arn: 'arn:aws:sns:us-east-1:111122223333:'}}", "is not the ARN"},
	{"channels: {a: {sns_topic_arn: 'arn:aws:sns:us-east-1:111122223333'}}", "is not the ARN"},
	{"channels: {a: {sns_topic_arn: 'arn:aws:sns:us-east-1:111122223333:a b'}}",
	 "is not the ARN"},
	{"channels: {a: {event_bus_arn: 'arn:aws:events:us-east-1:111122223333:rule/b'}}",
	 "is not the ARN of an event bus"},
	{"buckets: {b: {}}", "bucket `b` needs `name`"},
	{"buckets: {b: {name: B}}", "`name`: `B` is not the name of an S3 bucket"},
	{"buckets: {b: {name: bbb, kms_key_arn: 'arn:aws:kms:us-east-1:111122223333:x'}}",
	 "is not the ARN of a KMS key"},
	{"buckets: {b: {name: bbb, owner: 11112222333}}", "`11112222333` is not an account id"},
	{"repositories: app", "`repositories` takes a list, and here stands a text"},
	{"repositories: [App]", "`repositories`: `App` is not the name of an ECR repository"},
	{"repositories: [a]", "is not the name of an ECR repository"},
	{"repositories: [/aa]", "is not the name of an ECR repository"},
	{"repositories: [[aa]]", "takes the name of an ECR repository, and here stands a list"},
	{"repositories: [aa, ]\nowners: [a, '']", "`owners`: `` is not a text"},
	{"repositories: [aa, bb, aa]", "2:24: error: `repositories`: `aa` stands twice"},
	{"event_bus:", "takes the name or ARN of an event bus, and here stands nothing"},
	{"event_bus: a b", "`a b` is not the name or ARN of an event bus"},
	{"rule_prefix: a b", "`rule_prefix`: `a b` is not"},
	{"rule_prefix: \xE3\x81\x82", "is not a prefix made of"},
	{"rule_order: {first: 0}", "`first`: `0` is not a whole number from 1 to 1000"},
	{"rule_order: {last: 1001}", "`last`: `1001` is not"},
	{"rule_order: {first: 900}", "`rule_order`: first (900) is greater than last (899)"},
	{"rule_order: {first: 1e2}", "`1e2` is not a whole number"},
	{"rule_order: {first: -1}", "`-1` is not a whole number"},
	{"rule_order: {first: 0x10}", "`0x10` is not a whole number"},
	{"rule_order: {first: 99999999999999999999}", "is not a whole number"},
	{"rule_order: {first: }", "takes a whole number from 1 to 1000, and here stands nothing"},
	{"pack: yes", "`pack`: `yes` is not `auto` or `never`"},
	{"quotas: {insights: 0}", "`insights`: `0` is not a whole number"},
	{"quotas: {event-pattern-size: 4097}", "`4097` is not a whole number from 1 to 4096"},
	{"quotas: {event_rules: 1}", "help: write `event-rules` instead of `event_rules`"},
	{"environments: [prod]", "`environments` takes a mapping"},
	{"environments: {-x: {}}", "`-x` is not a name"},
	{"environments: {p: {accounts: [12345678901]}}", "`12345678901` is not an account id"},
	{"environments: {p: {accounts: [1234567890123]}}", "is not an account id"},
	{"environments: {p: {regions: [ap-northeast-9]}}", "`ap-northeast-9` is not a Region"},
	{"environments: {p: {regions: [ap-notheast-1]}}", "did you mean `ap-northeast-1`?"},
	{"environments: {p: {home_region: tokyo}}", "`home_region`: `tokyo` is not a Region"},
	{"environments: {p: {regions: [us-east-1, us-west-2], home_region: us-west-1}}",
	 "2:66: error: `home_region`: `us-west-1` is not one of the environment's `regions`"},
	{"environments: {p: {regions: [us-east-9], home_region: us-west-1}}",
	 "`us-east-9` is not a Region"},
	{"environments: {p: {accounts: ['111122223333', '111122223333']}}", "stands twice"},
	{"environments: {p: [a]}", "`p` takes a mapping, and here stands a list"},
	{"environments: {p: {buckets: {b: {prefix: x}}}}", "bucket `b` needs `name`"},
	{"environments: {p: {channels: {a--b: {sns_topic_arn: "
	 "'arn:aws:sns:us-east-1:111122223333:t'}}}}",
	 "`channels`: `a--b` is not a name"},
	{"environments: {p: {environments: {}}}", "`environments` is no key of `p`"},
	{"environments: {p: {rule_order: {first: 900}}}",
	 "2:32: error[VC606]: `rule_order`: first (900) is greater than last (899)"},
	{"environments: {p: {event_bus: x}}", "`event_bus` is no key of `p`"},
	{"environments: {p: {channels: {a: {}}}}", "channel `a` needs either"},
	{"environments: {p: {roles: {events: x}}}", "`events`: `x` is not the ARN of an IAM role"},
	{"environments: {p: {quotas: {insights: x}}}", "`insights`: `x` is not a whole number"},
	{"rule_order: {last: 500}\nenvironments: {p: {rule_order: {first: 600}}}",
	 "first (600) is greater than last (500)"},
	{"environments: {p: {rule_order: {first: 600}}}\nrule_order: {last: 500}",
	 "2:32: error[VC606]: `rule_order`: first (600) is greater than last (500)"},
	{"ticket_pattern: 'SEC-('", "`SEC-(` is not a POSIX extended regular expression"},
	{"ticket_pattern: '(a)\\1'", "is not a POSIX extended"},
	{"ticket_pattern: '((a{100}){100}){100}'", "is not a POSIX extended"},
	{"ticket_pattern: '((((((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+'",
	 "is not a POSIX extended"},
	{"roles: {events: 'arn:aws:iam:us-east-1:111122223333:role/x'}", "is not the ARN"},
	{"schedule_timezone: Asia Tokyo", "is not the name of a time zone"},
	{"schedule_timezone: asia/tokyo", "`asia/tokyo` is not the name of a time zone"},
	{"schedule_timezone: Asia/tokyo", "is not the name of a time zone"},
	{"schedule_timezone: '+09:30'", "the policy's `timezone` is an offset"},
	{"schedule_timezone: Asia//Tokyo", "is not the name of a time zone"},
	{"schedule_timezone: Asia/", "is not the name of a time zone"},
	{"schedule_timezone: /Asia", "is not the name of a time zone"},
	{"schedule_timezone: ../Asia/Tokyo", "is not the name of a time zone"},
	{"schedule_timezone: ''", "`schedule_timezone`: `` is not"},
	{"fields: {'': [a]}", "`fields`: `` is not a text"},
	{"fields: {a: b}", "`a` takes a list"},
	{"fields: {a: [\"\\e[31m\"]}", "`a`: `\\u{1b}[31m` is not a text"},
	{"lint: {levels: {no-ticket: loud}}", "`no-ticket`: `loud` is not `error`, `warn`"},
	{"lint: {levels: {'no ticket': warn}}", "`no ticket` is not the name of a lint rule"},
	{"lint: {thresholds: {a: 4y}}", "`a`: `4y` is not a whole number or a duration"},
	{"lint: {thresholds: {a: d}}", "`d` is not a whole number or a duration"},
	{"lint: {fail_level: off}", "`fail_level`: `off` is not"},
	{"lint: {level: {}}", "write `levels` instead of `level`"},
	{"output: ''", "`output`: `` is not a text"},
	{"output: \"a\\x9bb\"", "`output`: `a\\u{9b}b` is not a text"},
	{"output: &a b", "error: anchors"},
	{"output: [", "error: this is not YAML"},
};

static bool is_refused(struct str text, const char *says)
{
	struct config *c = read_str(text);
	struct str shown = diags_text(diags, arena, false);

	if (!c && str_contains(shown, str_from(says)) && diags_exit_code(diags) == 3 &&
	    diags_count(diags, DIAG_ERROR) == 1)
		return true;
	for (size_t i = 0, from = 0; i <= shown.len; i++) {
		if (i < shown.len && shown.ptr[i] != '\n')
			continue;
		printf("# %.*s\n", (int)(i - from), shown.ptr + from);
		from = i + 1;
	}
	return false;
}

static void test_wrong(void)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ok(is_refused(str_printf(arena, "version: 1\n%s\n", wrong[i].rest), wrong[i].says),
		   "wrong %zu: %s", i, wrong[i].says);
	ok(is_refused(STR(""), "1:1: error: `version` is missing"), "an empty file");
	ok(is_refused(STR("output: x\n"), "1:1: error: `version` is missing"), "no version");
	ok(is_refused(STR("version: 2\nnew: x\n"), "1:10: error: this version is not known"),
	   "a later version: nothing is said about its keys");
	ok(is_refused(STR("version: [1]\n"), "1:10: error: this version"), "no text");
	ok(is_refused(STR("- a\n"), "1:1: error: vulnctl.yaml is a mapping"), "a list");
	ok(is_refused(STR("a\n"), "1:1: error: vulnctl.yaml is a mapping"), "a text");
}

static void test_several(void)
{
	ok(!read_rest("pack: x\nquotas: {insights: x, y: 1}\nenvironments: {p: {regions: [x]}}") &&
		   diags_count(diags, DIAG_ERROR) == 4,
	   "all mistakes in one run");
}

static bool takes(const char *format, size_t n)
{
	char *text = malloc(n + 1);
	struct str rest;
	bool good;

	memset(text, 'X', n);
	text[n] = '\0';
	rest = str_printf(arena, "version: 1\n%s'%s'%s\n", format, text,
			  strchr(format, '[')	? "]}"
			  : strchr(format, '{') ? "}"
						: "");
	free(text);
	good = read_str(rest) != NULL;
	return good;
}

static void test_sizes(void)
{
	ok(takes("rule_prefix: ", 16) && !takes("rule_prefix: ", 17), "a prefix of 16, not 17");
	ok(takes("environments: {", 64) && !takes("environments: {", 65), "a name of 64");
	ok(takes("fields: {a: [", 1024) && !takes("fields: {a: [", 1025), "a value of 1024");
	ok(takes("schedule_timezone: ", 50) && !takes("schedule_timezone: ", 51), "a zone of 50");
	ok(takes("ticket_pattern: ", 256) && !takes("ticket_pattern: ", 257), "a pattern of 256");
	ok(takes("event_bus: ", 256) && !takes("event_bus: ", 257), "a bus of 256");
	ok(limits[LIMIT_yaml_size].value == YAML_SIZE_MAX &&
		   limits[LIMIT_yaml_nesting].value == YAML_DEPTH_MAX &&
		   limits[LIMIT_yaml_events].value == YAML_EVENTS_MAX,
	   "the limits that the model lists are those that YAML keeps");
	ok(limits[LIMIT_automation_order].value == 1000 &&
		   limits[LIMIT_event_pattern_request].value == 4096 &&
		   limits[LIMIT_event_rule_name].value - limits[LIMIT_statement_name_size].value ==
			   16 &&
		   limits[LIMIT_user_field_key].value == 128 &&
		   limits[LIMIT_user_field_value].value == 1024,
	   "and the messages name its numbers");
}

static void test_many_channels(void)
{
	struct strbuf b;
	struct config *c;
	bool found = true;

	strbuf_init(&b, arena);
	strbuf_puts(&b, "version: 1\nchannels:\n");
	for (int i = 0; i < 10000; i++)
		strbuf_printf(&b, " c%d: {sns_topic_arn: 'arn:aws:sns:us-east-1:%012d:t'}\n",
			      i * 7 % 10000, i);
	c = read_str(strbuf_str(&b));
	for (int i = 0; c && i < 10000; i++)
		found &= config_channel(c, str_printf(arena, "c%d", i)) != NULL;
	ok(c && found && !config_channel(c, STR("c10000")), "10000 channels are found by name");
}

/* Channels in every environment: only those of the chosen one are merged with the top level's. */
static void test_many_environments(void)
{
	struct strbuf b;
	const struct config *c;
	bool found = true;

	strbuf_init(&b, arena);
	strbuf_puts(&b, "version: 1\nchannels:\n");
	for (int i = 0; i < 3000; i++)
		strbuf_printf(&b, " c%d: {sns_topic_arn: 'arn:aws:sns:us-east-1:%012d:t'}\n", i, i);
	strbuf_puts(&b, "environments:\n");
	for (int i = 0; i < 3000; i++)
		strbuf_printf(&b,
			      " e%d: {channels: {c%d: {sns_topic_arn: "
			      "'arn:aws:sns:us-west-2:%012d:t'}}}\n",
			      i, i, i);
	c = choose(read_str(strbuf_str(&b)), "e2999");
	for (int i = 0; c && i < 3000; i++) {
		const struct config_channel *channel =
			config_channel(c, str_printf(arena, "c%d", i));

		found &= channel && str_contains(channel->sns_topic_arn,
						 i == 2999 ? STR("us-west-2") : STR("us-east-1"));
	}
	ok(c && c->n_channels == 3000 && found, "3000 environments of 3000 channels");
}

static void test_find(void)
{
	FILE *file;

	if (!place_enter())
		return;
	mkdir("p", 0755);
	mkdir("p/q", 0755);
	ok(str_is(config_find(arena, STR("p/q/x.vpol")), ""), "no vulnctl.yaml");
	file = fopen("vulnctl.yaml", "w");
	ok(file && fclose(file) == 0 &&
		   str_is(config_find(arena, STR("p/q/x.vpol")), "vulnctl.yaml"),
	   "above the policy");
	ok(str_is(config_find(arena, STR("-")), "vulnctl.yaml"), "from here for standard input");
	file = fopen("p/vulnctl.yaml", "w");
	ok(file && fclose(file) == 0 &&
		   str_is(config_find(arena, STR("p/q/x.vpol")), "p/vulnctl.yaml"),
	   "the nearest");
	place_remove();
}

int main(void)
{
	arena = arena_new();
	test_whole();
	test_defaults();
	test_environment();
	test_no_environment();
	test_wrong();
	test_several();
	test_sizes();
	test_many_channels();
	test_many_environments();
	test_find();
	arena_free(arena);
	return done();
}
