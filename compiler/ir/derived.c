/* SPDX-License-Identifier: Apache-2.0
 *
 * Derived fields: the resource id of an ECR image is written from its region, account, repository
 * and digest, the title of a package finding from its vulnerability id and what follows it. A
 * language over such a text is cut at the delimiters: walking its automaton through the fixed
 * pieces and splitting the free parts by the state they lead to gives a finite union of boxes over
 * the parts, exactly. No part is written twice, so nothing needs to be known of how parts agree:
 * the universe is the same whatever was lowered. */
#include "ir/lower_internal.h"

#include "model/region.h"

#define IMAGE "AwsEcrContainerImage"

/* ECR's own grammar of repository names [botocore ecr, RepositoryName]; at least two characters.
 * The upper bound of 256 is left out: it would only make the automata larger, and a larger universe
 * never proves too much. */
#define REPOSITORY "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*"
#define DIGEST "sha256:[0-9a-f]{64}"
/* A vulnerability id has no blank (U14), so that the title's " - " ends it. */
#define ID "[^ ][^ ]*"

lang lower_repositories(struct lower *lower)
{
	struct engine *e = lower->engine;

	if (!lower->repositories)
		lower->repositories = lang_and(e, lang_regex(e, REPOSITORY), lang_regex(e, "...*"));
	return lower->repositories;
}

lang lower_digests(struct lower *lower)
{
	if (!lower->digests)
		lower->digests = lang_regex(lower->engine, DIGEST);
	return lower->digests;
}

lang lower_repository_heads(struct lower *lower)
{
	struct engine *e = lower->engine;
	struct str heads[REGION_COUNT];

	for (size_t i = 0; i < REGION_COUNT && !lower->heads; i++)
		heads[i] = str_printf(lower->arena, "arn:%s:ecr:%s:", regions[i].partition,
				      regions[i].name);
	if (!lower->heads)
		lower->heads = lang_concat(e,
					   lang_concat(e, lang_strings(e, heads, REGION_COUNT),
						       derived_accounts(lower)),
					   lang_string(e, STR(":repository/")));
	return lower->heads;
}

lang derived_accounts(struct lower *lower)
{
	if (!lower->accounts)
		lower->accounts = lang_regex(lower->engine, "[0-9]{12}");
	return lower->accounts;
}

lang lower_texts(struct lower *lower, enum field_id field, enum view view)
{
	if (field == FIELD_account)
		return derived_accounts(lower);
	if (view == VIEW_SINGLE && field == FIELD_repository)
		return lower_repositories(lower);
	if (view == VIEW_SINGLE && field == FIELD_image_digest)
		return lower_digests(lower);
	return LANG_ALL;
}

/* "CWE-79 - …" is the title of a code finding, which has no vulnerability id. */
lang lower_ids(struct lower *lower)
{
	struct engine *e = lower->engine;

	if (!lower->ids)
		lower->ids = lang_minus(e, lang_regex(e, ID), lang_prefix(e, STR("CWE-")));
	return lower->ids;
}

lang derived_titles(struct lower *lower)
{
	struct engine *e = lower->engine;

	return lang_concat(e, lower_ids(lower), lang_prefix(e, STR(LOWER_TITLE_GAP)));
}

static dd string_in(struct lower *lower, enum field_id field, lang l, enum view view)
{
	return lower_field_in(lower, field, STR(""), set_strings(lower->engine, l, false), view);
}

static uint64_t derived_key(enum field_id field, lang whole)
{
	return (uint64_t)whole << 8 | (uint64_t)field | UINT64_C(1) << 63;
}

/* --- the resource id of an image: arn:PARTITION:ecr:REGION:ACCOUNT:repository/NAME/DIGEST --- */

