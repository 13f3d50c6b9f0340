/* lib/metric/text/text against the plain algorithms of text_plain.h: thousands of random
 * pairs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "metric/text/text.h"
#include "reference/dice.h"
#include "text_plain.h"

#define TOLERANCE 1e-12

static struct dice dice;

static struct str
encode(struct arena *a, const struct plain *p)
{
	char *s = arena_alloc(a, 4 * (size_t)p->length), *to = s;

	assert_non_null(s);
	for (unsigned i = 0; i < p->length; i++) {
		uint32_t c = p->c[i];

		if (c < 0x80) {
			*to++ = (char)c;
		} else if (c < 0x800) {
			*to++ = (char)(0xc0 | c >> 6);
		} else if (c < 0x10000) {
			*to++ = (char)(0xe0 | c >> 12);
			*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		} else {
			*to++ = (char)(0xf0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 0x3f));
			*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		}
		if (c >= 0x80)
			*to++ = (char)(0x80 | (c & 0x3f));
	}
	return (struct str){s, (size_t)(to - s)};
}

/* Fewer tokens first, then the smaller. */
static bool
in_order(const struct plain *a, const struct plain *b)
{
	if (a->n != b->n)
		return a->n < b->n;
	for (unsigned i = 0; i < a->n; i++) {
		int order = token_order(a, i, b, i);

		if (order != 0)
			return order < 0;
	}
	return true;
}

/* Compare ours with the plain one, both ways round. */
static void
check(enum text_algorithm how, int qval, struct plain *a, struct plain *b)
{
	struct arena *arena = arena_new(0);
	const struct text *x, *y;
	double expected, there, back;
	bool equal = a->length == b->length && memcmp(a->c, b->c, 4 * a->length) == 0;

	assert_non_null(arena);
	plain_cut(a, how == TEXT_STRCMP95 ? 1 : qval);
	plain_cut(b, how == TEXT_STRCMP95 ? 1 : qval);
	if (!in_order(a, b)) {
		struct plain *c = a;

		a = b;
		b = c;
	}
	if (equal || a->n == 0)
		expected = equal;
	else
		expected = plain_scores[how](a, b);
	assert_int_equal(text_prepare(arena, encode(arena, a), qval, &x), ERR_OK);
	assert_int_equal(text_prepare(arena, encode(arena, b), qval, &y), ERR_OK);
	assert_int_equal(text_similarity(arena, how, x, y, &there), ERR_OK);
	assert_int_equal(text_similarity(arena, how, y, x, &back), ERR_OK);
	assert_memory_equal(&there, &back, sizeof(back));
	if (!(fabs(there - expected) <= TOLERANCE))
		fail_msg("%s, qval %d: %.17g, plainly %.17g; \"%.*s\", \"%.*s\"",
		    text_algorithm_names[how], qval, there, expected,
		    STR_ARG(encode(arena, a)), STR_ARG(encode(arena, b)));
	arena_free(arena);
}

/* Alphabets: the first code point, how many follow, and how often a space stands between.
 */
struct alphabet {
	uint32_t first, n;
	uint32_t space_of; /* one in so many; 0: none */
};

static const struct alphabet alphabets[] = {{'a', 2, 0}, {'a', 2, 3}, {'a', 26, 6},
    {0xe0, 20, 5}, {0x4e00, 3000, 4}, {0x1f600, 40, 3}, {0xfffe, 4, 0}, {0x10ffe0, 31, 2}};

static void
fill(struct plain *p, const struct alphabet *from, unsigned length)
{
	p->length = length;
	for (unsigned i = 0; i < length; i++)
		p->c[i] = from->space_of != 0 && dice_below(&dice, from->space_of) == 0
		    ? ' '
		    : from->first + dice_below(&dice, from->n);
}

