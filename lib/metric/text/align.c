#include "metric/text/align.h"

#include "base/deadline.h"

static inline int32_t
larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

enum err
text_align_global(struct arena *scratch, const struct text_pair *p, double *r)
{
	/* What both begin and end with is matched in a best alignment: each scores 1. */
	struct text_pair t = text_pair_trim(*p);
	int32_t *row = arena_calloc(scratch, (size_t)t.n + 1, sizeof(*row));
	double score;

	if (row == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i <= t.n; i++)
		row[i] = -(int32_t)i;
	for (uint32_t j = 0; j < t.m && !deadline_passed(t.n); j++) {
		int32_t diagonal = row[0], left = row[0] - 1;

		row[0] = left;
		for (uint32_t i = 0; i < t.n; i++) {
			int32_t above = row[i + 1];

			left =
			    larger(diagonal + (t.a[i] == t.b[j]), larger(above, left) - 1);
			row[i + 1] = left;
			diagonal = above;
		}
	}
	score = (double)row[t.n] + (p->n - t.n);
	*r = (score + p->m) / (2 * (double)p->m);
	return ERR_OK;
}

enum err
text_align_local(struct arena *scratch, const struct text_pair *p, double *r)
{
	int32_t *row = arena_calloc(scratch, (size_t)p->n + 1, sizeof(*row));
	int32_t best = 0;

	if (row == NULL)
		return ERR_MEMORY;
	for (uint32_t j = 0; j < p->m && !deadline_passed(p->n); j++) {
		int32_t diagonal = 0, left = 0;

		for (uint32_t i = 0; i < p->n; i++) {
			int32_t above = row[i + 1];

			/* Never below 0, since the diagonal is not and a mismatch costs
			 * nothing. */
			left = larger(
			    diagonal + (p->a[i] == p->b[j]), larger(above, left) - 1);
			row[i + 1] = left;
			best = larger(best, left);
			diagonal = above;
		}
	}
	*r = (double)best / p->n;
	return ERR_OK;
}
