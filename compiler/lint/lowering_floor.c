/* SPDX-License-Identifier: Apache-2.0
 *
 * What Terraform's AWS provider must be to take what is compiled. What is known of that is a table:
 * nothing else that is emitted is known to need a version. */
#include "base/json.h"
#include "base/vec.h"
#include "lint/lowering_internal.h"
#include "model/limit.h"

static bool has_long_list(const struct json *criteria)
{
	const size_t always = (size_t)limits[LIMIT_automation_values].value;

	for (size_t i = 0; criteria && i < criteria->n; i++)
		if (json_is(criteria->items[i], JSON_ARRAY) && criteria->items[i]->n > always)
			return true;
	return false;
}

static bool is_long(const struct json *document)
{
	return has_long_list(json_get(document, "Criteria"));
}

static bool is_about_use(const struct json *document)
{
	static const char *const names[] = {"ecrImageInUseCount", "ecrImageLastInUseAt",
					    "codeRepositoryProjectName",
					    "codeRepositoryProviderType"};
	const struct json *criteria = json_get(document, "filterCriteria");

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (json_get(criteria, names[i]))
			return true;
	return false;
}

static bool is_any(const struct json *document)
{
	(void)document;
	return true;
}

static const struct floor {
	enum artefact_kind kind;
	bool (*needs)(const struct json *document);
	const char *version, *why;
} floors[] = {
	{ARTEFACT_AUTOMATION_V1, is_long, "5.72",
	 DIAG_TEXT("before that it refused more than 20 values of one criterion")},
	{ARTEFACT_INSPECTOR_FILTER, is_about_use, "6.11",
	 DIAG_TEXT("before that it did not know criteria on what is in use, and on code "
		   "repositories")},
	{ARTEFACT_AUTOMATION_V2, is_any, "6.55",
	 DIAG_TEXT("its resource for rules V2 was read in that version; which one had it first is "
		   "not known")},
};

static void check_floor(struct lint *l, const struct floor *floor)
{
	for (size_t i = 0; i < l->c->artefacts.n; i++) {
		const struct artefact *a = &l->c->artefacts.items[i];
		struct json_error error;
		struct diag *diag;

		if (a->kind != floor->kind || !floor->needs(json_parse(l->arena, a->text, &error)))
			continue;
		diag = lint_report(l, RULE_provider_floor, a->unit->statement->name_span,
				   "`%s` needs version %s of Terraform's AWS provider, or a later "
				   "one",
				   diag_quote(l->diags, a->unit->statement->name), floor->version);
		diag_note(diag, "%s", diag_word(l->diags, floor->why));
		return; /* one is enough: the provider is one */
	}
}

void lowering_floors(struct lint *l)
{
	for (size_t i = 0; i < ARRAY_LEN(floors); i++)
		check_floor(l, &floors[i]);
}
