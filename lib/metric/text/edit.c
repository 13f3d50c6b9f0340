#include "metric/text/edit.h"

#include <string.h>

#include "base/deadline.h"

#define BAND 64

/* Compiled twice, without and with transpositions. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/*
 * The border of a band of rows with the next one, in a column of the matrix of distances:
 * whether the band's last row is one more or one less than in the column before, and
 * whether that row's token may be transposed. Each 0 or 1; between bands that are not done
 * together as bits.
 */
struct border {
	uint64_t more, less, swap;
};
enum { MORE = 1, LESS = 2, SWAP = 4 };

ALWAYS_INLINE struct border
unpack(unsigned char bits)
{
	return (struct border){bits & MORE, bits / LESS & 1, bits / SWAP};
}

ALWAYS_INLINE unsigned char
pack(struct border b)
{
	return (unsigned char)(b.more * MORE | b.less * LESS | b.swap * SWAP);
}

/* A band of up to 64 rows on its way through the columns. */
struct band {
	const uint64_t *rows; /* of each token a bit for each row that has it */
	unsigned last;	      /* number of the last row */
	uint64_t vp, vn, d0, eq_before;
};

/* The band of some tokens; `rows` is all zero. */
static struct band
band_begin(uint64_t *rows, const uint32_t *tokens, uint32_t height)
{
	for (uint32_t k = 0; k < height; k++)
		rows[tokens[k]] |= UINT64_C(1) << k;
	return (struct band){.rows = rows, .last = height - 1, .vp = UINT64_MAX};
}

/*
 * One column of a band whose last row is `last`, in which the text has `token`. Names as in
 * Hyyrö 2003: vertical and horizontal differences of +1 (p) and -1 (n), d0: the diagonal
 * difference is 0. Takes the border of the band above, returns that of this one.
 */
ALWAYS_INLINE struct border
band_step(struct band *b, unsigned last, uint32_t token, bool swaps, struct border above)
{
	uint64_t eq = b->rows[token], swap = 0, d0 = 0, hp, hn, x = eq | above.less;
	struct border border;

	if (swaps) {
		swap = ~b->d0 & eq;
		d0 = ((swap << 1) | above.swap) & b->eq_before;
		b->eq_before = eq;
	}
	d0 |= (((x & b->vp) + b->vp) ^ b->vp) | x | b->vn;
	hp = b->vn | ~(d0 | b->vp);
	hn = d0 & b->vp;
	border = (struct border){hp >> last & 1, hn >> last & 1, swap >> (BAND - 1)};
	hp = hp << 1 | above.more;
	hn = hn << 1 | above.less;
	b->vp = hn | ~(d0 | hp);
	b->vn = d0 & hp;
	b->d0 = d0;
	return border;
}

/*
 * Two bands at once, the upper one of 64 rows, the lower one a column behind it: a step
 * waits for the one before it in its own band, and a processor does two such chains in the
 * time of one. `carry` has the borders of the band above on entry, of the lower one on
 * return.
 */
ALWAYS_INLINE void
run_two(struct band upper, struct band lower, const uint32_t *text, uint32_t m, bool swaps,
    unsigned char *carry)
{
	struct border between =
	    band_step(&upper, BAND - 1, text[0], swaps, unpack(carry[0]));

	for (uint32_t j = 1; j < m; j++) {
		struct border next =
		    band_step(&upper, BAND - 1, text[j], swaps, unpack(carry[j]));

		carry[j - 1] =
		    pack(band_step(&lower, lower.last, text[j - 1], swaps, between));
		between = next;
	}
	carry[m - 1] = pack(band_step(&lower, lower.last, text[m - 1], swaps, between));
}

ALWAYS_INLINE void
run_one(
    struct band band, const uint32_t *text, uint32_t m, bool swaps, unsigned char *carry)
{
	for (uint32_t j = 0; j < m; j++)
		carry[j] =
		    pack(band_step(&band, band.last, text[j], swaps, unpack(carry[j])));
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
 * The bands lie across the matrix and are done two at a time, so that memory is linear
 * whatever the alphabet: the bits of their rows, and one carry for each column.
 */
ALWAYS_INLINE enum err
distance(struct arena *scratch, struct text_pair p, bool swaps, uint32_t *r)
{
	uint64_t *rows[2] = {arena_calloc(scratch, p.kinds, sizeof(uint64_t)),
	    arena_calloc(scratch, p.kinds, sizeof(uint64_t))};
	unsigned char *carry = arena_alloc(scratch, p.m);

	if (rows[0] == NULL || rows[1] == NULL || carry == NULL)
		return ERR_MEMORY;
	memset(carry, MORE, p.m);
	for (uint32_t i = 0; i < p.n; i += 2 * BAND) {
		uint32_t left = p.n - i, first = left < BAND ? left : BAND;
		uint32_t second = left - first < BAND ? left - first : BAND;
		const uint32_t *tokens = p.a + i;
		struct band upper = band_begin(rows[0], tokens, first);

		if (deadline_passed(3 * (uint64_t)p.m))
			break;

		if (second == 0)
			run_one(upper, p.b, p.m, swaps, carry);
		else
			run_two(upper, band_begin(rows[1], tokens + first, second), p.b,
			    p.m, swaps, carry);
		for (uint32_t k = 0; k < first + second; k++)
			rows[k / BAND][tokens[k]] = 0;
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
