#include "embedding/embedclient.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "embedding/http_client.h"
#include "json/json.h"
#include "json/write.h"
#include "store/embeddings.h"

/* An answer has about 20 bytes a number: room for 64 vectors of 10,000. Its tree has 16. */
#define ANSWER_MAX ((size_t)16 << 20)
#define TREE_MAX ((size_t)160 << 20)

struct embedclient {
	struct client *http;
	char *url;
	char *model;
	char *authorization; /* NULL: none */
};

/* "base/embeddings", however many slashes the base ends with. */
static char *
endpoint(const char *base)
{
	static const char path[] = "/embeddings";
	size_t n = strlen(base);
	char *url;

	while (n > 0 && base[n - 1] == '/')
		n--;
	url = malloc(n + sizeof(path));
	if (url != NULL) {
		memcpy(url, base, n);
		memcpy(url + n, path, sizeof(path));
	}
	return url;
}

static enum err
read_key(struct embedclient *c, const char *file, struct error *e)
{
	static const char scheme[] = "Bearer ";
	char *key;
	enum err err;

	if (file[0] == '\0')
		return ERR_OK;
	err = secret_read("embedding_key_file", file, &key, e);
	if (err != ERR_OK)
		return err;
	c->authorization = malloc(sizeof(scheme) + strlen(key));
	if (c->authorization != NULL) {
		memcpy(c->authorization, scheme, sizeof(scheme) - 1);
		strcpy(c->authorization + sizeof(scheme) - 1, key);
	}
	secret_free(key);
	return c->authorization == NULL ? error_memory(e) : ERR_OK;
}

enum err
embedclient_open(
    const struct embedclient_options *o, struct embedclient **r, struct error *e)
{
	struct embedclient *c = calloc(1, sizeof(*c));
	enum err err = c == NULL ? error_memory(e) : ERR_OK;

	if (err == ERR_OK)
		err = client_open(&c->http, e);
	if (err == ERR_OK && !client_takes(o->url))
		err = error_set(
		    e, ERR_INPUT, "embedding_url: an http or https URL is required");
	if (err == ERR_OK) {
		c->url = endpoint(o->url);
		c->model = strdup(o->model);
		if (c->url == NULL || c->model == NULL)
			err = error_memory(e);
	}
	if (err == ERR_OK)
		err = read_key(c, o->key_file, e);
	if (err == ERR_OK)
		*r = c;
	else
		embedclient_close(c);
	return err;
}

void
embedclient_close(struct embedclient *c)
{
	if (c == NULL)
		return;
	client_close(c->http);
	secret_free(c->authorization);
	free(c->model);
	free(c->url);
	free(c);
}

size_t
embedclient_batch(const struct str *texts, size_t n)
{
	size_t bytes = 0, k = 0;

	while (k < n && k < EMBEDCLIENT_TEXTS &&
	    (k == 0 || bytes + texts[k].n <= EMBEDCLIENT_BYTES))
		bytes += texts[k++].n;
	return k;
}

static enum err
write_question(
    const struct embedclient *c, const struct str *texts, size_t n, struct buf *body)
{
	struct json_writer w = JSON_WRITER(body);

	json_open_object(&w, NULL);
	if (c->model[0] != '\0')
		json_write_text(&w, "model", str_of(c->model));
	json_open_array(&w, "input");
	for (size_t i = 0; i < n; i++)
		json_write_text(&w, NULL, texts[i]);
	json_close_array(&w);
	json_close_object(&w);
	return buf_failed(body) ? ERR_MEMORY : ERR_OK;
}

static enum err
wrong(struct error *e, const char *what)
{
	return error_set(e, ERR_INPUT, "the embedding server answered %s", what);
}

/* A list of numbers that a float can hold. */
static enum err
take_vector(struct arena *a, const struct json *list, const float **r, struct error *e)
{
	float *vector = arena_alloc(a, list->n * sizeof(*vector));

	if (vector == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < list->n; i++) {
		double v;

		if (!json_number(json_at(list, i), &v) || fabs(v) > (double)FLT_MAX)
			return wrong(
			    e, "an embedding with something that is no finite number");
		vector[i] = (float)v;
	}
	*r = vector;
	return ERR_OK;
}

