#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_fixture.h"

#include "store/columns.h"
#include "store/schema.h"

struct world world;

#define VALUE(q, r)                                                                        \
	"[{\"id\":\"a\",\"from_name\":\"q\",\"type\":\"choices\",\"value\":{\"choices\":[" \
	"\"" q "\"]}},{\"id\":\"b\",\"from_name\":\"r\",\"type\":\"rating\",\"value\":{"   \
	"\"rating\":" r "}}]"

#define DIMENSION(id_, name_, type, metric, place, active)                                 \
	{.id = (id_),                                                                      \
	    .project = 3,                                                                  \
	    .name = STR_INIT(name_),                                                       \
	    .control_tag = STR_INIT(name_),                                                \
	    .control_type = STR_INIT(type),                                                \
	    .extraction_method = STR_INIT("from_name"),                                    \
	    .metric_type = STR_INIT(metric),                                               \
	    .is_active = (active),                                                         \
	    .is_present = true,                                                            \
	    .order = (place),                                                              \
	    .weight = 1.0,                                                                 \
	    .created_at = STR_INIT("then"),                                                \
	    .updated_at = STR_INIT("now")}

#define USER(id_, first, last, mail)                                                       \
	{.id = (id_),                                                                      \
	    .email = STR_INIT(mail),                                                       \
	    .first_name = STR_INIT(first),                                                 \
	    .last_name = STR_INIT(last),                                                   \
	    .username = STR_INIT(first),                                                   \
	    .avatar = STR_INIT("")}

#define ANNOTATION(id_, user_, truth)                                                      \
	.v = {.version = {.id = (id_),                                                     \
		  .updated_at = 1000,                                                      \
		  .length = 9,                                                             \
		  .crc32 = (uint32_t)(id_),                                                \
		  .ground_truth = (truth)},                                                \
	    .has_user = true,                                                              \
	    .user = user_}
#define PREDICTION(id_, model)                                                             \
	.v = {.version = {.id = (id_),                                                     \
		  .updated_at = 1000,                                                      \
		  .length = 9,                                                             \
		  .crc32 = (uint32_t)(id_),                                                \
		  .kind = STORE_PREDICTION},                                               \
	    .model_version = STR_INIT(model)}

static const struct world begun = {
    .known = true,
    .active = true,
    .legacy = true,
    .project = true,
    .task = true,
    .key = STR_INIT(WORLD_KEY),
    .fingerprint = STR_INIT("f"),
    .recorded = STR_INIT("f"),
    .dimensions = {DIMENSION(11, "q", "Choices", "exact_match", 0, true),
	DIMENSION(12, "r", "Rating", "numeric_difference", 1, true),
	DIMENSION(13, "s", "Choices", "exact_match", 2, false)},
    .n_dimensions = 3,
    .evidence = {{ANNOTATION(101, USER(1, "Ann", "Lee", "ann@x"), true), VALUE("a", "1")},
	{ANNOTATION(102, USER(2, "Bob", "Ray", "bob@x"), false), VALUE("a", "1")},
	{ANNOTATION(103, USER(7, "Cid", "", "cid@x"), false), VALUE("b", "3")},
	{PREDICTION(201, "v1"), VALUE("a", "3")}, {PREDICTION(202, "v2"), VALUE("b", "1")}},
    .n_evidence = 5,
    .users = {USER(1, "Ann", "Lee", "ann@x"), USER(8, "Dot", "Fox", "dot@x")},
    .n_users = 2,
};

int
world_set_up(void **state)
{
	char *env[] = {NULL};

	(void)state;
	fake_reset();
	world = begun;
	world.arena = arena_new(0);
	response_init(&world.response, "1.2.3");
	if (world.arena == NULL || config_read(&world.config, env, NULL) != ERR_OK)
		return 1;
	if (fake_store(&world.store, NULL) != ERR_OK)
		return 1;
	world.api = (struct api){.store = world.store, .config = &world.config};
	return 0;
}

int
world_tear_down(void **state)
{
	(void)state;
	store_close(world.store);
	config_free(&world.config);
	response_free(&world.response);
	arena_free(world.arena);
	return fake.open;
}

static void
put(struct db_value **v, struct db_value value)
{
	*(*v)++ = value;
}

static void
put_dimension(struct db_value **v, const struct store_dimension *d)
{
	*v += columns_write(d, COLUMNS_ALL, *v);
}

static void
put_nulls(struct db_value **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(v, DB_NULL);
}

