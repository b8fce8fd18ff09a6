/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of ir/check share. The order of work: files and their namespaces (check_names),
 * lets and defines in the order of their dependencies (check_names, check_expr), the policy blocks
 * (check_policy), then every statement: its properties through one table (check_property), its
 * condition typed (check_expr, check_value) and the defaults put beside it (check_default).
 *
 * A function that returns false, NULL or a node without a condition has reported why, or found
 * something that was reported before; its callers stay silent. */
#ifndef IR_CHECK_INTERNAL_H
#define IR_CHECK_INTERNAL_H

#include "base/suggest.h"
#include "ir/check.h"
#include "model/limit.h"

#define CHECK_LIMIT(id) ((size_t)limits[LIMIT_##id].value)
#define CHECK_HINTS_MAX 256 /* "did you mean" is worked out for so many errors of a run */

/* --- tables (check_table.c) --- */

struct check_slot {
	struct str key;
	void *value; /* NULL: free */
};

struct check_table {
	struct check_slot *slots;
	size_t n, cap;
};

void *check_table_get(const struct check_table *table, struct str key);
/* Replaces what stood there; value is not NULL. */
void check_table_put(struct arena *arena, struct check_table *table, struct str key, void *value);

/* --- "did you mean" (check_hint.c) --- */

struct check_hint {
	struct suggest suggest;
	struct str same; /* a candidate that differs in case only */
	bool tie;        /* two candidates are equally near: no fix is safe */
	bool off;        /* enough suggestions were made in this run */
};

/* --- conditions under construction --- */

/* A typed condition, or NULL, with what a walk over the shared tree would find out again. */
struct check_node {
	const struct cond *cond;
	uint32_t depth;
	uint64_t size;  /* nodes, with defines written out */
	bool inspector; /* holds for findings of Inspector only, by a test on `product` */
};

/* A test like `!=` on a field that has several values unless the product is Inspector. */
struct check_negative {
	const struct ast_expr *expr;
	size_t file;
	struct check_negative *next;
};

struct check_use { /* of a define with negatives in it */
	struct check_def *def;
	struct span at;
	struct check_use *next;
};

/* Fields whose mention in a condition switches a default off. */
#define CHECK_TESTS_RECORD 1u
#define CHECK_TESTS_PRODUCT 2u

struct check_facts {
	unsigned tests;
	struct span tier;    /* the first place that needs a tier; zero: none */
	struct span scan;    /* … a field that only an inspector-scan event has */
	struct span finding; /* … a field that an inspector-scan event does not have */
	struct span other;   /* … a field other than repository */
	struct check_negative *negatives;
	struct check_use *uses;
};

struct check_built {
	struct check_node node;
	struct check_facts facts;
};

/* Whose fields an expression may use. */
enum check_place { CHECK_FINDING, CHECK_SCAN, CHECK_DEFINE };

/* --- names --- */

enum check_mark { CHECK_NEW, CHECK_OPEN, CHECK_DONE };

struct check_def { /* a let or a define */
	struct str name;
	const struct ast_statement *ast;
	size_t file;
	bool is_define, broken, duplicate, used;
	bool negatives_told;     /* those of this define and of all it uses */
	enum check_mark mark;
	struct check_def *next;  /* of the same name in another file */
	struct check_def **refs; /* what it is made of; one entry per mention */
	size_t n_refs;
	size_t n_flat;           /* let: values with other lets spliced in; 0 if broken */
	uint32_t depth;          /* let: lets on the way to the farthest value */
	struct check_built built; /* define */
	/* let: the values of the last type it was used with */
	const void *typed_as;
	struct value *typed;
	size_t n_typed;
};

struct check_file {
	const struct ast_file *ast;
	uint64_t *below;  /* bit per file: itself and what it uses without an alias, transitively */
	uint64_t *merged; /* … and what its plain users see */
	struct check_table aliases; /* name -> struct check_alias */
	const struct ast_statement *policy;
	struct str owner;
	const struct ast_property *scope_property;
	struct check_built scope;             /* the file's and the root's; or no condition */
	const struct check_facts *root_scope; /* the root's share, if both have one */
	bool scope_judged, scope_fits;        /* for other products than Inspector */
	enum via via;
	struct span via_span;
};

