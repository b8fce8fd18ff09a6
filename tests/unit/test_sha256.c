/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 by the published examples (NIST, with their million of `a`), and around the sizes at
 * which the padding needs another block. */
#include "base/sha256.h"

#include <string.h>

#include "base/vec.h"
#include "tap.h"

static struct str digest_of(struct arena *arena, struct str text)
{
	struct str digest;

	sha256_hex(arena, &text, 1, &digest);
	return digest;
}

static void test_published(struct arena *arena)
{
	static const struct {
		const char *text, *digest;
	} rows[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
		 "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
		 "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ok(str_is(digest_of(arena, str_from(rows[i].text)), rows[i].digest),
		   "the digest of \"%.20s\"", rows[i].text);
}

static void test_sizes(struct arena *arena)
{
	static const struct {
		size_t n;
		const char *digest;
	} rows[] = {
		{55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
		{56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
		{57, "f13b2d724659eb3bf47f2dd6af1accc87b81f09f59f2b75e5c0bed6589dfe8c6"},
		{63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
		{64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
		{65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
		{119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"},
		{120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c"},
		{1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *text = arena_alloc(arena, rows[i].n);

		memset(text, 'a', rows[i].n);
		ok(str_is(digest_of(arena, (struct str){text, rows[i].n}), rows[i].digest),
		   "%zu times `a`", rows[i].n);
	}
}

/* Texts of all lengths, which begin and end in their lanes at different times. */
static void test_many(struct arena *arena)
{
	enum { MANY = 700 };
	static const size_t counts[] = {0, 1, 7, 8, 9, MANY};
	struct str *texts = ARENA_ARRAY(arena, struct str, MANY);
	struct str *digests = ARENA_ARRAY(arena, struct str, MANY);

	for (size_t i = 0; i < MANY; i++) {
		size_t len = i * 37 % MANY;
		char *text = arena_alloc(arena, len + 1);

		for (size_t k = 0; k < len; k++)
			text[k] = (char)(i + 7 * k);
		texts[i] = (struct str){text, len};
	}
	for (size_t k = 0; k < ARRAY_LEN(counts); k++) {
		unsigned differ = 0;

		sha256_hex(arena, texts, counts[k], digests);
		for (size_t i = 0; i < counts[k]; i++)
			differ += !str_eq(digests[i], digest_of(arena, texts[i]));
		ok(!differ, "%zu texts together have the digests that each has alone", counts[k]);
	}
}

int main(void)
{
	struct arena *arena = arena_new();

	test_published(arena);
	test_sizes(arena);
	test_many(arena);
	arena_free(arena);
	return done();
}
