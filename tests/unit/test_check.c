/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements: every mistake of names, properties and values, at its place. */
#include "checked.h"

#define SUPPRESS                                                                                   \
	"suppress s { when cve == CVE-2020-27619; until 2026-12-31; reason \"r\"; owner \"o\"; "

/* `~` stands before each word that an error is reported at; the ids come in that order. */
static const struct {
	const char *ids, *text;
} cases[] = {
	/* names: defines and lets */
	{"VC012", "define ~a = b; define b = a;"},
	{"VC012", "define ~a = a;"},
	{"VC012 VC012",
	 "define ~~a = b; define b = not (c or a); define c = a; protect p { when a and b "
	 "and c; }"},
	{"VC012", "let ~a = b; let b = a; protect p { when title == a; }"},
	{"VC012", "let ~a = [\"x\", b]; let b = [a];"},
	{"VC010", "define a = fix == YES;\ndefine ~a = fix == NO;"},
	{"VC010", "define a = fix == YES;\nlet ~a = 1;"},
	{"VC012", "define ~severity = fix == YES;"},
	{"VC012", "define ~image = fix == YES;"},
	{"VC012", "let ~HIGH = LOW;"},
	{"VC012", "let ~ecr_image = \"x\";"},
	{"VC012", "let ~fixed = 2026-01-01;"},
	{"VC003", "let a = ~nothing;"},
	{"VC006", "let a = CVE-2020-1; protect p { when cve == ~a; }"},
	{"VC104", "let a = ~[];\nprotect p { when account in a; }"},
	{"VC005", "let a = \"CRITICAL\"; protect p { when severity == ~a; }"},
	{"VC003", "let a = [HIGH, ~BOGUS_]; protect p { when severity in a; }"},
	{"",
	 "define used-early = later; define later = fix == YES; protect p { when used-early; }"},
	{"", "let n = 7; protect p { when score >= n and port == n; }"},
	/* names: statements */
	{"VC010", SUPPRESS "} suppress ~s { when true; until fixed; reason \"r\"; owner \"o\"; }"},
	{"VC010", SUPPRESS "} notify ~s { when true; to pagerduty; }"},
	{"VC010", SUPPRESS "} notify ~S { when true; to pagerduty; }"},
	{"VC010", "tier a { when true; } tier ~a { when false; }"},
	{"", "tier a { when true; } protect a { when true; } assign a { when true; note \"n\"; }"},
	{"VC012", "tier ~none { when true; }"},
	{"VC012", "protect ~reopened { when true; }"},
	{"VC012", "protect ~expire { when true; }"},
	{"VC012", "protect ~shared-x { when true; }"},
	{"", "protect a23456789012345678901234567890123456789012345678 { when true; }"},
	{"VC016", "protect ~a234567890123456789012345678901234567890123456789 { when true; }"},
	{"VC010", "status NEW { label \"x\"; } status ~NEW { label \"y\"; }"},
	{"VC002", "status ~SUPPRESS { label \"x\"; }"},
	{"VC010", "policy \"a\" { } ~policy \"b\" { }"},
	/* properties */
	{"VC004", "protect p { ~whne true; }"},
	{"VC004", "tier t { when true; ~lable \"x\"; }"},
	{"VC004", "tier t { when true; ~until 2026-12-31; }"},
	{"VC010", "tier t { when true; ~when false; }"},
	{"VC010", "tier t { when true; unless true; ~unless false; }"},
	{"VC004", "tier ~t { label \"x\"; }"},
	{"VC004", "notify ~n { when true; }"},
	{"VC004", "insight ~i { when true; }"},
	{"VC004", "review ~r { when true; }"},
	{"VC004", "status ~NEW { }"},
	{"VC004", "assign ~a { when true; }"},
	{"VC004", "action ~a { title \"t\"; }"},
	{"VC004", "action ~a { note \"t\"; }"},
	{"VC004", "lifecycle ~l { when repository == \"x\"; }"},
	{"VC201 VC205 VC207", "suppress ~~~s { when cve == CVE-2020-27619; }"},
	{"VC004", "suppress ~s { until 2026-12-31; reason \"r\"; owner \"o\"; }"},
	/* values of properties */
	{"VC005", "tier t { when true; label ~x; }"},
	{"VC005", "tier t { when true; ~label; }"},
	{"VC005", "tier t { when true; review ~7; }"},
	{"VC005", "tier t { when true; sla ~0d; }"},
	{"", "let l = \"x\"; let r = 7d; tier t { when true; label l; review r; }"},
	{"VC002", SUPPRESS "status ~SUPPRESS; }"},
	{"VC005", SUPPRESS "status ~\"SUPPRESSED\"; }"},
	{"VC002", SUPPRESS "status ~NEW; }"},
	{"VC002", SUPPRESS "via ~inspectr; }"},
	{"VC002", SUPPRESS "justification ~not_reachable; }"},
	{"VC010", SUPPRESS "~until 2027-01-01; }"},
	{"", SUPPRESS "until fixed; }"},
	{"VC010", SUPPRESS "until fixed; ~until fixed; }"},
	{"VC005", SUPPRESS "record ~ACTIVE; }"},
	{"VC003", SUPPRESS "product [\"GuardDuty\", ~x]; }"},
	{"VC005", "suppress s { when true; until ~\"2026-12-31\"; reason \"r\"; owner \"o\"; }"},
	{"VC005", "suppress s { when true; until ~90d; reason \"r\"; owner \"o\"; }"},
	{"VC007", "suppress s { when true; until ~2026-02-30; reason \"r\"; owner \"o\"; }"},
	{"VC018", "notify n { when true; to ~slack-securty; }"},
	{"VC018", "notify n { when true; to [pagerduty, ~slack]; }"},
	{"VC005", "notify n { when true; to ~\"pagerduty\"; }"},
	{"VC002", "notify n { when true; to pagerduty; via ~automation; }"},
	{"VC002", "notify n { when true; to pagerduty; source ~inspecter; }"},
	{"VC005", "notify n { when true; to pagerduty; source ~[inspector, inspector-scan]; }"},
	{"", "notify n { when true; to pagerduty; source [inspector, securityhub]; }"},
	{"VC005", "notify n { when true; to pagerduty; source inspector; mark ~NOTIFIED; }"},
	{"VC002", "notify n { when true; to pagerduty; mark ~SUPPRESSED; }"},
	{"", "notify n { when true; to pagerduty; message \"{{x {title} {cve}\"; }"},
	{"VC001", "notify n { when true; to pagerduty; message \"{~titel}\"; }"},
	{"VC001", "notify n { when true; to pagerduty; message \"\\u{1F600}\\\" {~titel}\"; }"},
	{"VC005", "notify n { when true; to pagerduty; message \"a\" \"{~package.name}\"; }"},
	{"VC005", "notify n { when true; to pagerduty; message \"~{title\"; }"},
	{"VC018", "review r { when true; schedule \"rate(1 day)\"; to ~findings-archve; }"},
	{"VC002", "review r { when true; schedule \"rate(1 day)\"; export ~cvs; }"},
	{"VC005", "review r { when true; schedule \"rate(2 ~day)\"; }"},
	{"VC005", "review r { when true; schedule ~\"rate(2 \" \"day)\"; }"},
	{"VC003", "reopen r { when true; of ~nothing; }"},
	{"", SUPPRESS "} reopen r { when true; of s; }"},
	{"VC005", "reopen r { when true; of ~n; } notify n { when true; to pagerduty; }"},
	{"VC002", "reopen r { when true; via ~inspector; }"},
	{"VC010", "assign a { when true; set k = \"a\"; set ~k = \"b\"; }"},
	{"VC004", "assign a { when true; set ~vulnctl-k = \"a\"; }"},
	{"VC005", "assign a { when true; set k = ~1; }"},
	{"VC002", "assign a { when true; severity ~UNTRIAGED; }"},
	{"", "assign a { when true; status NEW; severity LOW; note \"n\"; }"},
	{"VC004", "assign a { when true; note ~\"vulnctl s \"; }"},
	{"VC004", "action a { title \"t\"; note ~\"vulnctl \" \"s\"; }"},
	{"", "assign a { when true; note \"vulnctl\"; } "
	     "assign b { when true; note \" vulnctl s\"; }"},
	{"", "suppress s { when true; until fixed; reason \"r\"; owner \"o\"; "
	     "note \"vulnctl t \"; }"},
	{"VC001", "insight i { when true; group by ~resourc.id; }"},
	{"VC005", "insight i { when true; group by ~tag[\"k\"]; }"},
	{"", "insight i { when true; group by cve; via inspector; }"},
	{"VC012", "tier t { when ~tier == t; }"},
	{"VC012", "define d = tier == t; tier t { when ~d; }"},
	{"VC005", "lifecycle l { when ~severity == HIGH; keep 1; }"},
	{"VC005", "lifecycle l { when repository == \"x\"; keep ~0; }"},
	{"", "lifecycle l { when repository startswith \"x\"; images tagged [\"v*\"] { keep 1; } "
	     "images untagged { expire 1d; } images any { archive 10d; } }"},
	{"VC004", "lifecycle l { when repository == \"x\"; images ~taged [\"v\"] { keep 1; } }"},
	{"VC005", "lifecycle l { when repository == \"x\"; images ~tagged { keep 1; } }"},
	{"VC004", "lifecycle l { when repository == \"x\"; images any { ~kep 1; } }"},
	{"VC010", "lifecycle l { when repository == \"x\"; images any { keep 1; ~keep 2; } }"},
	/* the policy block */
	{"VC005", "policy \"p\" { timezone ~\"JST\"; }"},
	{"VC005", "policy \"p\" { timezone ~\"+15:00\"; }"},
	{"VC104", "policy \"p\" { accounts ~[]; }"},
	{"VC005", "policy \"p\" { accounts [~\"111122223333\"]; }"},
	{"VC003", "policy \"p\" { regions [~us-east-1]; }"},
	{"", "policy \"p\" { regions [\"us-east-1\", \"eusc-de-east-1\"]; }"},
	{"VC002", "policy \"p\" { regions [~\"ap-notheast-1\"]; }"},
	{"VC002 VC002", "policy \"p\" { regions [~\"us-east\", \"us-east-1\", ~\"\"]; }"},
	{"VC002", "let home = \"us-est-1\"; policy \"p\" { regions [~home]; }"},
	{"VC002", "let homes = [\"us-est-1\"]; policy \"p\" { regions ~homes; }"},
	{"VC002", "notify n { source inspector-scan; to pagerduty; when region == ~\"x\"; }"},
	{"VC002", "suppress s { owner \"o\"; until fixed; reason \"r\"; each region { "
		  "\"us-east-1\"; ~\"us-east-9\"; } }"},
	{"VC002", "policy \"p\" { resources [~ecr_imag]; }"},
	{"VC005", "policy \"p\" { resources ~ecr_image; }"},
	{"VC105", "policy \"p\" { scope repository startswith ~\"\"; }"},
	{"VC004", "policy \"p\" { ~when true; }"},
	{"", "policy \"p\" { product any; owner \"o\"; via event; description \"d\"; } suppress "
	     "s { when cve == CVE-2020-27619; until fixed; reason \"r\"; }"},
	/* tables */
	{"VC201 VC205", "suppress s { owner \"o\"; each cve { ~~CVE-2020-27619; } }"},
	{"VC010", "suppress s { owner \"o\"; until fixed; reason \"r\"; each cve { CVE-2020-27619; "
		  "~CVE-2020-27619; } }"},
	{"VC003", "suppress s { owner \"o\"; until fixed; reason \"r\"; each cve { ~oops; } }"},
	{"VC001",
	 "suppress s { owner \"o\"; until fixed; reason \"r\"; each ~cv { CVE-2020-27619; } }"},
	{"VC005",
	 "suppress s { owner \"o\"; until fixed; reason \"r\"; each ~package.name { \"x\"; } }"},
	{"VC004", "suppress s { owner \"o\"; until fixed; reason \"r\"; each cve { CVE-2020-27619 "
		  "~owner \"x\"; } }"},
	{"VC010", "suppress s { owner \"o\"; each cve { CVE-2020-27619 until fixed reason \"a\" "
		  "~reason \"b\"; } }"},
	/* annotations */
	{"", "@allow(no-ticket, reason: \"x\", until: 2026-12-31) " SUPPRESS "}"},
	{"VC004", "@~alow(no-ticket, reason: \"x\", until: 2026-12-31) " SUPPRESS "}"},
	{"VC902", "@~allow(no-ticket, until: 2026-12-31) " SUPPRESS "}"},
	{"VC005", "@allow(no-ticket, reason: \"x\", until: ~\"2026-12-31\") " SUPPRESS "}"},
	{"VC004", "@allow(no-ticket, ~why: \"x\") " SUPPRESS "}"},
	{"", "@was(\"old\") " SUPPRESS "}"},
	{"VC010", "@was(~\"s\") " SUPPRESS "}"},
	{"VC005", "@was(~old) " SUPPRESS "}"},
	{"VC004", "@~was(\"old\") tier t { when true; }"},
	/* inspector-scan */
	{"", "notify n { source inspector-scan; to pagerduty; when counts.critical >= 1 and "
	     "repository startswith \"app/\" and image.tag == \"v1\" and scan.status == \"x\"; }"},
	{"VC001", "notify n { source inspector-scan; to pagerduty; when ~severity == HIGH; }"},
	{"VC001", "notify n { source inspector-scan; to pagerduty; when ~tier == none; }"},
	{"VC001", "notify n { to pagerduty; when ~counts.critical >= 1; }"},
	{"VC003",
	 "notify n { source inspector-scan; to pagerduty; when counts.critical == ~HIGH; }"},
	{"", "define d = counts.high > 0; notify n { source inspector-scan; to pagerduty; when "
	     "d; }"},
	{"VC001", "define d = counts.high > 0; notify n { to pagerduty; when ~d; }"},
	{"VC001",
	 "define d = fix == YES; notify n { source inspector-scan; to pagerduty; when ~d; }"},
	/* several values where the product is another */
	{"VC009",
	 "define d = fix ~!= YES; protect p { when d; product any; } protect q { when d; }"},
	{"VC009",
	 "define d = fix ~!= YES; define e = d or true; protect p { when e; product any; } "
	 "protect q { when e; product [\"GuardDuty\"]; }"},
	{"", "protect p { when fix != YES and product == \"Inspector\"; }"},
	{"VC009", "protect p { when fix ~!= YES and product == \"GuardDuty\"; }"},
	{"", "protect p { when fix != YES; product [\"Inspector\"]; }"},
	{"VC009",
	 "policy \"p\" { product any; scope fix ~!= NO; } protect p { when true; } protect q "
	 "{ when true; }"},
	/* what a broken file may hide is not missed */
	{"VC015", "define d = ~; protect p { when d and gone; }"},
	{"VC015", "suppress s { when ~; until 2026-12-31; }"},
};

