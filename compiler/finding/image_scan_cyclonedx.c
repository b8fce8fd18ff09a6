/* SPDX-License-Identifier: Apache-2.0
 *
 * CycloneDX 1.4 to 1.6 with vulnerabilities. Those of Inspector say in properties what the format
 * has no place for: what fixes each component, and exploits. Of others the fix is known where
 * `affects` lists a version that is not affected; their exploits are not. */
#include "base/strsort.h"
#include "finding/image_scan_internal.h"

#define SPACE "amazon:inspector:sbom_scanner:"

struct bom {
	struct image_scan_reader *r;
	bool inspector;
	bool fixes_known; /* of every vulnerability so far */
	VEC(const struct json *) components;
	struct str *refs; /* of the components */
	size_t *order;	  /* of the refs */
};

/* --- components --- */

/* The nesting of a document is bounded (JSON_DEPTH_MAX). */
static void flatten(struct bom *b, const struct json *list)
{
	for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->n; i++) {
		VEC_PUSH(b->r->arena, b->components, list->items[i]);
		flatten(b, json_get(list->items[i], "components"));
	}
}

static void index_components(struct bom *b)
{
	b->refs = ARENA_ARRAY(b->r->arena, struct str, b->components.n);
	for (size_t i = 0; i < b->components.n; i++)
		b->refs[i] = json_text(json_get(b->components.items[i], "bom-ref"));
	b->order = strsort_order(b->r->arena, b->refs, b->components.n);
}

/* The first component of that reference, or NULL. */
static const struct json *component(const struct bom *b, struct str ref)
{
	size_t lo = 0, hi = b->components.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (str_cmp(b->refs[b->order[mid]], ref) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == b->components.n || !ref.len || !str_eq(b->refs[b->order[lo]], ref))
		return NULL;
	return b->components.items[b->order[lo]];
}

/* The value of a property, SPACE and what follows; empty if there is none. */
static struct str property(const struct json *json, struct str name)
{
	const struct json *list = json_get(json, "properties");

	for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->n; i++) {
		struct str key = json_text(json_get(list->items[i], "name"));

		if (str_starts(key, STR(SPACE)) &&
		    str_eq(str_slice(key, sizeof SPACE - 1, key.len), name))
			return json_text(json_get(list->items[i], "value"));
	}
	return STR("");
}

/* --- vulnerabilities --- */

static struct str source_of(const struct json *rating)
{
	return json_text(json_get(json_get(rating, "source"), "name"));
}

static bool is_epss(const struct json *rating)
{
	return str_is(source_of(rating), "EPSS");
}

/* The provider that the scan action of Inspector would show, else the gravest. */
static const struct json *chosen(const struct json *ratings)
{
	static const char *const providers[] = {"NVD", "MITRE", "GHSA", "GITLAB",
						"AMAZON_INSPECTOR"};
	static const char *const grave[] = {"critical", "high", "medium", "low"};

	for (size_t p = 0; p < ARRAY_LEN(providers); p++)
		for (size_t i = 0; i < ratings->n; i++)
			if (str_is(source_of(ratings->items[i]), providers[p]) &&
			    json_get(ratings->items[i], "severity"))
				return ratings->items[i];
	for (size_t g = 0; g < ARRAY_LEN(grave); g++)
		for (size_t i = 0; i < ratings->n; i++)
			if (str_is(json_text(json_get(ratings->items[i], "severity")), grave[g]))
				return ratings->items[i];
	for (size_t i = 0; i < ratings->n; i++)
		if (!is_epss(ratings->items[i]))
			return ratings->items[i];
	return NULL;
}

static void read_ratings(struct bom *b, struct element *root, struct element *v,
			 const struct json *ratings)
{
	const struct json *best;

	if (!json_is(ratings, JSON_ARRAY))
		return;
	best = chosen(ratings);
	image_scan_severity(root, json_text(json_get(best, "severity")));
	if (str_starts(json_text(json_get(best, "method")), STR("CVSS")))
		image_scan_number(root, FIELD_score, json_get(best, "score"));
	for (size_t i = 0; i < ratings->n; i++) {
		const struct json *score = json_get(ratings->items[i], "score");

		if (is_epss(ratings->items[i]))
			image_scan_number(v, FIELD_epss, score);
		else if (str_starts(json_text(json_get(ratings->items[i], "method")), STR("CVSS")))
			image_scan_number(element_add(b->r->arena, v, GROUP_CVSS), FIELD_cvss,
					  score);
	}
}

