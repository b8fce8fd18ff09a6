/* SPDX-License-Identifier: Apache-2.0
 *
 * Where things stand in an ASFF document: the field table's paths, cut at the groups. */
#include "finding/asff_internal.h"

#include "base/vec.h"
#include "finding/layout.h"

bool asff_step(struct str *path, struct asff_step *step)
{
	size_t end = 0;

	if (!path->len)
		return false;
	while (end < path->len && path->ptr[end] != '.')
		end++;
	step->key = str_slice(*path, 0, end);
	step->list = str_ends(step->key, STR("[]"));
	if (step->list)
		step->key.len -= 2;
	*path = str_slice(*path, end < path->len ? end + 1 : end, path->len);
	return true;
}

/* Takes `head` off `path` if it stands there in whole steps. */
static bool below(struct str *path, const char *head)
{
	struct str start = head ? str_from(head) : STR("");

	if (!head || !str_starts(*path, start))
		return false;
	if (path->len > start.len && path->ptr[start.len] != '.')
		return false;
	*path = str_slice(*path, path->len > start.len ? start.len + 1 : start.len, path->len);
	return true;
}

enum asff_base asff_field_path(enum field_id field, struct str *path)
{
	enum group group = fields[field].group;

	if (!fields[field].asff)
		return ASFF_NOWHERE;
	*path = str_from(fields[field].asff);
	if (fields[field].type == TYPE_MAP && str_ends(*path, STR(".<key>")))
		path->len -= STR(".<key>").len;
	if (group == GROUP_FINDING &&
	    str_starts(*path, str_from(layout_list(LAYOUT_ASFF, GROUP_RESOURCE, 0))))
		return ASFF_RESOURCES;
	if (group == GROUP_FINDING || below(path, layout_list(LAYOUT_ASFF, group, 0)))
		return ASFF_ELEMENT;
	return ASFF_DOCUMENT;
}

bool asff_group_path(enum group group, struct str *path)
{
	const char *list = layout_list(LAYOUT_ASFF, group, 0);

	if (!list)
		return false;
	*path = str_from(list);
	if (group_parent(group) != GROUP_FINDING)
		below(path, layout_list(LAYOUT_ASFF, group_parent(group), 0));
	return true;
}

int asff_scalar(enum group group)
{
	struct str path;

	for (unsigned id = 0; id < FIELD_COUNT; id++)
		if (fields[id].group == group && asff_field_path(id, &path) == ASFF_ELEMENT &&
		    !path.len)
			return (int)id;
	return -1;
}

struct str asff_fallback(enum field_id field)
{
	struct place places[LAYOUT_PLACES];
	unsigned n = layout_places(LAYOUT_ASFF, field, places);

	for (unsigned i = 0; i < n; i++)
		if (places[i].role == ROLE_ELSE && places[i].convert == CONVERT_TEXT)
			return str_from(places[i].path);
	return STR("");
}

/* Takes what stands before the next ':' off the text. */
static bool next_part(struct str *text, struct str *part)
{
	size_t end = 0;

	while (end < text->len && text->ptr[end] != ':')
		end++;
	if (end == text->len)
		return false;
	*part = str_slice(*text, 0, end);
	*text = str_slice(*text, end + 1, text->len);
	return true;
}

/* arn:PARTITION:ecr:REGION:ACCOUNT:repository/NAME/sha256:HEX; names have no ':' (their pattern is
 * in the ECR API). */
static bool cut_image_arn(struct str arn, struct str *repository, struct str *digest)
{
	struct str head = STR("repository/"), mark = STR("/sha256"), parts[5], path, rest = arn;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!next_part(&rest, &parts[i]))
			return false;
	if (!str_is(parts[0], "arn") || !str_is(parts[2], "ecr") || !next_part(&rest, &path) ||
	    !rest.len || path.len <= head.len + mark.len || !str_starts(path, head) ||
	    !str_ends(path, mark))
		return false;
	*repository = str_slice(path, head.len, path.len - mark.len);
	*digest = str_slice(arn, arn.len - rest.len - mark.len, arn.len);
	return true;
}

void asff_image(struct str arn, struct fval *repository, struct fval *digest)
{
	struct str name, hash;

	if (!cut_image_arn(arn, &name, &hash))
		return;
	if (repository->kind == FVAL_ABSENT)
		*repository = (struct fval){.kind = FVAL_STRING, .str = name};
	if (digest->kind == FVAL_ABSENT)
		*digest = (struct fval){.kind = FVAL_STRING, .str = hash};
}

void asff_derive_image(struct element *resource)
{
	const struct fval *type = element_value(resource, FIELD_resource_type);
	const struct fval *id = element_value(resource, FIELD_resource_id);

	if (type->kind == FVAL_STRING && id->kind == FVAL_STRING &&
	    vocabulary_find_canonical(&vocabulary_resource_type, type->str) == RESOURCE_ECR_IMAGE)
		asff_image(id->str, element_value(resource, FIELD_repository),
			   element_value(resource, FIELD_image_digest));
}
