#include "cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "metric/text/embed.h"

#define TOLERANCE 1e-9
#define TOLERANCE_TURNED 1e-6 /* of ellipses and of boxes that are rotated */

const struct json *
case_json(struct arena *a, struct str text)
{
	const struct json *doc = NULL;
	struct error e = {0};

	if (json_parse(a, text, &doc, &e) != ERR_OK)
		fail_msg("%s in %.*s", e.text, STR_ARG(text));
	return doc;
}

struct str
case_nested(
    struct arena *a, const char *open, const char *inside, const char *close, int depth)
{
	struct buf b = BUF_INIT;
	struct str text;

	for (int i = 0; i < depth; i++)
		buf_puts(&b, open);
	buf_puts(&b, inside);
	for (int i = 0; i < depth; i++)
		buf_puts(&b, close);
	text = arena_str(a, buf_text(&b));
	assert_non_null(text.s);
	buf_free(&b);
	return text;
}

static void
read_line(const char *file, unsigned line, struct arena *a, struct str text,
    case_visit *visit, void *context)
{
	struct case_row row = {.file = file, .line = line};
	const struct json *doc = NULL;
	struct error e = {0};

	if (json_parse(a, text, &doc, &e) != ERR_OK)
		fail_msg("%s:%u: %s", file, line, e.text);
	row.metric = json_str(json_get(doc, "metric"));
	row.params = json_get(doc, "params");
	row.a = json_get(doc, "a");
	row.b = json_get(doc, "b");
	row.time_format = json_str(json_get(doc, "time_format"));
	row.exact = json_true(json_get(doc, "exact"));
	row.error = json_str(json_get(doc, "error"));
	if (row.metric.s == NULL || row.a == NULL || row.b == NULL ||
	    json_number(json_get(doc, "score"), &row.score) == (row.error.s != NULL))
		fail_msg("%s:%u: a case needs metric, a, b and score or error", file, line);
	visit(context, a, &row);
}

static unsigned
read_file(const char *file, struct arena *a, case_visit *visit, void *context)
{
	FILE *f = fopen(file, "r");
	unsigned line = 0, rows = 0;
	char *text = NULL;
	size_t room = 0;
	ssize_t n;

	if (f == NULL)
		fail_msg("%s: cannot be opened", file);
	while ((n = getline(&text, &room, f)) >= 0) {
		struct str row = str_trim((struct str){text, (size_t)n});

		line++;
		if (row.n == 0 || row.s[0] == '#')
			continue;
		arena_reset(a);
		read_line(file, line, a, row, visit, context);
		rows++;
	}
	free(text);
	fclose(f);
	return rows;
}

unsigned
cases_read(const char *pattern, case_visit *visit, void *context)
{
	const char *srcdir = getenv("srcdir");
	struct arena *a = arena_new(0);
	char path[4096];
	unsigned rows = 0;
	glob_t files;

	assert_non_null(a);
	snprintf(path, sizeof(path), "%s/%s", srcdir == NULL ? "." : srcdir, pattern);
	if (glob(path, 0, NULL, &files) != 0)
		fail_msg("%s: no such files", path);
	for (size_t i = 0; i < files.gl_pathc; i++)
		rows += read_file(files.gl_pathv[i], a, visit, context);
	globfree(&files);
	arena_free(a);
	return rows;
}

/* What a text means, for want of a server: how often it has each letter, and something. */
static enum err
count_letters(void *context, const struct str *texts, size_t n, const float **vectors_r,
    size_t *length_r, struct error *e)
{
	for (size_t i = 0; i < n; i++) {
		float *v = arena_calloc(context, 27, sizeof(*v));

		if (v == NULL)
			return error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
		for (size_t k = 0; k < texts[i].n; k++)
			v[texts[i].s[k] >= 'a' && texts[i].s[k] <= 'z' ? texts[i].s[k] - 'a'
								       : 26] += 1.0F;
		vectors_r[i] = v;
	}
	*length_r = 27;
	return ERR_OK;
}

enum err
case_measure(struct arena *a, struct str metric, const struct json *params,
    struct measure *r, struct error *e)
{
	enum err err = measure_init(a, metric, params, r, e);
	struct embedder *embedder;

