/* SPDX-License-Identifier: Apache-2.0
 *
 * Scans: what they are, and the parts of a finding that all forms share. */
#include "base/civil.h"
#include "finding/image_scan_internal.h"
#include "model/region.h"

/* --- the name of an image --- */

static bool take(struct str *text, struct str prefix)
{
	if (!str_starts(*text, prefix))
		return false;
	*text = str_slice(*text, prefix.len, text->len);
	return true;
}

/* Cuts the text at the first (or last) c: what stands before it is returned. */
static bool cut(struct str *text, char c, bool last, struct str *before)
{
	for (size_t i = 0; i < text->len; i++) {
		size_t at = last ? text->len - 1 - i : i;

		if (text->ptr[at] != c)
			continue;
		*before = str_slice(*text, 0, at);
		*text = str_slice(*text, at + 1, text->len);
		return true;
	}
	return false;
}

static bool is_account(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return text.len == 12;
}

/* The registry: one of ECR tells account and Region, another one nothing. */
static void read_registry(struct str host, struct image_scan_name *image)
{
	struct str account, region;

	if (!cut(&host, '.', false, &account) || !is_account(account) ||
	    !take(&host, STR("dkr.ecr.")) || !cut(&host, '.', false, &region) ||
	    region_find(region) < 0 || !str_starts(host, STR("amazonaws.com")))
		return;
	image->account = account;
	image->region = region;
}

static bool has(struct str text, char c)
{
	return memchr(text.ptr, c, text.len) != NULL;
}

bool image_scan_name_parse(struct str text, struct image_scan_name *image)
{
	struct str name, host, rest = text;

	*image = (struct image_scan_name){.repository = STR("")};
	if (!text.len)
		return false;
	if (cut(&rest, '@', false, &name)) {
		image->digest = rest;
		if (!str_starts(rest, STR("sha256:")) || rest.len != 7 + 64)
			return false;
		rest = name;
	}
	name = rest;
	if (cut(&rest, '/', false, &host) && (has(host, '.') || has(host, ':')))
		read_registry(host, image);
	else
		rest = name;
	if (cut(&rest, ':', true, &name)) {
		image->tag = rest;
		rest = name;
		if (!image->tag.len || has(image->tag, '/'))
			return false;
	}
	image->repository = rest;
	return rest.len > 0 && !has(rest, ' ');
}

/* --- values --- */

void image_scan_text(struct element *element, enum field_id field, struct str text)
{
	if (text.ptr && text.len)
		*element_value(element, field) = (struct fval){.kind = FVAL_STRING, .str = text};
}

void image_scan_number(struct element *element, enum field_id field, const struct json *json)
{
	int64_t scaled;
	bool sticky;

	if (!json_is(json, JSON_NUMBER) || !json_decimal(json->text, &scaled, &sticky) ||
	    scaled > INT64_MAX / 2 - 1 || scaled < INT64_MIN / 2)
		return;
	*element_value(element, field) =
		(struct fval){.kind = FVAL_NUMBER, .number = 2 * scaled + sticky};
}

static void put_instant(struct element *element, enum field_id field, int64_t instant)
{
	*element_value(element, field) = (struct fval){.kind = FVAL_NUMBER, .number = instant};
}

void image_scan_date(struct element *element, enum field_id field, struct str text)
{
	int64_t instant;

	if (text.ptr && civil_parse_iso(text, &instant))
		put_instant(element, field, instant);
}

void image_scan_word(struct element *element, enum field_id field, int word)
{
	*element_value(element, field) = (struct fval){
		.kind = FVAL_WORD,
		.word = word,
		.str = str_from(vocabulary_canonical(fields[field].words, (unsigned)word))};
}

void image_scan_severity(struct element *root, struct str text)
{
	static const struct {
		const char *text;
		enum severity_word word;
	} words[] = {
		{"critical", SEVERITY_CRITICAL},   {"high", SEVERITY_HIGH},
		{"medium", SEVERITY_MEDIUM},	   {"low", SEVERITY_LOW},
		{"info", SEVERITY_INFORMATIONAL},  {"none", SEVERITY_INFORMATIONAL},
		{"untriaged", SEVERITY_UNTRIAGED}, {"unknown", SEVERITY_UNTRIAGED},
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(text, words[i].text)) {
			*element_value(root, FIELD_severity) = (struct fval){
				.kind = FVAL_WORD,
				.word = (int)words[i].word,
				.str = str_from(vocabulary_severity.words[words[i].word])};
			return;
		}
	if (text.ptr)
		*element_value(root, FIELD_severity) =
			(struct fval){.kind = FVAL_WORD, .word = -1, .str = text};
}

void image_scan_item(struct image_scan_reader *r, struct element *parent, enum group group,
		     enum field_id field, struct str text)
{
	if (text.ptr)
		image_scan_text(element_add(r->arena, parent, group), field, text);
}

