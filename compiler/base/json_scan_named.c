/* SPDX-License-Identifier: Apache-2.0
 *
 * Members by name. The objects that stand at one place of many documents have the same keys in
 * mostly the same order: each key is first taken for the one that followed the last time, by one
 * comparison with how that was written. A key that was learnt has a number, so that a repeated one
 * is told by a bit; the others are noted as json_scan_key does. A key is either learnt when it is
 * met or never, so the two do not mix. */
#include "base/json_internal.h"
#include "base/json_scan_internal.h"
#include "base/vec.h"

/* A key with its quotes and its colon; longer ones are not learnt. */
#define TOKEN 32
#define LEARNT_MAX 63
/* The number of a key that every object has had: so it is not met again, whatever the text. */
#define NOTHING LEARNT_MAX

struct json_scan_key {
	char token[TOKEN];
	uint32_t need; /* a bit for each of its bytes */
	uint16_t len;
	uint16_t number;
	void *to;
	struct json_scan_key *next; /* followed the last time */
};

struct json_scan_learnt {
	struct arena *arena;
	struct json_scan_key *first; /* of an object */
	struct json_scan_key other;  /* the last that was not learnt */
	struct json_scan_key *keys;
	size_t n;
	unsigned char places[2 * (LEARNT_MAX + 1)]; /* by hash: a number, from 1 on */
};

struct json_scan_learnt *json_scan_learn(struct arena *arena)
{
	struct json_scan_learnt *learnt = ARENA_NEW(arena, struct json_scan_learnt);

	learnt->arena = arena;
	return learnt;
}

/* Most objects that could be met never are. */
RARE static void begin(struct json_scan_learnt *learnt)
{
	learnt->keys = ARENA_ARRAY(learnt->arena, struct json_scan_key, LEARNT_MAX + 1);
	learnt->keys[NOTHING].number = NOTHING;
	learnt->first = &learnt->keys[NOTHING];
}

unsigned json_scan_hash(struct str key)
{
	return key_hash(key.ptr, key.len);
}

static void *find_name(const struct json_scan_names *names, unsigned hash, struct str key)
{
	const struct json_scan_name *name = &names->names[hash & names->mask];

	for (; name->to; name = &names->names[++hash & names->mask])
		if (str_eq(name->key, key))
			return name->to;
	return NULL;
}

/* The key among those that were learnt, now at the latest; NULL: it never is. */
static struct json_scan_key *find_learnt(const struct json_scan_names *names, struct str key)
{
	struct json_scan_learnt *learnt = names->learnt;
	unsigned hash = json_scan_hash(key), at = hash;
	struct json_scan_key *made;
	unsigned char *place;

	if (key.len + 3 > TOKEN)
		return NULL;
	for (;; at++) {
		place = &learnt->places[at % ARRAY_LEN(learnt->places)];
		if (!*place)
			break;
		made = &learnt->keys[*place - 1];
		if (made->len == key.len + 3 && memcmp(made->token + 1, key.ptr, key.len) == 0)
			return made;
	}
	if (learnt->n == LEARNT_MAX)
		return NULL;
	made = &learnt->keys[learnt->n++];
	*place = (unsigned char)learnt->n;
	made->len = (uint16_t)(key.len + 3);
	made->number = (uint16_t)(learnt->n - 1);
	made->need = UINT32_MAX >> (TOKEN - made->len);
	made->token[0] = '"';
	memcpy(made->token + 1, key.ptr, key.len);
	memcpy(made->token + 1 + key.len, "\":", 2);
	made->to = find_name(names, hash, key);
	made->next = &learnt->keys[NOTHING];
	return made;
}

/* As other_key, where it is not the object's end that is next. */
static __attribute__((noinline)) const struct json_scan_key *find_key(
	struct json_scan *s, const struct json_scan_names *names)
{
	struct json_scan_level *level = s->level;
	struct json_scan_key *learnt;
	const char *first, *quote;
	struct str key;