static void
can_access(void)
{
	size_t n = world.n_dimensions == 0 || !world.project ? 1 : world.n_dimensions;
	struct db_value *rows = arena_calloc(
			    world.arena, n * (10 + COLUMN__MAX), sizeof(*rows)),
			*v = rows;

	for (size_t i = 0; i < n; i++) {
		if (!world.known) {
			put_nulls(&v, 8);
			put(&v, DB_INTEGER(SCHEMA_VERSION));
			put(&v, DB_INTEGER(4));
			put_nulls(&v, COLUMN__MAX);
			break;
		}
		put(&v, DB_TEXT(world.key));
		put(&v, DB_INTEGER(1));
		put(&v, DB_INTEGER(world.active));
		put(&v, DB_INTEGER(9));
		put(&v, DB_INTEGER(world.legacy));
		put(&v, world.project ? DB_INTEGER(3) : DB_NULL);
		put(&v, world.project ? DB_TEXT(world.fingerprint) : DB_NULL);
		put(&v, world.project ? DB_TEXT(world.recorded) : DB_NULL);
		put(&v, DB_INTEGER(SCHEMA_VERSION));
		put(&v, DB_INTEGER(4));
		if (i < world.n_dimensions && world.project)
			put_dimension(&v, &world.dimensions[i]);
		else
			put_nulls(&v, COLUMN__MAX);
	}
	fake_rows(STMT_ACCESS, rows, world.known ? n : 1);
}

static void
can_dimensions(void)
{
	struct db_value *rows = arena_calloc(
			    world.arena, world.n_dimensions * COLUMN__MAX, sizeof(*rows)),
			*v = rows;

	for (size_t i = 0; i < world.n_dimensions; i++)
		put_dimension(&v, &world.dimensions[i]);
	fake_rows(STMT_DIMENSIONS, rows, world.n_dimensions);
}

static void
put_version(struct db_value **v, const struct store_version *version)
{
	put(v, DB_INTEGER(version->kind));
	put(v, DB_INTEGER(version->id));
	put(v, DB_INTEGER(version->ground_truth));
	put(v, DB_INTEGER(version->updated_at));
	put(v, DB_INTEGER((int64_t)version->length));
	put(v, DB_INTEGER(version->crc32));
}

/*
 * Answer a statement with the evidence, with the results (`whole`) or without, and with
 * predictions or without, after the row that a task has without annotations.
 */
static void
can_answer(enum stmt id, bool whole, bool predictions)
{
	size_t n = 1;
	struct db_value *rows = arena_calloc(
			    world.arena, (world.n_evidence + 2) * 15, sizeof(*rows)),
			*v = rows;
	bool kept = world.kept.s != NULL &&
	    (id == STMT_EVIDENCE_KEPT || id == STMT_ANNOTATIONS_KEPT);

	put(&v, DB_INTEGER(STORE_ANNOTATION));
	put_nulls(&v, 14);

	for (size_t i = 0; i < world.n_evidence; i++) {
		const struct store_evidence *e = &world.evidence[i].v;

		if (e->version.kind == STORE_PREDICTION && !predictions)
			continue;
		n++;
		put_version(&v, &e->version);
		put(&v, whole ? DB_TEXT(str_of(world.evidence[i].result)) : DB_NULL);
		put(&v, DB_TEXT(e->model_version));
		put(&v, e->has_user ? DB_INTEGER(e->user.id) : DB_NULL);
		put(&v, DB_TEXT(e->user.email));
		put(&v, DB_TEXT(e->user.first_name));
		put(&v, DB_TEXT(e->user.last_name));
		put(&v, DB_TEXT(e->user.username));
		put(&v, DB_TEXT(e->user.avatar));
		put(&v, DB_INTEGER(e->user.deleted));
	}
	if (kept) {
		n++;
		put(&v, DB_INTEGER(STORE_KIND__MAX));
		put(&v, DB_INTEGER(5));
		for (int i = 0; i < 4; i++)
			put(&v, DB_INTEGER(0));
		put(&v, DB_TEXT(world.kept));
		put_nulls(&v, 8);
	}
	fake_rows(id, rows, world.task ? n : 0);
}