struct check_alias {
	size_t file;
	bool loaded, used;
	struct span span;
};

/* The defaults of the policy block, each a condition of its own; no condition: not given. */
struct check_defaults {
	struct check_node accounts, regions, resources;
	struct check_node product; /* Inspector if not written, none after `product any` */
	struct check_node record;  /* record == ACTIVE */
	/* All that a statement gets, without and with the product, and the record; made once. */
	const struct cond *given[2][2];
};

struct check {
	struct arena *arena;
	struct diags *d;
	struct sources *sources;
	const struct ast_program *program;
	const struct config *config;
	const struct check_options *options;
	struct policy *policy;

	struct check_file *files;
	size_t n_files;
	bool partial;  /* a file has errors of syntax: what is missing may have been written */
	size_t n_hints;
	size_t n_spliced; /* values copied out of lets */
	VEC(struct allowance) allows;
	VEC(struct unused) unused;
	bool splices_told;
	const struct ast_property **seen; /* of the statement at hand */

	struct check_table defs;       /* name -> first struct check_def of the name */
	struct check_def **order;      /* dependencies first, once sorted */
	size_t n_defs, cap_defs;
	struct check_name **names;     /* of all statements, in policy order */
	size_t n_names;
	struct check_table tiers, protects, outputs, statuses; /* name -> struct check_name */
	struct check_table folded;     /* outputs in lower case */
	struct check_defaults defaults;
};

struct check_name { /* of a tier or a statement */
	struct str name;
	const struct ast_statement *ast;
	size_t file;
	struct statement *statement;
	int index; /* tier: in policy->tiers */
};

/* --- a statement being checked --- */

struct check_rule;

struct check_statement {
	const struct ast_statement *ast;
	struct statement *out;  /* NULL for the policy block */
	struct check_file *file;
	size_t n_file;
	bool failed;            /* an error was reported in it */
	bool misspelt;          /* a property is unknown: what is missing may be meant by it */
	const struct check_rule *rule;       /* of the property at hand */
	const struct ast_property **seen;    /* by rule: where it stands */
	VEC(const struct ast_property *) each;
	VEC(struct set_field) sets;
	VEC(struct image_rule) images;
	VEC(struct str) to;
	VEC(struct span) to_spans;
	VEC(struct str) was;
	struct check_table keys;             /* of set: key -> its span */
	struct check_built when, unless;
};

#define Q(c, text) diag_quote((c)->d, (text))

void check_hint_init(struct check *c, struct check_hint *hint, struct str word);
void check_hint_offer(struct check_hint *hint, struct str candidate);
void check_hint_words(struct check_hint *hint, const struct vocabulary *words);
void check_hint_fields(struct check_hint *hint);
/* Lets or defines that a file sees. */
void check_hint_defs(struct check *c, struct check_hint *hint, bool defines);
void check_hint_alias(struct check_hint *hint, const char *const *words);
void check_hint_table(struct check_hint *hint, const struct check_table *table);
/* Adds the fix, or the question; false if nothing is near. */
bool check_hint_apply(struct check *c, const struct check_hint *hint, struct diag *diag,
		      struct span at);

/* check_names.c */
void check_files(struct check *c);
void check_definitions(struct check *c);
/* The let or define of that name as `file` sees it, or NULL: it is used, then. */
struct check_def *check_find(struct check *c, size_t file, const struct ast_path *path);
/* What was never found. */
void check_unused(struct check *c);
bool check_is_word(struct str word); /* a constant of some type, or a word of some property */
bool check_is_bucket(const struct check *c, struct str name);

/* check_register.c: the names of all statements */
void check_register(struct check *c);

/* check_order.c: cycles, dependencies and the number of values of each let */
void check_order(struct check *c);

/* --- types --- */

/* Texts of which some can never be the value of a field (check_form.c). */
enum check_form { CHECK_FORM_FREE, CHECK_FORM_REGION, CHECK_FORM_REPOSITORY, CHECK_FORM_DIGEST };

