/*
 * Embeddings through memory, table and server: what is asked of whom, how often, and what a
 * failure of each costs. The server is a process that computes vectors; the table is the
 * fake driver's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "embedding/embedclient.h"
#include "embedding/embedding.h"
#include "base/buf.h"
#include "base/sha256.h"
#include "fake_db.h"
#include "http_peer.h"
#include "json/json.h"

enum mode {
	FINE,
	LONGER, /* vectors of four numbers */
	REVERSED,
	UNNUMBERED,
	UNAUTHORIZED,
	SLOW,
	SLOW_AFTER_ONE,
	MIXED_BATCHES, /* every call has another length */
	RAW	       /* what peer->script says */
};

static char url[64], closed[64];
static char key_file[] = "/tmp/agreement-embedding.XXXXXX";

/* Three numbers (or four) of a text: its bytes, its first byte, and 1. */
static void
write_vector(struct buf *b, struct str text, unsigned n)
{
	buf_printf(b, "[%zu,%d,1.5", text.n, text.n > 0 ? (unsigned char)text.s[0] : 0);
	for (unsigned i = 3; i < n; i++)
		buf_puts(b, ",0.25");
	buf_char(b, ']');
}

static void
write_items(struct buf *b, const struct json *input, unsigned length)
{
	for (uint32_t i = 0; i < input->n; i++) {
		uint32_t k = peer->mode == REVERSED ? input->n - 1 - i : i;

		buf_puts(b, i > 0 ? ",{\"embedding\":" : "{\"embedding\":");
		write_vector(b, json_str(json_at(input, k)), length);
		if (peer->mode == UNNUMBERED)
			buf_char(b, '}');
		else
			buf_printf(b, ",\"index\":%u}", k);
	}
}

static void
answer(int fd)
{
	struct arena *a = arena_new(0);
	struct buf b = BUF_INIT;
	const struct json *doc = NULL, *input;
	unsigned length = 3;

	if (json_parse(a, (struct str){peer->body, peer->n_body}, &doc, NULL) != ERR_OK)
		_exit(1);
	input = json_get(doc, "input");
	if (peer->requests <= PEER_NOTES)
		peer->notes[peer->requests - 1] = input->n;
	if (peer->mode == SLOW || (peer->mode == SLOW_AFTER_ONE && peer->requests > 1))
		peer_dawdle(fd, 400);
	if (peer->mode == LONGER)
		length = 4;
	if (peer->mode == MIXED_BATCHES)
		length = 2 + peer->requests;
	buf_puts(&b, "{\"object\":\"list\",\"data\":[");
	write_items(&b, input, length);
	buf_puts(&b, "]}");
	if (peer->mode == UNAUTHORIZED)
		peer_send(fd, "401 Unauthorized", "", "{}", 2);
	else if (peer->mode == RAW)
		peer_send(fd, "200 OK", "", peer->script, strlen(peer->script));
	else
		peer_send(fd, "200 OK", "", b.s, b.n);
	buf_free(&b);
	arena_free(a);
}

static int
start(void **state)
{
	int fd = mkstemp(key_file);

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v1/", peer_start(answer));
	snprintf(closed, sizeof(closed), "http://127.0.0.1:%u/v1", peer_closed_port());
	if (write(fd, "s3cret\n", 7) != 7)
		return 1;
	close(fd);
	return 0;
}

static int
end_all(void **state)
{
	(void)state;
	peer_stop();
	return unlink(key_file);
}

/* ------------------------------------------------------------------ what each test has */

static struct store *store;
static struct embedding *m;
static struct error e;
static const float *vectors[1000];
static size_t length;

static struct config
settings(const char *to, int64_t timeout, int64_t cache)
{
	static char model[] = "model", empty[] = "", where[64];
	struct config c = {0};

	snprintf(where, sizeof(where), "%s", to);
	c.text[CONFIG_EMBEDDING_URL] = where;
	c.text[CONFIG_EMBEDDING_MODEL] = model;
	c.text[CONFIG_EMBEDDING_KEY_FILE] = empty;
	c.number[CONFIG_EMBEDDING_TIMEOUT] = timeout;
	c.number[CONFIG_CACHE_BYTES] = cache;
	return c;
}