/* One element of `data`: its place among the texts is `index`, or, without one, its own. */
static enum err
take_item(struct arena *a, const struct json *item, uint32_t place, size_t n,
    const float **vectors, size_t *length, struct error *e)
{
	const struct json *index = json_get(item, "index"),
			  *list = json_get(item, "embedding");
	int64_t at = place;

	if (index != NULL && !json_integer(index, &at))
		return wrong(e, "an index that is no number");
	if (at < 0 || (uint64_t)at >= n || vectors[at] != NULL)
		return wrong(e, "an index that was not asked for");
	if (list == NULL || list->type != JSON_ARRAY || list->n == 0 ||
	    list->n > STORE_EMBEDDING_MAX)
		return wrong(e, "an embedding that is no list of numbers");
	if (*length != 0 && *length != list->n)
		return wrong(e, "embeddings of different lengths");
	*length = list->n;
	return take_vector(a, list, &vectors[at], e);
}

static enum err
take_answer(struct arena *a, const struct json *answer, size_t n, const float **vectors,
    size_t *length, struct error *e)
{
	const struct json *data = json_get(answer, "data");
	enum err err = ERR_OK;

	if (data == NULL || data->type != JSON_ARRAY || data->n != n)
		return wrong(e, "without an embedding for each text");
	for (uint32_t i = 0; err == ERR_OK && i < data->n; i++)
		err = take_item(a, json_at(data, i), i, n, vectors, length, e);
	return err;
}

/* The tree of an answer is many times what is taken out of it, so it has an arena of its
 * own. */
static enum err
read_answer(struct arena *a, const struct buf *body, size_t n, const float **vectors,
    size_t *length, struct error *e)
{
	struct arena *tree = arena_new(TREE_MAX);
	const struct json *answer;
	enum err err = ERR_MEMORY;

	if (tree != NULL)
		err = json_parse(tree, buf_text(body), &answer, NULL);
	if (err == ERR_OK)
		err = take_answer(a, answer, n, vectors, length, e);
	else
		err = wrong(e,
		    err == ERR_MEMORY ? "more than there is memory for"
				      : "what is no JSON");
	arena_free(tree);
	return err;
}

static enum err
call(struct embedclient *c, const struct str *question, long timeout, struct buf *answer,
    struct error *e)
{
	const struct client_call call = {
	    .url = c->url,
	    .body = *question,
	    .authorization = c->authorization,
	    .timeout = timeout,
	    .max_bytes = ANSWER_MAX,
	};
	int status;
	enum err err = client_send(c->http, &call, &status, answer, e);

	if (err == ERR_UNAVAILABLE)
		err = error_prefix(e, err, "the embedding server ");
	if (err == ERR_OK && status != 200)
		err = error_set(e, ERR_INPUT,
		    "the embedding server answered with HTTP status %d", status);
	return err;
}

enum err
embedclient_ask(struct embedclient *c, struct arena *a, const struct str *texts, size_t n,
    long timeout, const float **vectors_r, size_t *length_r, struct error *e)
{
	const float *vectors[EMBEDCLIENT_TEXTS] = {NULL};
	struct buf question = BUF_INIT, answer = BUF_INIT;
	struct str text;
	size_t length = 0;
	enum err err = write_question(c, texts, n, &question);

	text = buf_text(&question);
	if (err != ERR_OK)
		error_memory(e);
	else
		err = call(c, &text, timeout, &answer, e);
	if (err == ERR_OK)
		err = read_answer(a, &answer, n, vectors, &length, e);
	if (err == ERR_OK) {
		memcpy(vectors_r, vectors, n * sizeof(vectors[0]));
		*length_r = length;
	}
	buf_free(&question);
	buf_free(&answer);
	return err;
}
