/* SPDX-License-Identifier: Apache-2.0
 *
 * Files: what is read and what is refused, and trees that are written whole or not at all, under
 * faults that the system itself makes: no descriptors, no room, no permission, no openat2. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/vec.h"
#include "tap.h"

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

static void link_to(const char *target, const char *path)
{
	if (symlink(target, path) != 0)
		printf("# no symlink %s: %s\n", path, strerror(errno));
}

static int not_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* Everything below a directory: names, contents and targets, in order. */
static void list(struct strbuf *out, struct str dir)
{
	struct dirent **names = NULL;
	int n = scandir(str_cstr(arena, dir), &names, not_dots, alphasort);

	for (int i = 0; i < n; i++) {
		struct str path = path_join(arena, dir, str_from(names[i]->d_name)), text;
		char target[256];
		ssize_t length = readlink(str_cstr(arena, path), target, sizeof target);
		struct stat st;

		strbuf_puts(out, names[i]->d_name);
		if (length >= 0) {
			strbuf_printf(out, "@%.*s", (int)length, target);
		} else if (lstat(str_cstr(arena, path), &st) == 0 && S_ISDIR(st.st_mode)) {
			strbuf_addc(out, '{');
			list(out, path);
			strbuf_addc(out, '}');
		} else if (file_read(arena, diags, path, 1 << 20, &text)) {
			strbuf_printf(out, "=" STR_FMT, STR_ARG(text));
		}
		strbuf_addc(out, ' ');
		free(names[i]);
	}
	free(names);
}

static struct str listed(const char *dir)
{
	struct strbuf out;

	strbuf_init(&out, arena);
	list(&out, str_from(dir));
	return strbuf_str(&out);
}

static bool says(const char *what)
{
	struct str shown = diags_text(diags, arena, false);

	if (str_contains(shown, str_from(what)))
		return true;
	printf("# not said: %s\n# but: " STR_FMT "\n", what, STR_ARG(shown));
	return false;
}

static bool reads(const char *path, size_t limit, const char *want)
{
	struct str text = {NULL, 0};

	fresh();
	return file_read(arena, diags, str_from(path), limit, &text) && str_is(text, want) &&
	       diags_exit_code(diags) == 0;
}

static bool refuses(struct str path, size_t limit, const char *why)
{
	struct str text;

	fresh();
	return !file_read(arena, diags, path, limit, &text) && says(why) &&
	       diags_exit_code(diags) == 3;
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, path);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
		printf("# no socket: %s\n", strerror(errno));
	close(fd);
}

static void test_read(void)
{
	put("r/five", "12345");
	put("r/empty", "");
	link_to("five", "r/link");
	link_to("nowhere", "r/dangling");
	mkfifo("r/fifo", 0600);
	make_socket("r/socket");
	ok(reads("r/five", 5, "12345"), "a file of exactly the limit");
	ok(refuses(STR("r/five"), 4, "`r/five`: is too large: 4 bytes at most"), "one byte more");
	ok(reads("r/empty", 5, ""), "an empty file");
	ok(reads("r/link", 5, "12345"), "through a symlink");
	ok(refuses(STR("r/dangling"), 5, "no such file"), "a dangling symlink");
	ok(refuses(STR("r/none"), 5, "cannot read `r/none`: no such file"), "a missing file");
	ok(refuses(STR(""), 5, "no such file"), "an empty name");
	ok(refuses(STR("r"), 5, "cannot read `r`: is a directory"), "a directory");
	ok(refuses(STR("r/five/x"), 5, "is not a directory"), "a file as a directory");
	ok(refuses(STR("r/fifo"), 5, "is a pipe"), "a pipe, without waiting for its writer");
	ok(refuses(STR("r/socket"), 5, "is a socket"), "a socket");
	ok(refuses(STR("/dev/zero"), 5, "is a device"), "a device");
	ok(refuses(STR("r/five\0x"), 5, "a NUL"), "a NUL in the name");
	ok(refuses(STR("/proc/self/mem"), 1 << 20, "input/output error"), "an error of read");
	ok(refuses(STR("/proc/self/maps"), 10, "10 bytes at most"), "a file that says size 0");
}

static bool read_stdin(size_t limit, const char *input)
{
	int ends[2], saved = dup(STDIN_FILENO);
	struct str text = {NULL, 0};
	bool good = false;

	if (pipe2(ends, O_NONBLOCK) != 0)
		return false;
	if (write(ends[1], input, strlen(input)) == (ssize_t)strlen(input)) {
		close(ends[1]);
		dup2(ends[0], STDIN_FILENO);
		fresh();
		good = file_read(arena, diags, STR("-"), limit, &text) && str_is(text, input);
	}
	close(ends[0]);
	dup2(saved, STDIN_FILENO);
	close(saved);
	return good;
}

