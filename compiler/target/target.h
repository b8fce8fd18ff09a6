/* SPDX-License-Identifier: Apache-2.0
 *
 * What the targets share. Compiling goes one way: the plan (plan.h) makes units, each a set of
 * findings and what is to happen to them; a target turns a unit into artefacts, exactly or not at
 * all (refuse.h); prove.h reads every artefact back with the target's own decompiler, which shares
 * no code with the emitter, and compares it with the unit. Nothing is written before. */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include "base/diag.h"
#include "base/json.h"
#include "ir/box.h"
#include "ir/lower.h"
#include "model/assumption.h"

enum target {
	TARGET_EVENTBRIDGE,
	TARGET_AUTOMATION,
	TARGET_AUTOMATION_V2,
	TARGET_INSPECTOR,
	TARGET_INSIGHT,
	TARGET_ACTION,
	TARGET_WORKFLOW,
	TARGET_REVIEW,
	TARGET_LIFECYCLE,
	TARGET_TFVARS,
	TARGET_INSPECTOR_IGNORE,
	TARGET_COUNT
};

enum artefact_kind {
	ARTEFACT_EVENT_PATTERN,
	ARTEFACT_EVENT_RULE,
	ARTEFACT_EVENT_TARGETS,
	ARTEFACT_AUTOMATION_V1,
	ARTEFACT_AUTOMATION_V2,
	ARTEFACT_INSIGHT,
	ARTEFACT_ACTION_TARGET,
	ARTEFACT_INSPECTOR_FILTER,
	ARTEFACT_STATE_MACHINE,
	ARTEFACT_SCHEDULE,
	ARTEFACT_LIFECYCLE,
	ARTEFACT_HOLDER, /* a line of the machine that ends suppressions: never a file (expire.h) */
	ARTEFACT_TFVARS,
	ARTEFACT_INSPECTOR_IGNORE,
	ARTEFACT_KIND_COUNT
};

/* What turns a unit into artefacts; compile.c has a row for each. */
enum backend {
	BACKEND_EVENT,	    /* a pattern over the ASFF event, with targets or a state machine */
	BACKEND_AUTOMATION, /* automation rules V1 */
	BACKEND_AUTOMATION_V2,
	BACKEND_INSPECTOR, /* filters: suppressions, and saved views of an insight */
	BACKEND_INSIGHT,
	BACKEND_INSPECTOR_EVENT, /* patterns over Inspector's own event */
	BACKEND_V2_EVENT,	 /* patterns over the Security Hub V2 event */
	BACKEND_SCAN_EVENT,	 /* patterns over Inspector's event per scan */
	BACKEND_ACTION,
	BACKEND_REVIEW,
	BACKEND_LIFECYCLE,
	BACKEND_COUNT
};

/* What a target writes. In its path NAME is the artefact's name. */
struct target_file {
	enum target target;
	enum artefact_kind kind;
	const char *path, *what;
};

/* What a unit does to a finding; -1 and {NULL, 0} mean: leaves it alone. Words are those of
 * Workflow and Severity in model/type.h. A notify has no effect of its own. */
struct effect {
	int status, severity;
	struct str note;	      /* the whole text, already cut to the limit of its target */
	const struct set_field *sets; /* user-defined fields, merged into those that stand there */
	size_t n_sets;
};

/* One thing to emit: a statement, or the rows of an `each` that share rules. */
struct unit {
	const struct statement *statement;
	const struct row **rows; /* of each, in policy order; NULL otherwise */
	size_t n_rows;
	const struct cond *own; /* of each: whose rows' findings these are, by the operand alone */
	struct str name;	/* of its artefacts: the statement's, "--2", … follow */
	enum backend backend;
	enum mechanism mechanism; /* the backend's; of an action and a lifecycle: none */
	bool chosen;		  /* by the compiler: no `via` was written */
	bool tests; /* a state machine stands behind its event rules, or may: it can test, too */
	enum view view;
	/* The statement's condition (an `each`: of its rows), less what other suppressions hold (a
	 * reopen); and the same with the guard that an event rule carries. Trees for the evaluator
	 * and for literals, diagrams for the set engine; wanted is what the artefacts must mean.
	 * NULL: not about findings (an action, a lifecycle, the event of a scan). */
	const struct cond *condition, *guarded;
	dd wanted;
	/* A reopen, or that of `until fixed`; of: the suppression, NULL: any. */
	bool reopens;
	const struct statement *of;
	struct effect effect;
	struct str until;	 /* as written, for texts; empty if none */
	const struct until *end; /* of a suppression, else NULL */
	struct str reason, ticket;
	size_t first;			/* number of its first rule among the statement's, from 1 */
	size_t n_rules;			/* that it takes if it shares none; 0: not known yet */
	const struct str *repositories; /* that a lifecycle is for, sorted */
	size_t n_repositories;
	/* The units that its artefacts serve, if they are not its statement's alone: those packed
	 * into one rule, or the suppressions that the machine of ends knows. */
	const struct unit *const *members;
	size_t n_members;
};

