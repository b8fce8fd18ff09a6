/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses. What counts as one is what the engine takes for one and Java's reader then reads: four
 * decimal parts of together at most 15 characters, or hexadecimal groups and colons, where an IPv4
 * address mapped into IPv6 is the IPv4 address. */
#include "eval/match_internal.h"

#define IPV4_TEXT 15

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

static bool read_ipv4(struct str text, unsigned char bytes[16])
{
	unsigned part = 0, value = 0, digits = 0;

	if (text.len > IPV4_TEXT)
		return false;
	for (size_t i = 0; i <= text.len; i++) {
		char c = i < text.len ? text.ptr[i] : '.';

		if (c >= '0' && c <= '9') {
			value = 10 * value + (unsigned)(c - '0');
			digits++;
			if (value > 255)
				return false;
			continue;
		}
		if (c != '.' || !digits || part == 4)
			return false;
		bytes[part++] = (unsigned char)value;
		value = digits = 0;
	}
	return part == 4;
}

struct groups {
	unsigned char bytes[16];
	unsigned n;
	int gap; /* bytes before `::`; -1: there is none */
};

static bool put_group(struct groups *g, unsigned value)
{
	if (g->n + 2 > 16)
		return false;
	g->bytes[g->n++] = (unsigned char)(value >> 8);
	g->bytes[g->n++] = (unsigned char)(value & 0xFF);
	return true;
}

/* A group that ends at a colon: an empty one is the second colon of `::`, which comes once. */
static bool end_group(struct groups *g, bool digits, unsigned value, bool last)
{
	if (digits)
		return !last && put_group(g, value);
	if (g->gap >= 0)
		return false;
	g->gap = (int)g->n;
	return true;
}

static bool read_groups(struct str text, struct groups *g)
{
	bool digits = false;
	unsigned value = 0;

	if (text.len < 2 || (text.ptr[0] == ':' && text.ptr[1] != ':'))
		return false;
	for (size_t i = text.ptr[0] == ':'; i < text.len; i++) {
		int digit = hex_value(text.ptr[i]);

		if (digit >= 0) {
			value = value << 4 | (unsigned)digit;
			digits = true;
			if (value > 0xFFFF)
				return false;
			continue;
		}
		if (text.ptr[i] != ':' || !end_group(g, digits, value, i + 1 == text.len))
			return false;
		digits = false;
		value = 0;
	}
	return !digits || put_group(g, value);
}

static bool read_ipv6(struct str text, unsigned char bytes[16])
{
	struct groups g = {.gap = -1};
	unsigned behind;

	if (!read_groups(text, &g) || (g.gap >= 0) == (g.n == 16))
		return false;
	if (g.gap < 0)
		g.gap = 16;
	behind = g.n - ((unsigned)g.gap < g.n ? (unsigned)g.gap : g.n);
	memset(bytes, 0, 16);
	memcpy(bytes, g.bytes, g.n - behind);
	memcpy(bytes + 16 - behind, g.bytes + g.n - behind, behind);
	return true;
}

/* 4 or 16 bytes; 0: no address. */
static unsigned read_bytes(struct str text, unsigned char bytes[16])
{
	static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};

	if (!memchr(text.len ? text.ptr : "", ':', text.len))
		return read_ipv4(text, bytes) ? 4 : 0;
	if (!read_ipv6(text, bytes))
		return 0;
	if (memcmp(bytes, mapped, sizeof mapped) != 0)
		return 16;
	memmove(bytes, bytes + 12, 4);
	return 4;
}

static void put_digits(const unsigned char *bytes, unsigned n, char *digits)
{
	static const char hex[] = "0123456789ABCDEF";

	for (unsigned i = 0; i < n; i++) {
		digits[2 * i] = hex[bytes[i] >> 4];
		digits[2 * i + 1] = hex[bytes[i] & 0xF];
	}
}

