#include "store/embeddings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/query.h"

/* Columns of STMT_EMBEDDINGS. */
enum { EMBEDDING_HASH, EMBEDDING_VECTOR };

#define FLOAT_BYTES 4
#define ANSWER_MAX                                                                         \
	((size_t)STMT_EMBEDDINGS_HASHES * (STORE_EMBEDDING_MAX * FLOAT_BYTES + 64))

static enum err
no_memory(struct error *e)
{
	return error_set(
	    e, ERR_MEMORY, "database, the embeddings: %s", err_text(ERR_MEMORY));
}

/* Floats of IEEE 754, least significant byte first, whatever the machine's order. */
static float
take_float(const unsigned char *s)
{
	uint32_t bits = (uint32_t)s[0] | (uint32_t)s[1] << 8 | (uint32_t)s[2] << 16 |
	    (uint32_t)s[3] << 24;
	float v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static void
put_float(unsigned char *s, float v)
{
	uint32_t bits;

	memcpy(&bits, &v, sizeof(bits));
	for (int i = 0; i < FLOAT_BYTES; i++)
		s[i] = (unsigned char)(bits >> 8 * i);
}

static enum err
take_vector(struct arena *a, struct str bytes, struct store_embedding *r)
{
	size_t n = bytes.n / FLOAT_BYTES;
	float *vector;

	if (n == 0 || n > STORE_EMBEDDING_MAX || n * FLOAT_BYTES != bytes.n)
		return ERR_OK;
	vector = arena_alloc(a, n * sizeof(*vector));
	if (vector == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		vector[i] = take_float((const unsigned char *)bytes.s + FLOAT_BYTES * i);
		if (!isfinite(vector[i]))
			return ERR_OK;
	}
	r->vector = vector;
	r->n = (uint32_t)n;
	return ERR_OK;
}

static enum err
take_row(struct arena *a, const struct db_row *row, struct store_embedding *list, size_t n)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < n; i++)
		if (str_eq(list[i].hash, query_text(&row->v[EMBEDDING_HASH])))
			err =
			    take_vector(a, query_text(&row->v[EMBEDDING_VECTOR]), &list[i]);
	return err;
}

static enum err
find_some(struct store *s, struct arena *a, struct store_embedding *list, size_t n,
    struct error *e)
{
	struct db_value params[STMT_EMBEDDINGS_HASHES];
	struct db_answer answer;
	enum err err;

	for (size_t i = 0; i < STMT_EMBEDDINGS_HASHES; i++)
		params[i] = DB_TEXT(list[i < n ? i : n - 1].hash);
	arena_reset(s->scratch);
	err = query_run(s, STMT_EMBEDDINGS, params, s->scratch, ANSWER_MAX, &answer, e);
	if (err != ERR_OK)
		return err;
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		if (take_row(a, row, list, n) != ERR_OK)
			return no_memory(e);
	return ERR_OK;
}

enum err
store_embeddings_find(struct store *s, struct arena *a, struct store_embedding *list,
    size_t n, struct error *e)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < n; i += STMT_EMBEDDINGS_HASHES) {
		size_t some =
		    n - i < STMT_EMBEDDINGS_HASHES ? n - i : STMT_EMBEDDINGS_HASHES;

		err = find_some(s, a, list + i, some, e);
	}
	return err;
}

static int
by_hash(const void *a, const void *b)
{
	return str_cmp(((const struct store_embedding *)a)->hash,
	    ((const struct store_embedding *)b)->hash);
}

static enum err
put_one(
    struct store *s, const struct store_embedding *v, unsigned char *room, struct error *e)
{
	struct db_answer answer;
	struct str bytes = {(const char *)room, (size_t)v->n * FLOAT_BYTES};
	struct db_value params[] = {
	    DB_TEXT(v->hash), DB_INTEGER((int64_t)v->n), DB_TEXT(bytes)};

	for (uint32_t i = 0; i < v->n; i++)
		put_float(room + (size_t)FLOAT_BYTES * i, v->vector[i]);
	return query_short(s, STMT_EMBEDDING_PUT, params, &answer, e);
}

enum err
store_embeddings_put(
    struct store *s, struct store_embedding *list, size_t n, struct error *e)
{
	unsigned char *room = malloc((size_t)STORE_EMBEDDING_MAX * FLOAT_BYTES);
	enum err err = room == NULL ? no_memory(e) : store_begin(s, e);

	if (err == ERR_OK) {
		qsort(list, n, sizeof(*list), by_hash);
		for (size_t i = 0; err == ERR_OK && i < n; i++)
			if (list[i].n > 0 && list[i].n <= STORE_EMBEDDING_MAX)
				err = put_one(s, &list[i], room, e);
		if (err == ERR_OK)
			err = store_commit(s, e);
		if (err != ERR_OK)
			store_rollback(s);
	}
	free(room);
	return err;
}
