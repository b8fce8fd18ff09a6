/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers. The engine gives a number an order only if it is what Java writes for the nearest
 * binary64: the shortest decimal of at least two digits that is read as that binary64, and among
 * those the one nearest to it (Double.toString since Java 19; older ones write a few numbers longer
 * than need be). For these, and for nothing else here, order and equality of the binary64s are
 * those of the decimals, so decimals are compared, and binary64 is met only in the question which
 * they are.
 *
 * Nearly all have 15 digits or fewer, which are always the shortest form of something. The others
 * are rounded with integers of as many bits as it takes. */
#include "eval/match_internal.h"

#define DIGITS_SAFE 15 /* as many are told apart by binary64 wherever it is normal */
#define DIGITS_MAX 17
#define FAR 400 /* powers of ten; binary64 ends long before */
#define LIMBS 48

/* An unsigned integer, the least limb first: 1,536 bits, where 10^343 * 2^60 needs 1,200. */
struct big {
	uint32_t limbs[LIMBS];
	unsigned n; /* those in use; the last one is not 0 */
};

static void big_trim(struct big *b)
{
	while (b->n && !b->limbs[b->n - 1])
		b->n--;
}

static void big_set(struct big *b, uint64_t value)
{
	*b = (struct big){.limbs = {(uint32_t)value, (uint32_t)(value >> 32)}, .n = 2};
	big_trim(b);
}