/* The text without its marks, and what is to be reported: "VC001 2:8; VC002 3:1". */
static void unmark(struct checked *k, const char *ids, const char *marked, struct str *text,
		   struct str *errors)
{
	struct strbuf plain, expected;
	unsigned line = 2, col = 1;

	strbuf_init(&plain, k->arena);
	strbuf_init(&expected, k->arena);
	strbuf_puts(&plain, "edition 1;\n");
	for (const char *c = marked; *c; c++) {
		if (*c != '~') {
			strbuf_addc(&plain, *c);
			line += *c == '\n';
			col = *c == '\n' ? 1 : col + 1;
			continue;
		}
		strbuf_printf(&expected, "%s%.5s %u:%u", expected.len ? "; " : "", ids, line, col);
		ids += strlen(ids) > 5 ? 6 : 5;
	}
	strbuf_addc(&plain, '\0');
	*text = strbuf_str(&plain);
	*errors = strbuf_str(&expected);
}

/* The text again with a mark where something was reported. */
static void show_marked(const char *text, struct str errors)
{
	unsigned line = 1, col = 1;

	printf("# got " STR_FMT "\n# ", STR_ARG(errors));
	for (const char *c = text; *c; c++) {
		char place[32];

		snprintf(place, sizeof(place), " %u:%u", line, col);
		if (str_contains(errors, str_from(place)) && line > 1)
			putchar('~');
		putchar(*c == '\n' ? '|' : *c);
		line += *c == '\n';
		col = *c == '\n' ? 1 : col + 1;
	}
	putchar('\n');
}

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct checked scratch = {.arena = arena_new()}, k;
		struct str text, errors;

		unmark(&scratch, cases[i].ids, cases[i].text, &text, &errors);
		k = check_text_of(text.ptr);
		if (!ok(str_eq(k.errors, errors), "%s%.70s",
			cases[i].ids[0] ? "" : "well: ", strchr(text.ptr, '\n') + 1))
			show_marked(text.ptr, k.errors);
		arena_free(k.arena);
		arena_free(scratch.arena);
	}
}

int main(void)
{
	test_cases();
	return done();
}