/* --- packages --- */

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static struct str decoded(struct image_scan_reader *r, struct str text)
{
	struct strbuf b;

	if (!text.len || !has(text, '%'))
		return text;
	strbuf_init(&b, r->arena);
	for (size_t i = 0; i < text.len; i++) {
		int high = i + 2 < text.len && text.ptr[i] == '%' ? hex_of(text.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_of(text.ptr[i + 2]) : -1;

		if (low < 0) {
			strbuf_addc(&b, text.ptr[i]);
			continue;
		}
		strbuf_addc(&b, (char)(high << 4 | low));
		i += 2;
	}
	return strbuf_str(&b);
}

/* pkg:TYPE/[NAMESPACE/]NAME[@VERSION][?…][#…] */
struct purl {
	struct str type, space, name, version;
};

static struct purl purl_of(struct image_scan_reader *r, struct str text)
{
	struct purl purl = {.name = STR("")};
	struct str before;

	if (!take(&text, STR("pkg:")))
		return purl;
	if (cut(&text, '#', false, &before))
		text = before;
	if (cut(&text, '?', false, &before))
		text = before;
	if (!cut(&text, '/', false, &purl.type))
		return purl;
	if (cut(&text, '@', true, &before)) {
		purl.version = decoded(r, text);
		text = before;
	}
	if (cut(&text, '/', true, &before))
		purl.space = decoded(r, before);
	purl.name = decoded(r, text);
	return purl;
}

/* How a finding names a package of this kind (findings of Inspector): Go's and npm's with their
 * path or scope, Java's with its group. */
static struct str name_of(struct image_scan_reader *r, const struct purl *purl)
{
	bool slash = str_is(purl->type, "golang") || str_is(purl->type, "npm");

	if (!purl->space.len || (!slash && !str_is(purl->type, "maven")))
		return purl->name;
	return str_printf(r->arena, STR_FMT "%s" STR_FMT, STR_ARG(purl->space), slash ? "/" : ":",
			  STR_ARG(purl->name));
}

/* Those of distributions end in `-RELEASE`, which a finding keeps apart. */
static struct str version_of(const struct purl *purl, struct str version)
{
	struct str rest = version, before;
	bool released =
		str_is(purl->type, "deb") || str_is(purl->type, "rpm") || str_is(purl->type, "apk");

	return released && cut(&rest, '-', true, &before) ? before : version;
}

void image_scan_package(struct image_scan_reader *r, struct element *vulnerability,
			const struct image_scan_package *package)
{
	struct element *e = element_add(r->arena, vulnerability, GROUP_PACKAGE);
	struct purl purl = purl_of(r, package->purl);
	struct str version = package->version.len ? decoded(r, package->version) : purl.version;

	image_scan_text(e, FIELD_package_name, purl.name.len ? name_of(r, &purl) : package->name);
	image_scan_text(e, FIELD_package_version, version_of(&purl, version));
	image_scan_text(e, FIELD_package_path, package->path);
	image_scan_text(e, FIELD_package_fixed_in, package->fixed_in);
}

void image_scan_fix(struct element *vulnerability, size_t packages, size_t fixed)
{
	int word = !fixed ? FIX_NO : fixed < packages ? FIX_PARTIAL : FIX_YES;

	image_scan_word(vulnerability, FIELD_fix, word);
}

/* --- a finding --- */

static struct element *add_image(struct image_scan_reader *r, struct element *root)
{
	struct element *e = element_add(r->arena, root, GROUP_RESOURCE);
	const struct image_scan_name *image = r->image;

	image_scan_text(
		e, FIELD_resource_type,
		str_from(vocabulary_canonical(&vocabulary_resource_type, RESOURCE_ECR_IMAGE)));
	image_scan_text(e, FIELD_region, image->region);
	image_scan_text(e, FIELD_repository, image->repository);
	image_scan_text(e, FIELD_image_digest, image->digest);
	if (image->tag.len)
		image_scan_item(r, e, GROUP_IMAGE_TAG, FIELD_image_tag, image->tag);
	return e;
}

struct element *image_scan_begin(struct image_scan_reader *r, struct str id)
{
	static const enum field_id dates[] = {FIELD_created, FIELD_updated, FIELD_first_observed,
					      FIELD_last_observed};
	struct element *root = element_new(r->arena, GROUP_FINDING);
	struct element *vulnerability = element_add(r->arena, root, GROUP_VULNERABILITY);

	add_image(r, root);
	image_scan_text(root, FIELD_product, STR("Inspector"));
	image_scan_text(root, FIELD_finding_type,
			str_from(vocabulary_canonical(&vocabulary_finding_type, FINDING_PACKAGE)));
	image_scan_text(root, FIELD_account, r->image->account);
	image_scan_word(root, FIELD_workflow, WORKFLOW_NEW);
	image_scan_word(root, FIELD_record, RECORD_ACTIVE);
	for (size_t i = 0; i < ARRAY_LEN(dates); i++)
		put_instant(root, dates[i], r->now);
	image_scan_text(vulnerability, FIELD_cve, id);
	return root;
}

/* `CVE-… - names` (assumption A2). */
void image_scan_end(struct image_scan_reader *r, struct element *root)
{
	const struct element *v = root->children[GROUP_VULNERABILITY][0];
	struct finding *finding = ARENA_NEW(r->arena, struct finding);
	struct strbuf b;

	strbuf_init(&b, r->arena);
	strbuf_add(&b, v->values[field_slot(FIELD_cve)].str);
	strbuf_puts(&b, " -");
	for (size_t i = 0; i < v->n_children[GROUP_PACKAGE]; i++) {
		const struct element *p = v->children[GROUP_PACKAGE][i];

		strbuf_puts(&b, i ? ", " : " ");
		strbuf_add(&b, p->values[field_slot(FIELD_package_name)].str);
	}
	image_scan_text(root, FIELD_title, strbuf_str(&b));
	*finding = (struct finding){.root = root, .original = root};
	VEC_PUSH(r->arena, r->findings, finding);
}

bool image_scan_is_check(struct image_scan_reader *r, struct str id)
{
	if (!str_starts(id, STR("IN-DOCKER-")))
		return false;
	r->scan->checks++;
	return true;
}

/* --- a document --- */

/* On an image's package vulnerability these say what they say, or cannot be there. */
static const enum field_id always_known[] = {
	FIELD_severity,
	FIELD_title,
	FIELD_finding_type,
	FIELD_first_observed,
	FIELD_last_observed,
	FIELD_created,
	FIELD_updated,
	FIELD_workflow,
	FIELD_record,
	FIELD_field,
	FIELD_note,
	FIELD_verification,
	FIELD_product,
	FIELD_resource_type,
	FIELD_cve,
	FIELD_package_name,
	FIELD_package_version,
	FIELD_control,
	FIELD_compliance,
	FIELD_protocol,
	FIELD_port,
	FIELD_ec2_instance,
	FIELD_ec2_image,
	FIELD_ec2_vpc,
	FIELD_ec2_subnet,
	FIELD_lambda_name,
	FIELD_lambda_runtime,
	FIELD_lambda_layer,
	FIELD_code_repository,
	FIELD_code_detector,
	FIELD_code_path,
};

static void note_known(struct image_scan *scan, const struct image_scan_name *image)
{
	for (size_t i = 0; i < ARRAY_LEN(always_known); i++)
		scan->known[always_known[i]] = true;
	scan->known[FIELD_account] = image->account.len > 0;
	scan->known[FIELD_region] = image->region.len > 0;
	scan->known[FIELD_repository] = image->repository.len > 0;
	scan->known[FIELD_image_tag] = image->tag.len > 0;
	scan->known[FIELD_image_digest] = image->digest.len > 0;
}

/* NULL if it is no scan. */
static const struct json *unwrap(const struct json *json)
{
	const struct json *sbom = json_get(json, "sbom");

	if (json_is(sbom, JSON_OBJECT))
		return sbom;
	if (str_is(json_text(json_get(json, "bomFormat")), "CycloneDX") ||
	    (json_is(json_get(json, "vulnerabilities"), JSON_ARRAY) &&
	     !json_get(json, "findingArn")))
		return json;
	return NULL;
}

enum image_scan_verdict image_scan_read(struct arena *arena, struct diags *d,
					const char *shown_name, struct str text,
					const struct image_scan_name *image, int64_t now,
					struct image_scan *scan)
{
	struct image_scan_reader r = {.arena = arena, .scan = scan, .image = image, .now = now};
	struct json_error error;
	const struct json *json = json_parse(arena, text, &error), *document;
	const char *why = NULL;
	bool good;

	*scan = (struct image_scan){.n = 0};
	/* What is no document may be lines of them: not ours to tell. */
	document = json ? unwrap(json) : NULL;
	if (!document)
		return IMAGE_SCAN_NONE;
	note_known(scan, image);
	if (str_is(json_text(json_get(document, "bomFormat")), "CycloneDX"))
		good = image_scan_cyclonedx(&r, document, &why);
	else
		good = image_scan_inspector(&r, document, &why);
	scan->findings = r.findings.items;
	scan->n = r.findings.n;
	if (good)
		return IMAGE_SCAN_READ;
	diag_world(d, "`%s` is %s", diag_quote(d, str_from(shown_name)), diag_word(d, why));
	return IMAGE_SCAN_WRONG;
}