static int
set_up(void **state)
{
	(void)state;
	m = NULL;
	fake_reset();
	peer_reset(FINE);
	return fake_store(&store, &e) != ERR_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	embedding_close(m);
	store_close(store);
	return 0;
}

/* Begin anew inside a test. */
static void
again(void)
{
	tear_down(NULL);
	assert_int_equal(set_up(NULL), 0);
}

static void
open_with(const char *to, int64_t timeout, int64_t cache, struct store *s)
{
	struct config c = settings(to, timeout, cache);

	embedding_close(m);
	assert_int_equal(embedding_open(&c, s, &m, &e), ERR_OK);
	assert_non_null(m);
	embedding_begin(m);
}

static enum err
ask(const struct str *texts, size_t n)
{
	const struct embedder *d = embedding_embedder(m);

	memset(vectors, 0, sizeof(vectors));
	length = 0;
	e = (struct error){0};
	return d->embed(d->context, texts, n, vectors, &length, &e);
}

static void
are_vectors_of(const struct str *texts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_true(vectors[i][0] == (float)texts[i].n);
		assert_true(vectors[i][1] == (float)(unsigned char)texts[i].s[0]);
		assert_true(vectors[i][2] == 1.5F);
	}
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const struct str three[] = {
    STR_INIT("one"), STR_INIT("two words"), STR_INIT("\xc3\xa9t\xc3\xa9 \"quoted\"\n")};

/* ------------------------------------------------------------------ the server */

static void
a_question_and_its_answer(void **state)
{
	static const struct str repeated[] = {
	    STR_INIT("b"), STR_INIT("aa"), STR_INIT("b"), STR_INIT("b")};
	struct config c = settings(url, 5000, 1 << 20);

	(void)state;
	c.text[CONFIG_EMBEDDING_KEY_FILE] = key_file;
	assert_int_equal(embedding_open(&c, NULL, &m, &e), ERR_OK);
	embedding_begin(m);
	assert_int_equal(ask(three, 3), ERR_OK);
	assert_int_equal(length, 3);
	are_vectors_of(three, 3);
	assert_int_equal(strncmp(peer->head, "POST /v1/embeddings HTTP/1.1\r\n", 30), 0);
	assert_non_null(strstr(peer->head, "\r\nAuthorization: Bearer s3cret\r\n"));
	assert_string_equal(peer->body,
	    "{\"model\":\"model\",\"input\":[\"one\",\"two words\",\"\xc3\xa9t\xc3\xa9 "
	    "\\\"quoted\\\"\\n\"]}");
	assert_false(embedding_failed(m));

	assert_int_equal(ask(repeated, 4), ERR_OK);
	are_vectors_of(repeated, 4);
	assert_ptr_equal(vectors[0], vectors[2]);
	assert_ptr_equal(vectors[0], vectors[3]);
	assert_int_equal(peer->notes[1], 2);
}

static void
without_a_model_none_is_named(void **state)
{
	static char none[] = "";
	struct config c = settings(url, 5000, 0);

	(void)state;
	c.text[CONFIG_EMBEDDING_MODEL] = none;
	assert_int_equal(embedding_open(&c, NULL, &m, &e), ERR_OK);
	embedding_begin(m);
	assert_int_equal(ask(three, 1), ERR_OK);
	assert_string_equal(peer->body, "{\"input\":[\"one\"]}");
}

static void
the_index_counts(void **state)
{
	(void)state;
	peer_reset(REVERSED);
	open_with(url, 5000, 0, NULL);
	assert_int_equal(ask(three, 3), ERR_OK);
	are_vectors_of(three, 3);
	peer_reset(UNNUMBERED);
	open_with(url, 5000, 0, NULL);
	assert_int_equal(ask(three, 3), ERR_OK);
	are_vectors_of(three, 3);
}

