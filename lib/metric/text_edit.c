#include "metric/text_edit.h"

#include <string.h>

#define BAND 64

/*
 * What a band of rows tells the next one about a column of the matrix of distances: whether
 * its last row is one more or one less than in the column before, and whether that row's
 * token may be transposed.
 */
enum { MORE = 1, LESS = 2, SWAP = 4 };

/*
 * Go through one band of up to 64 rows, column by column. `rows[t]` has a bit for each row
 * whose token is t; `last` is the number of the last row. Names as in Hyyrö 2003: vertical
 * and horizontal differences of +1 (p) and -1 (n), d0: the diagonal difference is 0.
 * `carry` is the band above's on entry, this one's on return.
 */
static inline void
run_band(const uint64_t *rows, const uint32_t *text, uint32_t m, unsigned last, bool swaps,
    unsigned char *carry)
{
	uint64_t vp = UINT64_MAX, vn = 0, d0 = 0, eq_before = 0;

	for (uint32_t j = 0; j < m; j++) {
		uint64_t eq = rows[text[j]], more = carry[j] & MORE,
			 less = carry[j] / LESS & 1;
		uint64_t swap = 0, hp, hn, x = eq | less;

		if (swaps) {
			uint64_t above = carry[j] / SWAP;

			swap = ~d0 & eq;
			d0 = ((swap << 1) | above) & eq_before;
			eq_before = eq;
		} else {
			d0 = 0;
		}
		d0 |= (((x & vp) + vp) ^ vp) | x | vn;
		hp = vn | ~(d0 | vp);
		hn = d0 & vp;
		carry[j] = (unsigned char)((hp >> last & 1) * MORE |
		    (hn >> last & 1) * LESS | (swap >> (BAND - 1)) * SWAP);
		hp = hp << 1 | more;
		hn = hn << 1 | less;
		vp = hn | ~(d0 | hp);
		vn = d0 & hp;
	}
}

/* The distance at the lower right corner: down the first column, then along the last row.
 */
static uint32_t
corner(uint32_t n, uint32_t m, const unsigned char *carry)
{
	uint32_t distance = n;

	for (uint32_t j = 0; j < m; j++)
		distance += (uint32_t)(carry[j] & MORE) - (carry[j] / LESS & 1);
	return distance;
}

/*
 * The bands lie across the matrix and are done one after the other, so that memory is
 * linear whatever the alphabet: the bits of 64 rows, and one carry for each column.
 */
static inline enum err
distance(struct arena *scratch, struct text_pair p, bool swaps, uint32_t *r)
{
	uint64_t *rows = arena_calloc(scratch, p.kinds, sizeof(*rows));
	unsigned char *carry = arena_alloc(scratch, p.m);

	if (rows == NULL || carry == NULL)
		return ERR_MEMORY;
	memset(carry, MORE, p.m);
	for (uint32_t i = 0; i < p.n; i += BAND) {
		uint32_t height = p.n - i < BAND ? p.n - i : BAND;

		for (uint32_t k = 0; k < height; k++)
			rows[p.a[i + k]] |= UINT64_C(1) << k;
		run_band(rows, p.b, p.m, height - 1, swaps, carry);
		for (uint32_t k = 0; k < height; k++)
			rows[p.a[i + k]] = 0;
	}
	*r = corner(p.n, p.m, carry);
	return ERR_OK;
}

enum err
text_edit_levenshtein(struct arena *scratch, const struct text_pair *p, double *r)
{
	uint32_t d;

	/* What both begin and end with costs nothing in a best alignment; also with
	 * transpositions. */
	if (distance(scratch, text_pair_trim(*p), false, &d) != ERR_OK)
		return ERR_MEMORY;
	*r = 1 - (double)d / p->m;
	return ERR_OK;
}

enum err
text_edit_osa(struct arena *scratch, const struct text_pair *p, double *r)
{
	uint32_t d;

	if (distance(scratch, text_pair_trim(*p), true, &d) != ERR_OK)
		return ERR_MEMORY;
	*r = 1 - (double)d / p->m;
	return ERR_OK;
}

static uint32_t
hamming(const struct text_pair *p)
{
	uint32_t d = p->m - p->n;

	for (uint32_t i = 0; i < p->n; i++)
		d += p->a[i] != p->b[i];
	return d;
}

enum err
text_edit_hamming(struct arena *scratch, const struct text_pair *p, double *r)
{
	(void)scratch;
	*r = 1 - (double)hamming(p) / p->m;
	return ERR_OK;
}

enum err
text_edit_mlipns(struct arena *scratch, const struct text_pair *p, double *r)
{
	const uint32_t left_out_max = 2;
	uint64_t differ = hamming(p), tokens = p->m;
	bool alike = 4 * differ <= tokens;

	(void)scratch;
	for (uint32_t i = 0; i < left_out_max && !alike; i++)
		alike = 4 * --differ <= --tokens;
	*r = alike ? 1 : 0;
	return ERR_OK;
}