/* What a backend made of a unit. */
struct lowered {
	struct unit *unit;
	void *made;   /* the backend's own form */
	size_t n;     /* rules in it */
	bool emitted; /* already, as one of its shape (shape.h): nothing was made */
};

/* The tree of what the unit's mechanism must mean: guarded for event rules. */
const struct cond *unit_tree(const struct unit *unit);
/* Does the unit write to findings? Then its event rules start a state machine. */
bool unit_writes(const struct unit *unit);

struct artefact {
	struct str path; /* in DIR, '/'-separated */
	enum artefact_kind kind;
	enum target target;
	struct str text;
	const struct unit *unit;
	size_t index;	       /* of the unit's rules, from 1 */
	uint64_t assumptions;  /* bit per assumption_id */
	uint64_t placeholders; /* bit per placeholder of the compilation */
	/* The Regions in which to deploy it, where that is part of its condition; else none. */
	const struct str *regions;
	size_t n_regions;
	struct str beyond; /* what it takes beyond its unit's condition; empty: it is exact */
	bool tested;	   /* exact together with the unit's state machine, which tests the rest */
};

/* Whether Terraform's inputs are written, too: not at all, along with all else, or because they
 * were asked for; then what Terraform cannot say is an error. */
enum tfvars {
	TFVARS_NONE,
	TFVARS_ALONG,
	TFVARS_NAMED,
};

struct compilation {
	struct arena *arena;
	struct diags *diags;
	struct sources *sources;
	struct lower *lower;
	const struct policy *policy;
	unsigned unwanted; /* TARGET_BITs whose artefacts nobody asked for: may be left out */
	unsigned unasked;  /* those of which nothing need be made, or refused, either */
	bool no_shapes;	   /* every unit goes its own way (shape.h), to compare the two */
	bool for_lint;	   /* lint asks: what it tells by a rule of its own is not told here */
	enum tfvars tfvars;
	VEC(struct artefact) artefacts;
	uint64_t used_rules[MECHANISM_COUNT]; /* against the quotas */
	uint64_t unshared_rules; /* of V1, that were needed if none were shared; 0: none are */
	uint64_t used_wildcards; /* event rules with a wildcard */
	/* The first end of a suppression after which something must come back. */
	bool has_end;
	int64_t first_end;
	bool ignore;	/* the file of ignored findings was asked for (ignore.h) */
	bool shortened; /* some pattern holds parts of texts, where they are too long together */
	uint64_t used_actions;	      /* custom actions */
	VEC(struct str) placeholders; /* "${region}", …: what vulnctl.yaml does not say */
	uint64_t placeholders_used;   /* since the last artefact was added: a bit for each */
};

const char *artefact_kind_name(enum artefact_kind kind);
const char *target_name(enum target target);
bool target_is_native(enum target target);  /* AWS itself takes what it writes */
bool target_is_default(enum target target); /* written when no target is named */
int target_find(struct str name);	    /* target or -1 */
#define TARGET_BIT(target) (1u << (target))
/* Did somebody ask for one of these (TARGET_BITs)? Terraform's inputs are made of all of them. */
bool target_asked(const struct compilation *c, unsigned bits);

const struct target_file *target_files(size_t *n); /* by target */

/* Its artefacts belong into each Region, or into those that they list. All others belong where
 * findings of Security Hub come together, which is the home Region if there is one. */
bool unit_is_everywhere(const struct unit *unit);
/* The unit's artefacts see Inspector's own findings, and no other product's. */
bool unit_sees_inspector(const struct unit *unit);
/* Everything asked until the next call is asked of what the unit's mechanism sees. */
void target_use(struct compilation *c, const struct unit *unit);
/* A finding of the set (of the unit's view), inside that universe; it is in use afterwards. */
struct element *target_witness(struct compilation *c, const struct unit *unit, dd set);

/* Are there, in the universe in use, findings of the set on images in other clouds than AWS? */
bool target_has_other_images(struct compilation *c, dd set);

/* Before and after a question to the set engine: a new budget, and false, with VC016 at the
 * statement, if it ran out (the answer then means nothing). */
void target_ask(struct compilation *c);
bool target_answered(struct compilation *c, const struct statement *statement);

/* An artefact of `unit`; `folder` ends with '/', `suffix` is ".json" and the like. `index` counts
 * the unit's rules from 1: the second is NAME--2. */
struct artefact *target_add(struct compilation *c, const struct unit *unit, enum target target,
			    enum artefact_kind kind, const char *folder, size_t index,
			    const char *suffix, struct str text, uint64_t assumptions_used);
/* One warning at `at` if one of these assumptions has no evidence at all. */
void target_warn_experimental(struct compilation *c, const struct unit *unit, struct span at,
			      uint64_t assumptions_used);
struct str target_name_of(struct compilation *c, const struct unit *unit, size_t index);

#endif
