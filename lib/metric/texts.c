#include "metric/texts.h"

#include "metric/field.h"
#include "metric/method.h"

/* How many lines an item has; its list in *list_r if it is one. ERR_INPUT if `text` is
 * neither. */
static enum err
count_lines(const struct item *item, uint32_t *r, struct error *e)
{
	const struct json *text = json_get(item->value, "text");

	if (!json_is_null(text) && text->type != JSON_STRING && text->type != JSON_ARRAY)
		return field_error(item, "text", "text or a list of texts is required", e);
	*r = json_is_null(text) ? 0 : text->type == JSON_STRING ? 1 : text->n;
	return ERR_OK;
}

static enum err
read_lines(struct arena *a, int qval, const struct item *item, uint32_t n, struct texts *t,
    struct error *e)
{
	const struct json *text = json_get(item->value, "text");

	for (uint32_t i = 0; i < n; i++) {
		const struct json *line =
		    text->type == JSON_STRING ? text : json_at(text, i);
		enum err err;

		if (line->type != JSON_STRING)
			return error_set(e, ERR_INPUT,
			    "$[%u].value.text[%u]: text is required", item->index, i);
		err = text_prepare(a, json_str(line), qval, &t->lines[t->n++]);
		if (err != ERR_OK)
			return error_set(e, err, "$[%u].value.text[%u]: %s", item->index, i,
			    err_text(err));
		t->digest = t->digest * 31 + str_hash(json_str(line));
	}
	return ERR_OK;
}

enum err
texts_read(struct arena *a, const struct params *p, const struct item *items, uint32_t n,
    struct texts *r, struct error *e)
{
	struct texts t = {0};
	size_t lines = 0;
	uint32_t count = 0;
	enum err err;

	for (uint32_t i = 0; i < n; i++) {
		err = field_value(&items[i], e);
		if (err == ERR_OK)
			err = count_lines(&items[i], &count, e);
		if (err != ERR_OK)
			return err;
		lines += count;
	}
	t.lines = arena_alloc(a, lines * sizeof(t.lines[0]));
	if (t.lines == NULL)
		return error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
	for (uint32_t i = 0; i < n; i++) {
		err = count_lines(&items[i], &count, e);
		if (err == ERR_OK)
			err = read_lines(
			    a, (int)p->number[MPARAM_QVAL], &items[i], count, &t, e);
		if (err != ERR_OK)
			return err;
	}
	*r = t;
	return ERR_OK;
}

enum err
texts_similarity(struct arena *scratch, const struct params *p, const struct texts *a,
    const struct texts *b, double *r)
{
	uint32_t both = a->n < b->n ? a->n : b->n, all = a->n > b->n ? a->n : b->n;
	enum text_algorithm algorithm = (enum text_algorithm)p->number[MPARAM_ALGORITHM];
	double sum = 0.0, one;

	for (uint32_t i = 0; i < both; i++) {
		enum err err =
		    text_similarity(scratch, algorithm, a->lines[i], b->lines[i], &one);

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
	uint32_t both = a->n < b->n ? a->n : b->n;
	double sum = 10.0;

	for (uint32_t i = 0; i < both; i++)
		sum += text_cost((enum text_algorithm)p->number[MPARAM_ALGORITHM],
		    a->lines[i], b->lines[i]);
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
		return error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
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

const struct method method_text = {prepare, score, cost};