/* The digests that lead from `state`, behind a name and its slash, to acceptance. */
static lang cut_digest(struct lower *lower, lang ids, uint32_t state, const bool *final)
{
	struct engine *e = lower->engine;
	uint32_t n = lang_states(e, ids);
	lang *digests = ARENA_ARRAY(lower->arena, lang, n), accepted = LANG_NONE;

	lang_split_some(e, ids, state, lower_digests(lower), final, digests);
	for (uint32_t end = 0; end < n; end++)
		accepted = lang_or(e, accepted, digests[end]);
	return accepted;
}

/* From `state`, behind "repository/": the sets of (repository, digest) that end in acceptance. The
 * digests come first: most states that a name may end in lead nowhere, and many to one. */
static dd cut_name(struct lower *lower, lang ids, uint32_t state)
{
	struct engine *e = lower->engine;
	uint32_t n = lang_states(e, ids);
	lang *names = ARENA_ARRAY(lower->arena, lang, n),
	     *digests = ARENA_ARRAY(lower->arena, lang, n);
	bool *final = ARENA_ARRAY(lower->arena, bool, n),
	     *known = ARENA_ARRAY(lower->arena, bool, n),
	     *wanted = ARENA_ARRAY(lower->arena, bool, n);
	dd result = DD_FALSE;

	for (uint32_t q = 0; q < n; q++)
		final[q] = lang_final(e, ids, q);
	for (uint32_t q = 0; q < n; q++) {
		uint32_t to = lang_walk(e, ids, q, STR("/"));

		if (!known[to])
			digests[to] = cut_digest(lower, ids, to, final);
		known[to] = true;
		wanted[q] = digests[to] != LANG_NONE;
	}
	lang_split_some(e, ids, state, lower_repositories(lower), wanted, names);
	for (uint32_t q = 0; q < n; q++) {
		lang accepted = digests[lang_walk(e, ids, q, STR("/"))];

		if (names[q] == LANG_NONE)
			continue;
		result = dd_or(e, result,
			       dd_and(e, string_in(lower, FIELD_repository, names[q], VIEW_SINGLE),
				      string_in(lower, FIELD_image_digest, accepted, VIEW_SINGLE)));
	}
	return result;
}

static dd cut_account(struct lower *lower, lang ids, uint32_t state)
{
	struct engine *e = lower->engine;
	uint32_t n = lang_states(e, ids);
	lang *accounts = ARENA_ARRAY(lower->arena, lang, n);
	dd result = DD_FALSE;

	lang_split(e, ids, state, derived_accounts(lower), accounts);
	for (uint32_t q = 0; q < n; q++) {
		dd rest;

		if (accounts[q] == LANG_NONE)
			continue;
		rest = cut_name(lower, ids, lang_walk(e, ids, q, STR(":repository/")));
		rest = dd_and(e, rest, string_in(lower, FIELD_account, accounts[q], VIEW_SINGLE));
		result = dd_or(e, result, rest);
	}
	return result;
}

/* Regions that lead to one state share everything behind them. */
static dd cut_regions(struct lower *lower, lang ids)
{
	struct engine *e = lower->engine;
	uint32_t states[REGION_COUNT];
	bool seen[REGION_COUNT] = {false};
	dd result = DD_FALSE;

	for (size_t i = 0; i < REGION_COUNT; i++)
		states[i] =
			lang_walk(e, ids, lang_start(e, ids),
				  str_printf(lower->arena, "arn:%s:ecr:%s:", regions[i].partition,
					     regions[i].name));
	for (size_t i = 0; i < REGION_COUNT; i++) {
		lang same = LANG_NONE;

		if (seen[i])
			continue;
		for (size_t j = i; j < REGION_COUNT; j++) {
			if (states[j] != states[i])
				continue;
			seen[j] = true;
			same = lang_or(e, same, lang_string(e, str_from(regions[j].name)));
		}
		result = dd_or(e, result,
			       dd_and(e, cut_account(lower, ids, states[i]),
				      string_in(lower, FIELD_region, same, VIEW_SINGLE)));
	}
	return result;
}