static void test_stdin(void)
{
	ok(read_stdin(5, "12345"), "standard input of exactly the limit");
	ok(!read_stdin(4, "12345") && says("standard input: is too large: 4 bytes"), "and above");
	ok(read_stdin(5, ""), "empty standard input");
}

static const struct {
	const char *path, *why; /* NULL: it is read */
} beneath[] = {
	{"five", NULL},
	{"sub/six", NULL},
	{"./sub/../sub//six", NULL},
	{"sub/../five", NULL},
	{"none", "no such file or directory"},
	{"", "no such file or directory"},
	{"sub", "is a directory"},
	{".", "is a directory"},
	{"../outside", "is outside the project"},
	{"sub/../../outside", "is outside the project"},
	{"/etc/passwd", "is outside the project"},
	{"/", "is outside the project"},
	{"link", "is a symbolic link, or behind one"},
	{"out", "is a symbolic link, or behind one"},
	{"linked/six", "is a symbolic link, or behind one"},
	{"dangling", "is a symbolic link, or behind one"},
	{"five/x", "a part of the path is not a directory"},
	{"fifo", "is a pipe, not a regular file"},
	{"long", "is too large: 10 bytes at most"},
};

/* The number of cases that go wrong. */
static int beneath_mistakes(void)
{
	int mistakes = 0;

	for (size_t i = 0; i < ARRAY_LEN(beneath); i++) {
		const char *want = beneath[i].why, *why = NULL;
		struct str text;
		bool good = file_read_beneath(arena, STR("b/root"), str_from(beneath[i].path), 10,
					      &text, &why);

		if (good == !want && (good ? !why && text.len == 5 : strcmp(why, want) == 0))
			continue;
		printf("# %s: %s\n", beneath[i].path, why ? why : "read");
		mistakes++;
	}
	return mistakes;
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

static int beneath_without_openat2(void)
{
	return forget_calls() ? beneath_mistakes() : CANNOT;
}

static void test_beneath(void)
{
	struct str text;
	const char *why;

	put("b/root/five", "12345");
	put("b/root/sub/six", "67890");
	put("b/root/long", "12345678901");
	put("b/outside", "secret");
	link_to("five", "b/root/link");
	link_to("../outside", "b/root/out");
	link_to("sub", "b/root/linked");
	link_to("nowhere", "b/root/dangling");
	mkfifo("b/root/fifo", 0600);
	ok(beneath_mistakes() == 0, "files beneath a root");
	in_child(beneath_without_openat2, "and the same without openat2");
	ok(!file_read_beneath(arena, STR("b/root"), STR("five\0x"), 10, &text, &why) &&
		   str_contains(str_from(why), STR("NUL")),
	   "a NUL in the name");
	ok(!file_read_beneath(arena, STR("none"), STR("five"), 10, &text, &why), "no such root");
}

static void test_paths(void)
{
	static const char *const dirs[][2] = {
		{"a/b", "a"}, {"a", "."}, {"", "."}, {"/", "/"}, {"/a", "/"}, {"a/b/", "a"},
		{"a//b", "a"}, {"//a", "/"}, {"a/", "."}, {"../a", ".."},
	};

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		ok(str_is(path_dir(str_from(dirs[i][0])), dirs[i][1]), "the directory of `%s`",
		   dirs[i][0]);
	ok(str_is(path_join(arena, STR("a"), STR("b")), "a/b"), "a join");
	ok(str_is(path_join(arena, STR("a/"), STR("b")), "a/b"), "with a slash there already");
	ok(str_is(path_join(arena, STR("."), STR("b")), "b"), "with the current directory");
	ok(str_is(path_join(arena, STR("a"), STR("/b")), "/b"), "with an absolute name");
}

static void test_find_up(void)
{
	put("u/mark", "");
	put("u/v/w/x", "");
	put("u/v/mark", "");
	ok(str_is(file_find_up(arena, STR("u/v/w"), STR("mark")), "u/v/mark"), "one level up");
	ok(str_is(file_find_up(arena, STR("u/v/w/.."), STR("mark")), "u/v/w/../mark"), "with ..");
	ok(str_is(file_find_up(arena, STR("u/v/w/../.."), STR("x")), ""), "nothing up to the root");
	if (chdir("u/v/w") != 0)
		return;
	ok(str_is(file_find_up(arena, STR("."), STR("mark")), "../mark"), "from here upward");
	ok(chdir("../../..") == 0 && str_is(file_find_up(arena, STR("u"), STR("r")), "r"),
	   "and from a name to where we are");
}

static const struct file_entry entries[] = {
	{{"manifest.json", 13}, {"M2", 2}},
	{{"a/b/one", 7}, {"1", 1}},
	{{"a/two", 5}, {"2", 1}},
	{{"a/b/three", 9}, {"", 0}},
};
#define NEW "a{b{one=1 three= } two=2 } manifest.json=M2 "
#define OLD "manifest.json=M1 old{stale=x } "

static bool write_it(const char *dir)
{
	fresh();
	return file_write_tree(arena, diags, str_from(dir), "manifest.json", entries,
			       ARRAY_LEN(entries));
}

static void put_old(void)
{
	put("w/out/manifest.json", "M1");
	put("w/out/old/stale", "x");
}

static bool is_new(void)
{
	return str_is(listed("w"), "out{" NEW "} ");
}

static bool is_old(void)
{
	return str_is(listed("w"), "out{" OLD "} ");
}

static void remove_all(const char *path)
{
	if (system(str_cstr(arena, str_printf(arena, "rm -rf %s", path))) != 0)
		printf("# cannot remove %s\n", path);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void test_write(void)
{
	mkdir("w", 0755);
	umask(022);
	ok(write_it("w/out") && is_new(), "a tree where there was nothing");
	ok(mode_of("w/out") == 0755 && mode_of("w/out/a/b") == 0755, "directories are 0755");
	ok(mode_of("w/out/a/two") == 0644, "files are 0644");
	remove_all("w/out");
	umask(077);
	ok(write_it("w/out") && mode_of("w/out") == 0700 && mode_of("w/out/a/two") == 0600,
	   "less what the mask takes away");
	umask(022);
	remove_all("w/out");
	put_old();
	ok(is_old() && write_it("w/out") && is_new(), "in the place of an old tree");
	ok(write_it("w/out///") && is_new(), "twice, with slashes behind");
	remove_all("w/out");
	mkdir("w/out", 0755);
	ok(write_it("w/out") && is_new(), "in an empty directory");
	ok(chdir("w") == 0 && write_it("out") && chdir("..") == 0 && is_new(), "here");
}

static bool spares(const char *dir, const char *why)
{
	struct str before = listed("w");

	return !write_it(dir) && says(why) && diags_exit_code(diags) == 3 &&
	       str_eq(before, listed("w"));
}

static void test_refuse(void)
{
	char name[300] = "w/";

	remove_all("w");
	put("w/full/x", "1");
	put("w/file", "1");
	put("w/trap/manifest.json/x", "1");
	put("w/ours/manifest.json", "1");
	link_to("ours", "w/link");
	ok(spares("w/full", "cannot write `w/full`: it is not empty"), "a directory of others");
	ok(spares("w/trap", "it is not empty"), "a marker that is no file");
	ok(spares("w/file", "it is not a directory"), "a file");
	ok(spares("w/link", "it is a symbolic link"), "a symlink");
	ok(spares("w/link/", "it is a symbolic link"), "a symlink with a slash");
	ok(spares("w/none/out", "the directory it stands in does not exist"), "no parent");
	ok(spares("w/file/out", "is not a directory"), "a file for a parent");
	ok(spares(".", "a directory of its own"), "the current directory");
	ok(spares("w/..", "a directory of its own"), "a parent directory");
	ok(spares("/", "a directory of its own"), "the root");
	ok(spares("", "a directory of its own"), "nothing");
	memset(name + 2, 'n', 256);
	ok(spares(name, "the name is too long"), "a name of 256 bytes");
	name[257] = '\0';
	ok(write_it(name), "but not one of 255");
}

static void test_entries(void)
{
	static const char *const bad[] = {"../x", "a/../x", "/x", "a//x", "a/", "", ".", "a/b/"};

	remove_all("w");
	put_old();
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct file_entry two[] = {{{"m", 1}, {"", 0}}, {str_from(bad[i]), {"", 0}}};

		fresh();
		ok(!file_write_tree(arena, diags, STR("w/out"), "manifest.json", two, 2) &&
			   is_old(),
		   "no entry named `%s`", bad[i]);
	}
}

static void test_removal(void)
{
	struct strbuf deep;

	remove_all("w");
	put_old();
	put("w/other/kept", "1");
	link_to("../../other", "w/out/old/away");
	link_to("../other/kept", "w/out/away");
	strbuf_init(&deep, arena);
	strbuf_puts(&deep, "w/out/");
	for (int i = 0; i < 1000; i++)
		strbuf_puts(&deep, "d/");
	put(str_cstr(arena, str_printf(arena, STR_FMT "x", STR_ARG(strbuf_str(&deep)))), "1");
	ok(write_it("w/out") && str_is(listed("w"), "other{kept=1 } out{" NEW "} "),
	   "an old tree is removed however deep, its symlinks not followed");
}

/* Whatever the number of descriptors that may be open, the result is the old or the new tree. */
static int with_few_descriptors(void)
{
	int mistakes = 0, written = 0;
	struct rlimit all, few;

	getrlimit(RLIMIT_NOFILE, &all);
	for (rlim_t n = 3; n < 12; n++) {
		bool good;

		remove_all("w");
		put_old();
		few = (struct rlimit){n, all.rlim_max};
		setrlimit(RLIMIT_NOFILE, &few);
		good = write_it("w/out");
		setrlimit(RLIMIT_NOFILE, &all);
		written += good;
		if (!(good ? is_new() : is_old() && says("too many open files"))) {
			printf("# with %d: " STR_FMT "\n", (int)n, STR_ARG(listed("w")));
			mistakes++;
		}
	}
	return mistakes + (written < 3) + (written == 9);
}

static int with_small_files(void)
{
	struct rlimit small = {1, 1};

	signal(SIGXFSZ, SIG_IGN);
	remove_all("w");
	put_old();
	if (setrlimit(RLIMIT_FSIZE, &small) != 0)
		return CANNOT;
	return !(!write_it("w/out") && is_old() &&
		 says("cannot write `manifest.json` in `w/out`: the file would become too large"));
}

static int without_permission(void)
{
	bool good;

	if (getuid() == 0 && (chown("w", 65534, 65534) != 0 || setuid(65534) != 0))
		return CANNOT;
	chmod("w", 0555);
	good = !write_it("w/out") && is_old() && says("cannot write `w/out`: permission denied");
	chmod("w", 0755);
	return !good;
}

static int on_full_disk(void)
{
	int mistakes;

	remove_all("w");
	mkdir("w", 0755);
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "w", "tmpfs", 0, "size=16k") != 0)
		return CANNOT;
	put_old();
	put("w/ballast", "x");
	mistakes = !(!write_it("w/out") && says("no space left on the device") &&
		     str_is(listed("w"), "ballast=x out{" OLD "} "));
	if (unlink("w/ballast") != 0 || mount("none", "w", NULL, MS_REMOUNT | MS_RDONLY, NULL) != 0)
		return CANNOT;
	mistakes += !(!write_it("w/out") && says("the file system is read-only") && is_old());
	return mistakes;
}

