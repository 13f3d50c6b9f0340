#include "embedding/embedding.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "embedding/embedclient.h"
#include "embedding/vectors.h"
#include "base/log.h"
#include "store/embeddings.h"

/* What one request may need at most, and what a run of many keeps from one to the next. */
#define VECTORS_MAX ((size_t)256 << 20)
#define RUN_KEEP ((size_t)128 << 20)

struct embedding {
	struct embedder embedder;
	struct embedclient *client;
	struct store *store; /* NULL: there is no table, or not for us */
	bool read_only;	     /* the account may not write to it */
	bool resting;	     /* it failed in this request */
	char *model;
	struct vectors *vectors;
	size_t keep;	  /* bytes that are kept for the next request */
	bool run;	  /* a server that did not answer is given up */
	double timeout;	  /* milliseconds of a request */
	double spent;	  /* of them */
	struct error why; /* what failed in this request; code 0: nothing */
	bool away;	  /* because there was no answer */
};

/* One question: lists of `n` in step, and of those that are not known yet. */
struct job {
	struct embedding *m;
	const struct str *texts;
	struct vectors_entry **entries;
	size_t n;
	struct str *wanted_texts;
	struct vectors_entry **wanted;
	struct store_embedding *rows;
	char (*hashes)[SHA256_HEX];
	size_t n_wanted;
};

static double
milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Note a failure, which stands for the rest of the request. */
static enum err
give_up(struct embedding *m, bool away, const char *text)
{
	m->away = away;
	return error_set(&m->why, ERR_UNAVAILABLE, "%s", text);
}

static enum err
over_limit(struct embedding *m)
{
	return give_up(m, false, "the embeddings of all texts need too much memory");
}

/* ------------------------------------------------------------------ the table */

/* What the table cannot do is done without it. */
static void
table_failed(struct embedding *m, enum err err, bool writing, const struct error *e)
{
	bool never = err == ERR_DB_DENIED || err == ERR_DB_SCHEMA;

	log_warning("embeddings are not kept: %s", e->text);
	if (never && writing)
		m->read_only = true;
	else if (never)
		m->store = NULL;
	else
		m->resting = true;
}

static void
make_rows(struct job *j, size_t first, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct vectors_entry *entry = j->wanted[first + i];

		sha256_hex(entry->digest, j->hashes[i]);
		j->rows[i] = (struct store_embedding){
		    .hash = {j->hashes[i], SHA256_HEX - 1},
		    .vector = entry->vector,
		    .n = (uint32_t)entry->n,
		};
	}
}

/* Take what the table has, and leave the rest on the list. */
static void
look_up(struct job *j)
{
	struct embedding *m = j->m;
	struct error why;
	size_t left = 0;
	enum err err;

	if (m->store == NULL || m->resting || j->n_wanted == 0)
		return;
	make_rows(j, 0, j->n_wanted);
	err = store_embeddings_find(
	    m->store, vectors_arena(m->vectors), j->rows, j->n_wanted, &why);
	if (err != ERR_OK)
		table_failed(m, err, false, &why);
	for (size_t i = 0; i < j->n_wanted; i++) {
		j->wanted[i]->vector = j->rows[i].vector;
		j->wanted[i]->n = j->rows[i].n;
		if (j->rows[i].n > 0)
			continue;
		j->wanted[left] = j->wanted[i];
		j->wanted_texts[left++] = j->wanted_texts[i];
	}
	j->n_wanted = left;
}

static void
keep(struct job *j, size_t first, size_t n)
{
	struct embedding *m = j->m;
	struct error why;
	enum err err;

	if (m->store == NULL || m->resting || m->read_only)
		return;
	make_rows(j, first, n);
	err = store_embeddings_put(m->store, j->rows, n, &why);
	if (err != ERR_OK)
		table_failed(m, err, true, &why);
}

/* ------------------------------------------------------------------ the server */

static enum err
ask_some(struct job *j, size_t first, size_t n)
{
	struct embedding *m = j->m;
	const float *vectors[EMBEDCLIENT_TEXTS];
	double start = milliseconds(), left = m->timeout - m->spent;
	size_t length;
	struct error why;
	enum err err;

	if (left < 1.0)
		return give_up(m, true, "the embedding server did not answer in time");
	err = embedclient_ask(m->client, vectors_arena(m->vectors), j->wanted_texts + first,
	    n, (long)left, vectors, &length, &why);
	m->spent += milliseconds() - start;
	if (err == ERR_MEMORY)
		return over_limit(m);
	if (err != ERR_OK)
		return give_up(m, err == ERR_UNAVAILABLE, why.text);
	for (size_t i = 0; i < n; i++) {
		j->wanted[first + i]->vector = vectors[i];
		j->wanted[first + i]->n = length;
		j->wanted[first + i]->fresh = true;
	}
	keep(j, first, n);
	return ERR_OK;
}

/* What was answered before a failure stays. */
static enum err
ask(struct job *j)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < j->n_wanted;) {
		size_t n = embedclient_batch(j->wanted_texts + i, j->n_wanted - i);

		err = j->m->why.code != ERR_OK ? j->m->why.code : ask_some(j, i, n);
		i += n;
	}
	return err;
}

/* ------------------------------------------------------------------ a question */

/* SHA-256 of model, a zero byte and text, as sql/agreement.sql says. */
static enum err
find_entries(struct job *j)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct str pieces[] = {str_of(j->m->model), {"", 1}, j->texts[i]};
		unsigned char digest[SHA256_BYTES];

		enum err err = sha256(pieces, 3, digest);

		if (err != ERR_OK)
			return err;
		j->entries[i] = vectors_get(j->m->vectors, digest);
		if (j->entries[i] == NULL)
			return over_limit(j->m);
		j->entries[i]->fresh = false;
	}
	return ERR_OK;
}

