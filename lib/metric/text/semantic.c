/*
 * Texts by their meaning: the cosine of their embeddings, line against line.
 */
#include <math.h>

#include "metric/explanation.h"
#include "metric/text/embed.h"
#include "metric/text/lines.h"
#include "metric/method.h"
#include "metric/place.h"

/* One line. A blank text means nothing: it has no vector and is not sent to anybody. */
struct line {
	struct str text;
	const float *vector;
	double norm; /* Euclidean; 0 without a vector */
};

struct prepared_semantic {
	struct prepared head;
	struct line *lines;
	const uint64_t *places; /* of each, in order: metric/place.h */
	size_t length;		/* numbers of each vector */
};

static bool
is_blank(struct str s)
{
	return str_trim(s).n == 0;
}

static enum err
embed(const struct measure *m, const struct str *texts, size_t n, const float **vectors,
    size_t *length, struct error *e)
{
	if (m->embedder == NULL)
		return error_set(e, ERR_UNAVAILABLE,
		    "no embedding server is configured (embedding_url)");
	if (n == 0)
		return ERR_OK;
	return m->embedder->embed(m->embedder->context, texts, n, vectors, length, e);
}

static double
norm(const float *v, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += (double)v[i] * (double)v[i];
	return sqrt(sum);
}

static enum err
embed_lines(const struct measure *m, struct arena *a, const struct lines *lines,
    struct prepared_semantic *p, struct error *e)
{
	struct str *texts = arena_alloc(a, lines->n * sizeof(*texts));
	const float **vectors = arena_alloc(a, lines->n * sizeof(*vectors));
	size_t n = 0;
	enum err err;

	if (texts == NULL || vectors == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < lines->n; i++)
		if (!is_blank(lines->list[i]))
			texts[n++] = lines->list[i];
	err = embed(m, texts, n, vectors, &p->length, e);
	if (err != ERR_OK)
		return err;
	for (uint32_t i = 0, k = 0; i < lines->n; i++) {
		struct line *line = &p->lines[i];

		*line = (struct line){.text = lines->list[i]};
		if (is_blank(line->text))
			continue;
		line->vector = vectors[k++];
		line->norm = norm(line->vector, p->length);
	}
	return ERR_OK;
}

static enum err
prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	struct prepared_semantic *p = arena_calloc(a, 1, sizeof(*p));
	struct lines lines;
	enum err err;

	if (p == NULL)
		return error_memory(e);
	err = lines_read(a, value->items, value->n, &lines, e);
	if (err != ERR_OK)
		return err;
	p->places = lines.places;
	p->lines = arena_alloc(a, lines.n * sizeof(p->lines[0]));
	if (p->lines == NULL)
		return error_memory(e);
	err = embed_lines(m, a, &lines, p, e);
	if (err != ERR_OK)
		return err;
	p->head = (struct prepared){lines.n, lines.digest};
	*r = &p->head;
	return ERR_OK;
}

/* The texts of all values in one list. One that does not parse is passed over: whoever
 * prepares it will say so. */
static enum err
all_texts(struct arena *scratch, const struct result *values, size_t n,
    struct str **texts_r, size_t *n_r)
{
	struct lines *lines = arena_calloc(scratch, n, sizeof(*lines));
	struct str *texts;
	size_t all = 0, k = 0;

	if (lines == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		enum err err =
		    lines_read(scratch, values[i].items, values[i].n, &lines[i], NULL);

		if (err == ERR_MEMORY)
			return err;
		all += lines[i].n;
	}
	texts = arena_alloc(scratch, all * sizeof(*texts));
	if (texts == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < lines[i].n; j++)
			if (!is_blank(lines[i].list[j]))
				texts[k++] = lines[i].list[j];
	*texts_r = texts;
	*n_r = k;
	return ERR_OK;
}

enum err
semantic_expect(const struct measure *m, struct arena *scratch, const struct result *values,
    size_t n, struct error *e)
{
	struct str *texts = NULL;
	const float **vectors;
	size_t n_texts = 0, length;

	if (all_texts(scratch, values, n, &texts, &n_texts) != ERR_OK)
		return error_memory(e);
	vectors = arena_alloc(scratch, n_texts * sizeof(*vectors));
	if (vectors == NULL)
		return error_memory(e);
	return embed(m, texts, n_texts, vectors, &length, e);
}

/* Cosine similarity (Salton and McGill, Introduction to Modern Information Retrieval,
 * 1983), opposite meanings counting no less than unrelated ones. */
static double
similarity(const struct line *a, const struct line *b, size_t length)
{
	double dot = 0.0;

	if (str_eq(a->text, b->text))
		return 1.0;
	if (a->norm == 0.0 || b->norm == 0.0)
		return 0.0;
	for (size_t i = 0; i < length; i++)
		dot += (double)a->vector[i] * (double)b->vector[i];
	return fmin(fmax(dot / (a->norm * b->norm), 0.0), 1.0);
}

static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	const struct prepared_semantic *p = (const struct prepared_semantic *)a,
				       *q = (const struct prepared_semantic *)b;
	struct place_walk w = {0};
	double sum = 0.0;
	uint32_t all = 0;

	(void)m;
	(void)scratch;
	/* Only blank lines have no length. Two lengths: the server has changed its model
	 * meanwhile. */
	if (p->length != 0 && q->length != 0 && p->length != q->length)
		return ERR_INPUT;
	for (; place_next(&w, p->places, a->n, q->places, b->n); all++)
		if (w.both)
			sum += similarity(&p->lines[w.i], &q->lines[w.j], p->length);
	*r = sum / (double)all;
	return ERR_OK;
}

static double
cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	uint32_t both = a->n < b->n ? a->n : b->n;

	(void)m;
	return 10.0 +
	    (double)both * (5.0 + (double)((const struct prepared_semantic *)a)->length);
}

static struct str
line_text(const struct prepared_semantic *p, uint32_t i, bool there)
{
	return there ? p->lines[i].text : (struct str){0};
}

static enum err
explain(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	const struct prepared_semantic *p = (const struct prepared_semantic *)a,
				       *q = (const struct prepared_semantic *)b;
	struct place_walk w = {0};
	enum err err = explanation_lines_init(arena, (size_t)a->n + b->n, &r->lines);

	(void)m;
	r->kind = EXPLANATION_TEXT;
	while (err == ERR_OK && place_next(&w, p->places, a->n, q->places, b->n)) {
		bool in_a = place_in_a(&w);
		double one =
		    w.both ? similarity(&p->lines[w.i], &q->lines[w.j], p->length) : 0.0;

		err = explanation_add_line(arena, &r->lines, line_text(p, w.i, in_a),
		    line_text(q, w.j, place_in_b(&w)),
		    in_a ? p->places[w.i] : q->places[w.j], one);
	}
	return err;
}

const struct method method_semantic = {prepare, score, cost, explain};