static void
can_evidence(void)
{
	struct db_value *results = arena_calloc(
			    world.arena, world.n_evidence * 7, sizeof(*results)),
			*w = results;

	for (size_t i = 0; i < world.n_evidence; i++) {
		put_version(&w, &world.evidence[i].v.version);
		put(&w, DB_TEXT(str_of(world.evidence[i].result)));
	}
	can_answer(STMT_EVIDENCE, false, true);
	can_answer(STMT_EVIDENCE_RESULTS, true, true);
	can_answer(STMT_EVIDENCE_KEPT, false, true);
	can_answer(STMT_ANNOTATIONS_KEPT, false, false);
	can_answer(STMT_ANNOTATIONS, false, false);
	fake_rows(STMT_RESULTS, results, world.n_evidence);
}

static void
can_users(void)
{
	struct db_value *rows = arena_calloc(world.arena, world.n_users * 7, sizeof(*rows)),
			*v = rows;

	for (size_t i = 0; i < world.n_users; i++) {
		put(&v, DB_INTEGER(world.users[i].id));
		put(&v, DB_INTEGER(world.users[i].deleted));
		put(&v, DB_TEXT(world.users[i].email));
		put(&v, DB_TEXT(world.users[i].first_name));
		put(&v, DB_TEXT(world.users[i].last_name));
		put(&v, DB_TEXT(world.users[i].username));
		put(&v, DB_TEXT(world.users[i].avatar));
	}
	fake_rows(STMT_USERS, rows, world.n_users);
}

static void
can_project(void)
{
	struct db_value *row = arena_calloc(world.arena, 7, sizeof(*row)), *v = row;

	put(&v, DB_INTEGER(3));
	put(&v, DB_INTEGER(9));
	put(&v, DB_TEXT(STR("a project")));
	put(&v, DB_TEXT(str_of(world.label_config)));
	put(&v, DB_NULL);
	put(&v, DB_TEXT(world.fingerprint));
	put(&v, DB_TEXT(world.recorded));
	fake_rows(STMT_PROJECT, row, world.project ? 1 : 0);
}

void
world_can(void)
{
	static const struct db_value health[] = {
	    {.integer = SCHEMA_VERSION}, {.integer = 0}};

	can_access();
	can_dimensions();
	can_evidence();
	can_users();
	can_project();
	fake_rows(STMT_HEALTH, health, 1);
}

void
world_ask(const char *method, const char *path, const char *query, const char *token,
    const char *tag)
{
	struct service service = routes_service(&world.api);
	struct arena *a = arena_new(world.memory);
	struct request q = {
	    .method = strcmp(method, "GET") == 0 ? REQUEST_GET
		: strcmp(method, "HEAD") == 0	 ? REQUEST_HEAD
		: strcmp(method, "POST") == 0	 ? REQUEST_POST
						 : REQUEST_OTHER,
	    .method_text = str_of(method),
	    .path = str_of(path),
	    .query = str_of(query),
	    .authorization = str_of(token),
	    .if_none_match = str_of(tag),
	};

	if (a == NULL) /* allocations are made to fail */
		return;
	fake.calls = 0;
	response_reset(&world.response);
	route_dispatch(&service, a, &q, &world.response);
	snprintf(world.etag, sizeof(world.etag), "%s", world.response.etag);
	arena_free(a);
}

void
world_get(const char *path, const char *query)
{
	world_can();
	world_ask("GET", path, query, "Token " WORLD_KEY, NULL);
}

void
world_matrix(const char *selection)
{
	const char *query = arena_printf(world.arena, "selection=%s", selection);

	world_get(WORLD_MATRIX, query);
}

unsigned
world_results_read(void)
{
	return fake_runs(STMT_RESULTS) + fake_runs(STMT_EVIDENCE_RESULTS);
}

void
world_assert(int status, const char *body)
{
	const struct response *r = &world.response;

	if (r->status != status || r->body.s == NULL ||
	    strncmp(r->body.s, body, strlen(body)) != 0)
		fail_msg(
		    "%d %s", r->status, r->body.s == NULL ? "without a body" : r->body.s);
	assert_int_equal(r->body.n, strlen(r->body.s));
}

void
world_assert_error(int status, const char *detail)
{
	const struct response *r = &world.response;
	const char *want = arena_printf(world.arena,
	    "\",\"status_code\":%d,\"version\":\"1.2.3\",\"detail\":\"%s\",\"exc_info\":"
	    "null",
	    status, detail);

	world_assert(status, "{\"id\":\"");
	if (r->body.n < 43 || strncmp(r->body.s + 43, want, strlen(want)) != 0)
		fail_msg("%s is not in %s", want, r->body.s);
	assert_string_equal(r->etag, "");
}
