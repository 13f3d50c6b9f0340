/*
 * Embeddings of texts from an OpenAI-compatible server: POST URL/embeddings with
 * {"model":..,"input":[..]}, https://platform.openai.com/docs/api-reference/embeddings.
 * Vectors are in the caller's arena.
 */
#ifndef EMBEDDING_EMBEDCLIENT_H
#define EMBEDDING_EMBEDCLIENT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* One call takes at most so many texts, and so many bytes of them unless one alone has
 * more. */
#define EMBEDCLIENT_TEXTS 64
#define EMBEDCLIENT_BYTES ((size_t)256 << 10)

struct embedclient;

struct embedclient_options {
	const char *url;      /* the base, as http://127.0.0.1:8080/v1 */
	const char *model;    /* "": the server has only one, and none is named */
	const char *key_file; /* with the API key; "": it wants none */
};

/*
 * Makes a client. ERR_INPUT for a URL that is not http or https, and for the key file;
 * ERR_NOT_FOUND for the key file, ERR_MEMORY.
 */
enum err embedclient_open(const struct embedclient_options *o, struct embedclient **r,
    struct error *e) ERR_WARN_UNUSED;
void embedclient_close(struct embedclient *c); /* NULL is allowed */

/* Returns how many of the `n` > 0 texts the next call takes: at least one. */
size_t embedclient_batch(const struct str *texts, size_t n);

/*
 * Asks for the vectors of one batch in one call, in the order of the texts, each *length_r
 * finite numbers. `timeout`: milliseconds, > 0. ERR_UNAVAILABLE if there is no answer,
 * ERR_INPUT if it cannot be used; both messages begin with "the embedding server".
 * ERR_MEMORY.
 */
enum err embedclient_ask(struct embedclient *c, struct arena *a, const struct str *texts,
    size_t n, long timeout, const float **vectors_r, size_t *length_r,
    struct error *e) ERR_WARN_UNUSED;

#endif
