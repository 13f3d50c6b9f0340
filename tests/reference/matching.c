/* Matchings by trying: plain.h. */
#include <stdlib.h>
#include <string.h>

#include "plain.h"

#define COLUMNS_MAX 12
#define UNREACHED -1e300

double
plain_assign_all(const double *weight, unsigned rows, unsigned columns)
{
	static double best[1u << COLUMNS_MAX];
	double most = 0.0;

	if (columns > COLUMNS_MAX)
		abort();
	memset(best, 0, sizeof(best));
	for (unsigned i = 0; i < rows; i++)
		for (unsigned set = 1u << columns; set-- > 0;)
			for (unsigned j = 0; j < columns; j++) {
				double sum;

				if ((set >> j & 1) == 0)
					continue;
				sum = best[set & ~(1u << j)] + weight[i * columns + j];
				if (sum > best[set])
					best[set] = sum;
			}
	for (unsigned set = 0; set < 1u << columns; set++)
		most = best[set] > most ? best[set] : most;
	return most;
}

static void *
take(struct arena *a, size_t n, size_t size)
{
	void *p = arena_calloc(a, n, size);

	if (p == NULL)
		abort();
	return p;
}

/* A matching in the making; 0 is free, else the partner + 1. */
struct partners {
	const double *weight;
	unsigned rows, columns;
	unsigned *of_row, *of_column;
};

static struct partners
partners_new(struct arena *a, const double *weight, unsigned rows, unsigned columns)
{
	return (struct partners){weight, rows, columns, take(a, rows, sizeof(unsigned)),
	    take(a, columns, sizeof(unsigned))};
}

/* What each column gains at most as the end of an augmenting path, and from which row. */
struct gains {
	double *row, *column;
	unsigned *from;
};

static bool
relax(const struct partners *m, struct gains *g)
{
	bool better = false;

	for (unsigned i = 0; i < m->rows; i++)
		for (unsigned j = 0; g->row[i] > UNREACHED && j < m->columns; j++) {
			double w = m->weight[i * m->columns + j], gain = g->row[i] + w;

			if (w <= 0.0 || m->of_row[i] == j + 1 ||
			    gain <= g->column[j] + 1e-12)
				continue;
			g->column[j] = gain;
			g->from[j] = i;
			better = true;
			if (m->of_column[j] != 0) {
				unsigned other = m->of_column[j] - 1;

				g->row[other] = gain - m->weight[other * m->columns + j];
			}
		}
	return better;
}

/* The path that gains most, from a free row to a free column or to a row that is left free.
 */
static bool
augment(const struct partners *m, struct gains *g)
{
	unsigned end = m->columns, last = m->rows;
	double most = 1e-12;

	for (unsigned i = 0; i < m->rows; i++)
		g->row[i] = m->of_row[i] == 0 ? 0.0 : UNREACHED;
	for (unsigned j = 0; j < m->columns; j++)
		g->column[j] = UNREACHED;
	for (unsigned round = 0; round <= m->rows && relax(m, g); round++)
		;
	for (unsigned j = 0; j < m->columns; j++)
		if (m->of_column[j] == 0 && g->column[j] > most) {
			most = g->column[j];
			end = j;
		}
	for (unsigned i = 0; i < m->rows; i++)
		if (m->of_row[i] != 0 && g->row[i] > most) {
			most = g->row[i];
			last = i;
		}
	if (last < m->rows) {
		end = m->of_row[last] - 1;
		m->of_row[last] = 0;
	}
	while (end < m->columns) {
		unsigned row = g->from[end], before = m->of_row[row];

		m->of_row[row] = end + 1;
		m->of_column[end] = row + 1;
		end = before == 0 ? m->columns : before - 1;
	}
	return most > 1e-12;
}

double
plain_assign(struct arena *a, const double *weight, unsigned rows, unsigned columns)
{
	struct partners m = partners_new(a, weight, rows, columns);
	struct gains g = {take(a, rows, sizeof(double)), take(a, columns, sizeof(double)),
	    take(a, columns, sizeof(unsigned))};
	double sum = 0.0;

	while (augment(&m, &g))
		;
	for (unsigned i = 0; i < rows; i++)
		if (m.of_row[i] != 0)
			sum += weight[i * columns + m.of_row[i] - 1];
	return sum;
}

static bool
find_place(const struct partners *m, unsigned i, bool *seen)
{
	for (unsigned j = 0; j < m->columns; j++) {
		if (m->weight[i * m->columns + j] <= 0.0 || seen[j])
			continue;
		seen[j] = true;
		if (m->of_column[j] == 0 || find_place(m, m->of_column[j] - 1, seen)) {
			m->of_column[j] = i + 1;
			return true;
		}
	}
	return false;
}

unsigned
plain_count(struct arena *a, const double *weight, unsigned rows, unsigned columns)
{
	struct partners m = partners_new(a, weight, rows, columns);
	bool *seen = take(a, columns, sizeof(*seen));
	unsigned count = 0;

	for (unsigned i = 0; i < rows; i++) {
		memset(seen, 0, columns * sizeof(*seen));
		count += find_place(&m, i, seen);
	}
	return count;
}