	if (err != ERR_OK || !measure_embeds(r))
		return err;
	embedder = arena_alloc(a, sizeof(*embedder));
	if (embedder == NULL)
		return error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
	*embedder = (struct embedder){count_letters, a};
	r->embedder = embedder;
	return ERR_OK;
}

/* As case_score(), with a format of dates. */
static enum err
score_dated(struct arena *a, struct str metric, const struct json *params,
    struct str time_format, const struct json *x, const struct json *y, double *r,
    struct error *e)
{
	const struct json *const docs[] = {x, y};
	const struct prepared *side[2] = {NULL, NULL};
	double there = -1.0, back = -1.0;
	struct measure m;
	enum err err = case_measure(a, metric, params, &m, e);

	if (err == ERR_OK)
		m.time_format = time_format;
	for (int i = 0; err == ERR_OK && i < 2; i++) {
		struct result value;

		err = result_read(a, docs[i], &value, e);
		if (err == ERR_OK)
			err = measure_prepare(&m, a, &value, &side[i], e);
	}
	if (err == ERR_OK)
		err = measure_score(&m, a, side[0], side[1], &there);
	if (err == ERR_OK)
		err = measure_score(&m, a, side[1], side[0], &back);
	if (err != ERR_OK)
		return err;
	if (memcmp(&there, &back, sizeof(there)) != 0)
		fail_msg("%.*s: %.17g there and %.17g back", STR_ARG(metric), there, back);
	if (!(there >= 0.0 && there <= 1.0))
		fail_msg("%.*s: %.17g", STR_ARG(metric), there);
	*r = there;
	return ERR_OK;
}

enum err
case_score(struct arena *a, struct str metric, const struct json *params,
    const struct json *x, const struct json *y, double *r, struct error *e)
{
	return score_dated(a, metric, params, (struct str){0}, x, y, r, e);
}

bool
case_is_scored(struct arena *a, const char *metric, const struct json *x,
    const struct json *y, double *r)
{
	struct error e = {0};
	enum err err = case_score(a, str_of(metric), NULL, x, y, r, &e);

	if (err != ERR_OK &&
	    (err != ERR_INPUT || strncmp(e.text, "$[", 2) != 0 ||
		strchr(e.text, ':') == NULL))
		fail_msg("%s: %s: %s", metric, err_text(err), e.text);
	return err == ERR_OK;
}

static bool
is_turned(const struct json *j)
{
	bool turned = false;
	double angle;

	if (json_number(json_get(j, "rotation"), &angle) && angle != 0.0)
		return true;
	for (uint32_t i = 0; !turned && j->type == JSON_OBJECT && i < j->n; i++)
		turned = is_turned(json_value(j, i));
	for (uint32_t i = 0; !turned && j->type == JSON_ARRAY && i < j->n; i++)
		turned = is_turned(json_at(j, i));
	return turned;
}

static double
tolerance(const struct case_row *row)
{
	if (row->exact)
		return 0.0;
	return str_starts(row->metric, "ellipse") || is_turned(row->a) || is_turned(row->b)
	    ? TOLERANCE_TURNED
	    : TOLERANCE;
}

void
case_check(void *context, struct arena *a, const struct case_row *row)
{
	unsigned *wrong = context;
	const struct json *const sides[] = {row->a, row->b};
	bool refused = row->error.s != NULL;

	for (int turn = 0; turn < 2; turn++) {
		struct error e = {0};
		double score = -1.0;
		enum err err = score_dated(a, row->metric, row->params, row->time_format,
		    sides[turn], sides[1 - turn], &score, &e);

		if (refused ? err != ERR_OK && str_is(row->error, e.text)
			    : err == ERR_OK && fabs(score - row->score) <= tolerance(row))
			continue;
		print_error("%s:%u: %.*s", row->file, row->line, STR_ARG(row->metric));
		if (err == ERR_OK)
			print_error(": gives %.17g", score);
		else
			print_error(": is refused: %s: %s", err_text(err), e.text);
		if (refused)
			print_error(", not refused: %.*s\n", STR_ARG(row->error));
		else
			print_error(", not %.17g\n", row->score);
		++*wrong;
		return;
	}
}
