#include "matrix/side.h"

#include "base/deadline.h"

static const struct store_user *
find_user(const struct participant *p, const struct evidence *evidence,
    const struct store_user *known, size_t n_known)
{
	if (p->kind != PARTICIPANT_ANNOTATOR)
		return NULL;
	if (p->evidence != PARTICIPANT_NONE)
		return evidence[p->evidence].by;
	for (size_t i = 0; i < n_known; i++)
		if (known[i].id == p->user)
			return &known[i];
	return NULL;
}

enum err
sides_select(struct arena *a, const struct selection *s, const struct evidence *evidence,
    size_t n, const struct store_user *known, size_t n_known, struct sides *r)
{
	struct participants p = {0};
	struct sides sides;

	if (participants_select(a, s, evidence, n, known, n_known, &p) != ERR_OK)
		return ERR_MEMORY;
	sides = (struct sides){
	    .rows = arena_alloc(a, p.n * sizeof(sides.rows[0])),
	    .sides = arena_calloc(a, p.n, sizeof(sides.sides[0])),
	    .n = p.n,
	};
	if (sides.rows == NULL || sides.sides == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < p.n; i++)
		sides.rows[i] = (struct matrix_row){
		    &p.list[i], find_user(&p.list[i], evidence, known, n_known)};
	*r = sides;
	return ERR_OK;
}

size_t
sides_find(const struct sides *s, const struct participant *named)
{
	/* As in a selection: first with the prefix of a model as part of its version. */
	for (int whole = 1; whole >= 0; whole--)
		for (size_t i = 0; i < s->n; i++)
			if (participant_is(s->rows[i].participant, named, whole == 1))
				return i;
	return PARTICIPANT_NONE;
}

/* Rows that share their evidence share its side's result. */
static bool
copy_side(struct sides *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (s->rows[k].participant->evidence == s->rows[i].participant->evidence) {
			s->sides[i] = s->sides[k];
			return true;
		}
	return false;
}

enum err
side_read(struct arena *a, const struct evidence *v, const struct side_result *from,
    struct matrix_side *r)
{
	struct result *result = arena_calloc(a, 1, sizeof(*result));
	const struct json *json = from->json;
	struct error why = {0};
	enum err err = ERR_OK;

	if (result == NULL)
		return ERR_MEMORY;
	*r = (struct matrix_side){result, v->is_prediction, v->id, NULL};
	if (json == NULL && from->text.n > 0)
		err = json_parse(a, from->text, &json, &why);
	if (err == ERR_OK && json != NULL)
		err = result_read(a, json, result, &why);
	if (err != ERR_INPUT)
		return err;
	r->unreadable = arena_printf(a, "%s", why.text);
	return r->unreadable == NULL ? ERR_MEMORY : ERR_OK;
}

enum err
sides_read(struct arena *a, const struct evidence *evidence,
    const struct side_result *results, struct sides *s, struct error *e)
{
	for (size_t i = 0; i < s->n; i++) {
		size_t v = s->rows[i].participant->evidence;
		enum err err = ERR_OK;

		if (v == PARTICIPANT_NONE || results[v].gone || copy_side(s, i))
			continue;
		err = side_read(a, &evidence[v], &results[v], &s->sides[i]);
		if (err != ERR_OK)
			return error_set(e, err, "%s", err_text(err));
		if (deadline_check(e) != ERR_OK)
			return ERR_LIMIT;
	}
	return ERR_OK;
}