static void
batches(void **state)
{
	static char large[300 << 10], names[200][16];
	struct str texts[200];

	(void)state;
	for (int i = 0; i < 200; i++) {
		snprintf(names[i], sizeof(names[i]), "t%d", i);
		texts[i] = str_of(names[i]);
	}
	assert_int_equal(embedclient_batch(texts, 1), 1);
	assert_int_equal(embedclient_batch(texts, 64), 64);
	assert_int_equal(embedclient_batch(texts, 65), 64);
	open_with(url, 5000, 0, NULL);
	assert_int_equal(ask(texts, 200), ERR_OK);
	are_vectors_of(texts, 200);
	assert_int_equal(peer->requests, 4);
	assert_int_equal(peer->notes[0], 64);
	assert_int_equal(peer->notes[3], 8);

	memset(large, 'x', sizeof(large));
	texts[0] = (struct str){large, 200 << 10};
	texts[1] = (struct str){large, 56 << 10};
	texts[2] = (struct str){large, 57 << 10};
	texts[3] = (struct str){large, sizeof(large)};
	assert_int_equal(embedclient_batch(texts, 4), 2);
	assert_int_equal(embedclient_batch(texts + 1, 3), 2);
	assert_int_equal(embedclient_batch(texts + 3, 1), 1);
	peer_reset(FINE);
	assert_int_equal(ask(texts, 4), ERR_OK);
	are_vectors_of(texts, 4);
	assert_int_equal(peer->requests, 3);
}

static void
answers_that_cannot_be_used(void **state)
{
	static const struct {
		const char *answer, *why;
	} cases[] = {
	    {"", "what is no JSON"},
	    {"<html>", "what is no JSON"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[1,NaN]}]}", "what is no JSON"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[1,1e999]}]}", "answered"},
	    {"[]", "without an embedding for each text"},
	    {"{}", "without an embedding for each text"},
	    {"{\"error\":{\"message\":\"no\"}}", "without an embedding for each text"},
	    {"{\"data\":{}}", "without an embedding for each text"},
	    {"{\"data\":[]}", "without an embedding for each text"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[1]}]}",
		"without an embedding for each text"},
	    {"{\"data\":[1,2]}", "no list of numbers"},
	    {"{\"data\":[{\"index\":0},{\"index\":1}]}", "no list of numbers"},
	    {"{\"data\":[{\"index\":0,\"embedding\":\"AACAPw==\"},{}]}",
		"no list of numbers"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[]},{}]}", "no list of numbers"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
		"an index that was not asked for"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":2,\"embedding\":[1]}]}",
		"an index that was not asked for"},
	    {"{\"data\":[{\"index\":-1,\"embedding\":[1]},{}]}",
		"an index that was not asked for"},
	    {"{\"data\":[{\"index\":\"x\",\"embedding\":[1]},{}]}",
		"an index that is no number"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[1,2]}]"
	     "}",
		"embeddings of different lengths"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[\"1\"]},{}]}", "no finite number"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[null]},{}]}", "no finite number"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[[1]]},{}]}", "no finite number"},
	    {"{\"data\":[{\"index\":0,\"embedding\":[1e39]},{}]}", "no finite number"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		peer_reset(RAW);
		assert_true(strlen(cases[i].answer) < sizeof(peer->script));
		strcpy(peer->script, cases[i].answer);
		open_with(url, 5000, 0, NULL);
		assert_int_equal(ask(three, 2), ERR_UNAVAILABLE);
		if (strstr(e.text, cases[i].why) == NULL)
			fail_msg("%s: %s", cases[i].answer, e.text);
		assert_int_equal(strncmp(e.text, "the embedding server ", 21), 0);
		assert_true(embedding_failed(m));
	}
}

static void
after_a_failure_it_is_left_alone(void **state)
{
	(void)state;
	peer_reset(UNAUTHORIZED);
	open_with(url, 5000, 1 << 20, NULL);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(three + i, 1), ERR_UNAVAILABLE);
		assert_string_equal(
		    e.text, "the embedding server answered with HTTP status 401");
	}
	assert_int_equal(peer->requests, 1);
	/* Until the next request. */
	peer_reset(FINE);
	embedding_begin(m);
	assert_false(embedding_failed(m));
	assert_int_equal(ask(three, 3), ERR_OK);
	assert_int_equal(peer->requests, 1);
}

