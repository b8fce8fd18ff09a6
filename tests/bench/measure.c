/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a command and says what it cost. The peak of memory that the kernel tells of a process
 * begins with the size of the one that started it, so that one must be small: this one, not Python.
 *
 * usage: measure RESULT SECONDS MEGABYTES COMMAND...
 *
 * RESULT becomes `EXIT USER SYSTEM PEAK`: the exit code (128 + N after a signal), microseconds of
 * CPU twice, kilobytes. After SECONDS of CPU the command is killed; beyond MEGABYTES it gets no
 * more memory (0: no bound). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(char **command, rlim_t seconds, rlim_t megabytes)
{
	struct rlimit time = {seconds, seconds};
	struct rlimit memory = {megabytes << 20, megabytes << 20};

	if (!setrlimit(RLIMIT_CPU, &time) && (!megabytes || !setrlimit(RLIMIT_AS, &memory)))
		execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

static long long microseconds(struct timeval t)
{
	return t.tv_sec * 1000000LL + t.tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage used;
	int status, code;
	pid_t child;
	FILE *result;

	if (argc < 5) {
		fprintf(stderr, "usage: measure RESULT SECONDS MEGABYTES COMMAND...\n");
		return 3;
	}
	child = fork();
	if (child == 0)
		become(argv + 4, strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
	if (child < 0 || wait4(child, &status, 0, &used) != child) {
		perror("measure");
		return 3;
	}
	code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	result = fopen(argv[1], "w");
	if (!result ||
	    fprintf(result, "%d %lld %lld %ld\n", code, microseconds(used.ru_utime),
		    microseconds(used.ru_stime), used.ru_maxrss) < 0 ||
	    fclose(result)) {
		perror(argv[1]);
		return 3;
	}
	return 0;
}
