/*
 * What single computations cost: one pair of regions lists against their length, a matrix
 * against its participants, an edit distance against a plain loop. Reads nothing, prints a
 * table. Ownership: everything is in arenas that live as long as one measurement.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "matrix/matrix.h"
#include "base/buf.h"
#include "base/number.h"
#include "metric/metric.h"
#include "metric/text/text.h"

#define ROUNDS 5

static uint64_t state = 88172645463325252u;

static double
uniform(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double)(state >> 11) / 9007199254740992.0;
}

static void
die(const char *what)
{
	fprintf(stderr, "kernels: %s\n", what);
	exit(EXIT_FAILURE);
}

/* The boxes of one annotator over `spread` per cent of the image; sparse ones hardly
 * overlap. */
static struct str
boxes(struct arena *a, int n, double spread, int labels, uint64_t annotator)
{
	double side = spread / sqrt(n) * (spread < 50 ? 4.0 : 0.4);
	struct buf b = BUF_INIT;
	struct str text;

	buf_char(&b, '[');
	for (int i = 0; i < n; i++) {
		double x, y;

		state = (uint64_t)i * 0x9e3779b97f4a7c15u + 99;
		for (int k = 0; k < 4; k++)
			uniform();
		x = uniform() * spread;
		y = uniform() * spread;
		state += annotator * 7919;
		buf_printf(&b,
		    "%s{\"id\":\"%d\",\"from_name\":\"l\",\"type\":\"rectanglelabels\","
		    "\"value\":{\"x\":%.5f,"
		    "\"y\":%.5f,\"width\":%.5f,\"height\":%.5f,\"rotation\":0,"
		    "\"rectanglelabels\":[\"L%d\"]}}",
		    i == 0 ? "" : ",", i, x + side * 0.1 * uniform(),
		    y + side * 0.1 * uniform(), side, side, i % labels);
	}
	buf_char(&b, ']');
	text = arena_str(a, buf_text(&b));
	buf_free(&b);
	return text;
}

static const struct result *
read_boxes(struct arena *a, int n, double spread, int labels, uint64_t annotator)
{
	struct result *r = arena_calloc(a, 1, sizeof(*r));
	const struct json *j;

	if (r == NULL ||
	    json_parse(a, boxes(a, n, spread, labels, annotator), &j, NULL) != ERR_OK ||
	    result_read(a, j, r, NULL) != ERR_OK)
		die("no memory");
	return r;
}

/* Boxes on one side of all the pairs of a size: small pairs are no more in the caches than
 * a large one. */
#define BOXES_IN_ALL 10000

/* Seconds of one score of two lists of n boxes, of as many different pairs as make
 * BOXES_IN_ALL. */
static double
time_pair(int n, double spread, int labels, const char *params)
{
	static const struct prepared *x[BOXES_IN_ALL], *y[BOXES_IN_ALL];
	struct arena *a = arena_new(0);
	const struct json *p = NULL;
	int pairs = BOXES_IN_ALL / n;
	double rounds[ROUNDS], score;
	struct measure m;

	if (params != NULL && json_parse(a, str_of(params), &p, NULL) != ERR_OK)
		die("bad parameters");
	if (measure_init(a, STR("bbox_iou"), p, &m, NULL) != ERR_OK)
		die("no such metric");
	for (int i = 0; i < pairs; i++)
		if (measure_prepare(&m, a, read_boxes(a, n, spread, labels, 2 * i + 1),
			&x[i], NULL) != ERR_OK ||
		    measure_prepare(&m, a, read_boxes(a, n, spread, labels, 2 * i + 2),
			&y[i], NULL) != ERR_OK)
			die("cannot prepare");
	for (int r = 0; r < ROUNDS; r++) {
		int times = spread < 50 ? 1 : 10;
		double start = now();

		for (int i = 0; i < times * pairs; i++)
			if (measure_score(&m, a, x[i % pairs], y[i % pairs], &score) !=
			    ERR_OK)
				die("cannot score");
		rounds[r] = (now() - start) / (times * pairs);
	}
	arena_free(a);
	return median(rounds, ROUNDS);
}

static void
pairs(void)
{
	static const struct {
		const char *name;
		double spread;
		int labels;
		const char *params;
	} scenes[] = {
	    {"sparse, 20 labels", 100, 20, NULL},
	    {"sparse, one label", 100, 1, NULL},
	    {"crowded, 20 labels", 10, 20, NULL},
	    {"crowded, one label", 10, 1, NULL},
	    {"sparse, one label, one to one", 100, 1, "{\"matching\":\"one_to_one\"}"},
	};

	puts("one pair, bbox_iou            2 x 100     2 x 1000   2 x 10000   exponent "
	     "100-1000, 1000-10000");
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		double t[3];

		for (int k = 0; k < 3; k++)
			t[k] = time_pair(k == 0 ? 100
				: k == 1	? 1000
						: 10000,
			    scenes[i].spread, scenes[i].labels, scenes[i].params);
		printf("%-30s %7.1f us %7.1f us %8.1f us   %.2f, %.2f (x %.1f)\n",
		    scenes[i].name, t[0] * 1e6, t[1] * 1e6, t[2] * 1e6, log10(t[1] / t[0]),
		    log10(t[2] / t[1]), t[2] / t[1]);
	}
}