static void
all_questions_wait_together(void **state)
{
	double from = seconds();

	(void)state;
	peer_reset(SLOW);
	open_with(url, 600, 1 << 20, NULL);
	assert_int_equal(ask(three, 1), ERR_OK);
	assert_int_equal(ask(three + 1, 1), ERR_UNAVAILABLE);
	assert_non_null(strstr(e.text, "the embedding server did not answer within"));
	assert_int_equal(ask(three + 2, 1), ERR_UNAVAILABLE);
	assert_true(seconds() - from < 0.9);
	/* What was had stays. */
	assert_int_equal(ask(three, 1), ERR_OK);
	are_vectors_of(three, 1);
}

static void
nobody_listens(void **state)
{
	double from = seconds();

	(void)state;
	open_with(closed, 5000, 0, NULL);
	assert_int_equal(ask(three, 3), ERR_UNAVAILABLE);
	assert_string_equal(e.text, "the embedding server cannot be reached");
	assert_true(seconds() - from < 1.0);
	assert_true(embedding_failed(m));
}

static void
a_run_gives_up_a_server_that_is_away(void **state)
{
	char to[96], timeout[] = "AGREEMENT_EMBEDDING_TIMEOUT=200";
	char *env[] = {to, timeout, NULL};

	(void)state;
	snprintf(to, sizeof(to), "AGREEMENT_EMBEDDING_URL=%s", url);
	assert_int_equal(embedding_open_run(env, &m, &e), ERR_OK);
	/* A wrong answer is not for ever. */
	peer_reset(UNAUTHORIZED);
	embedding_begin(m);
	assert_int_equal(ask(three, 1), ERR_UNAVAILABLE);
	peer_reset(FINE);
	embedding_begin(m);
	assert_int_equal(ask(three, 1), ERR_OK);
	/* None is, but for what is known. */
	peer_reset(SLOW);
	assert_int_equal(ask(three + 1, 1), ERR_UNAVAILABLE);
	peer_reset(FINE);
	embedding_begin(m);
	assert_true(embedding_failed(m));
	assert_int_equal(ask(three + 1, 1), ERR_UNAVAILABLE);
	assert_int_equal(ask(three, 1), ERR_OK);
	assert_int_equal(peer->requests, 0);
}

static void
batches_before_a_failure_are_kept(void **state)
{
	static char names[100][16];
	struct str texts[100];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(names[i], sizeof(names[i]), "t%d", i);
		texts[i] = str_of(names[i]);
	}
	peer_reset(SLOW_AFTER_ONE);
	open_with(url, 200, 1 << 20, NULL);
	assert_int_equal(ask(texts, 100), ERR_UNAVAILABLE);
	assert_int_equal(ask(texts, 64), ERR_OK);
	are_vectors_of(texts, 64);
	assert_int_equal(ask(texts + 64, 1), ERR_UNAVAILABLE);
	peer_reset(FINE);
	embedding_begin(m);
	assert_int_equal(ask(texts, 100), ERR_OK);
	assert_int_equal(peer->requests, 1);
	assert_int_equal(peer->notes[0], 36);
}

static void
another_model_behind_the_name(void **state)
{
	(void)state;
	open_with(url, 5000, 1 << 20, NULL);
	assert_int_equal(ask(three, 1), ERR_OK);
	peer_reset(LONGER);
	assert_int_equal(ask(three, 3), ERR_OK);
	assert_int_equal(length, 4);
	are_vectors_of(three, 3);
	assert_true(vectors[0][3] == 0.25F);
	/* Two new ones, then the one that was known. */
	assert_int_equal(peer->requests, 2);
	assert_int_equal(peer->notes[0], 2);
	assert_int_equal(peer->notes[1], 1);
	/* One that never agrees with itself is no model. */
	peer_reset(MIXED_BATCHES);
	open_with(url, 5000, 1 << 20, NULL);
	assert_int_equal(ask(three, 1), ERR_OK);
	assert_int_equal(ask(three, 3), ERR_UNAVAILABLE);
	assert_string_equal(
	    e.text, "the embedding server answers embeddings of different lengths");
}