struct check_type {
	enum type type;
	enum check_form form;
	bool age;                       /* a duration */
	bool many;
	const struct vocabulary *words; /* ENUM, WORD */
	int64_t lo, hi;                 /* DECIMAL, INT */
	const void *identity;           /* equal for equal types: key of the cache in a let */
	struct str shown;               /* "severity", "package.name", "tag" */
};

/* A scalar with its let followed. */
struct check_literal {
	const struct ast_scalar *scalar;
	size_t file;
	struct span at;              /* where it is used */
	const struct check_def *def; /* the let it came through, or NULL */
};

/* check_expr.c, and for it check_operand.c and check_tier.c */
struct check_scope { /* an expression being checked */
	struct check *c;
	size_t file;
	enum check_place place;
	const struct ast_expr *any; /* the `any` around, or NULL */
	enum group group;           /* of it */
	unsigned depth;
	struct check_facts facts;
};

enum check_operand_kind {
	CHECK_OPERAND_BAD, CHECK_OPERAND_FIELD, CHECK_OPERAND_TIER,
};

struct check_operand {
	enum check_operand_kind kind;
	enum field_id field;
	struct check_type type;
};

void check_first_place(struct span *place, struct span at); /* unless it has one */
struct check_operand check_find_operand(struct check_scope *s, const struct ast_operand *operand);
bool check_is_negative(const struct ast_expr *expr);
bool check_negation_fits(struct check_scope *s, const struct ast_expr *expr,
			 const struct check_operand *operand);
struct check_node check_tier_test(struct check_scope *s, const struct ast_expr *expr);
bool check_condition(struct check *c, size_t file, enum check_place place,
		     const struct ast_expr *expr, struct check_built *out);
/* Negative tests of a condition whose product may be another than Inspector. */
bool check_negatives(struct check *c, const struct check_facts *facts);

/* check_node.c: nodes; a kid without a condition gives a node without one */
struct check_node check_leaf(struct check *c, const struct atom *atom);
struct check_node check_constant(struct check *c, struct span span, bool truth);
struct check_node check_tier_is(struct check *c, struct span span, int tier);
struct check_node check_join(struct check *c, enum cond_kind kind, struct span span,
			     const struct check_node *kids, size_t n);
struct check_node check_negate(struct check *c, struct span span, struct check_node kid);
struct check_node check_any(struct check *c, struct span span, enum group group,
			    struct check_node kid);
struct check_node check_named(struct check *c, struct check_node node, struct str name);

/* check_value.c */
struct check_type check_type_of(enum field_id field);
/* The type of a part of a text: any text will do. */
struct check_type check_type_of_part(const struct check_type *type);
const char *check_type_shown(const struct check_type *type);
/* The values of a set, lets spliced in; `in` and friends. */
bool check_values(struct check *c, size_t file, const struct check_type *type,
		  const struct ast_value *value, struct value **values, size_t *n);
/* One value; a let must be a scalar. */
bool check_value(struct check *c, size_t file, const struct check_type *type,
		 const struct ast_scalar *scalar, struct value *value);

/* check_form.c: the whole text of a field; false after an error */
enum check_form check_form_of(enum field_id field);
bool check_form(struct check *c, const struct check_type *type,
		const struct check_literal *literal);

/* check_point.c: the bounds of a number, date or duration; a day covers [first, end). */
struct check_point {
	int64_t first, end; /* end: the first instant after it; else equal to first */
	bool day;
};
bool check_point(struct check *c, size_t file, const struct check_type *type,
		 const struct ast_scalar *scalar, struct check_point *point);
/* Follows lets; false after a diagnostic (a set where a scalar is needed, a broken let). A name
 * that is no let stays what it is. */
bool check_literal(struct check *c, size_t file, const struct check_type *type,
		   const struct ast_scalar *scalar, struct check_literal *literal);
/* The error for a scalar of the wrong kind. */
void check_mismatch(struct check *c, const struct check_type *type,
		    const struct check_literal *literal);
void check_unknown_value(struct check *c, const struct check_type *type,
			 const struct check_literal *literal);