/* A copy with some edits, so that pairs are not all alike in being unlike. */
static void
edit(
    struct plain *to, const struct plain *from, const struct alphabet *with, unsigned edits)
{
	memcpy(to, from, sizeof(*to));
	for (; edits > 0 && to->length > 1; edits--) {
		unsigned at = dice_below(&dice, to->length - 1);
		uint32_t c = to->c[at];

		switch (dice_below(&dice, 4)) {
		case 0:
			to->c[at] = with->first + dice_below(&dice, with->n);
			break;
		case 1:
			to->c[at] = to->c[at + 1];
			to->c[at + 1] = c;
			break;
		case 2:
			memmove(to->c + at, to->c + at + 1, 4 * (--to->length - at));
			break;
		default:
			if (to->length == POINTS_MAX)
				break;
			memmove(to->c + at + 1, to->c + at, 4 * (to->length++ - at));
			to->c[at] = with->first + dice_below(&dice, with->n);
		}
	}
}

static void
check_random(
    enum text_algorithm how, unsigned pairs, const unsigned *lengths, size_t n_lengths)
{
	struct plain a, b;

	dice.state = 17 + how;
	for (unsigned i = 0; i < pairs; i++) {
		const struct alphabet *from =
		    &alphabets[dice_below(&dice, N_OF(alphabets))];

		fill(&a, from, lengths[dice_below(&dice, (uint32_t)n_lengths)]);
		if (dice_below(&dice, 2) == 0)
			edit(&b, &a, from, 1 + dice_below(&dice, 12));
		else
			fill(&b, from, lengths[dice_below(&dice, (uint32_t)n_lengths)]);
		check(how, (int)dice_below(&dice, 4), &a, &b);
	}
}

static const unsigned short_lengths[] = {0, 1, 2, 3, 4, 5, 6, 8, 11, 17, 31};
static const unsigned band_lengths[] = {
    60, 62, 63, 64, 65, 66, 67, 126, 127, 128, 129, 130, 131, 191, 192, 193, 260};

static void
bands_give_the_plain_distances(void **state)
{
	(void)state;
	for (unsigned k = TEXT_LEVENSHTEIN; k <= TEXT_DAMERAU_LEVENSHTEIN; k++) {
		check_random(
		    (enum text_algorithm)k, 4000, short_lengths, N_OF(short_lengths));
		check_random(
		    (enum text_algorithm)k, 1500, band_lengths, N_OF(band_lengths));
	}
}

/* A transposition at every place, so also across two bands, with something before it that
 * differs. */
static void
swaps_across_bands_are_found(void **state)
{
	struct plain a, b;

	(void)state;
	dice.state = 5;
	for (unsigned at = 1; at < 198; at++) {
		fill(&a, &alphabets[at % 2 == 0 ? 0 : 2], 200);
		b = a;
		b.c[0] = '#';
		b.c[at] = a.c[at + 1];
		b.c[at + 1] = a.c[at];
		b.c[199] = '#';
		check(TEXT_DAMERAU_LEVENSHTEIN, 1, &a, &b);
	}
}

static void
every_algorithm_gives_the_plain_score(void **state)
{
	(void)state;
	for (unsigned k = 0; k < TEXT__MAX; k++) {
		if (k == TEXT_STRCMP95) /* folds its texts first: below */
			continue;
		check_random(
		    (enum text_algorithm)k, 3000, short_lengths, N_OF(short_lengths));
		check_random((enum text_algorithm)k, 150, band_lengths, N_OF(band_lengths));
	}
}

/* strcmp95 over what it is made for: letters and digits, in upper case. */
static void
similar_characters_are_paired_as_plainly(void **state)
{
	static const struct alphabet codes = {'0', 43, 0}; /* 0 to Z */
	struct plain a, b;

	(void)state;
	dice.state = 9;
	for (unsigned i = 0; i < 4000; i++) {
		fill(&a, &codes, 1 + dice_below(&dice, 24));
		if (i % 2 == 0)
			edit(&b, &a, &codes, 1 + dice_below(&dice, 8));
		else
			fill(&b, &codes, 1 + dice_below(&dice, 24));
		check(TEXT_STRCMP95, (int)dice_below(&dice, 4), &a, &b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bands_give_the_plain_distances),
	    cmocka_unit_test(swaps_across_bands_are_found),
	    cmocka_unit_test(every_algorithm_gives_the_plain_score),
	    cmocka_unit_test(similar_characters_are_paired_as_plainly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
