/*
 * Embeddings of texts, from memory, else from the table agreement_embedding if there is
 * one, else from the server, whose answers are kept in both. A `struct embedding` borrows
 * the store; vectors live until the next embedding_begin(). All functions but the openers
 * take NULL, for a program whose settings name no server.
 */
#ifndef EMBEDDING_EMBEDDING_H
#define EMBEDDING_EMBEDDING_H

#include <stdbool.h>

#include "base/config.h"
#include "metric/text/embed.h"
#include "store/store.h"

struct embedding;

/*
 * Opens what the settings say, for a service; *r is NULL if they name no server. `store`
 * NULL: there is no table. ERR_INPUT or ERR_NOT_FOUND for a setting, which the message
 * names; ERR_UNAVAILABLE without libcurl, ERR_MEMORY.
 */
enum err embedding_open(const struct config *c, struct store *store, struct embedding **r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Opens the same for a command that computes many matrices without a database, with the
 * settings of the environment `env`. A server that once did not answer is not asked again.
 * Errors as above, or as config_read().
 */
enum err embedding_open_run(
    char *const *env, struct embedding **r, struct error *e) ERR_WARN_UNUSED;
void embedding_close(struct embedding *m);

/*
 * Returns what names the server and its model, on which scores of embeddings depend; absent
 * without memory.
 */
struct str embedding_name(struct arena *a, const struct config *c);

/*
 * Begins a request. All its questions together wait no longer than embedding_timeout, and
 * after a failure the server is not asked again before the next request.
 */
void embedding_begin(struct embedding *m);

/* Returns whether an embedding could not be had since embedding_begin(): the answer may
 * differ next time. */
bool embedding_failed(const struct embedding *m);

/*
 * Returns the embedder for semantic_similarity; NULL for NULL. It fails with
 * ERR_UNAVAILABLE.
 */
const struct embedder *embedding_embedder(const struct embedding *m);

#endif