void check_label_let(struct diag *diag, const struct check_literal *literal);
bool check_like_vulnid(struct str word);

/* check_test.c: one comparison */
struct check_test {
	struct check *c;
	size_t file;
	const struct ast_expr *expr;
	const struct check_type *type;
};
/* false after a diagnostic. The atom lacks its field. */
bool check_test_atom(const struct check_test *test, struct atom *atom, bool *never);

/* check_scan.c */
bool check_scan_has(enum field_id field); /* does a scan event have it? */
void check_scan_hint(struct check_hint *hint);
/* The whole condition: of the policy's defaults accounts and regions hold, the others do not. */
struct check_node check_scan_whole(struct check *c, struct check_statement *s);

/* check_text.c: values of properties */
/* The value with a let followed (*file: where it stands), or NULL. */
const struct ast_value *check_property_value(struct check *c, size_t *file,
					     const struct ast_property *p);
bool check_text(struct check *c, size_t file, const struct ast_property *p, struct str *text);
bool check_duration(struct check *c, size_t file, const struct ast_property *p, int64_t *ns);
bool check_count(struct check *c, size_t file, const struct ast_property *p, int64_t *n);
/* One word of a NULL-terminated list: its index, or -1. */
int check_word(struct check *c, size_t file, const struct ast_property *p,
	       const char *const *words);
int check_word_of(struct check *c, const struct ast_property *p, const struct ast_scalar *scalar,
		  const char *const *words);
/* A property with the wrong shape of value. */
struct diag *check_shape(struct check *c, const struct ast_property *p, const char *expected);
/* The braces of `message`. */
bool check_message(struct check *c, size_t file, const struct ast_property *p);

/* --- properties (check_property.def) --- */

#define CHECK_KIND(kind) (1u << (AST_##kind - AST_POLICY))

struct check_rule {
	const char *name;
	unsigned required, optional; /* CHECK_KIND bits */
	bool repeats;
	bool (*apply)(struct check *c, struct check_statement *s, const struct ast_property *p);
	size_t member; /* of a text: offset in struct statement */
};

enum check_rule_id {
#define PROPERTY(id, ...) CHECK_RULE_##id,
#include "ir/check_property.def"
#undef PROPERTY
	CHECK_RULE_COUNT
};

#define PROPERTY(id, name, required, optional, repeats, handler, member)                           \
	bool check_apply_##handler(struct check *c, struct check_statement *s,                     \
				   const struct ast_property *p);
#include "ir/check_property.def"
#undef PROPERTY

/* check_property.c */
void check_properties(struct check *c, struct check_statement *s);

/* check_until.c */
/* Adds one `until` to those read before. */
bool check_until(struct check *c, size_t file, const struct ast_property *p, struct until *until);
/* One that is missing, to be put in behind `behind`: `until` and a day of which nobody has decided,
 * so it is no safe repair. */
void check_until_offer(struct check *c, struct diag *diag, struct span behind, const char *end);

/* check_row.c: the suppressions of `each` */
bool check_rows(struct check *c, struct check_statement *s);

/* check_annotation.c */
void check_annotations(struct check *c, struct check_statement *s);

/* check_policy.c */
void check_policies(struct check *c); /* all but the scopes, which need the defines */
void check_scopes(struct check *c);
void check_now(struct check *c);
/* `product`: any gives a node without a condition. */
bool check_product(struct check *c, size_t file, const struct ast_property *p,
		   struct check_node *node);
void check_effective_via(struct check *c, struct check_statement *s);

/* check_default.c */
/* The condition of the statement, or of a row of it when more is given: `more` is joined to when
 * and not unless, `until` may add a test, then the defaults. No condition after a diagnostic. */
struct check_node check_whole(struct check *c, struct check_statement *s,
			      const struct check_node *more, const struct until *until,
			      unsigned tests);
void check_complete(struct check *c, struct check_statement *s);
struct check_node check_field_in(struct check *c, enum field_id field, struct span span,
				 struct value *values, size_t n);
struct check_node check_field_words(struct check *c, enum field_id field, struct span span,
				    const int *words, size_t n);

#endif
