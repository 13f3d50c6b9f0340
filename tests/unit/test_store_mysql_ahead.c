/* What is asked ahead over a second connection, and rows that are taken as they come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/evidence.h"
#include "store/handle.h"
#include "store/open.h"
#include "store/query.h"
#include "store/scores.h"
#include "evidence_of.h"
#include "store_fixture.h"

/* Connections of an account, beside that of the fixture. */
static int64_t
connections(struct fixture *f, const char *user)
{
	char text[200];

	snprintf(text, sizeof text,
	    "(SELECT id FROM information_schema.processlist WHERE user = '%s') t", user);
	return count(f, text);
}

/* Ends a connection of the service's account. */
static void
end_connection(struct fixture *f)
{
	sql(f,
	    "SET @kill = (SELECT CONCAT('KILL ', MIN(id)) FROM"
	    " information_schema.processlist WHERE user = 'agreement_service')");
	sql(f, "PREPARE ending FROM @kill");
	sql(f, "EXECUTE ending");
}

static bool
begin(struct fixture *f, const char *key, int64_t project)
{
	int64_t organization = -1;
	bool begun = store_access_begin(f->s, str_of(key), project, &organization);

	assert_int_equal(organization, begun ? 1 : -1);
	return begun;
}

static void
the_same_is_known_of_who_asks(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};
	struct store_evidence_list list;
	struct store_access r;

	g.s = open_ahead("service.cnf");
	/* Nothing is known of a key that never was accepted. */
	assert_false(begin(&g, KEY, 3));
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	for (int i = 0; i < 20; i++) {
		assert_true(begin(&g, KEY, 3));
		ok(store_evidence(g.s, g.a, EVIDENCE_OF(1, 3, 5, 0), &list, &g.e), &g.e,
		    "evidence");
		assert_true(list.found);
		r = ask(&g, KEY, 3);
		assert_false(g.s->ahead);
		assert_int_equal(r.state, STORE_ACCESS_OK);
		assert_true(r.user == 7 && r.organization == 1);
	}
	assert_int_equal(connections(f, "agreement_service"), 2);
	assert_false(begin(&g, "0123456789", 3));
	assert_false(begin(&g, "", 3));
	store_close(g.s);
}

static void
what_was_begun_says_what_is_so_now(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};

	g.s = open_ahead("service.cnf");
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	/* Another question than the one that was begun, which is then dropped. */
	assert_true(begin(&g, KEY, 4));
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	assert_true(g.s->ahead);
	store_access_drop(g.s);
	assert_false(g.s->ahead);
	/* Their organization is another one, then their key is none. */
	sql(f, "UPDATE htx_user SET active_organization_id = 2 WHERE id = 7");
	assert_true(begin(&g, KEY, 3));
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_NO_PROJECT);
	sql(f, "DELETE FROM authtoken_token");
	assert_true(store_access_begin(g.s, STR(KEY), 3, &(int64_t){0}));
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_NO_KEY);
	/* Begun and never taken: closing waits for it. */
	assert_true(store_access_begin(g.s, STR(KEY), 3, &(int64_t){0}));
	store_close(g.s);
}

static void
one_connection_is_enough(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};

	sql(f,
	    "CREATE USER one@localhost IDENTIFIED BY 'secret#3'"
	    " WITH MAX_USER_CONNECTIONS 1");
	sql(f, "GRANT SELECT ON agreement_test.* TO one@localhost");
	g.s = open_ahead("one.cnf");
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	assert_true(begin(&g, KEY, 3));
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	/* It is left alone for a while. */
	assert_false(begin(&g, KEY, 3));
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	store_close(g.s);
	sql(f, "DROP USER one@localhost");
}

static void
a_setting_says_how_many(void **state)
{
	static const char *const wanted[] = {NULL, "1", "2"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		char file[300], connections[64] = "OTHER=";
		char *env[] = {file, connections, NULL};
		struct config config = {0};
		struct store *s = NULL;
		struct error e = {0};

		snprintf(file, sizeof file, "AGREEMENT_MYSQL_FILE=%s/service.cnf",
		    getenv("AGREEMENT_TEST_MYSQL"));
		if (wanted[i] != NULL)
			snprintf(connections, sizeof connections,
			    "AGREEMENT_CONNECTIONS=%s", wanted[i]);
		ok(config_read(&config, env, &e), &e, "config");
		ok(open_store(&config, &s, &e), &e, "open");
		assert_int_equal(s->aside != NULL, i != 1);
		store_close(s);
		config_free(&config);
	}
}

static void
a_second_connection_that_was_lost_is_made_again(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};

	g.s = open_ahead("service.cnf");
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	assert_true(begin(&g, KEY, 3));
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	end_connection(f);
	end_connection(f);
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	assert_true(begin(&g, KEY, 3));
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	assert_true(begin(&g, KEY, 3));
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	store_close(g.s);
}

