/* SPDX-License-Identifier: Apache-2.0
 *
 * Repositories that the policy speaks of, and nobody scans. */
#include "lint/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "lint/pass.h"
#include "model/limit.h"

/* --- reading --- */

static int by_name(const void *left, const void *right)
{
	const struct covered *a = left, *b = right;

	return str_cmp(a->name, b->name);
}

/* The repository of an image's or a repository's ARN; empty for other resources. */
static struct str repository_of(const struct json *resource)
{
	struct str id = json_text(json_get(resource, "resourceId")), mark = STR(":repository/");
	const char *found = id.len ? memmem(id.ptr, id.len, mark.ptr, mark.len) : NULL;
	const char *digest;
	struct str name;

	if (!found)
		return STR("");
	name = str_slice(id, (size_t)(found - id.ptr) + mark.len, id.len);
	digest = memmem(name.ptr, name.len, "/sha256:", 8);
	return digest ? str_slice(name, 0, (size_t)(digest - name.ptr)) : name;
}

static struct covered read_resource(const struct json *resource)
{
	const struct json *status = json_get(resource, "scanStatus");

	return (struct covered){
		.name = repository_of(resource),
		.scanned = str_is(json_text(json_get(status, "statusCode")), "ACTIVE"),
		.reason = json_text(json_get(status, "reason")),
	};
}

/* One entry for each repository: it is scanned if one of its resources is. */
static void merge(struct coverage *coverage)
{
	size_t n = 0;

	if (coverage->n)
		qsort(coverage->repositories, coverage->n, sizeof *coverage->repositories, by_name);
	for (size_t i = 0; i < coverage->n; i++) {
		struct covered *now = &coverage->repositories[i];
		struct covered *last = n ? &coverage->repositories[n - 1] : NULL;

		if (!last || !str_eq(last->name, now->name))
			coverage->repositories[n++] = *now;
		else
			last->scanned |= now->scanned;
	}
	coverage->n = n;
	for (size_t i = n; i-- > 0;)
		coverage->repositories[i].next = coverage->repositories[i].scanned ? i
						 : i + 1 < n ? coverage->repositories[i + 1].next
							     : n;
}

static bool no_coverage(struct diags *d, struct str path)
{
	diag_help(diag_world(d, "`%s` is no coverage of Inspector", diag_quote(d, path)),
		  "`aws inspector2 list-coverage` writes it: an object with `coveredResources`");
	return false;
}

static bool read_all(struct arena *arena, struct diags *d, struct coverage *coverage,
		     struct str text)
{
	struct json_error error;
	const struct json *all = json_parse(arena, text, &error);
	const struct json *list = all ? json_get(all, "coveredResources") : NULL;

	if (!all) {
		diag_world(d, "`%s`, line %u, column %u: %s", diag_quote(d, coverage->file),
			   error.line, error.col, diag_word(d, error.what));
		return false;
	}
	if (!list || list->type != JSON_ARRAY)
		return no_coverage(d, coverage->file);
	coverage->repositories = ARENA_ARRAY(arena, struct covered, list->n);
	for (size_t i = 0; i < list->n; i++) {
		struct covered covered = read_resource(list->items[i]);

		if (covered.name.len)
			coverage->repositories[coverage->n++] = covered;
	}
	merge(coverage);
	return true;
}

const struct coverage *coverage_read(struct arena *arena, struct diags *d, struct str path)
{
	struct coverage *coverage = ARENA_NEW(arena, struct coverage);
	struct str text;

	coverage->file = path;
	if (!file_read(arena, d, path, (size_t)limits[LIMIT_document_size].value, &text) ||
	    !read_all(arena, d, coverage, text))
		return NULL;
	return coverage;
}

/* --- the rule --- */

/* The first repository whose name is not before this one. */
static const struct covered *first_from(const struct coverage *coverage, struct str name)
{
	size_t low = 0, high = coverage->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(coverage->repositories[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < coverage->n ? &coverage->repositories[low] : NULL;
}

static void check_value(struct lint *l, const struct atom *atom, const struct value *value)
{
	const struct covered *found = first_from(l->coverage, value->str);
	bool prefix = atom->test == TEST_PREFIX;
	struct diag *diag;

	if (found && prefix)
		found = found->next < l->coverage->n ? &l->coverage->repositories[found->next]
						     : NULL;
	if (found &&
	    (prefix ? !str_starts(found->name, value->str) : !str_eq(found->name, value->str)))
		found = NULL;
	if (found && found->scanned)
		return;
	diag = lint_report(l, RULE_not_scanned_is_not_safe, value->span,
			   prefix ? "no repository that begins with `%s` is scanned, says `%s`"
				  : "the repository `%s` is not scanned, says `%s`",
			   diag_quote(l->diags, value->str),
			   diag_quote(l->diags, l->coverage->file));
	if (found && found->reason.len)
		diag_note(diag, "its images: `%s`", diag_quote(l->diags, found->reason));
	diag_help(diag, "what is not scanned has no findings, and is not safe for that: have it "
			"scanned, or correct the name");
}

/* As deep as ir/check allows. */
static void check_tests(struct lint *l, const struct cond *cond)
{
	const struct atom *atom = cond->atom;

	for (size_t i = 0; i < cond->n; i++)
		check_tests(l, cond->kids[i]);
	if (cond->kind != COND_ATOM || atom->field != FIELD_repository || atom->negated ||
	    (atom->test != TEST_IN && atom->test != TEST_PREFIX))
		return;
	for (size_t i = 0; i < atom->n; i++)
		check_value(l, atom, &atom->values[i]);
}

void lint_coverage(struct lint *l)
{
	if (!l->coverage || !lint_wants(l, RULE_not_scanned_is_not_safe))
		return;
	for (size_t i = 0; i < l->policy->n_statements; i++)
		if (l->policy->statements[i]->condition)
			check_tests(l, l->policy->statements[i]->condition);
	for (size_t i = 0; i < l->n_subjects; i++)
		if (l->subjects[i].row)
			check_tests(l, l->subjects[i].cond);
}
