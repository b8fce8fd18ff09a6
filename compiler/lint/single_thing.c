/* SPDX-License-Identifier: Apache-2.0
 *
 * Tests of the thing that a finding is on: packages that will have other vulnerabilities, tags that
 * move on, images that are replaced, instances with two names. */
#include "lint/single_internal.h"

/* What says which vulnerability, which version or which very thing is meant. */
static const enum field_id pins[] = {
	FIELD_cve,
	FIELD_title,
	FIELD_finding_id,
	FIELD_control,
	FIELD_package_version,
	FIELD_related,
	FIELD_package_fixed_in,
	FIELD_image_digest,
	FIELD_resource_id,
};

/* Severe or exploited: what nobody would have hidden without a look. */
static const struct cond *grave(struct single *w, const struct atom *atom)
{
	static const struct value high = {.word = SEVERITY_HIGH},
				  critical = {.word = SEVERITY_CRITICAL},
				  yes = {.word = EXPLOIT_YES};
	struct atom severity = {.span = atom->span, .field = FIELD_severity};
	struct atom exploit = {.span = atom->span, .field = FIELD_exploit};
	struct value both[] = {high, critical};

	return single_join(w, COND_OR, single_leaf(w, &severity, TEST_IN, both, 2),
			   single_leaf(w, &exploit, TEST_IN, &yes, 1));
}

/* Does it say anything of how bad a finding is? */
static bool weighs(const struct cond *cond)
{
	enum field_id field = cond->kind == COND_ATOM ? cond->atom->field : FIELD_package_name;

	if (cond->kind == COND_TIER || field == FIELD_severity || field == FIELD_exploit)
		return true;
	for (size_t i = 0; i < cond->n; i++)
		if (weighs(cond->kids[i]))
			return true;
	return false;
}

bool single_bare_package(struct single *w, const struct atom *atom)
{
	struct lint *l = w->l;
	dd gain = lint_set(l, w->subject);
	const struct cond *calm = NULL;
	struct diag *diag;

	if (w->negative || atom->negated || atom->test == TEST_EXISTS ||
	    !single_question(w, RULE_package_without_version) ||
	    single_asks(w, pins, ARRAY_LEN(pins)))
		return false;
	if (weighs(w->cond)) {
		calm = single_join(w, COND_NOT, grave(w, atom), NULL);
		calm = single_join(w, COND_AND, w->cond, calm);
		if (!single_between(w, RULE_package_without_version, calm, w->cond, &gain))
			return false;
	}
	diag = lint_report(l, RULE_package_without_version, atom->span,
			   "vulnerabilities of this package that nobody knows yet are hidden, too");
	lint_witness(l, diag, "hidden", gain, w->view, w->cond, NULL, calm);
	single_used_by(w, diag, atom);
	diag_help(diag, "add the vulnerabilities (`cve in [...]`), or the version: "
			"`any package { name == … and version startswith … }`");
	return true;
}

/* Tags with a number in them are taken for those of one build or release. */
static bool moves(struct str tag)
{
	for (size_t i = 0; i < tag.len; i++)
		if (tag.ptr[i] >= '0' && tag.ptr[i] <= '9')
			return false;
	return true;
}

bool single_moving_tag(struct single *w, const struct atom *atom)
{
	struct lint *l = w->l;
	struct diag *diag;
	size_t at = 0;

	if (w->negative || atom->negated || atom->test != TEST_IN)
		return false;
	while (at < atom->n && !moves(atom->values[at].str))
		at++;
	if (at == atom->n || !single_question(w, RULE_mutable_tag) ||
	    single_asks(w, pins, ARRAY_LEN(pins)))
		return false;
	diag = lint_report(l, RULE_mutable_tag, atom->span,
			   "the tag `%s` will be on another image tomorrow",
			   diag_quote(l->diags, atom->values[at].str));
	single_used_by(w, diag, atom);
	diag_help(diag, "name the image by `image.digest`, or the repository and the "
			"vulnerabilities");
	return true;
}

bool single_digest(struct single *w, const struct atom *atom)
{
	struct diag *diag;
	bool image = atom->field == FIELD_image_digest;

	if (w->negative || atom->negated || atom->test != TEST_IN)
		return false;
	for (size_t i = 0; i < atom->n && !image; i++)
		image = str_contains(atom->values[i].str, STR("/sha256:"));
	if (!image)
		return false;
	/* That a suppression ends with its image is the safe side. */
	diag = lint_report_at(w->l, RULE_digest_equality,
			      single_is_suppress(w) ? LINT_INFO : LINT_WARN, atom->span,
			      "the next push makes another image, and this test stops to hold");
	single_used_by(w, diag, atom);
	diag_help(diag, "name the repository, if its next images are meant, too");
	return true;
}

/* The three forms of an instance's id: i-…, arn:…:i-… and arn:…:instance/i-… */
enum instance_form { FORM_OTHER, FORM_BARE, FORM_SHORT, FORM_LONG };

static enum instance_form instance_form(const struct atom *atom, struct str s)
{
	if (str_contains(s, STR(":instance/i-")) || str_starts(s, STR("instance/i-")))
		return FORM_LONG;
	if (str_starts(s, STR("arn:")) && str_contains(s, STR(":ec2:")) &&
	    str_contains(s, STR(":i-")))
		return FORM_SHORT;
	return atom->test != TEST_SUFFIX && atom->test != TEST_CONTAINS && str_starts(s, STR("i-"))
		       ? FORM_BARE
		       : FORM_OTHER;
}

bool single_instance_id(struct single *w, const struct atom *atom)
{
	size_t n[FORM_LONG + 1] = {0};
	struct diag *diag;

	if (atom->test == TEST_EXISTS || single_is_inspector(w))
		return false;
	for (size_t i = 0; i < atom->n; i++)
		n[instance_form(atom, atom->values[i].str)]++;
	if (n[FORM_SHORT] == n[FORM_LONG] && !n[FORM_BARE])
		return false;
	diag = lint_report(
		w->l, RULE_ec2_id_form, atom->span,
		"Security Hub has two forms of an instance's id, and this is one of them");
	diag_note(diag, "they are arn:aws:ec2:REGION:ACCOUNT:i-… and "
			"arn:aws:ec2:REGION:ACCOUNT:instance/i-…");
	single_used_by(w, diag, atom);
	diag_help(diag, "write `resource.id endswith \"i-…\"`, which holds for both");
	return true;
}
