#include "project/consensus.h"

#include <math.h>

#include "base/deadline.h"

static bool
match(const bool *matches, size_t n, size_t i, size_t j)
{
	return i == j || matches[i * n + j];
}

static size_t
matches_of(const bool *matches, size_t n, size_t i)
{
	size_t count = 0;

	for (size_t j = 0; j < n; j++)
		count += match(matches, n, i, j);
	return count;
}

/* Whether those who match i match each other and nobody else. */
static bool
is_clique(const bool *matches, size_t n, size_t i)
{
	for (size_t j = 0; j < n; j++)
		for (size_t k = 0; match(matches, n, i, j) && k < n; k++)
			if (match(matches, n, j, k) != match(matches, n, i, k))
				return false;
	return true;
}

/* A symmetric matrix that becomes tridiagonal: `diagonal`, and beside it `beside`. */
struct reduction {
	double *m; /* n x n; only its lower half is right */
	double *diagonal, *beside;
	double *v, *w;
	size_t n;
};

/* Reflects column k below the diagonal to its first entry; false if it is there. */
static bool
reflect_column(struct reduction *r, size_t k, double *scale)
{
	double tail = 0.0, head = r->m[(k + 1) * r->n + k], length;

	for (size_t i = k + 2; i < r->n; i++)
		tail += r->m[i * r->n + k] * r->m[i * r->n + k];
	length = sqrt(head * head + tail);
	r->beside[k] = tail > 0.0 ? (head > 0.0 ? -length : length) : head;
	if (tail <= 0.0)
		return false;
	for (size_t i = k + 1; i < r->n; i++)
		r->v[i] = r->m[i * r->n + k];
	r->v[k + 1] -= r->beside[k];
	*scale = 2.0 / (r->v[k + 1] * r->v[k + 1] + tail);
	return true;
}

/* Applies that from both sides: m -= v w' + w v'. */
static void
reflect_rest(struct reduction *r, size_t k, double scale)
{
	double inner = 0.0;

	for (size_t i = k + 1; i < r->n; i++) {
		double sum = 0.0;

		for (size_t j = k + 1; j < r->n; j++)
			sum += r->m[i > j ? i * r->n + j : j * r->n + i] * r->v[j];
		r->w[i] = scale * sum;
		inner += r->w[i] * r->v[i];
	}
	for (size_t i = k + 1; i < r->n; i++)
		r->w[i] -= 0.5 * scale * inner * r->v[i];
	for (size_t i = k + 1; i < r->n; i++)
		for (size_t j = k + 1; j <= i; j++)
			r->m[i * r->n + j] -= r->v[i] * r->w[j] + r->w[i] * r->v[j];
}

static enum err
reduce(struct reduction *r)
{
	double scale;

	for (size_t k = 0; k + 1 < r->n; k++) {
		if (reflect_column(r, k, &scale))
			reflect_rest(r, k, scale);
		if (deadline_passed((uint64_t)r->n * r->n))
			return ERR_LIMIT;
	}
	for (size_t k = 0; k < r->n; k++)
		r->diagonal[k] = r->m[k * r->n + k];
	return ERR_OK;
}

/* Whether an eigenvalue is above x: a pivot of the matrix less x is positive (Sylvester).
 */
static bool
any_above(const struct reduction *r, double x)
{
	double pivot = 0.0;

	for (size_t k = 0; k < r->n; k++) {
		double square = k == 0 ? 0.0 : r->beside[k - 1] * r->beside[k - 1];

		pivot = r->diagonal[k] - x - (square > 0.0 ? square / pivot : 0.0);
		if (pivot > 0.0)
			return true;
		if (pivot == 0.0)
			pivot = -1e-300;
	}
	return false;
}

/* The largest eigenvalue, which is in [low, high]: it is above `low` as long as that moves.
 */
static double
bisect(const struct reduction *r, double low, double high)
{
	for (;;) {
		double middle = low + (high - low) / 2.0;

		if (middle <= low || middle >= high)
			return middle;
		if (any_above(r, middle))
			low = middle;
		else
			high = middle;
	}
}

static enum err
largest_eigenvalue(
    struct arena *scratch, const bool *matches, size_t n, size_t most, double *r)
{
	struct arena_mark mark = arena_mark(scratch);
	double *room = arena_calloc(scratch, n + 4, n * sizeof(*room));
	struct reduction reduction = {.m = room, .n = n};
	enum err err;

	if (room == NULL)
		return ERR_MEMORY;
	reduction.diagonal = room + n * n;
	reduction.beside = reduction.diagonal + n;
	reduction.v = reduction.beside + n;
	reduction.w = reduction.v + n;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			reduction.m[i * n + j] = match(matches, n, i, j) ? 1.0 : 0.0;
	err = reduce(&reduction);
	if (err == ERR_OK)
		*r = bisect(&reduction, 1.0, (double)most);
	arena_rewind(scratch, mark);
	return err;
}

enum err
consensus_share(struct arena *scratch, const bool *matches, size_t n, double *r)
{
	size_t most = 0, who = 0;
	double largest;
	enum err err = ERR_OK;

	for (size_t i = 0; i < n; i++) {
		size_t count = matches_of(matches, n, i);

		who = count > most ? i : who;
		most = count > most ? count : most;
	}
	/* No eigenvalue is above the largest sum of a row, and this one is it. */
	if (is_clique(matches, n, who))
		largest = (double)most;
	else
		err = largest_eigenvalue(scratch, matches, n, most, &largest);
	if (err == ERR_OK)
		*r = largest / (double)n;
	return err;
}