static int without_exchange(void)
{
	remove_all("w");
	put_old();
	if (!forget_calls())
		return CANNOT;
	if (!write_it("w/out") || !is_new())
		return 1;
	return !(rename("w/out", "w/away") == 0 && write_it("w/out") &&
		 str_is(listed("w"), "away{" NEW "} out{" NEW "} "));
}

static int with_a_mount_inside(void)
{
	remove_all("w");
	put_old();
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "w/out/old", "tmpfs", 0, "size=16k") != 0)
		return CANNOT;
	return !(write_it("w/out") && str_is(listed("w/out"), NEW) && diags_exit_code(diags) == 0 &&
		 says("the old `w/out` could not be removed whole: it is in use") &&
		 says("is left stands beside it as `.vulnctl-"));
}

static void test_faults(void)
{
	in_child(with_few_descriptors, "with few descriptors: the old tree or the new one");
	in_child(with_small_files, "with a limit on the size of files: the old tree");
	remove_all("w");
	put_old();
	in_child(without_permission, "without permission: the old tree");
	in_child(on_full_disk, "on a full and on a read-only disk: the old tree");
	in_child(with_a_mount_inside, "an old tree that cannot be removed: a warning");
	in_child(without_exchange, "without renameat2: the new tree by two renames");
}

static bool fails_to_write(int fd, const char *why)
{
	bool good;

	fresh();
	good = !file_write_fd(diags, fd, "standard output", STR("text")) && says(why) &&
	       diags_exit_code(diags) == 3;
	close(fd);
	return good;
}