/* A version that the vulnerability does not affect. */
static struct str unaffected(const struct json *affects)
{
	const struct json *list = json_get(affects, "versions");

	for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->n; i++)
		if (str_is(json_text(json_get(list->items[i], "status")), "unaffected"))
			return json_text(json_get(list->items[i], "version"));
	return STR("");
}

static void read_packages(struct bom *b, struct element *v, const struct json *json)
{
	const struct json *affects = json_get(json, "affects");
	size_t fixed = 0, n = json_is(affects, JSON_ARRAY) ? affects->n : 0;

	for (size_t i = 0; i < n; i++) {
		struct str ref = json_text(json_get(affects->items[i], "ref"));
		const struct json *c = component(b, ref);
		struct str name = str_printf(b->r->arena, "fixed_version:" STR_FMT, STR_ARG(ref));
		struct image_scan_package package = {
			.name = json_text(json_get(c, "name")),
			.version = json_text(json_get(c, "version")),
			.purl = json_text(json_get(c, "purl")),
			.path = property(c, STR("path")),
			.fixed_in =
				b->inspector ? property(json, name) : unaffected(affects->items[i]),
		};

		if (!package.purl.len && str_starts(ref, STR("pkg:")))
			package.purl = ref;
		fixed += package.fixed_in.len > 0;
		image_scan_package(b->r, v, &package);
	}
	if (b->inspector || fixed == n)
		image_scan_fix(v, n, fixed);
	else
		b->fixes_known = false;
}

static void read_related(struct bom *b, struct element *v, const struct json *list)
{
	for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->n; i++)
		image_scan_item(b->r, v, GROUP_RELATED, FIELD_related,
				json_text(json_get(list->items[i], "id")));
}

static void read_vulnerability(struct bom *b, const struct json *json)
{
	struct element *root = image_scan_begin(b->r, json_text(json_get(json, "id")));
	struct element *v = root->children[GROUP_VULNERABILITY][0];

	read_ratings(b, root, v, json_get(json, "ratings"));
	read_packages(b, v, json);
	read_related(b, v, json_get(json, "references"));
	if (b->inspector) {
		image_scan_word(v, FIELD_exploit,
				str_is(property(json, STR("exploit_available")), "true")
					? EXPLOIT_YES
					: EXPLOIT_NO);
		image_scan_date(v, FIELD_exploit_last_seen,
				property(json, STR("exploit_last_seen_in_public")));
	}
	image_scan_end(b->r, root);
}

/* --- the document --- */

/* Its counts stand there whether anything was found or not. */
static bool is_inspectors(const struct json *bom)
{
	return property(json_get(bom, "metadata"), STR("critical_vulnerabilities")).len > 0;
}

static bool version_fits(const struct json *bom)
{
	static const char *const versions[] = {"1.4", "1.5", "1.6"};
	struct str version = json_text(json_get(bom, "specVersion"));

	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		if (str_is(version, versions[i]))
			return true;
	return false;
}

static void note_known(const struct bom *b)
{
	static const enum field_id known[] = {FIELD_score, FIELD_cvss, FIELD_package_fixed_in};
	static const enum field_id inspectors[] = {FIELD_exploit, FIELD_exploit_last_seen,
						   FIELD_epss, FIELD_package_path, FIELD_related};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		b->r->scan->known[known[i]] = true;
	for (size_t i = 0; i < ARRAY_LEN(inspectors); i++)
		b->r->scan->known[inspectors[i]] = b->inspector;
	b->r->scan->known[FIELD_fix] = b->fixes_known;
}

bool image_scan_cyclonedx(struct image_scan_reader *r, const struct json *json, const char **why)
{
	struct bom b = {.r = r, .inspector = is_inspectors(json), .fixes_known = true};
	const struct json *list = json_get(json, "vulnerabilities");

	*why = "CycloneDX of a version that is not read: 1.4, 1.5 and 1.6 are";
	if (!version_fits(json))
		return false;
	/* Without them it says that nothing was found, or that nobody looked. */
	*why = "a list of components and no scan: CycloneDX without vulnerabilities";
	if (!json_is(list, JSON_ARRAY) && !b.inspector)
		return false;
	flatten(&b, json_get(json, "components"));
	index_components(&b);
	*why = "no scan: a vulnerability has no id";
	for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->n; i++) {
		struct str id = json_text(json_get(list->items[i], "id"));

		if (!id.len)
			return false;
		if (!image_scan_is_check(r, id))
			read_vulnerability(&b, list->items[i]);
	}
	note_known(&b);
	return true;
}