/* Seconds of a matrix of n participants with 20 boxes each, prepared and scored. */
static double
time_matrix(size_t n)
{
	const struct store_dimension row = {.id = 1,
	    .control_tag = STR_INIT("l"),
	    .metric_type = STR_INIT("bbox_iou"),
	    .weight = 1.0,
	    .is_active = true,
	    .is_present = true};
	const struct matrix_options o = {0};
	double rounds[ROUNDS];

	for (int r = 0; r < ROUNDS; r++) {
		struct arena *a = arena_new(0);
		struct matrix_side *sides = arena_calloc(a, n, sizeof(*sides));
		struct dimension d;
		struct matrix m;
		double start;

		for (size_t i = 0; i < n; i++)
			sides[i] = (struct matrix_side){
			    .result = read_boxes(a, 20, 100, 4, i), .id = (int64_t)i};
		if (dimension_init(a, &row, &d) != ERR_OK)
			die("cannot make a dimension");
		start = now();
		if (matrix_compute(a, sides, n, &d, 1, &o, &m, NULL) != ERR_OK)
			die("cannot compute");
		rounds[r] = now() - start;
		arena_free(a);
	}
	return median(rounds, ROUNDS);
}

static void
participants(void)
{
	static const size_t counts[] = {2, 10, 50, 200};

	puts("\na matrix of annotators with 20 boxes each");
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		double n = (double)counts[i], t = time_matrix(counts[i]);

		printf("%4zu annotators %10.1f us, %6.2f us a pair\n", counts[i], t * 1e6,
		    t * 1e6 / (n * (n - 1) / 2));
	}
}

/* The plain loop that the bit-parallel one is held against. */
static uint32_t
plain_levenshtein(const uint32_t *a, const uint32_t *b, uint32_t n, uint32_t *row)
{
	for (uint32_t j = 0; j <= n; j++)
		row[j] = j;
	for (uint32_t i = 1; i <= n; i++) {
		uint32_t diagonal = row[0];

		row[0] = i;
		for (uint32_t j = 1; j <= n; j++) {
			uint32_t change = diagonal + (a[i - 1] != b[j - 1]),
				 best = row[j] < row[j - 1] ? row[j] : row[j - 1];

			diagonal = row[j];
			row[j] = change < best + 1 ? change : best + 1;
		}
	}
	return row[n];
}

static void
edit_distance(enum text_algorithm algorithm)
{
	enum { N = 10000 };
	static uint32_t a[N], b[N], row[N + 1];
	static char x[N], y[N];
	const struct text *s, *t;
	struct arena *arena = arena_new(0);
	double plain[ROUNDS], ours[ROUNDS], score;
	volatile uint32_t distance = 0;

	for (int i = 0; i < N; i++) {
		a[i] = (uint32_t)(uniform() * 26);
		b[i] = uniform() < 0.7 ? a[i] : (uint32_t)(uniform() * 26);
		x[i] = (char)('a' + a[i]);
		y[i] = (char)('a' + b[i]);
	}
	if (text_prepare(arena, (struct str){x, N}, 1, &s) != ERR_OK ||
	    text_prepare(arena, (struct str){y, N}, 1, &t) != ERR_OK)
		die("cannot prepare a text");
	for (int r = 0; r < ROUNDS; r++) {
		double start = now();

		distance += plain_levenshtein(a, b, N, row);
		plain[r] = now() - start;
		start = now();
		if (text_similarity(arena, algorithm, s, t, &score) != ERR_OK)
			die("cannot compare texts");
		ours[r] = now() - start;
	}
	printf("%-22s plain loop (Levenshtein) %.1f ms, bit-parallel %.2f ms: x %.1f\n",
	    text_algorithm_names[algorithm], median(plain, ROUNDS) * 1e3,
	    median(ours, ROUNDS) * 1e3, median(plain, ROUNDS) / median(ours, ROUNDS));
	arena_free(arena);
}

/* The fewest digits that tell a number, found by trying. */
static void
write_by_trial(char out[static NUMBER_ROOM], double v)
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(out, NUMBER_ROOM, "%.*g", digits, v);
		if (strtod(out, NULL) == v)
			break;
	}
}

static void
number_text(void)
{
	enum { N = 100000 };
	double trial[ROUNDS], ours[ROUNDS];
	char out[NUMBER_ROOM];
	static double v[N];

	for (int i = 0; i < N; i++)
		v[i] = uniform();
	for (int r = 0; r < ROUNDS; r++) {
		double start = now();

		for (int i = 0; i < N; i++)
			write_by_trial(out, v[i]);
		trial[r] = now() - start;
		start = now();
		for (int i = 0; i < N; i++)
			number_write(out, v[i]);
		ours[r] = now() - start;
	}
	printf(
	    "\nshortest text of a score: printf and strtod %.0f ns, ours %.0f ns: x %.1f\n",
	    median(trial, ROUNDS) * 1e9 / N, median(ours, ROUNDS) * 1e9 / N,
	    median(trial, ROUNDS) / median(ours, ROUNDS));
}

int
main(void)
{
	pairs();
	participants();
	puts("\nedit distance of 10,000 x 10,000 characters");
	edit_distance(TEXT_LEVENSHTEIN);
	edit_distance(TEXT_DAMERAU_LEVENSHTEIN);
	number_text();
	return EXIT_SUCCESS;
}
