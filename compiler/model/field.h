/* SPDX-License-Identifier: Apache-2.0
 *
 * The fields of a finding as a table (field.def): name, type, cardinality, group, vocabulary, path
 * per shape, capability per mechanism, and the source of each row. Rows come from the research
 * table of 63 fields; adding a field is adding a row. */
#ifndef MODEL_FIELD_H
#define MODEL_FIELD_H

#include "model/type.h"

/* Where a field lives. ASFF's arrays are groups; a group's elements hold its fields and its child
 * groups. FINDING is the document itself. For an Inspector finding VULNERABILITY and RESOURCE have
 * exactly one element (assumption A1), so their fields are single there. */
enum group {
	GROUP_FINDING,
	GROUP_VULNERABILITY, /* Vulnerabilities[]: cve, fix, exploit, epss, … */
	GROUP_RESOURCE,      /* Resources[]: resource.type, repository, tag, … */
	GROUP_PACKAGE,       /* in VULNERABILITY: package.* */
	GROUP_CVSS,          /* in VULNERABILITY: cvss */
	GROUP_RELATED,       /* in VULNERABILITY: related, a list of scalars */
	GROUP_IMAGE_TAG,     /* in RESOURCE: image.tag, a list of scalars */
	GROUP_LAMBDA_LAYER,  /* in RESOURCE: lambda.layer, a list of scalars */
	GROUP_PORT,          /* in FINDING: port, a list of scalars */
	GROUP_CODE_PATH,     /* in VULNERABILITY: code.path, a list of scalars */
	GROUP_COUNT
};

enum group group_parent(enum group group); /* GROUP_FINDING's parent is GROUP_FINDING */
const char *group_name(enum group group);  /* the word after `any`: "package", "resource", … */
/* The group that `any PATH { … }` names (package, cvss, resource), or -1. */
int group_find(struct str path);

enum cardinality { CARD_ONE, CARD_OPTIONAL, CARD_MANY };

/* Mechanisms: ways in which AWS evaluates a condition. */
enum mechanism {
	MECHANISM_EVENT,          /* EventBridge pattern over the ASFF event (via event, notify) */
	MECHANISM_AUTOMATION,     /* automation rule V1 (via automation) */
	MECHANISM_AUTOMATION_V2,
	MECHANISM_INSPECTOR,      /* Inspector filter */
	MECHANISM_INSIGHT,
	MECHANISM_INSPECTOR_EVENT,
	MECHANISM_V2_EVENT,
	MECHANISM_SCAN_EVENT,
	MECHANISM_COUNT
};

/* What a mechanism can test of a field. */
enum capability {
	CAN_NOT,        /* does not carry it, or does not see it (customer-owned fields in V1) */
	CAN_DIRECTLY,   /* by a criterion or path of its own */
	CAN_BY_TITLE,   /* V1: cve through the Title's "<id> - " prefix */
	CAN_BY_ARN,     /* V1: through ResourceId, decided over the ARN's grammar */
	CAN_AS_TEXT,    /* carried as a string: a score by its canonical text, a date by presence */
};

/* The findings on which a field can exist (universe.def says it in sentences). */
enum habitat {
	HABITAT_ANY,
	HABITAT_PACKAGE,         /* package vulnerabilities; never controls or GuardDuty findings */
	HABITAT_NETWORK,         /* Inspector's network reachability */
	HABITAT_CODE,            /* Inspector's code vulnerabilities */
	HABITAT_NOT_INSPECTOR,   /* controls */
	HABITAT_IMAGE,           /* container images of any cloud */
	HABITAT_INSTANCE,        /* EC2 instances */
	HABITAT_FUNCTION,        /* Lambda functions */
	HABITAT_CODE_REPOSITORY,
};

enum field_id {
#define FIELD(id, ...) FIELD_##id,
#include "model/field.def"
	FIELD_COUNT, /* of a finding; behind it those of the event per scan alone */
	FIELD_BEFORE_SCAN = FIELD_COUNT - 1,
#include "model/field_scan.def"
#undef FIELD
	FIELD_ALL
};

struct field {
	const char *name;               /* "resource.type" */
	const char *inner;              /* name inside any GROUP { }: "type", "name"; NULL: none */
	enum type type;
	enum cardinality cardinality;   /* for an Inspector finding */
	enum group group;
	enum habitat habitat;
	const struct vocabulary *words; /* ENUM and WORD, else NULL */
	int64_t lo, hi;                 /* DECIMAL, INT: scaled bounds, inclusive */
	/* Paths; of a MAP, the object that holds the keys. A key of ProductFields has '/' in it and
	 * no '.', so a dotted path can be cut at its dots. */
	const char *asff;               /* "Vulnerabilities[].FixAvailable"; NULL: not carried */
	const char *event;              /* dotted path below detail.findings of the ASFF event */
	const char *v1;                 /* criterion of an automation rule V1; beside CAN_NOT:
					 * it sees the provider's copy only */
	enum capability can[MECHANISM_COUNT];
	const char *insight;            /* filter of an insight; an entry of ProductFields: that */
	const char *v2; /* OCSF field of a rule V2; beside CAN_NOT: as v1 */
	/* Path below detail of Inspector's event, with [] behind arrays; behind '/', from the
	 * root. */
	const char *inspector_event;
	const char *inspector_image;    /* the same on images of any cloud, not in ECR alone */
	const char *scan_event;         /* the same of Inspector's event per scan */
	const char *ocsf;               /* the same below the finding of Security Hub V2 */
	/* The criterion of an Inspector filter, `.member` behind it if it is one of a package
	 * filter; and the one on images of other clouds than AWS. */
	const char *inspector_filter, *inspector_cloud;
	const char *inspector_api;      /* for people, or NULL */
	const char *concept, *note, *source;
	const char *const *examples;    /* NULL-terminated, policy spelling: for witnesses */
};

extern const struct field fields[FIELD_ALL];

int field_find(struct str name);                          /* field_id or -1 */
int field_find_scan(struct str name);                     /* one behind FIELD_COUNT or -1 */
/* Inside any GROUP { }, or -1; the lists of scalars in a group's elements (image.tag in resource)
 * count as its fields. */
int field_find_inner(enum group group, struct str name);
/* What a mechanism calls the field: a path or a criterion; NULL if it does not have it. */
const char *field_called(enum field_id field, enum mechanism m);
/* Its key, if the mechanism calls by this name a map of ASFF of which the field is an entry; else
 * empty. */
struct str field_map_key(enum field_id field, enum mechanism m);
const char *mechanism_name(enum mechanism m);             /* as `via` spells it: "event", … */
const char *mechanism_title(enum mechanism m);            /* "an EventBridge pattern", … */
const char *capability_name(enum capability can);         /* "no", "yes", "by title", … */
const char *cardinality_name(enum cardinality cardinality); /* "one", "optional", "many" */

#endif