/* ------------------------------------------------------------------ memory */

static void
memory_lasts_as_the_settings_say(void **state)
{
	(void)state;
	open_with(url, 5000, 0, NULL);
	assert_int_equal(ask(three, 3), ERR_OK);
	assert_int_equal(ask(three, 3), ERR_OK);
	assert_int_equal(peer->requests, 1);
	embedding_begin(m);
	assert_int_equal(ask(three, 3), ERR_OK);
	assert_int_equal(peer->requests, 2);

	open_with(url, 5000, 1 << 20, NULL);
	assert_int_equal(ask(three, 3), ERR_OK);
	embedding_begin(m);
	assert_int_equal(ask(three, 3), ERR_OK);
	assert_int_equal(peer->requests, 3);
}

/* ------------------------------------------------------------------ the table */

static const struct fake_entry *
logged(enum stmt id, unsigned nth)
{
	for (unsigned i = 0; i < fake.calls && i < FAKE_LOG; i++)
		if (fake.log[i].call == FAKE_RUN && fake.log[i].id == id && nth-- == 0)
			return &fake.log[i];
	fail_msg("statement %d was not run", (int)id);
	return NULL;
}

/* The hash of a text as the table has it. */
static struct str
hash_of(struct str text)
{
	static char hex[2][65];
	static unsigned which;
	char *r = hex[which++ % 2];
	const struct str pieces[] = {STR("model"), {"", 1}, text};
	unsigned char digest[SHA256_BYTES];

	assert_int_equal(sha256(pieces, 3, digest), ERR_OK);
	sha256_hex(digest, r);
	return (struct str){r, 64};
}

static void
what_the_table_has_is_not_sent(void **state)
{
	/* 1.5, -2 and 0.1, least significant byte first. */
	static const char bytes[] = "\0\0\xc0\x3f\0\0\0\xc0\xcd\xcc\xcc\x3d";
	struct db_value rows[] = {
	    DB_TEXT(hash_of(three[1])), DB_TEXT(((struct str){bytes, 12}))};

	(void)state;
	fake_rows(STMT_EMBEDDINGS, rows, 1);
	open_with(url, 5000, 1 << 20, store);
	assert_int_equal(ask(three, 2), ERR_OK);
	assert_true(
	    vectors[1][0] == 1.5F && vectors[1][1] == -2.0F && vectors[1][2] == 0.1F);
	are_vectors_of(three, 1);
	assert_int_equal(peer->notes[0], 1);
	/* One look-up, in which the last hash is repeated; one row written. */
	assert_int_equal(fake_runs(STMT_EMBEDDINGS), 1);
	assert_true(logged(STMT_EMBEDDINGS, 0)->params[63].text.n == 64);
	assert_int_equal(fake_runs(STMT_EMBEDDING_PUT), 1);
	assert_int_equal(logged(STMT_EMBEDDING_PUT, 0)->params[1].integer, 3);
	assert_int_equal(logged(STMT_EMBEDDING_PUT, 0)->params[2].text.n, 12);
	assert_int_equal(fake.begins, 1);
	assert_int_equal(fake.commits, 1);
	/* Then memory has both. */
	assert_int_equal(ask(three, 2), ERR_OK);
	assert_int_equal(fake_runs(STMT_EMBEDDINGS), 1);
	assert_int_equal(peer->requests, 1);
}

