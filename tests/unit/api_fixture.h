/*
 * The whole service over a driver that answers canned rows: a project with three
 * dimensions, a task with three annotations and two predictions. Tests change what is
 * canned before they ask. Ownership: there is one world, between world_set_up() and
 * world_tear_down().
 */
#ifndef API_FIXTURE_H
#define API_FIXTURE_H

#include "service/routes.h"
#include "fake_db.h"
#include "store/dimensions.h"
#include "store/evidence.h"

#define WORLD_KEY "0123456789abcdef0123456789abcdef01234567"
#define WORLD_PROJECT "/api/projects/3"
#define WORLD_MATRIX WORLD_PROJECT "/tasks/5/agreement-matrix"
#define WORLD_ALL                                                                          \
	"{\"annotators\":{\"all\":true},\"models\":{\"all\":true},\"ground_truth\":true}"

/* An annotation or prediction with its user and result. */
struct world_evidence {
	struct store_evidence v;
	const char *result;
};

struct world {
	/* What the statement for the access answers; `known` false: no row. */
	bool known, active, legacy, project, task;
	struct str key, fingerprint, recorded;
	struct store_dimension dimensions[8];
	size_t n_dimensions;
	struct world_evidence evidence[8];
	size_t n_evidence;
	struct store_user users[8]; /* members, for those that a selection names */
	size_t n_users;
	const char *label_config; /* of the project; NULL: none */
	struct str kept;	  /* bytes of the scores that are kept; absent: none */

	struct config config;
	struct api api;
	struct store *store;
	struct arena *arena; /* of what is canned */
	struct response response;
	size_t memory;	/* limit of the request's arena; 0: none */
	char etag[160]; /* of the last answer */
};

extern struct world world;

int world_set_up(void **state);
int world_tear_down(void **state);

/* Hand what `world` has to the fake driver; world_ask() does so by itself. */
void world_can(void);

/*
 * Ask and leave the answer in world.response. `query` may be NULL for a server that lost
 * it; `token` NULL: no credentials; `tag` NULL: no If-None-Match. fake.calls begins at 0.
 */
void world_ask(const char *method, const char *path, const char *query, const char *token,
    const char *tag);

/* A good GET with a query. */
void world_get(const char *path, const char *query);

/* The matrix for a selection in JSON; percent signs are added where needed. */
void world_matrix(const char *selection);

/* How many statements of the last request read results, alone or with the evidence. */
unsigned world_results_read(void);

/* Fail unless the answer has that status and its body begins with, or is, that text. */
void world_assert(int status, const char *body);

/* Fail unless it is an error with that status and detail, in the form of all errors. */
void world_assert_error(int status, const char *detail);

#endif
