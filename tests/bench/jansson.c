/* SPDX-License-Identifier: Apache-2.0
 *
 * What it costs to read findings with jansson, and nothing else: each line of a file is parsed, and
 * what was made of it is freed.
 *
 * usage: jansson FILE */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
	size_t cap = 0, n = 0;
	char *line = NULL;
	ssize_t length;

	if (!file)
		return 3;
	while ((length = getline(&line, &cap, file)) > 0) {
		json_error_t error;
		json_t *json = json_loadb(line, (size_t)length, JSON_REJECT_DUPLICATES, &error);

		if (!json)
			return 1;
		json_decref(json);
		n++;
	}
	printf("%zu\n", n);
	free(line);
	return fclose(file) == 0 ? 0 : 3;
}
