/* SPDX-License-Identifier: Apache-2.0
 *
 * The report of Inspector's Scan API in its own form: vulnerabilities with what they affect, each
 * package by its package URL. */
#include "finding/image_scan_internal.h"

static void read_packages(struct image_scan_reader *r, struct element *v,
			  const struct json *affects)
{
	size_t fixed = 0, n = affects ? affects->n : 0;

	for (size_t i = 0; i < n; i++) {
		const struct json *one = affects->items[i];
		struct image_scan_package package = {
			.purl = json_text(json_get(one, "installed_version")),
			.path = json_text(json_get(one, "path")),
			.fixed_in = json_text(json_get(one, "fixed_version")),
		};

		fixed += package.fixed_in.len > 0;
		image_scan_package(r, v, &package);
	}
	image_scan_fix(v, n, fixed);
}

static void read_ratings(struct image_scan_reader *r, struct element *root, struct element *v,
			 const struct json *properties)
{
	const struct json *cvss = json_get(properties, "cvss");

	for (size_t i = 0; json_is(cvss, JSON_ARRAY) && i < cvss->n; i++) {
		const struct json *score = json_get(cvss->items[i], "cvss_3_base_score");

		image_scan_number(element_add(r->arena, v, GROUP_CVSS), FIELD_cvss, score);
		if (!i)
			image_scan_number(root, FIELD_score, score);
	}
	image_scan_number(v, FIELD_epss, json_get(properties, "epss"));
	image_scan_word(v, FIELD_exploit,
			json_is(json_get(properties, "exploit_available"), JSON_TRUE) ? EXPLOIT_YES
										      : EXPLOIT_NO);
	image_scan_date(v, FIELD_exploit_last_seen,
			json_text(json_get(properties, "exploit_last_seen_in_public")));
}

static void read_vulnerability(struct image_scan_reader *r, const struct json *json)
{
	struct element *root = image_scan_begin(r, json_text(json_get(json, "id")));
	struct element *v = root->children[GROUP_VULNERABILITY][0];
	const struct json *affects = json_get(json, "affects");
	const struct json *related = json_get(json, "related");

	image_scan_severity(root, json_text(json_get(json, "severity")));
	read_ratings(r, root, v, json_get(json, "properties"));
	read_packages(r, v, json_is(affects, JSON_ARRAY) ? affects : NULL);
	for (size_t i = 0; json_is(related, JSON_ARRAY) && i < related->n; i++)
		image_scan_item(r, v, GROUP_RELATED, FIELD_related, json_text(related->items[i]));
	image_scan_end(r, root);
}

bool image_scan_inspector(struct image_scan_reader *r, const struct json *report, const char **why)
{
	static const enum field_id known[] = {
		FIELD_score,   FIELD_epss,	   FIELD_cvss,
		FIELD_fix,     FIELD_exploit,	   FIELD_exploit_last_seen,
		FIELD_related, FIELD_package_path, FIELD_package_fixed_in,
	};
	const struct json *list = json_get(report, "vulnerabilities");

	*why = "no scan: neither CycloneDX nor a report of Inspector's Scan API";
	if (!json_is(list, JSON_ARRAY))
		return false;
	for (size_t i = 0; i < list->n; i++) {
		struct str id = json_text(json_get(list->items[i], "id"));

		if (!id.len) {
			*why = "no scan: a vulnerability has no id";
			return false;
		}
		if (!image_scan_is_check(r, id))
			read_vulnerability(r, list->items[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		r->scan->known[known[i]] = true;
	return true;
}