/* --- one ARN --- */

/* What stands before the next `end`, and is cut off with it. */
static bool cut_piece(struct str *rest, char end, struct str *piece)
{
	for (size_t i = 0; i < rest->len; i++)
		if (rest->ptr[i] == end) {
			*piece = str_slice(*rest, 0, i);
			*rest = str_slice(*rest, i + 1, rest->len);
			return true;
		}
	return false;
}

/* The parts of a text that is an image's ARN: Region, account, repository and digest. */
static bool cut_arn(struct lower *lower, struct str text, struct str part[4])
{
	struct engine *e = lower->engine;
	struct str rest = text, head[3];
	size_t slash;
	int region;

	for (size_t i = 0; i < ARRAY_LEN(head); i++)
		if (!cut_piece(&rest, ':', &head[i]))
			return false;
	if (!cut_piece(&rest, ':', &part[0]) || !cut_piece(&rest, ':', &part[1]) ||
	    !cut_piece(&rest, '/', &head[0]))
		return false;
	for (slash = rest.len; slash > 0 && rest.ptr[slash - 1] != '/'; slash--)
		;
	region = region_find(part[0]);
	if (slash == 0 || region < 0)
		return false;
	part[2] = str_slice(rest, 0, slash - 1);
	part[3] = str_slice(rest, slash, rest.len);
	return lang_accepts(e, derived_accounts(lower), part[1]) &&
	       lang_accepts(e, lower_repositories(lower), part[2]) &&
	       lang_accepts(e, lower_digests(lower), part[3]) &&
	       str_eq(text, str_printf(lower->arena,
				       "arn:%s:ecr:" STR_FMT ":" STR_FMT ":repository/" STR_FMT
				       "/" STR_FMT,
				       regions[region].partition, STR_ARG(part[0]),
				       STR_ARG(part[1]), STR_ARG(part[2]), STR_ARG(part[3])));
}

static dd cut_listed(struct lower *lower, const struct str *texts, size_t n)
{
	static const enum field_id field[] = {FIELD_region, FIELD_account, FIELD_repository,
					      FIELD_image_digest};
	struct engine *e = lower->engine;
	dd *images = ARENA_ARRAY(lower->arena, dd, n);
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		struct str part[ARRAY_LEN(field)];
		dd sets[ARRAY_LEN(field)];

		if (!cut_arn(lower, texts[i], part))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(field); k++)
			sets[k] = string_in(lower, field[k], lang_string(e, part[k]), VIEW_SINGLE);
		images[used++] = dd_and_all(e, sets, ARRAY_LEN(field));
	}
	return dd_or_all(e, images, used);
}

/* Images with such an ARN. */
static dd cut_image(struct lower *lower, lang ids)
{
	const struct str *texts;
	bool complement;
	size_t n;

	if (ids == LANG_ALL)
		return DD_TRUE;
	if (!lang_list(lower->engine, ids, &complement, &texts, &n))
		return cut_regions(lower, ids);
	return complement ? dd_not(lower->engine, cut_listed(lower, texts, n))
			  : cut_listed(lower, texts, n);
}

dd lower_resource_id(struct lower *lower, lang ids, enum view view)
{
	struct engine *e = lower->engine;
	uint64_t key = derived_key(FIELD_resource_id, ids);
	dd image, other, result;

	if (view != VIEW_SINGLE)
		return string_in(lower, FIELD_resource_id, ids, view);
	if (memo_get(&lower->derived, key, &result))
		return result;
	image = string_in(lower, FIELD_resource_type, lang_string(e, STR(IMAGE)), view);
	other = dd_and(e, dd_not(e, image), string_in(lower, FIELD_resource_id, ids, view));
	result = dd_or(e, dd_and(e, image, cut_image(lower, ids)), other);
	if (!engine_exhausted(e))
		memo_put(&lower->derived, lower->arena, key, result);
	return result;
}