/* ---- rows as they come */

struct seen {
	int64_t tasks[400];
	size_t n, most;
};

static enum err
see(void *context, const struct store_scores *row, struct error *e)
{
	struct seen *seen = context;
	char text[32];

	if (seen->n == seen->most)
		return error_set(e, ERR_UNKNOWN, "that is enough");
	snprintf(text, sizeof text, "scores of %lld", (long long)row->task);
	assert_true(str_is(row->bytes, text));
	assert_true(str_is(row->fingerprint, "0123456789abcdef0123456789abcdef"));
	assert_true(row->labels.s == NULL || str_is(row->labels, "labels"));
	seen->tasks[seen->n++] = row->task;
	return ERR_OK;
}

static void
rows_come_by_task_and_may_be_too_many(void **state)
{
	struct fixture *f = *state;
	struct seen all = {.most = 400}, some = {.most = 100};
	struct store_scores_reader to = {.rows = true, .visit = see, .context = &all};

	sql(f, "INSERT INTO task (id, project_id, data) VALUES (400, 3, '{}')");
	for (int i = 300; i > 0; i--) {
		char text[300];

		snprintf(text, sizeof text,
		    "INSERT INTO agreement_score (project_id, task_id, fingerprint, scores,"
		    " labels) VALUES (3, %d, '0123456789abcdef0123456789abcdef',"
		    " 'scores of %d', 'labels')",
		    i * 2, i * 2);
		sql(f, text);
	}
	/* More than the first statement asks for. */
	OK(store_scores_read(f->s, f->a, 3, &to, &f->e));
	assert_int_equal(all.n, 300);
	for (int i = 0; i < 300; i++)
		assert_int_equal(all.tasks[i], 2 * i + 2);
	all.n = 0;
	to.labels = true;
	OK(store_scores_read(f->s, f->a, 3, &to, &f->e));
	assert_int_equal(all.n, 300);
	/* Who has seen enough leaves a connection that is good for more. */
	to.context = &some;
	assert_int_equal(store_scores_read(f->s, f->a, 3, &to, &f->e), ERR_UNKNOWN);
	assert_string_equal(f->e.text, "that is enough");
	assert_int_equal(some.n, 100);
	sql(f, "USE agreement_test");
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
	all.n = 0;
	to.context = &all;
	OK(store_scores_read(f->s, f->a, 4, &to, &f->e));
	assert_int_equal(all.n, 0);
}

/* ---- rows that are written together */

#define WRITTEN 53

/* What the i-th row has: some more than a statement of several may have. */
static struct str
bytes_of(struct arena *a, int i, int round)
{
	size_t n = i == 20 ? (size_t)3 << 20 : 10;
	char *s = arena_alloc(a, n);

	memset(s, 'a' + i % 20, n);
	s[0] = (char)('0' + round);
	s[1] = (char)i;
	return (struct str){s, n};
}

struct check {
	struct arena *a;
	int n, round;
};

static enum err
check_written(void *context, const struct store_scores *row, struct error *e)
{
	struct check *c = context;

	(void)e;
	assert_int_equal(row->task, 10 + c->n);
	assert_true(str_eq(row->bytes, bytes_of(c->a, c->n, c->round)));
	assert_int_equal(row->labels.s[0], 'l');
	c->n++;
	return ERR_OK;
}

static void
rows_are_written_in_any_number(void **state)
{
	struct fixture *f = *state;
	struct store_scores list[WRITTEN];

	sql(f, "DELETE FROM agreement_score");
	for (int round = 0; round < 2; round++) {
		struct check c = {f->a, 0, round};
		struct store_scores_reader to = {
		    .labels = true, .rows = true, .visit = check_written, .context = &c};

		/* They need not come by task. */
		for (int i = 0; i < WRITTEN; i++) {
			int k = (i * 7 + 3) % WRITTEN;

			list[i] = (struct store_scores){
			    .project = 3,
			    .task = 10 + k,
			    .fingerprint = STR("0123456789abcdef0123456789abcdef"),
			    .bytes = bytes_of(f->a, k, round),
			    .labels = STR("l"),
			};
		}
		OK(store_scores_put(f->s, list, WRITTEN, &f->e));
		OK(store_scores_read(f->s, f->a, 3, &to, &f->e));
		assert_int_equal(c.n, WRITTEN);
	}
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    T(the_same_is_known_of_who_asks),
	    T(what_was_begun_says_what_is_so_now),
	    T(one_connection_is_enough),
	    cmocka_unit_test(a_setting_says_how_many),
	    T(a_second_connection_that_was_lost_is_made_again),
	    T(rows_come_by_task_and_may_be_too_many),
	    T(rows_are_written_in_any_number),
	};

	return RUN(all);
}