unsigned match_address_digits(struct str text, char digits[MATCH_ADDRESS_DIGITS])
{
	unsigned char bytes[16];
	unsigned n = read_bytes(text, bytes);

	put_digits(bytes, n, digits);
	return 2 * n;
}

/* The last digit and the one beside it, one end open. */
bool match_address_single(struct str text, struct match_address *range)
{
	char *last;

	*range = (struct match_address){0};
	range->n = match_address_digits(text, range->bottom);
	if (!range->n)
		return false;
	memcpy(range->top, range->bottom, range->n);
	last = range->top + range->n - 1;
	if (*last == 'F') {
		range->bottom[range->n - 1] = 'E';
		range->open_bottom = true;
	} else {
		*last = *last == '9' ? 'A' : (char)(*last + 1);
		range->open_top = true;
	}
	return true;
}

/* As Java reads an int: a sign, then digits. -1: it does not; what is too much is 1000. */
static int read_bits(struct str text)
{
	bool negative = str_starts(text, STR("-"));
	size_t at = negative || str_starts(text, STR("+"));
	int64_t value = 0;

	if (at == text.len)
		return -1;
	for (; at < text.len; at++) {
		if (text.ptr[at] < '0' || text.ptr[at] > '9')
			return -1;
		if (value < 1000)
			value = 10 * value + (text.ptr[at] - '0');
	}
	return negative && value ? -1 : value < 1000 ? (int)value : 1000;
}

const char *match_address_cidr(struct str text, struct match_address *range)
{
	const char *slash = text.len ? memchr(text.ptr, '/', text.len) : NULL;
	unsigned char low[16], high[16];
	struct str bits;
	unsigned n;
	int mask;

	if (!slash)
		return "an address, `/` and the bits of its mask are expected here";
	bits = str_slice(text, (size_t)(slash - text.ptr) + 1, text.len);
	while (str_ends(bits, STR("/"))) /* split drops what is empty at the end */
		bits.len--;
	mask = read_bits(bits);
	if (mask < 0)
		return "the bits of the mask are no number";
	n = read_bytes(str_slice(text, 0, (size_t)(slash - text.ptr)), low);
	if (!n)
		return "this is no IPv4 or IPv6 address";
	if ((unsigned)mask > 8 * n - 1)
		return n == 4 ? "an IPv4 mask has at most 31 bits; write the address itself"
			      : "an IPv6 mask has at most 127 bits; write the address itself";
	memcpy(high, low, n);
	for (unsigned i = (unsigned)mask; i < 8 * n; i++) {
		low[i / 8] = (unsigned char)(low[i / 8] & ~(0x80 >> i % 8));
		high[i / 8] = (unsigned char)(high[i / 8] | 0x80 >> i % 8);
	}
	*range = (struct match_address){.n = 2 * n};
	put_digits(low, n, range->bottom);
	put_digits(high, n, range->top);
	return NULL;
}

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

/* From the digit `at` on, along one end of the range: below its top, or above its bottom. */
static bool takes_along(const struct match_address *range, struct str text, unsigned at, bool top)
{
	const char *end = top ? range->top : range->bottom;

	for (; at < range->n; at++) {
		int order;

		if (at >= text.len || !is_digit(text.ptr[at]))
			return false;
		order = top ? end[at] - text.ptr[at] : text.ptr[at] - end[at];
		if (order)
			return order > 0;
	}
	return top ? !range->open_top : !range->open_bottom;
}

bool match_address_takes(const struct match_address *range, struct str text)
{
	unsigned fork = 0;
	char c;

	while (range->bottom[fork] == range->top[fork]) {
		if (fork >= text.len || text.ptr[fork] != range->bottom[fork])
			return false;
		fork++;
	}
	c = fork < text.len ? text.ptr[fork] : 0;
	if (!is_digit(c) || c < range->bottom[fork] || c > range->top[fork])
		return false;
	if (c == range->bottom[fork])
		return takes_along(range, text, fork + 1, false);
	return c < range->top[fork] || takes_along(range, text, fork + 1, true);
}