/* List every entry once that has no vector. */
static void
list_wanted(struct job *j)
{
	j->n_wanted = 0;
	for (size_t i = 0; i < j->n; i++) {
		struct vectors_entry *entry = j->entries[i];

		if (entry->vector != NULL || entry->wanted)
			continue;
		entry->wanted = true;
		j->wanted_texts[j->n_wanted] = j->texts[i];
		j->wanted[j->n_wanted++] = entry;
	}
	for (size_t i = 0; i < j->n_wanted; i++)
		j->wanted[i]->wanted = false;
}

static bool
same_lengths(const struct job *j)
{
	for (size_t i = 1; i < j->n; i++)
		if (j->entries[i]->n != j->entries[0]->n)
			return false;
	return true;
}

/* Another model stands behind the name now: what was known is worth nothing. */
static void
forget_old(struct job *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (!j->entries[i]->fresh)
			j->entries[i]->vector = NULL;
}

static enum err
answer(struct job *j)
{
	enum err err = find_entries(j);

	if (err != ERR_OK)
		return err;
	list_wanted(j);
	look_up(j);
	err = ask(j);
	if (err == ERR_OK && !same_lengths(j)) {
		forget_old(j);
		list_wanted(j);
		err = ask(j);
	}
	if (err == ERR_OK && !same_lengths(j))
		err = give_up(j->m, false,
		    "the embedding server answers embeddings of different lengths");
	return err;
}

static enum err
embed(void *context, const struct str *texts, size_t n, const float **vectors_r,
    size_t *length_r, struct error *e)
{
	struct embedding *m = context;
	struct job j = {
	    .m = m,
	    .texts = texts,
	    .n = n,
	    .entries = calloc(n, sizeof(struct vectors_entry *)),
	    .wanted_texts = calloc(n, sizeof(*j.wanted_texts)),
	    .wanted = calloc(n, sizeof(struct vectors_entry *)),
	    .rows = calloc(n, sizeof(*j.rows)),
	    .hashes = calloc(n, sizeof(*j.hashes)),
	};
	enum err err = ERR_MEMORY;

	if (j.entries != NULL && j.wanted_texts != NULL && j.wanted != NULL &&
	    j.rows != NULL && j.hashes != NULL)
		err = answer(&j);
	if (err == ERR_OK) {
		for (size_t i = 0; i < n; i++)
			vectors_r[i] = j.entries[i]->vector;
		*length_r = j.entries[0]->n;
	} else if (err == ERR_MEMORY) {
		error_memory(e);
	} else {
		error_set(e, err, "%s", m->why.text);
	}
	free(j.entries);
	free(j.wanted_texts);
	free(j.wanted);
	free(j.rows);
	free(j.hashes);
	return err;
}

/* ------------------------------------------------------------------ opening and closing */

static enum err
make(const struct config *c, struct embedding **r, struct error *e)
{
	struct embedding *m = calloc(1, sizeof(*m));
	enum err err;

	if (m != NULL) {
		m->model = strdup(c->text[CONFIG_EMBEDDING_MODEL]);
		m->vectors = vectors_new(VECTORS_MAX);
	}
	if (m == NULL || m->model == NULL || m->vectors == NULL) {
		embedding_close(m);
		return error_memory(e);
	}
	err = embedclient_open(
	    &(struct embedclient_options){
		.url = c->text[CONFIG_EMBEDDING_URL],
		.model = m->model,
		.key_file = c->text[CONFIG_EMBEDDING_KEY_FILE],
	    },
	    &m->client, e);
	if (err != ERR_OK) {
		embedding_close(m);
		return err;
	}
	m->embedder = (struct embedder){embed, m};
	m->timeout = (double)c->number[CONFIG_EMBEDDING_TIMEOUT];
	*r = m;
	return ERR_OK;
}

enum err
embedding_open(
    const struct config *c, struct store *store, struct embedding **r, struct error *e)
{
	struct embedding *m = NULL;
	enum err err = ERR_OK;

	if (c->text[CONFIG_EMBEDDING_URL][0] != '\0')
		err = make(c, &m, e);
	if (err != ERR_OK)
		return err;
	if (m != NULL) {
		m->store = store;
		m->keep = (size_t)c->number[CONFIG_CACHE_BYTES];
	}
	*r = m;
	return ERR_OK;
}

enum err
embedding_open_run(char *const *env, struct embedding **r, struct error *e)
{
	struct config c = {0};
	enum err err = config_read(&c, env, e);

	if (err != ERR_OK)
		return err;
	err = embedding_open(&c, NULL, r, e);
	if (err == ERR_OK && *r != NULL) {
		(*r)->run = true;
		(*r)->keep = RUN_KEEP;
	}
	config_free(&c);
	return err;
}

void
embedding_close(struct embedding *m)
{
	if (m == NULL)
		return;
	embedclient_close(m->client);
	vectors_free(m->vectors);
	free(m->model);
	free(m);
}

void
embedding_begin(struct embedding *m)
{
	if (m == NULL)
		return;
	if (vectors_held(m->vectors) > m->keep)
		vectors_clear(m->vectors);
	m->spent = 0.0;
	m->resting = false;
	if (m->run && m->away)
		return;
	m->why = (struct error){0};
	m->away = false;
}

bool
embedding_failed(const struct embedding *m)
{
	return m != NULL && m->why.code != ERR_OK;
}

const struct embedder *
embedding_embedder(const struct embedding *m)
{
	return m == NULL ? NULL : &m->embedder;
}

struct str
embedding_name(struct arena *a, const struct config *c)
{
	return str_of(arena_printf(
	    a, "%s %s", c->text[CONFIG_EMBEDDING_URL], c->text[CONFIG_EMBEDDING_MODEL]));
}
