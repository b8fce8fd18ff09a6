/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands in a directory. */
#include "base/file_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/vec.h"

bool file_is_directory(struct arena *arena, struct str path)
{
	struct stat st;

	return stat(str_cstr(arena, path), &st) == 0 && S_ISDIR(st.st_mode);
}

static int by_text(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

bool file_list(struct arena *arena, struct diags *d, struct str dir, struct str suffix,
	       struct str **names, size_t *n)
{
	DIR *stream = opendir(str_cstr(arena, dir));
	VEC(struct str) found = {0};
	const char *name;
	int error = errno;

	if (stream) {
		while ((name = file_next_name(stream)))
			if (str_ends(str_from(name), suffix))
				VEC_PUSH(arena, found, str_copy(arena, str_from(name)));
		error = errno;
		closedir(stream);
	}
	if (error) {
		diag_world(d, "cannot read `%s`: %s", diag_quote(d, dir),
			   diag_word(d, file_reason(error)));
		return false;
	}
	if (found.n)
		qsort(found.items, found.n, sizeof *found.items, by_text);
	*names = found.items;
	*n = found.n;
	return true;
}