static void test_write_fd(void)
{
	int ends[2];
	char got[5] = "";

	signal(SIGPIPE, SIG_IGN);
	fresh();
	ok(pipe2(ends, O_NONBLOCK) == 0 && file_write_fd(diags, ends[1], "it", STR("text")) &&
		   read(ends[0], got, 4) == 4 && strcmp(got, "text") == 0,
	   "writes to a descriptor");
	close(ends[0]);
	ok(fails_to_write(ends[1], "cannot write standard output: the reader has gone away"),
	   "a pipe without a reader");
	ok(fails_to_write(open("/dev/full", O_WRONLY), "no space left"), "a full device");
	ok(fails_to_write(-1, "it is closed"), "a closed descriptor");
}

int main(void)
{
	const char *tmp = getenv("TMPDIR");
	char place[200];

	arena = arena_new();
	fresh();
	snprintf(place, sizeof place, "%.150s/test_file.XXXXXX", tmp ? tmp : "/tmp");
	if (!ok(mkdtemp(place) && chdir(place) == 0 && chmod(".", 0755) == 0, "a place to work in"))
		return done();
	test_read();
	test_stdin();
	test_beneath();
	test_paths();
	test_find_up();
	test_write();
	test_refuse();
	test_entries();
	test_removal();
	test_faults();
	test_write_fd();
	remove_all(place);
	arena_free(arena);
	return done();
}
