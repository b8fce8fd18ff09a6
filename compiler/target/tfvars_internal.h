/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the parts of the writer of tfvars: tfvars_convert.c has the tables of what a request may
 * hold and writes a request in the module's spelling, tfvars.c makes entries and the file. */
#ifndef TARGET_TFVARS_INTERNAL_H
#define TARGET_TFVARS_INTERNAL_H

#include "target/tfvars.h"

/* What an object of a request may hold. */
struct tfvars_object;
extern const struct tfvars_object tfvars_automation_rule, tfvars_automation_rule_v2,
	tfvars_inspector_filter, tfvars_insight, tfvars_action_target, tfvars_event_rule,
	tfvars_event_target, tfvars_schedule, tfvars_schedule_target;

struct tfvars_convert {
	struct compilation *c;
	struct json_writer *w;
	struct str unknown; /* a member that no table has: a bug */
	struct str lacks;   /* a member that Terraform's resource has not */
};

/* Writes the members of `from`, less those that its table leaves to tfvars.c. */
void tfvars_members(struct tfvars_convert *t, const struct json *from,
		    const struct tfvars_object *object);
/* The text of a document where it stands in another. */
struct str tfvars_minified(struct arena *arena, const struct json *document);

#endif
