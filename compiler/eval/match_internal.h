/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a pattern and of an event. */
#ifndef EVAL_MATCH_INTERNAL_H
#define EVAL_MATCH_INTERNAL_H

#include "base/vec.h"
#include "eval/match.h"

/* --- match_token: JSON as the engine's reader (Jackson) takes it --- */

#define MATCH_NESTING 1000 /* levels; deeper is an error there, too */

enum match_token {
	MATCH_ERROR,
	MATCH_OBJECT,
	MATCH_OBJECT_END,
	MATCH_ARRAY,
	MATCH_ARRAY_END,
	MATCH_KEY,
	MATCH_STRING,
	MATCH_NUMBER,
	MATCH_WORD, /* true, false, null */
};

struct match_reader {
	struct arena *arena; /* for strings with escapes */
	struct str text;
	size_t at;
	struct match_wrong *wrong;
	/* the token: its text as written, strings and keys with their quotes */
	struct str raw;
	bool escapes;
	/* what is open: a bit per level, set for an object */
	unsigned depth;
	bool fresh, after_key;
	uint64_t objects[(MATCH_NESTING + 63) / 64];
};

void match_start(struct match_reader *r, struct arena *arena, struct str text, size_t at,
		 struct match_wrong *wrong);
enum match_token match_next(struct match_reader *r);
/* Where the token begins. */
size_t match_place(const struct match_reader *r);
/* Says that it is wrong at the token; false, for convenience. */
bool match_fail(struct match_reader *r, const char *why);
/* What a string or a key means, between quotes that are part of the text, or without them. */
struct str match_quoted(struct match_reader *r);
struct str match_plain(struct match_reader *r);
/* Behind the value that the token just read begins; false at an error. */
bool match_skip(struct match_reader *r, enum match_token token);

/* --- match_number: decimals, compared exactly --- */

/* negative ? - : + digits * 10^exponent, digits without zeros at their end. */
struct match_number {
	bool negative;
	uint64_t digits;
	int32_t exponent;
};

/* False unless the number is the shortest form of a binary64: those alone have an order. */
bool match_number_read(struct str text, struct match_number *number);
int match_number_order(const struct match_number *a, const struct match_number *b);
/* Is it the greatest, or (negative) the least number of binary64? Nothing lies beyond. */
bool match_number_last(const struct match_number *number, bool negative);
/* The ten digits in base 128 by which the engine's machine compares numbers. */
void match_number_digits(const struct match_number *number, char digits[10]);

/* --- match_address: addresses as hexadecimal digits --- */

#define MATCH_ADDRESS_DIGITS 32

struct match_address {
	unsigned n; /* 8 or 32 */
	char bottom[MATCH_ADDRESS_DIGITS], top[MATCH_ADDRESS_DIGITS];
	bool open_bottom, open_top;
};

/* How many digits; 0 if it is no address. */
unsigned match_address_digits(struct str text, char digits[MATCH_ADDRESS_DIGITS]);
/* The range of one address, as the engine makes it. */
bool match_address_single(struct str text, struct match_address *range);
/* NULL, or what is wrong with the text of a cidr. */
const char *match_address_cidr(struct str text, struct match_address *range);
/* Digit by digit, until the range is decided: the text may go on. */
bool match_address_takes(const struct match_address *range, struct str text);

/* --- match_fold: upper and lower case --- */

struct match_unit { /* one UTF-16 code unit: what it may be, in UTF-8 */
	unsigned char n[2];
	char text[2][6];
};

struct match_units {
	struct match_unit *items;
	size_t n;
};

struct match_units match_fold(struct arena *arena, struct str text);
/* The bytes that the units take from the front, or the back, of the text; SIZE_MAX: they do not. */
size_t match_fold_front(const struct match_units *units, struct str text);
size_t match_fold_back(const struct match_units *units, struct str text);

/* --- match_list: one list of a pattern, and one value of an event --- */

enum match_op {
	MATCH_OP_EXACT,
	MATCH_OP_NUMBER,
	MATCH_OP_RANGE,
	MATCH_OP_ADDRESS,
	MATCH_OP_PREFIX,
	MATCH_OP_SUFFIX,
	MATCH_OP_FOLDED, /* equals-ignore-case, alone and in the next two */
	MATCH_OP_PREFIX_FOLDED,
	MATCH_OP_SUFFIX_FOLDED,
	MATCH_OP_WILDCARD,
};

struct match_range {
	struct match_number low, high;
	bool has_low, has_high, open_low, open_high;
};

struct match_operand {
	enum match_op op;
	union {
		struct str text; /* with the quotes of a string, as far as they belong to it */
		struct match_number number;
		struct match_range *range;
		struct match_address *address;
		struct match_units units;
		struct {
			struct str *items; /* what stands between the stars */
			size_t n;
		} pieces;
	};
};

/* One of the operands takes the value, or (but) none of them does. */
struct match_test {
	bool but;
	struct str *exact; /* sorted: those of MATCH_OP_EXACT */
	size_t n_exact;
	struct match_operand *operands; /* the others */
	size_t n_operands;
};

struct match_list {
	bool exists, absent;
	bool has_number, has_address, has_suffix; /* of any test */
	bool has_text;				  /* a number that is compared as it is written */
	bool text_first;			  /* … and an address behind it */
	struct match_test *tests;
	size_t n_tests;
	size_t place;	     /* in the text */
	struct str *entries; /* as they are written, sorted */
	size_t n_entries;
	/* What the engine only finds when it builds its machine, and not of a list that a later one
	 * has replaced; why: NULL if there is nothing. */
	struct match_wrong late;
};

struct match_value {
	struct str text; /* strings with their quotes */
	bool is_string, is_number;
};

bool match_list_takes(const struct match_list *list, const struct match_value *value);

/* --- match_compile --- */

struct match_entry {
	struct str path;
	size_t path_id;
	const struct match_list *list;
};

/* A combination of `$or`: a list for each path, in the order of UTF-16. */
struct match_rule {
	struct match_entry *entries;
	size_t n;
};

struct match_pattern {
	struct match_rule *rules;
	size_t n_rules;
	struct str
		*paths; /* distinct, `.` sorting before everything: those below a path follow it */
	size_t n_paths;
	bool has_empty_step;
};

/* Is something empty between the dots of a key or of a path, or before them? What is empty at the
 * end does not count. Keys that no path of the pattern was cut into are passed over in events, and
 * an empty one is the only one that could be missed. */
bool match_empty_step(struct str path);

/* Reads the list whose `[` was read. NULL after an error. */
const struct match_list *match_list_read(struct match_reader *r);

/* --- match_event: the values at the paths, and in which elements they stand --- */

struct match_element {		      /* 0 is the event itself */
	uint32_t parent, array, last; /* last: of the elements inside it */
};

struct match_leaf {
	struct match_value value;
	uint32_t element;
};

struct match_leaves {
	struct match_leaf *items;
	size_t n, cap;
};

struct match_facts {
	struct match_leaves *leaves; /* for each path */
	VEC(struct match_element) elements;
	VEC(uint32_t) arrays; /* the last element inside each */
	struct str id;	      /* of the event */
};

bool match_facts_read(const struct match_pattern *pattern, struct match_reader *r,
		      struct match_facts *facts);

/* --- match_solve --- */

/* False if it is too much. */
bool match_solve(const struct match_pattern *pattern, struct arena *scratch,
		 const struct match_facts *facts, bool *match);

#endif