static void big_times(struct big *b, uint32_t factor)
{
	uint64_t carry = 0;

	for (unsigned i = 0; i < b->n; i++) {
		carry += (uint64_t)b->limbs[i] * factor;
		b->limbs[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry && b->n < LIMBS)
		b->limbs[b->n++] = (uint32_t)carry;
}

static void big_times_ten(struct big *b, int power)
{
	for (; power >= 9; power -= 9)
		big_times(b, 1000000000);
	for (; power > 0; power--)
		big_times(b, 10);
}

static void big_shift(struct big *b, int bits)
{
	int whole = bits / 32;

	if (bits <= 0 || !b->n || b->n + (unsigned)whole > LIMBS)
		return;
	memmove(b->limbs + whole, b->limbs, b->n * sizeof *b->limbs);
	memset(b->limbs, 0, (size_t)whole * sizeof *b->limbs);
	b->n += (unsigned)whole;
	if (bits % 32)
		big_times(b, (uint32_t)1 << bits % 32);
}

static void big_halve(struct big *b)
{
	for (unsigned i = 0; i < b->n; i++) {
		uint32_t above = i + 1 < b->n ? b->limbs[i + 1] : 0;

		b->limbs[i] = b->limbs[i] >> 1 | above << 31;
	}
	big_trim(b);
}

static int big_order(const struct big *a, const struct big *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (unsigned i = a->n; i-- > 0;)
		if (a->limbs[i] != b->limbs[i])
			return a->limbs[i] < b->limbs[i] ? -1 : 1;
	return 0;
}

static void big_subtract(struct big *a, const struct big *b) /* b is no greater */
{
	uint64_t borrow = 0;

	for (unsigned i = 0; i < a->n; i++) {
		uint64_t take = (i < b->n ? b->limbs[i] : 0) + borrow;

		borrow = a->limbs[i] < take;
		a->limbs[i] = (uint32_t)(a->limbs[i] - take);
	}
	big_trim(a);
}

static int big_bits(const struct big *b)
{
	return b->n ? 32 * (int)b->n - __builtin_clz(b->limbs[b->n - 1]) : 0;
}

/* digits * 10^exponent == up / down, both integers. */
static void fraction(uint64_t digits, int exponent, struct big *up, struct big *down)
{
	big_set(up, digits);
	big_set(down, 1);
	big_times_ten(exponent > 0 ? up : down, exponent > 0 ? exponent : -exponent);
}

/* The nearest binary64, ties to even: mantissa * 2^exponent. */
struct binary {
	uint64_t mantissa; /* below 2^53; below 2^52 only where the exponent is least */
	int exponent;
};

#define BINARY_MIN (-1074)
#define BINARY_MAX 971

static bool divide(struct big *up, struct big *down, uint64_t *quotient)
{
	*quotient = 0;
	big_shift(down, 54);
	for (int i = 0; i <= 54; i++) {
		*quotient <<= 1;
		if (big_order(up, down) >= 0) {
			big_subtract(up, down);
			*quotient |= 1;
		}
		if (i < 54)
			big_halve(down);
	}
	big_shift(up, 1);
	return big_order(up, down) > 0 || (big_order(up, down) == 0 && *quotient % 2 == 1);
}

static struct binary to_binary(uint64_t digits, int exponent)
{
	struct big up, down;
	struct binary b;

	fraction(digits, exponent, &up, &down);
	b.exponent = big_bits(&up) - big_bits(&down) - 53; /* the quotient is below 2^54 */
	for (;; b.exponent++) {
		struct big rest = up, by = down;

		if (b.exponent < BINARY_MIN)
			b.exponent = BINARY_MIN;
		big_shift(b.exponent < 0 ? &rest : &by, b.exponent < 0 ? -b.exponent : b.exponent);
		if (divide(&rest, &by, &b.mantissa))
			b.mantissa++;
		if (b.mantissa < (uint64_t)1 << 53)
			return b;
		/* Rounded once more from the beginning, with one bit less. */
	}
}

static bool is_binary(struct binary b, uint64_t digits, int exponent)
{
	struct binary other = to_binary(digits, exponent);

	return b.mantissa == other.mantissa && b.exponent == other.exponent;
}

/* The order of b and digits * 10^exponent. */
static int binary_order(struct binary b, uint64_t digits, int exponent)
{
	struct big left, right, up, down;

	fraction(digits, exponent, &up, &down);
	left = down; /* b < up / down exactly if b * down < up */
	right = up;
	big_shift(b.exponent < 0 ? &right : &left, b.exponent < 0 ? -b.exponent : b.exponent);
	up = left;
	big_times(&left, (uint32_t)(b.mantissa >> 32)); /* times the mantissa, in two halves */
	big_shift(&left, 32);
	big_times(&up, (uint32_t)b.mantissa);
	for (unsigned i = 0, carry = 0; i < LIMBS; i++) {
		uint64_t sum = (uint64_t)(i < left.n ? left.limbs[i] : 0) +
			       (i < up.n ? up.limbs[i] : 0) + carry;

		left.limbs[i] = (uint32_t)sum;
		carry = (unsigned)(sum >> 32);
	}
	left.n = LIMBS;
	big_trim(&left);
	return big_order(&left, &right);
}

/* Does the decimal beside it (to: -1 or 1) mean the same binary64 and lie nearer to it? */
static bool is_nearer(struct binary b, uint64_t digits, int exponent, int to)
{
	int order;

	if (!is_binary(b, to < 0 ? digits - 1 : digits + 1, exponent))
		return false;
	/* The middle between the two is (2 * digits + to) / 2; both sides are taken twice. */
	b.exponent++;
	order = binary_order(b, to < 0 ? 2 * digits - 1 : 2 * digits + 1, exponent);
	return order == 0 ? digits % 2 == 1 : (order > 0) == (to > 0);
}

static unsigned count_digits(uint64_t digits)
{
	unsigned n = 0;

	for (; digits; digits /= 10)
		n++;
	return n;
}

/* digits are not 0, and do not end with one. */
static bool is_shortest(uint64_t digits, int exponent)
{
	unsigned n = count_digits(digits);
	int magnitude = (int)n + exponent; /* the number is below 10^magnitude */
	struct binary b;

	if (magnitude < -330 || magnitude > 310)
		return false;
	if (n <= DIGITS_SAFE && magnitude >= -306 && magnitude <= 308)
		return true;
	b = to_binary(digits, exponent);
	if (!b.mantissa || b.exponent > BINARY_MAX)
		return false;
	if (n == 1) {
		digits *= 10;
		exponent--;
	} else if (n > 2 && (is_binary(b, digits / 10, exponent + 1) ||
			     is_binary(b, digits / 10 + 1, exponent + 1))) {
		return false;
	}
	if (is_nearer(b, digits, exponent, 1))
		return false;
	/* Below 10 there is 9.9. */
	return digits == 10 ? !is_nearer(b, 100, exponent - 1, -1)
			    : !is_nearer(b, digits, exponent, -1);
}

struct decimal {
	uint64_t digits;
	unsigned n, zeros; /* zeros: behind the digits, not yet part of them */
	int64_t exponent;
};

static bool add_digit(struct decimal *d, unsigned digit, bool fraction_part)
{
	if (fraction_part)
		d->exponent--;
	if (!digit) {
		d->zeros += d->n > 0;
		return true;
	}
	d->n += d->n ? d->zeros + 1 : 1;
	if (d->n > DIGITS_MAX)
		return false;
	for (unsigned i = 0; i <= d->zeros; i++)
		d->digits *= 10;
	d->digits += digit;
	d->zeros = 0;
	return true;
}

/* What stands behind the e. Saturates. */
static int64_t read_exponent(struct str text, size_t at)
{
	bool negative = at < text.len && text.ptr[at] == '-';
	int64_t value = 0;

	if (negative || (at < text.len && text.ptr[at] == '+'))
		at++;
	for (; at < text.len; at++)
		if (value < (int64_t)1 << 40)
			value = 10 * value + (text.ptr[at] - '0');
	return negative ? -value : value;
}

bool match_number_read(struct str text, struct match_number *number)
{
	struct decimal d = {0};
	bool fraction_part = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '.') {
			fraction_part = true;
		} else if (c == 'e' || c == 'E') {
			d.exponent += read_exponent(text, i + 1);
			break;
		} else if (c != '-' && !add_digit(&d, (unsigned)(c - '0'), fraction_part)) {
			return false;
		}
	}
	*number = (struct match_number){0};
	if (!d.n) /* Java's decimals have exponents of 32 bits */
		return d.exponent >= -INT32_MAX && d.exponent <= INT32_MAX;
	d.exponent += d.zeros;
	if (d.exponent < -FAR || d.exponent > FAR)
		return false;
	*number = (struct match_number){
		.negative = text.ptr[0] == '-',
		.digits = d.digits,
		.exponent = (int32_t)d.exponent,
	};
	return is_shortest(d.digits, number->exponent);
}