/* --- the title of a finding that has an id: ID - PACKAGES --- */

/* Ids after which the same may follow share it: by the state that the title is in then. Those after
 * which nothing may are left out. */
static void join_ids(struct lower *lower, lang titles, lang *ids)
{
	struct engine *e = lower->engine;
	uint32_t n = lang_states(e, titles), dead = lang_dead(e, titles);
	lang *split = ARENA_ARRAY(lower->arena, lang, n);
	bool *wanted = ARENA_ARRAY(lower->arena, bool, n);

	for (uint32_t q = 0; q < n; q++)
		wanted[q] = lang_walk(e, titles, q, STR(LOWER_TITLE_GAP)) != dead;
	lang_split_some(e, titles, lang_start(e, titles), lower_ids(lower), wanted, split);
	for (uint32_t q = 0; q < n; q++) {
		lang *joined = &ids[lang_walk(e, titles, q, STR(LOWER_TITLE_GAP))];

		*joined = lang_or(e, *joined, split[q]);
	}
}

/* The part of findings that have an id. */
static dd cut_title(struct lower *lower, lang titles)
{
	struct engine *e = lower->engine;
	uint32_t n = lang_states(e, titles);
	lang *ids = ARENA_ARRAY(lower->arena, lang, n), *packages;
	dd *parts = ARENA_ARRAY(lower->arena, dd, n);
	size_t used = 0;

	join_ids(lower, titles, ids);
	packages = ARENA_ARRAY(lower->arena, lang, n);
	for (uint32_t q = 0; q < n; q++)
		packages[q] = ids[q] == LANG_NONE ? LANG_NONE : LANG_ALL;
	lang_tails(e, titles, packages);
	for (uint32_t q = 0; q < n; q++) {
		dd part;

		if (packages[q] == LANG_NONE)
			continue;
		part = string_in(lower, FIELD_cve, ids[q], VIEW_SINGLE);
		if (packages[q] != LANG_ALL)
			part = dd_and(e, part,
				      string_in(lower, FIELD_title, packages[q], VIEW_SINGLE));
		parts[used++] = part;
	}
	return dd_or_all(e, parts, used);
}

dd lower_title(struct lower *lower, lang titles, enum view view)
{
	struct engine *e = lower->engine;
	uint64_t key = derived_key(FIELD_title, titles);
	dd result, has_id;
	lang other;

	if (view != VIEW_SINGLE || titles == LANG_ALL)
		return string_in(lower, FIELD_title, titles, view);
	if (memo_get(&lower->derived, key, &result))
		return result;
	has_id = string_in(lower, FIELD_cve, lower_ids(lower), view);
	other = lang_minus(e, titles, derived_titles(lower));
	result = dd_or(e, cut_title(lower, titles),
		       dd_minus(e, string_in(lower, FIELD_title, other, view), has_id));
	if (!engine_exhausted(e))
		memo_put(&lower->derived, lower->arena, key, result);
	return result;
}

static dd lower_one(struct lower *lower, enum field_id field, lang l, enum view view)
{
	return field == FIELD_title ? lower_title(lower, l, view)
				    : lower_resource_id(lower, l, view);
}

dd lower_derived(struct lower *lower, enum field_id field, const lang *langs, size_t n,
		 bool negative, enum view view)
{
	struct engine *e = lower->engine;
	dd *sets, any;

	if (view != VIEW_SINGLE) {
		lang l = lang_or_all(e, langs, n);

		return lower_one(lower, field, negative ? lang_not(e, l) : l, view);
	}
	sets = ARENA_ARRAY(lower->arena, dd, n);
	for (size_t i = 0; i < n && !engine_exhausted(e); i++)
		sets[i] = lower_one(lower, field, langs[i], view);
	any = dd_or_all(e, sets, n);
	return negative ? dd_minus(e, lower_one(lower, field, LANG_ALL, view), any) : any;
}
