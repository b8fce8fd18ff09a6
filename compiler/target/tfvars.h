/* SPDX-License-Identifier: Apache-2.0
 *
 * vulnctl.auto.tfvars.json: the requests of all other targets once more, as values of the variables
 * of the module in examples/terraform. Each request is an entry of the map of its kind, under the
 * artefact's name, with the request's members in the module's spelling; what only Terraform can
 * know (ARNs of what it creates, accounts, Regions) stands as a reference by name.
 *
 * Terraform drops what a variable's type does not name and says nothing, so nothing may be in an
 * entry that is not in the type: every member of a request is looked up in a table, and one that is
 * missing there is a bug of ours (exit 4). What Terraform's resource cannot say is refused.
 *
 * An entry is made beside its unit's artefacts and is an artefact of its own until tfvars_finish
 * puts all of them together, so that a shape (shape.h) fills it like any other text.
 * Price: parses each request once to write its entry and once to read it back; copies entries. */
#ifndef TARGET_TFVARS_H
#define TARGET_TFVARS_H

#include "target/plan.h"

/* What the module must be made for; it refuses another number. */
#define TFVARS_FORMAT 1

/* Why a statement is not in the file, as the manifest has it. */
#define TFVARS_LACKS "Terraform cannot say it"

/* Adds an entry for each request among the artefacts from `from` on, which are one unit's. false:
 * Terraform cannot say all of them, which was reported, and none was added. */
bool tfvars_add(struct compilation *c, size_t from);
/* Reads back the entries that stand behind the requests from `from` on. */
void tfvars_prove(struct compilation *c, size_t from);
/* Puts the file in the place of its entries. */
void tfvars_finish(struct compilation *c, const struct plan *plan);

/* --- the reader, which shares no code with the writer --- */

/* Does the entry say what the request says (and `next`, an event rule's targets), with every member
 * in the module's spelling? false with *why if not. */
bool tfvars_check(struct compilation *c, const struct artefact *request,
		  const struct artefact *next, const struct artefact *entry, const char **why);
/* Does the file say where to deploy, is there an entry for each request of the compilation that was
 * not left out, and does it hold exactly these, in their order? */
bool tfvars_check_file(struct compilation *c, const struct plan *plan, struct str text,
		       const struct artefact *entries, size_t n, const char **why);

#endif