static int magnitude_order(const struct match_number *a, const struct match_number *b)
{
	unsigned n = count_digits(a->digits), m = count_digits(b->digits);
	int left = (int)n + a->exponent, right = (int)m + b->exponent;
	uint64_t x = a->digits, y = b->digits;

	if (!x || !y)
		return (x > 0) - (y > 0);
	if (left != right)
		return left < right ? -1 : 1;
	for (; n < m; n++)
		x *= 10;
	for (; m < n; m++)
		y *= 10;
	return (x > y) - (x < y);
}

int match_number_order(const struct match_number *a, const struct match_number *b)
{
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	return a->negative ? magnitude_order(b, a) : magnitude_order(a, b);
}

bool match_number_last(const struct match_number *number, bool negative)
{
	return number->negative == negative && number->digits == 17976931348623157 &&
	       number->exponent == 292;
}

void match_number_digits(const struct match_number *number, char digits[10])
{
	struct binary b = number->digits ? to_binary(number->digits, number->exponent)
					 : (struct binary){0, BINARY_MIN};
	uint64_t bits = b.mantissa;

	/* The bit that every normal mantissa has is left out; the least exponent is written as 0 or
	 * 1, as there is such a bit. */
	if (bits >> 52)
		bits = (bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)(b.exponent - BINARY_MIN + 1)
								    << 52;
	bits = number->negative ? ~(bits | (uint64_t)1 << 63) : bits | (uint64_t)1 << 63;
	for (int i = 9; i >= 0; i--, bits >>= 7)
		digits[i] = (char)(bits & 0x7F);
	if (digits[0])
		digits[0] = 0x7F; /* the sign is shifted in from above */
}