	quote = json_scan_next(s, &first, &key);
	if (!quote)
		return NULL;
	learnt = find_learnt(names, key);
	if (!learnt) {
		learnt = &names->learnt->other;
		learnt->to = find_name(names, json_scan_hash(key), key);
		return json_scan_add(s, first, key) && json_scan_colon(s, quote) ? learnt : NULL;
	}
	if (level->learnt >> learnt->number & 1) {
		json_scan_fail(s, first, JSON_KEY_TWICE);
		return NULL;
	}
	level->learnt |= UINT64_C(1) << learnt->number;
	/* One with escapes is written in more ways than one: it is not to be expected. */
	if (first + learnt->len - 2 == quote)
		*level->next = learnt;
	level->next = &learnt->next;
	return json_scan_colon(s, quote) ? learnt : NULL;
}

/* Any other key than the expected one; NULL: there is none. */
static __attribute__((noinline)) const struct json_scan_key *other_key(
	struct json_scan *s, const struct json_scan_names *names)
{
	if (s->fresh || s->at >= s->blocks || *s->at != '}')
		return find_key(s, names);
	json_scan_leave(s);
	return NULL;
}

typedef bool begins_of(const char *p, const struct json_scan_key *key);

static inline bool begins(const char *p, const struct json_scan_key *key)
{
#ifdef __x86_64__
	unsigned low = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(load(p), load(key->token)));
	unsigned high = (unsigned)_mm_movemask_epi8(
		_mm_cmpeq_epi8(load(p + BLOCK), load(key->token + BLOCK)));

	return !(~(low | high << BLOCK) & key->need);
#else
	return memcmp(p, key->token, key->len) == 0;
#endif
}

#ifdef __x86_64__
FOR_AVX2 inline bool begins_avx2(const char *p, const struct json_scan_key *key)
{
	__m256i bytes = _mm256_cmpeq_epi8(load32(p), load32(key->token));
	unsigned same = (unsigned)_mm256_movemask_epi8(bytes);

	return !(~same & key->need);
}
#endif

/* NULL: another, or none; or so near to the text's end that it is not looked for. */
FOR_ALL struct json_scan_key *expected_key(struct json_scan *s, begins_of *begins_as)
{
	struct json_scan_level *level = s->level;
	struct json_scan_key *key = *level->next;
	const char *p = s->at;

	/* A comma and a space may be passed before the token. */
	if (s->blocks - p <= TOKEN + 2 - BLOCKS)
		return NULL;
	if (!s->fresh) {
		if (*p != ',')
			return NULL;
		p += 1 + (p[1] == ' ');
	}
	if (!begins_as(p, key) || level->learnt >> key->number & 1)
		return NULL;
	level->learnt |= UINT64_C(1) << key->number;
	level->next = &key->next;
	s->fresh = false;
	s->at = p + key->len;
	return key;
}

FOR_ALL void *named(struct json_scan *s, const struct json_scan_names *names, begins_of *begins_as,
		    find_odd_of *find)
{
	if (!s->depth)
		return NULL;
	if (!s->level->next) {
		if (!names->learnt->keys)
			begin(names->learnt);
		s->level->next = &names->learnt->first;
		s->level->learnt = UINT64_C(1) << NOTHING;
	}
	for (;;) {
		const struct json_scan_key *key = expected_key(s, begins_as);
		const char *quote;

		if (!key)
			key = other_key(s, names);
		if (!key)
			return NULL;
		if (key->to)
			return key->to;
		quote = usual_string(s, find);
		if (quote)
			s->at = quote + 1;
		else if (!json_scan_skip(s))
			return NULL;
	}
}

static __attribute__((noinline)) void *named_anywhere(struct json_scan *s,
						      const struct json_scan_names *names)
{
	return named(s, names, begins, find_odd);
}

#ifdef __x86_64__
FOR_AVX2 void *named_avx2(struct json_scan *s, const struct json_scan_names *names)
{
	return named(s, names, begins_avx2, find_odd_avx2);
}
#endif

void *json_scan_named(struct json_scan *s, const struct json_scan_names *names)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return named_avx2(s, names);
#endif
	return named_anywhere(s, names);
}
