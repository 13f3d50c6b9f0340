/*
 * The algorithms of lib/metric/text/text as their definitions say them: full matrices,
 * nested loops, recursion, over tokens that are compared character by character. For
 * test_text_plain.c alone.
 */
#ifndef TEST_TEXT_PLAIN_H
#define TEST_TEXT_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "metric/text/text.h"

#define POINTS_MAX 400

/* A text, and where its tokens begin and end. */
struct plain {
	uint32_t c[POINTS_MAX];
	unsigned length;
	unsigned from[POINTS_MAX], to[POINTS_MAX];
	unsigned n;
};

static void
plain_cut(struct plain *p, int qval)
{
	p->n = 0;
	if (qval > 0) {
		for (unsigned i = 0; i + (unsigned)qval <= p->length; i++, p->n++) {
			p->from[p->n] = i;
			p->to[p->n] = i + (unsigned)qval;
		}
		return;
	}
	for (unsigned i = 0; i < p->length;) {
		unsigned end = i;

		while (end < p->length && p->c[end] != ' ')
			end++;
		if (end > i) {
			p->from[p->n] = i;
			p->to[p->n++] = end;
		}
		i = end + 1;
	}
}

static int
token_order(const struct plain *a, unsigned i, const struct plain *b, unsigned j)
{
	unsigned n = a->to[i] - a->from[i], m = b->to[j] - b->from[j];

	for (unsigned k = 0; k < n && k < m; k++)
		if (a->c[a->from[i] + k] != b->c[b->from[j] + k])
			return a->c[a->from[i] + k] < b->c[b->from[j] + k] ? -1 : 1;
	return (n > m) - (n < m);
}

static bool
same(const struct plain *a, unsigned i, const struct plain *b, unsigned j)
{
	return token_order(a, i, b, j) == 0;
}

