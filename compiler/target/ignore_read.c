/* SPDX-License-Identifier: Apache-2.0
 *
 * `.inspector-ignore` as the action reads it: what stands before `#`, without blanks around it, is
 * an id. Only forms that its documentation shows are taken for ids. */
#include "target/ignore.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* CVE-YYYY-N…N */
static bool is_cve(struct str id)
{
	if (!str_starts(id, STR("CVE-")) || id.len < 13)
		return false;
	for (size_t i = 4; i < id.len; i++)
		if (i == 8 ? id.ptr[i] != '-' : !is_digit(id.ptr[i]))
			return false;
	return true;
}

/* GHSA-xxxx-xxxx-xxxx */
static bool is_ghsa(struct str id)
{
	if (!str_starts(id, STR("GHSA")) || id.len != 19)
		return false;
	for (size_t i = 4; i < id.len; i++)
		if (i % 5 == 4 ? id.ptr[i] != '-'
			       : !is_digit(id.ptr[i]) && (id.ptr[i] < 'a' || id.ptr[i] > 'z'))
			return false;
	return true;
}

static struct str stripped(struct str line)
{
	size_t start = 0, end = 0;

	while (end < line.len && line.ptr[end] != '#')
		end++;
	while (start < end && (line.ptr[start] == ' ' || line.ptr[start] == '\t'))
		start++;
	while (end > start &&
	       (line.ptr[end - 1] == ' ' || line.ptr[end - 1] == '\t' || line.ptr[end - 1] == '\r'))
		end--;
	return str_slice(line, start, end);
}

bool ignore_read(struct arena *arena, struct str text, struct str **ids, size_t *n,
		 const char **why)
{
	VEC(struct str) found = {0};

	for (size_t start = 0; start < text.len;) {
		size_t end = start;
		struct str id;

		while (end < text.len && text.ptr[end] != '\n')
			end++;
		id = stripped(str_slice(text, start, end));
		start = end + 1;
		if (!id.len)
			continue;
		*why = "a line is no id";
		if (!is_cve(id) && !is_ghsa(id))
			return false;
		VEC_PUSH(arena, found, id);
	}
	*ids = found.items;
	*n = found.n;
	return true;
}
