/*
 * What a metric says that a comparison costs (measure_cost(), in units of about a
 * nanosecond, which max_cost counts) beside what it takes, and what preparing a value
 * takes, on values of a given size made to be hard. usage: cost [BYTES]    of one side's
 * result, by default 1 MiB
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "clock.h"
#include "labelstudio/result.h"
#include "metric/metric.h"
#include "reference/scene.h"

static size_t bytes = (size_t)1 << 20;

/* One path as deep as the size allows. */
static void
deep_taxonomy(struct buf *b)
{
	buf_puts(b,
	    "[{\"id\":\"1\",\"from_name\":\"c\",\"type\":\"taxonomy\",\"value\":{"
	    "\"taxonomy\":[[\"a\"");
	while (buf_text(b).n < bytes)
		buf_puts(b, ",\"a\"");
	buf_puts(b, "]]}}]");
}

/* One text that nothing shortens: a repeated pattern, and another one on the other side. */
static void
long_text(struct buf *b, unsigned side)
{
	uint32_t state = side + 1;

	buf_puts(b,
	    "[{\"id\":\"1\",\"from_name\":\"c\",\"type\":\"textarea\",\"value\":{\"text\":["
	    "\"");
	while (buf_text(b).n < bytes / 16) {
		state = state * 1664525 + 1013904223;
		buf_char(b, (char)('a' + (state >> 24) % 4));
	}
	buf_puts(b, "\"]}}]");
}

/* A star with as many points as the size allows. */
static void
large_polygon(struct buf *b, unsigned side)
{
	unsigned n = (unsigned)(bytes / 40);

	buf_puts(b,
	    "[{\"id\":\"1\",\"from_name\":\"c\",\"type\":\"polygon\",\"value\":{\"points\":"
	    "[");
	for (unsigned i = 0; i < n; i++)
		buf_printf(b, "%s[%.9g,%.9g]", i == 0 ? "" : ",", 100.0 * i / n,
		    (i + side) % 2 == 0 ? 10.0 : 20.0);
	buf_puts(b, ",[100,100],[0,100]]}}]");
}

/* One ranking of all that the size allows, the other side's turned about in places. */
static void
long_ranking(struct buf *b, unsigned side)
{
	unsigned n = (unsigned)(bytes / 64);

	buf_puts(b,
	    "[{\"id\":\"1\",\"from_name\":\"c\",\"type\":\"ranker\",\"value\":{\"ranker\":"
	    "[");
	for (unsigned i = 0; i < n; i++)
		buf_printf(b, "%s\"i%u\"", i == 0 ? "" : ",", side == 0 ? i : i ^ 1);
	buf_puts(b, "]}}]");
}

/* Regions on top of each other, or any other values, until the size is reached. */
static void
scene(struct buf *b, struct arena *a, const struct metric *m, unsigned side)
{
	struct scene_style s = scene_style_of(m, 1);
	struct dice d = {side + 1};
	size_t limit = s.kind == SCENE_REGION ? bytes / 4 : bytes;

	buf_char(b, '[');
	while (buf_text(b).n < limit) {
		if (buf_text(b).n > 1)
			buf_char(b, ',');
		buf_str(b, scene_item(a, &d, &s));
	}
	buf_char(b, ']');
}

static void
write_value(struct buf *b, struct arena *a, const struct metric *m, unsigned side)
{
	if (strstr(m->name, "taxonomy") != NULL)
		deep_taxonomy(b);
	else if (strcmp(m->name, "text_similarity") == 0)
		long_text(b, side);
	else if (strcmp(m->name, "ranking_kendall") == 0)
		long_ranking(b, side);
	else if (strcmp(m->name, "polygon_iou") == 0)
		large_polygon(b, side);
	else
		scene(b, a, m, side);
}

/* One side, prepared; the nanoseconds that it took. */
static const struct prepared *
prepare(const struct measure *measure, struct arena *a, struct str text, double *took)
{
	const struct prepared *p = NULL;
	const struct json *json;
	struct result result, value;
	struct error e = {0};
	double start;

	if (json_parse(a, text, &json, &e) != ERR_OK ||
	    result_read(a, json, &result, &e) != ERR_OK ||
	    result_of_control(a, &result, STR("c"), &value) != ERR_OK)
		abort();
	start = now();
	if (measure_prepare(measure, a, &value, &p, &e) != ERR_OK) {
		fprintf(stderr, "%s: %s\n", measure->metric->name, e.text);
		exit(EXIT_FAILURE);
	}
	*took = (now() - start) * 1e9;
	return p;
}

static void
measure_row(const struct metric *m)
{
	struct arena *a = arena_new(0);
	struct buf text[2] = {BUF_INIT, BUF_INIT};
	const struct prepared *side[2];
	struct measure measure;
	double took[2], declared, start, scoring, score = 0.0;
	struct error e = {0};

	if (a == NULL || measure_init(a, str_of(m->name), NULL, &measure, &e) != ERR_OK)
		abort();
	for (unsigned i = 0; i < 2; i++) {
		write_value(&text[i], a, m, i);
		side[i] = prepare(&measure, a, buf_text(&text[i]), &took[i]);
	}
	declared = measure_cost(&measure, side[0], side[1]);
	start = now();
	if (measure_score(&measure, a, side[0], side[1], &score) != ERR_OK)
		abort();
	scoring = (now() - start) * 1e9;
	printf("%-28s %8zu %8u %10.2f %12.2f %12.2f %8.2f\n", m->name, buf_text(&text[0]).n,
	    side[0]->n, took[0] / 1e6, declared / 1e6, scoring / 1e6, scoring / declared);
	for (unsigned i = 0; i < 2; i++)
		buf_free(&text[i]);
	arena_free(a);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		bytes = strtoul(argv[1], NULL, 10);
	printf("%-28s %8s %8s %10s %12s %12s %8s\n", "metric", "bytes", "values",
	    "prepare ms", "declared ms", "measured ms", "ratio");
	for (size_t i = 0; i < metric_count; i++)
		if (scene_style_of(&metric_table[i], 1).kind != SCENE_NONE &&
		    metric_table[i].of_score != decide_threshold &&
		    !measure_embeds(&(struct measure){.metric = &metric_table[i]}))
			measure_row(&metric_table[i]);
	return EXIT_SUCCESS;
}
