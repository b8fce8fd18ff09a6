/* SPDX-License-Identifier: Apache-2.0
 *
 * vulnctl: finds the command and runs it. */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "cmd/check.h"
#include "cmd/compile.h"
#include "cmd/eval.h"
#include "cmd/explain.h"
#include "cmd/fmt.h"
#include "cmd/gate.h"
#include "cmd/lint.h"
#include "cmd/list.h"
#include "cmd/match.h"
#include "cmd/options.h"
#include "cmd/preview.h"
#include "cmd/test.h"
#include "cmd/version.h"

struct command {
	const char *name;
	int (*run)(struct arena *arena, int argc, char **argv);
	const char *summary;
};

static const struct command commands[] = {
	{"check", cmd_check, "parse, resolve and type a policy"},
	{"compile", cmd_compile, "write what AWS takes, exactly or not at all"},
	{"eval", cmd_eval, "what a policy decides on each finding of some files"},
	{"explain", cmd_explain, "why a finding is taken by each statement, or is not"},
	{"fmt", cmd_fmt, "one canonical form of a policy file, comments kept"},
	{"gate", cmd_gate, "may an image be deployed, by what a scan of it says"},
	{"lint", cmd_lint, "what of a policy will hurt, with a finding that shows it"},
	{"list", cmd_list, "the tables: fields, operators, targets, rules, limits"},
	{"match", cmd_match, "which events an event pattern takes"},
	{"preview", cmd_preview, "what the suppressions of a policy hide of real findings"},
	{"test", cmd_test, "policy tests: findings, and what is expected for each"},
	{"version", cmd_version, "the version and the editions it reads"},
};

static int help(struct arena *arena, int argc, char **argv)
{
	struct diags *d = diags_new(arena, sources_new(arena));
	struct strbuf b;

	diags_set_language(d, options_language(argc, argv));
	strbuf_init(&b, arena);
	strbuf_puts(&b,
		    "usage: vulnctl COMMAND [options] [FILE...]\n\n"
		    "Compiles policies on vulnerability findings to Amazon EventBridge and AWS\n"
		    "Security Hub, exactly or not at all. Never calls AWS.\n\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		strbuf_printf(&b, "  %-9s %s\n", commands[i].name, commands[i].summary);
	strbuf_puts(&b, "\n`vulnctl COMMAND --help` shows a command's options.\n");
	if (file_write_fd(d, STDOUT_FILENO, "standard output", strbuf_str(&b)))
		return 0;
	(void)!file_write_fd(d, STDERR_FILENO, "standard error", diags_text(d, arena, false));
	return 3;
}

static int unknown(struct arena *arena, int argc, char **argv, struct str name)
{
	struct diags *d = diags_new(arena, sources_new(arena));
	struct suggest near;
	struct diag *diag;

	diags_set_language(d, options_language(argc, argv));
	suggest_init(&near, name);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		suggest_offer(&near, str_from(commands[i].name));
	diag = name.len ? diag_world(d, "there is no command `%s`", diag_quote(d, name))
			: diag_world(d, "no command is named");
	if (suggest_found(&near))
		diag_help(diag, "did you mean `" STR_FMT "`?", STR_ARG(near.best));
	else
		diag_help(diag, "`vulnctl help` lists the commands");
	(void)!file_write_fd(d, STDERR_FILENO, "standard error", diags_text(d, arena, false));
	return 3;
}

static int run(struct arena *arena, int argc, char **argv)
{
	struct str name = argc > 1 ? str_from(argv[1]) : STR("");
	char option[] = "--help", *about[] = {NULL, argc > 2 ? argv[2] : NULL, option};

	if (str_is(name, "help") && argc > 2) {
		argc = 3;
		argv = about;
		name = str_from(argv[1]);
	}
	if (str_is(name, "help") || str_is(name, "--help") || str_is(name, "-h"))
		return help(arena, argc, argv);
	if (str_is(name, "--version"))
		name = STR("version");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (str_is(name, commands[i].name))
			return commands[i].run(arena, argc - 1, argv + 1);
	return unknown(arena, argc, argv, name);
}

/* A closed standard descriptor would be given to the next file that is opened, and messages would
 * be written into it. What takes its place refuses to be read or written, as a closed one does. */
static bool hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	struct arena *arena;
	int code;

	/* A closed pipe or a full quota is an error that write reports, not the end. */
	if (!hold_standard_descriptors() || signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		return 3;
	arena = arena_new();
	code = run(arena, argc, argv);
	arena_free(arena);
	return code;
}