static int
smallest(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

static int matrix[POINTS_MAX + 1][POINTS_MAX + 1];

static double
plain_distance(const struct plain *a, const struct plain *b, bool swaps)
{
	for (unsigned i = 0; i <= a->n; i++)
		matrix[i][0] = (int)i;
	for (unsigned j = 0; j <= b->n; j++)
		matrix[0][j] = (int)j;
	for (unsigned i = 1; i <= a->n; i++)
		for (unsigned j = 1; j <= b->n; j++) {
			int d = smallest(matrix[i - 1][j] + 1, matrix[i][j - 1] + 1,
			    matrix[i - 1][j - 1] + !same(a, i - 1, b, j - 1));

			if (swaps && i > 1 && j > 1 && same(a, i - 1, b, j - 2) &&
			    same(a, i - 2, b, j - 1) && matrix[i - 2][j - 2] + 1 < d)
				d = matrix[i - 2][j - 2] + 1;
			matrix[i][j] = d;
		}
	return 1 - (double)matrix[a->n][b->n] / b->n;
}

static double
plain_levenshtein(const struct plain *a, const struct plain *b)
{
	return plain_distance(a, b, false);
}

static double
plain_osa(const struct plain *a, const struct plain *b)
{
	return plain_distance(a, b, true);
}

static unsigned
plain_differ(const struct plain *a, const struct plain *b)
{
	unsigned d = b->n - a->n;

	for (unsigned i = 0; i < a->n; i++)
		d += !same(a, i, b, i);
	return d;
}

static double
plain_hamming(const struct plain *a, const struct plain *b)
{
	return 1 - (double)plain_differ(a, b) / b->n;
}

static double
plain_mlipns(const struct plain *a, const struct plain *b)
{
	double h = plain_differ(a, b), l = b->n;

	for (int taken = 0; taken <= 2; taken++)
		if (l - taken == 0 || (h - taken) / (l - taken) <= 0.25)
			return 1;
	return 0;
}

static double
plain_align(const struct plain *a, const struct plain *b, bool local)
{
	int best = 0;

	for (unsigned i = 0; i <= a->n; i++)
		matrix[i][0] = local ? 0 : -(int)i;
	for (unsigned j = 0; j <= b->n; j++)
		matrix[0][j] = local ? 0 : -(int)j;
	for (unsigned i = 1; i <= a->n; i++)
		for (unsigned j = 1; j <= b->n; j++) {
			int v = -smallest(1 - matrix[i - 1][j], 1 - matrix[i][j - 1],
			    -matrix[i - 1][j - 1] - same(a, i - 1, b, j - 1));

			matrix[i][j] = local && v < 0 ? 0 : v;
			if (v > best)
				best = v;
		}
	return local ? best : matrix[a->n][b->n];
}

static double
plain_global(const struct plain *a, const struct plain *b)
{
	return (plain_align(a, b, false) + b->n) / (2.0 * b->n);
}

static double
plain_local(const struct plain *a, const struct plain *b)
{
	return plain_align(a, b, true) / a->n;
}

/* Mark the common tokens; returns how many there are, *swapped of which stand in another
 * order. */
static unsigned
plain_common(
    const struct plain *a, const struct plain *b, bool *in_a, bool *in_b, unsigned *swapped)
{
	int reach = (int)b->n / 2 - 1;
	unsigned common = 0, differ = 0, next = 0;

	if (reach < 0)
		reach = 0;
	for (unsigned i = 0; i < a->n; i++)
		for (unsigned j = 0; j < b->n && !in_a[i]; j++)
			if (abs((int)i - (int)j) <= reach && !in_b[j] && same(a, i, b, j)) {
				in_a[i] = in_b[j] = true;
				common++;
			}
	for (unsigned i = 0; i < a->n; i++)
		if (in_a[i]) {
			while (!in_b[next])
				next++;
			differ += !same(a, i, b, next++);
		}
	*swapped = differ / 2;
	return common;
}

static double
plain_jaro(const struct plain *a, const struct plain *b)
{
	bool in_a[POINTS_MAX] = {false}, in_b[POINTS_MAX] = {false};
	unsigned t;
	double c = plain_common(a, b, in_a, in_b, &t);

	return c == 0 ? 0 : (c / a->n + c / b->n + (c - t) / c) / 3;
}

static double
plain_jaro_winkler(const struct plain *a, const struct plain *b)
{
	double w = plain_jaro(a, b);
	unsigned prefix = 0;

	while (prefix < 4 && prefix < a->n && same(a, prefix, b, prefix))
		prefix++;
	return w > 0.7 ? w + prefix * 0.1 * (1 - w) : w;
}

/* Matching tokens of a[i..i_end) and b[j..j_end): the longest common piece, and both sides
 * of it. */
static unsigned
plain_blocks(const struct plain *a, unsigned i, unsigned i_end, const struct plain *b,
    unsigned j, unsigned j_end)
{
	unsigned longest = 0, at_a = 0, at_b = 0;

	for (unsigned x = i; x < i_end; x++)
		for (unsigned y = j; y < j_end; y++) {
			unsigned n = 0;

			while (x + n < i_end && y + n < j_end && same(a, x + n, b, y + n))
				n++;
			if (n > longest) {
				longest = n;
				at_a = x;
				at_b = y;
			}
		}
	if (longest == 0)
		return 0;
	return longest + plain_blocks(a, i, at_a, b, j, at_b) +
	    plain_blocks(a, at_a + longest, i_end, b, at_b + longest, j_end);
}

static double
plain_ratcliff(const struct plain *a, const struct plain *b)
{
	return 2.0 * plain_blocks(a, 0, a->n, b, 0, b->n) / (a->n + b->n);
}

static bool
similar(uint32_t x, uint32_t y)
{
	static const char pairs[] =
	    "AEAIAOAUBVEIEOEUIOIUOUIYEYCGEFWUWVXKSZXSQCUVMNLIQOPRIJ2Z5S8B1I1L"
	    "0O0QCKGJ";

	for (size_t i = 0; i + 1 < sizeof(pairs); i += 2) {
		uint32_t p = (uint32_t)pairs[i], q = (uint32_t)pairs[i + 1];

		if ((x == p && y == q) || (x == q && y == p))
			return true;
	}
	return false;
}

/* Over characters in upper case without white space at the ends. */
static double
plain_strcmp95(const struct plain *a, const struct plain *b)
{
	bool in_a[POINTS_MAX] = {false}, in_b[POINTS_MAX] = {false};
	unsigned t, c = plain_common(a, b, in_a, in_b, &t), alike = 0, prefix = 0;
	double s, w;

	if (c == 0)
		return 0;
	for (unsigned i = 0; i < a->n; i++)
		for (unsigned j = 0; j < b->n && !in_a[i]; j++)
			if (!in_b[j] && similar(a->c[i], b->c[j])) {
				in_a[i] = in_b[j] = true;
				alike++;
			}
	s = c + 0.3 * alike;
	w = (s / a->n + s / b->n + (double)(c - t) / c) / 3;
	while (prefix < 4 && prefix < a->n && a->c[prefix] == b->c[prefix] &&
	    (a->c[prefix] < '0' || a->c[prefix] > '9'))
		prefix++;
	return w > 0.7 ? w + prefix * 0.1 * (1 - w) : w;
}

static double (*const plain_scores[TEXT__MAX])(
    const struct plain *, const struct plain *) = {
    [TEXT_LEVENSHTEIN] = plain_levenshtein,
    [TEXT_DAMERAU_LEVENSHTEIN] = plain_osa,
    [TEXT_HAMMING] = plain_hamming,
    [TEXT_JARO] = plain_jaro,
    [TEXT_JARO_WINKLER] = plain_jaro_winkler,
    [TEXT_RATCLIFF_OBERSHELP] = plain_ratcliff,
    [TEXT_MLIPNS] = plain_mlipns,
    [TEXT_STRCMP95] = plain_strcmp95,
    [TEXT_NEEDLEMAN_WUNSCH] = plain_global,
    [TEXT_SMITH_WATERMAN] = plain_local,
};

#endif
