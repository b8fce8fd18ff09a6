/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `list`: what may be listed, and its arguments. */
#include "cmd/list_internal.h"

#include <unistd.h>

#include "base/file.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "cmd/list.h"
#include "cmd/options.h"

static const struct {
	const char *name;
	void (*text)(struct arena *arena, struct strbuf *out);
	void (*json)(struct arena *arena, struct json_writer *w);
} lists[] = {
	{"fields", list_fields_text, list_fields_json},
	{"operators", list_operators_text, list_operators_json},
	{"targets", list_targets_text, list_targets_json},
	{"limits", list_limits_text, list_limits_json},
	{"rules", list_rules_text, list_rules_json},
};

static const struct choice {
	const char *name, *kind, *words[2];
} choices[] = {
	{"format", DIAG_TEXT("format"), {"text", "json"}},
	{"lang", DIAG_TEXT("language"), {"en", "ja"}},
};

enum { FORMAT, LANGUAGE, CHOICES };

#define USAGE                                                                                      \
	"vulnctl list fields|operators|targets|limits|rules [--format text|json] [--lang en|ja]"

static const char help[] = "usage: " USAGE "\n"
			   "Shows a table that the compiler works from.\n"
			   "\n"
			   "      --format text|json          for people or for programs\n"
			   "      --lang en|ja                the language of messages\n"
			   "  -h, --help                      show this help\n";

struct request {
	const char *what, *chosen[CHOICES]; /* NULL: not given */
	bool help;
};

/* Cell i stands in column i mod n; the last column is not padded. */
struct str list_table(struct arena *arena, const struct str *cells, size_t n_cells,
		      size_t n_columns)
{
	size_t *widths = ARENA_ARRAY(arena, size_t, n_columns);
	struct strbuf out;

	strbuf_init(&out, arena);
	for (size_t i = 0; i < n_cells; i++)
		if (widths[i % n_columns] < cells[i].len)
			widths[i % n_columns] = cells[i].len;
	for (size_t i = 0; i < n_cells; i++) {
		bool last = i % n_columns == n_columns - 1;

		strbuf_add(&out, cells[i]);
		for (size_t pad = cells[i].len; !last && pad < widths[i % n_columns] + 2; pad++)
			strbuf_addc(&out, ' ');
		if (last)
			strbuf_addc(&out, '\n');
	}
	return strbuf_str(&out);
}

static void list_names(struct diag *diag)
{
	diag_help(diag, "`" USAGE "`");
}

static struct diag *unknown(struct diags *d, const char *kind, const char *word,
			    struct suggest *suggest)
{
	struct diag *diag = diag_world(d, "`%s` is no %s of `vulnctl list`",
				       diag_quote(d, str_from(word)), diag_word(d, kind));

	if (suggest_found(suggest))
		diag_help(diag, "did you mean `" STR_FMT "`?", STR_ARG(suggest->best));
	return diag;
}

static bool read_word(struct diags *d, struct request *request, const char *word)
{
	struct suggest suggest;

	if (request->what) {
		list_names(diag_world(d, "`list` takes one table, not `%s` too",
				      diag_quote(d, str_from(word))));
		return false;
	}
	suggest_init(&suggest, str_from(word));
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (str_is(str_from(word), lists[i].name)) {
			request->what = lists[i].name;
			return true;
		}
		suggest_offer(&suggest, str_from(lists[i].name));
	}
	list_names(unknown(d, "table", word, &suggest));
	return false;
}

/* An option with one of two words; NULL: none follows. */
static bool read_choice(struct diags *d, const struct choice *choice, const char **slot,
			const char *word)
{
	struct suggest suggest;

	if (!word || *slot) {
		list_names(diag_world(d, word ? "`--%s` stands twice" : "`--%s` needs `%s` or `%s`",
				      choice->name, choice->words[0], choice->words[1]));
		return false;
	}
	suggest_init(&suggest, str_from(word));
	for (size_t i = 0; i < ARRAY_LEN(choice->words); i++) {
		if (str_is(str_from(word), choice->words[i])) {
			*slot = choice->words[i];
			return true;
		}
		suggest_offer(&suggest, str_from(choice->words[i]));
	}
	list_names(unknown(d, choice->kind, word, &suggest));
	return false;
}

static bool read_option(struct diags *d, struct request *request, char **argv, int *at)
{
	struct str option = str_from(argv[*at]), rest = str_slice(option, 2, option.len);
	struct suggest suggest;

	for (size_t i = 0; i < CHOICES && str_starts(option, STR("--")); i++) {
		struct str name = str_from(choices[i].name);

		if (!str_starts(rest, name) || (rest.len > name.len && rest.ptr[name.len] != '='))
			continue;
		return read_choice(d, &choices[i], &request->chosen[i],
				   rest.len > name.len ? rest.ptr + name.len + 1 : argv[++*at]);
	}
	if (str_is(option, "--help") || str_is(option, "-h")) {
		request->help = true;
		return true;
	}
	suggest_init(&suggest, option);
	suggest_offer(&suggest, STR("--format"));
	suggest_offer(&suggest, STR("--lang"));
	suggest_offer(&suggest, STR("--help"));
	list_names(unknown(d, "option", argv[*at], &suggest));
	return false;
}

static bool read_request(struct diags *d, struct request *request, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		bool good = argv[i][0] == '-' ? read_option(d, request, argv, &i)
					      : read_word(d, request, argv[i]);

		if (!good)
			return false;
	}
	if (!request->what && !request->help) {
		list_names(diag_world(d, "`list` needs the name of a table"));
		return false;
	}
	return true;
}

static struct str show(struct arena *arena, const struct request *request)
{
	const char *format = request->chosen[FORMAT];
	bool json = format && str_is(str_from(format), "json");
	struct json_writer w;
	struct strbuf out;
	size_t i = 0;

	if (request->help)
		return STR(help);
	while (!str_is(str_from(request->what), lists[i].name))
		i++;
	if (json) {
		json_begin(&w, arena, 2);
		lists[i].json(arena, &w);
		return json_end(&w);
	}
	strbuf_init(&out, arena);
	lists[i].text(arena, &out);
	return strbuf_str(&out);
}

int cmd_list(struct arena *arena, int argc, char **argv)
{
	struct diags *d = diags_new(arena, sources_new(arena));
	struct request request = {0};

	diags_set_language(d, options_language(argc, argv));
	if (read_request(d, &request, argc, argv) &&
	    file_write_fd(d, STDOUT_FILENO, "standard output", show(arena, &request)))
		return 0;
	/* Nobody is left to tell when standard error is gone, too. */
	if (!file_write_fd(d, STDERR_FILENO, "standard error", diags_text(d, arena, false)))
		return 3;
	return diags_exit_code(d);
}
