#include "metric/text/token.h"

#include <stdlib.h>
#include <string.h>

static struct utf8_text
token(const struct text *t, uint32_t i)
{
	if (t->words != NULL)
		return t->words[i];
	return (struct utf8_text){t->points.c + i, t->length};
}

/* By code points; a token before those that it begins. */
static int
token_cmp(struct utf8_text a, struct utf8_text b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++)
		if (a.c[i] != b.c[i])
			return a.c[i] < b.c[i] ? -1 : 1;
	return (a.n > b.n) - (a.n < b.n);
}

static int
by_token(const void *a, const void *b, void *text)
{
	return token_cmp(
	    token(text, *(const uint32_t *)a), token(text, *(const uint32_t *)b));
}

/* The next word at or after *at, which moves behind it; empty if there is none. */
static struct utf8_text
next_word(struct utf8_text points, size_t *at)
{
	size_t start;

	while (*at < points.n && utf8_space(points.c[*at]))
		++*at;
	start = *at;
	while (*at < points.n && !utf8_space(points.c[*at]))
		++*at;
	return (struct utf8_text){points.c + start, *at - start};
}

static enum err
cut_words(struct arena *a, struct text *t)
{
	struct utf8_text *words;
	size_t at = 0;
	uint32_t n = 0;

	while (next_word(t->points, &at).n > 0)
		n++;
	words = arena_calloc(a, n, sizeof(*words));
	if (words == NULL)
		return ERR_MEMORY;
	at = 0;
	for (uint32_t i = 0; i < n; i++)
		words[i] = next_word(t->points, &at);
	t->words = words;
	t->n = n;
	return ERR_OK;
}

/* Find the different tokens, in order, and number every token by them. */
static enum err
number_tokens(struct arena *a, struct text *t)
{
	uint32_t *ids = arena_calloc(a, t->n, sizeof(*ids));
	uint32_t *kinds = arena_calloc(a, t->n, sizeof(*kinds));

	if (ids == NULL || kinds == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < t->n; i++)
		kinds[i] = i;
	if (t->n > 1)
		qsort_r(kinds, t->n, sizeof(*kinds), by_token, t);
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t at = kinds[i];

		/* The kinds found so far stand at the front of what was sorted. */
		if (i == 0 || token_cmp(token(t, kinds[t->n_kinds - 1]), token(t, at)) != 0)
			kinds[t->n_kinds++] = at;
		ids[at] = t->n_kinds - 1;
	}
	t->ids = ids;
	t->kinds = kinds;
	return ERR_OK;
}

enum err
text_cut(struct arena *a, struct utf8_text points, int qval, struct text *r)
{
	struct text t = {.points = points, .length = (size_t)qval};

	if (points.n > INT32_MAX)
		return ERR_MEMORY;
	if (qval == 0) {
		if (cut_words(a, &t) != ERR_OK)
			return ERR_MEMORY;
	} else if (points.n >= t.length) {
		t.n = (uint32_t)(points.n - t.length + 1);
	}
	if (number_tokens(a, &t) != ERR_OK)
		return ERR_MEMORY;
	*r = t;
	return ERR_OK;
}

/* The numbers that two texts' kinds get in common. */
struct numbering {
	uint32_t *of_a, *of_b; /* by each text's own ids */
	uint32_t *codes;
	uint32_t n;
};

/* Merge the kinds of both texts, which are in order, so that the common numbers are as
 * well. */
static enum err
merge_kinds(
    struct arena *scratch, const struct text *a, const struct text *b, struct numbering *r)
{
	uint32_t *of_a = arena_calloc(scratch, a->n_kinds, sizeof(*of_a));
	uint32_t *of_b = arena_calloc(scratch, b->n_kinds, sizeof(*of_b));
	uint32_t *codes =
	    arena_calloc(scratch, (size_t)a->n_kinds + b->n_kinds, sizeof(*codes));
	uint32_t i = 0, j = 0, n = 0;

	if (of_a == NULL || of_b == NULL || codes == NULL)
		return ERR_MEMORY;
	for (; i < a->n_kinds || j < b->n_kinds; n++) {
		struct utf8_text in_a = {0}, in_b = {0};
		int order;

		if (i < a->n_kinds)
			in_a = token(a, a->kinds[i]);
		if (j < b->n_kinds)
			in_b = token(b, b->kinds[j]);
		order = i == a->n_kinds ? 1 : j == b->n_kinds ? -1 : token_cmp(in_a, in_b);
		codes[n] = order <= 0 ? in_a.c[0] : in_b.c[0];
		if (order <= 0)
			of_a[i++] = n;
		if (order >= 0)
			of_b[j++] = n;
	}
	*r = (struct numbering){of_a, of_b, codes, n};
	return ERR_OK;
}

static uint32_t *
renumber(struct arena *scratch, const struct text *t, const uint32_t *numbers)
{
	uint32_t *r = arena_calloc(scratch, t->n, sizeof(*r));

	if (r == NULL)
		return NULL;
	for (uint32_t i = 0; i < t->n; i++)
		r[i] = numbers[t->ids[i]];
	return r;
}

/* Whether the second sequence comes first in the pair. */
static bool
comes_first(const struct text_pair *p)
{
	if (p->n != p->m)
		return p->m < p->n;
	for (uint32_t i = 0; i < p->n; i++)
		if (p->a[i] != p->b[i])
			return p->b[i] < p->a[i];
	return false;
}

enum err
text_pair(
    struct arena *scratch, const struct text *a, const struct text *b, struct text_pair *r)
{
	struct text_pair p = {.n = a->n, .m = b->n};
	struct numbering numbers;

	if (merge_kinds(scratch, a, b, &numbers) != ERR_OK)
		return ERR_MEMORY;
	p.a = renumber(scratch, a, numbers.of_a);
	p.b = renumber(scratch, b, numbers.of_b);
	if (p.a == NULL || p.b == NULL)
		return ERR_MEMORY;
	p.kinds = numbers.n;
	p.codes = numbers.codes;
	if (comes_first(&p))
		p = (struct text_pair){p.b, p.a, p.m, p.n, p.kinds, p.codes};
	*r = p;
	return ERR_OK;
}

struct text_pair
text_pair_trim(struct text_pair p)
{
	while (p.n > 0 && p.a[0] == p.b[0])
		p.a++, p.b++, p.n--, p.m--;
	while (p.n > 0 && p.a[p.n - 1] == p.b[p.m - 1])
		p.n--, p.m--;
	return p;
}
