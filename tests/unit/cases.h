/*
 * Case files of metrics: a JSON object a line, with "metric", "params", "a", "b", of spans
 * a "time_format", "exact" where the score must be the one to the bit, and either the
 * "score" or the "error" that is expected; lines that begin with # are comments. Ownership:
 * a row lives while it is visited.
 */
#ifndef TESTS_CASES_H
#define TESTS_CASES_H

#include "metric/metric.h"

struct case_row {
	const char *file;
	unsigned line;
	struct str metric;
	const struct json *params, *a, *b;
	struct str time_format; /* of spans; absent: ISO 8601 */
	struct str error;	/* the whole message; absent if a score is expected */
	double score;
	bool exact;
};

typedef void case_visit(void *context, struct arena *a, const struct case_row *row);

/*
 * Visit the rows of every file that matches `pattern`, a path below the source directory.
 * Returns their number; fails the test at a line that is no case.
 */
unsigned cases_read(const char *pattern, case_visit *visit, void *context);

/* Parse JSON that a test wrote itself; fails the test if it is none. */
const struct json *case_json(struct arena *a, struct str text);

/* The text of `depth` brackets of a kind, one in the other. */
struct str case_nested(
    struct arena *a, const char *open, const char *inside, const char *close, int depth);

/*
 * Make the measure; the one that embeds texts is given an embedder, whose vectors count the
 * letters a to z. As measure_init().
 */
enum err case_measure(struct arena *a, struct str metric, const struct json *params,
    struct measure *r, struct error *e);

/*
 * Make the measure, prepare both sides and score them both ways round. Fails the test if
 * the two scores differ in a bit or are not within [0, 1].
 */
enum err case_score(struct arena *a, struct str metric, const struct json *params,
    const struct json *x, const struct json *y, double *r, struct error *e);

/*
 * As case_score() without parameters. Whether there is a score; if there is none, the value
 * must have been refused with its place ("$[0].value.x: ..").
 */
bool case_is_scored(struct arena *a, const char *metric, const struct json *x,
    const struct json *y, double *r);

/* A case_visit: whether a row gives what it says; `context` is an unsigned that counts
 * those that do not, each of which is printed with file and line. */
void case_check(void *context, struct arena *a, const struct case_row *row);

#endif
