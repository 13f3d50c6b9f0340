#include "metric/text/texts.h"

#include "metric/explanation.h"
#include "metric/text/lines.h"
#include "metric/method.h"
#include "metric/place.h"
#include "metric/text/token.h"

enum err
texts_read(struct arena *a, const struct params *p, const struct item *items, uint32_t n,
    struct texts *r, struct error *e)
{
	struct lines lines;
	struct texts t;
	enum err err = lines_read(a, items, n, &lines, e);

	if (err != ERR_OK)
		return err;
	t = (struct texts){arena_alloc(a, lines.n * sizeof(t.lines[0])), lines.places,
	    lines.n, lines.digest};
	if (t.lines == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < lines.n; i++) {
		/* JSON is UTF-8, so that only memory can be missing. */
		err = text_prepare(
		    a, lines.list[i], (int)p->number[MPARAM_QVAL], &t.lines[i]);
		if (err != ERR_OK)
			return error_set(e, err, "%s", err_text(err));
	}
	*r = t;
	return ERR_OK;
}

enum err
texts_similarity(struct arena *scratch, const struct params *p, const struct texts *a,
    const struct texts *b, double *r)
{
	enum text_algorithm algorithm = (enum text_algorithm)p->number[MPARAM_ALGORITHM];
	struct place_walk w = {0};
	double sum = 0.0, one;
	uint32_t all = 0;

	for (; place_next(&w, a->places, a->n, b->places, b->n); all++) {
		enum err err;

		if (!w.both)
			continue;
		err =
		    text_similarity(scratch, algorithm, a->lines[w.i], b->lines[w.j], &one);
		if (err != ERR_OK)
			return err;
		sum += one;
	}
	*r = all == 0 ? 1.0 : sum / (double)all;
	return ERR_OK;
}

double
texts_cost(const struct params *p, const struct texts *a, const struct texts *b)
{
	struct place_walk w = {0};
	double sum = 10.0;

	while (place_next(&w, a->places, a->n, b->places, b->n))
		if (w.both)
			sum += text_cost((enum text_algorithm)p->number[MPARAM_ALGORITHM],
			    a->lines[w.i], b->lines[w.j]);
	return sum;
}

struct prepared_texts {
	struct prepared head;
	struct texts texts;
};

static enum err
prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	struct prepared_texts *p = arena_calloc(a, 1, sizeof(*p));
	enum err err;

	if (p == NULL)
		return error_memory(e);
	err = texts_read(a, &m->params, value->items, value->n, &p->texts, e);
	if (err != ERR_OK)
		return err;
	p->head = (struct prepared){p->texts.n, p->texts.digest};
	*r = &p->head;
	return ERR_OK;
}

static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	return texts_similarity(scratch, &m->params,
	    &((const struct prepared_texts *)a)->texts,
	    &((const struct prepared_texts *)b)->texts, r);
}

static double
cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	return texts_cost(&m->params, &((const struct prepared_texts *)a)->texts,
	    &((const struct prepared_texts *)b)->texts);
}

static struct str
line_text(const struct texts *t, uint32_t i, bool there)
{
	return there ? t->lines[i]->bytes : (struct str){0};
}

static enum err
explain(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	const struct texts *x = &((const struct prepared_texts *)a)->texts;
	const struct texts *y = &((const struct prepared_texts *)b)->texts;
	struct place_walk w = {0};
	enum err err = explanation_lines_init(arena, (size_t)x->n + y->n, &r->lines);

	r->kind = EXPLANATION_TEXT;
	while (err == ERR_OK && place_next(&w, x->places, x->n, y->places, y->n)) {
		bool in_a = place_in_a(&w);
		double similarity = 0.0;

		if (w.both)
			err = text_similarity(arena,
			    (enum text_algorithm)m->params.number[MPARAM_ALGORITHM],
			    x->lines[w.i], y->lines[w.j], &similarity);
		if (err == ERR_OK)
			err = explanation_add_line(arena, &r->lines,
			    line_text(x, w.i, in_a), line_text(y, w.j, place_in_b(&w)),
			    in_a ? x->places[w.i] : y->places[w.j], similarity);
	}
	return err;
}

const struct method method_text = {prepare, score, cost, explain};