static void
rows_that_are_no_vectors_do_not_count(void **state)
{
	static const struct str bad[] = {
	    STR_INIT(""), STR_INIT("abc"), STR_INIT("abcde"),
	    STR_INIT("\0\0\x80\x3f\0\0\xc0\x7f"), /* 1, NaN */
	    STR_INIT("\0\0\x80\xff"),		  /* -infinity */
	};

	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++) {
		struct db_value rows[] = {DB_TEXT(hash_of(three[0])), DB_TEXT(bad[i])};

		again();
		fake_rows(STMT_EMBEDDINGS, rows, 1);
		open_with(url, 5000, 0, store);
		assert_int_equal(ask(three, 1), ERR_OK);
		are_vectors_of(three, 1);
		assert_int_equal(peer->requests, 1);
		assert_int_equal(fake_runs(STMT_EMBEDDING_PUT), 1);
	}
}

static void
the_table_fails_at_every_call(void **state)
{
	static const enum err errors[] = {ERR_DB_AWAY, ERR_DB_SLOW, ERR_DB_DENIED,
	    ERR_DB_SCHEMA, ERR_DB_REFUSED, ERR_LIMIT, ERR_MEMORY};

	(void)state;
	for (size_t k = 0; k < N_OF(errors); k++)
		for (unsigned at = 1; at <= 6; at++) {
			unsigned calls;

			again();
			open_with(url, 5000, 0, store);
			fake.fail_at = at;
			fake.fail_with = errors[k];
			assert_int_equal(ask(three, 3), ERR_OK);
			are_vectors_of(three, 3);
			assert_false(embedding_failed(m));
			assert_false(fake.in_transaction);
			/* Look-up, begin, three rows, commit. */
			assert_int_equal(fake.rollbacks, at >= 3);
			assert_int_equal(fake.commits, 0);
			/* What the account may not do is not tried again. */
			calls = fake.calls;
			fake.fail_at = 0;
			embedding_begin(m);
			assert_int_equal(ask(three, 3), ERR_OK);
			if (errors[k] != ERR_DB_DENIED && errors[k] != ERR_DB_SCHEMA)
				assert_int_equal(fake.calls - calls, 6);
			else
				assert_int_equal(fake.calls - calls, at == 1 ? 0 : 1);
		}
}

/* ------------------------------------------------------------------ settings */

static void
what_settings_are_refused(void **state)
{
	static char none[] = "/nonexistent/key";
	struct config c = settings("", 5000, 0);

	(void)state;
	assert_int_equal(embedding_open(&c, NULL, &m, &e), ERR_OK);
	assert_null(m);
	/* Nothing is nobody. */
	assert_null(embedding_embedder(m));
	assert_false(embedding_failed(m));
	embedding_begin(m);

	c = settings("ftp://127.0.0.1/v1", 5000, 0);
	assert_int_equal(embedding_open(&c, NULL, &m, &e), ERR_INPUT);
	assert_string_equal(e.text, "embedding_url: an http or https URL is required");
	c = settings(url, 5000, 0);
	c.text[CONFIG_EMBEDDING_KEY_FILE] = none;
	assert_int_equal(embedding_open(&c, NULL, &m, &e), ERR_NOT_FOUND);
	c.text[CONFIG_EMBEDDING_KEY_FILE] = key_file;
	assert_int_equal(chmod(key_file, 0644), 0);
	assert_int_equal(embedding_open(&c, NULL, &m, &e), ERR_INPUT);
	assert_int_equal(strncmp(e.text, "embedding_key_file /tmp/", 24), 0);
	assert_null(strstr(e.text, "s3cret"));
	assert_int_equal(chmod(key_file, 0600), 0);
	assert_null(m);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest all[] = {
	    T(a_question_and_its_answer),
	    T(without_a_model_none_is_named),
	    T(the_index_counts),
	    T(batches),
	    T(answers_that_cannot_be_used),
	    T(after_a_failure_it_is_left_alone),
	    T(all_questions_wait_together),
	    T(nobody_listens),
	    T(a_run_gives_up_a_server_that_is_away),
	    T(batches_before_a_failure_are_kept),
	    T(another_model_behind_the_name),
	    T(memory_lasts_as_the_settings_say),
	    T(what_the_table_has_is_not_sent),
	    T(rows_that_are_no_vectors_do_not_count),
	    T(the_table_fails_at_every_call),
	    T(what_settings_are_refused),
	};

	return cmocka_run_group_tests(all, start, end_all);
}
