/* SPDX-License-Identifier: Apache-2.0
 *
 * Helpers of the tests of files: making them, what was said, and checks in a process of their own,
 * where they may spoil their surroundings. */
#ifndef TESTS_UNIT_FILES_H
#define TESTS_UNIT_FILES_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/diag.h"
#include "base/vec.h"
#include "place.h"

#define CANNOT 77 /* exit code of a child: the fault cannot be made here */

static struct arena *arena;
static struct diags *diags;

static void fresh(void)
{
	diags = diags_new(arena, sources_new(arena));
}

/* Makes a file with all the directories on the way. */
static void put(const char *path, const char *text)
{
	char *copy = strdup(path), *slash = copy;
	FILE *file;

	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		mkdir(copy, 0755);
		*slash = '/';
	}
	file = fopen(path, "w");
	if (file) {
		fputs(text, file);
		fclose(file);
	}
	free(copy);
}

__attribute__((unused)) static void remove_all(const char *path)
{
	if (system(str_cstr(arena, str_printf(arena, "rm -rf %s", path))) != 0)
		printf("# cannot remove %s\n", path);
}

static void link_to(const char *target, const char *path)
{
	if (symlink(target, path) != 0)
		printf("# no symlink %s: %s\n", path, strerror(errno));
}

static bool says(const char *what)
{
	struct str shown = diags_text(diags, arena, false);

	if (str_contains(shown, str_from(what)))
		return true;
	printf("# not said: %s\n# but: " STR_FMT "\n", what, STR_ARG(shown));
	return false;
}

/* From here on these calls do not exist. */
static bool forget_calls(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {ARRAY_LEN(filter), filter};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* Runs a check in a process of its own, where it may spoil its surroundings. */
static void in_child(int (*check)(void), const char *name)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		int code = check();

		fflush(stdout);
		_exit(code);
	}
	waitpid(child, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
		skip(name, "cannot be arranged here");
	else
		ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", name);
}

#endif
