#include "metric/text/text.h"

#include <assert.h>
#include <math.h>

#include "base/array.h"
#include "metric/text/align.h"
#include "metric/text/edit.h"
#include "metric/text/jaro.h"
#include "metric/text/match.h"
#include "metric/text/token.h"

const char *const text_algorithm_names[TEXT__MAX + 1] = {
    [TEXT_LEVENSHTEIN] = "levenshtein",
    [TEXT_DAMERAU_LEVENSHTEIN] = "damerau_levenshtein",
    [TEXT_HAMMING] = "hamming",
    [TEXT_JARO] = "jaro",
    [TEXT_JARO_WINKLER] = "jaro_winkler",
    [TEXT_RATCLIFF_OBERSHELP] = "ratcliff_obershelp",
    [TEXT_MLIPNS] = "mlipns",
    [TEXT_STRCMP95] = "strcmp95",
    [TEXT_NEEDLEMAN_WUNSCH] = "needleman_wunsch",
    [TEXT_SMITH_WATERMAN] = "smith_waterman",
};

struct algorithm {
	/* The similarity of two texts with at least one token each; ERR_MEMORY. */
	enum err (*score)(struct arena *scratch, const struct text_pair *p, double *r);
	/* Measured: nanoseconds of n and m tokens, n <= m. */
	double (*cost)(double n, double m);
	bool folds; /* compares characters, stripped and in upper case, whatever the tokens
		       are */
};

static double
cost_linear(double n, double m)
{
	return 20 * (n + m);
}

static double
cost_folded(double n, double m)
{
	return 100 * (n + m);
}

static double
cost_bands(double n, double m)
{
	return cost_linear(n, m) + 5 * ceil(n / 64) * m;
}

static double
cost_cells(double n, double m)
{
	return cost_linear(n, m) + 2 * n * m;
}

static double
cost_match(double n, double m)
{
	return 100 * (n + m) * log2(2 + n);
}

static const struct algorithm algorithms[] = {
    [TEXT_LEVENSHTEIN] = {text_edit_levenshtein, cost_bands, false},
    [TEXT_DAMERAU_LEVENSHTEIN] = {text_edit_osa, cost_bands, false},
    [TEXT_HAMMING] = {text_edit_hamming, cost_linear, false},
    [TEXT_JARO] = {text_jaro, cost_linear, false},
    [TEXT_JARO_WINKLER] = {text_jaro_winkler, cost_linear, false},
    [TEXT_RATCLIFF_OBERSHELP] = {text_match_ratcliff, cost_match, false},
    [TEXT_MLIPNS] = {text_edit_mlipns, cost_linear, false},
    [TEXT_STRCMP95] = {text_jaro_strcmp95, cost_folded, true},
    [TEXT_NEEDLEMAN_WUNSCH] = {text_align_global, cost_cells, false},
    [TEXT_SMITH_WATERMAN] = {text_align_local, cost_cells, false},
};
static_assert(N_OF(algorithms) == TEXT__MAX, "a row for each algorithm");

enum err
text_prepare(struct arena *a, struct str s, int qval, const struct text **r)
{
	struct text *t = arena_calloc(a, 1, sizeof(*t));
	struct str bytes = arena_str(a, s);
	struct utf8_text points;
	enum err err;

	if (t == NULL || bytes.s == NULL)
		return ERR_MEMORY;
	if ((err = utf8_decode(a, bytes, &points)) != ERR_OK)
		return err;
	if (text_cut(a, points, qval, t) != ERR_OK)
		return ERR_MEMORY;
	t->bytes = bytes;
	*r = t;
	return ERR_OK;
}

static struct utf8_text
strip(struct utf8_text t)
{
	while (t.n > 0 && utf8_space(t.c[0]))
		t.c++, t.n--;
	while (t.n > 0 && utf8_space(t.c[t.n - 1]))
		t.n--;
	return t;
}

/* The characters of a text without white space at the ends, in upper case. */
static enum err
fold(struct arena *scratch, const struct text *t, struct text *r)
{
	struct utf8_text points = strip(t->points);
	uint32_t *upper = arena_calloc(scratch, points.n, UTF8_UPPER_MAX * sizeof(*upper));
	size_t n = 0;

	if (upper == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < points.n; i++) {
		uint32_t one[UTF8_UPPER_MAX];
		size_t many = utf8_upper(points.c[i], one);

		for (size_t k = 0; k < many; k++)
			upper[n++] = one[k];
	}
	return text_cut(scratch, (struct utf8_text){upper, n}, 1, r);
}

static enum err
compare(struct arena *scratch, const struct algorithm *how, const struct text *a,
    const struct text *b, double *r)
{
	struct text folded_a, folded_b;
	struct text_pair pair;

	if (how->folds) {
		if (fold(scratch, a, &folded_a) != ERR_OK ||
		    fold(scratch, b, &folded_b) != ERR_OK)
			return ERR_MEMORY;
		a = &folded_a;
		b = &folded_b;
	}
	if (a->n == 0 || b->n == 0) {
		*r = 0;
		return ERR_OK;
	}
	if (text_pair(scratch, a, b, &pair) != ERR_OK)
		return ERR_MEMORY;
	return how->score(scratch, &pair, r);
}

enum err
text_similarity(struct arena *scratch, enum text_algorithm algorithm, const struct text *a,
    const struct text *b, double *r)
{
	struct arena_mark mark;
	enum err err;

	if (str_eq(a->bytes, b->bytes)) {
		*r = 1;
		return ERR_OK;
	}
	mark = arena_mark(scratch);
	err = compare(scratch, &algorithms[algorithm], a, b, r);
	arena_rewind(scratch, mark);
	return err;
}

double
text_cost(enum text_algorithm algorithm, const struct text *a, const struct text *b)
{
	const struct algorithm *how = &algorithms[algorithm];
	double n = how->folds ? (double)a->points.n : a->n;
	double m = how->folds ? (double)b->points.n : b->n;

	if (str_eq(a->bytes, b->bytes))
		return 1;
	return how->cost(fmin(n, m), fmax(n, m));
}
