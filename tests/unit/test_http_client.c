/* Calls to another server: what is sent, what is taken, how long is waited. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "embedding/http_client.h"
#include "http_peer.h"

enum mode { FINE, ECHO, NOT_FOUND, REDIRECT, SILENT, CUT, LONG, GARBAGE, HANG_UP };

static char url[64], closed[64];
static struct client *client;

static void
answer(int fd)
{
	static char many[1 << 16];

	memset(many, 'x', sizeof(many));
	switch ((enum mode)peer->mode) {
	case FINE:
		peer_send(fd, "200 OK", "", "{\"fine\":1}", 10);
		break;
	case ECHO:
		peer_send(fd, "200 OK", "", peer->body, peer->n_body);
		break;
	case NOT_FOUND:
		peer_send(fd, "404 Not Found", "", "no", 2);
		break;
	case REDIRECT:
		peer_send(fd, "302 Found", "Location: /elsewhere\r\n", "", 0);
		break;
	case SILENT:
		peer_dawdle(fd, 5000);
		break;
	case CUT:
		peer_send(fd, "200 OK", "Content-Length: 100\r\n", "half", 4);
		break;
	case LONG:
		peer_send(fd, "200 OK", "", many, sizeof(many));
		break;
	case GARBAGE:
		if (write(fd, "\0\1\2 no HTTP\r\n\r\n", 16) < 0)
			_exit(1);
		break;
	case HANG_UP:
		break;
	}
}

static int
set_up(void **state)
{
	struct error e;

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v1/x", peer_start(answer));
	snprintf(closed, sizeof(closed), "http://127.0.0.1:%u/", peer_closed_port());
	return client_open(&client, &e) != ERR_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	client_close(client);
	client_close(NULL);
	peer_stop();
	return 0;
}

static enum err
post(enum mode mode, const char *to, const char *body, long timeout, int *status,
    struct buf *r, struct error *e)
{
	struct client_call call = {.url = to, .timeout = timeout, .max_bytes = 1 << 15};

	call.body = str_of(body);
	peer_reset(mode);
	*e = (struct error){0};
	buf_clear(r);
	return client_send(client, &call, status, r, e);
}

static void
a_call_and_its_answer(void **state)
{
	struct client_call call = {
	    .url = url,
	    .body = STR_INIT("{\"a\":\"\\u00e9\"}"),
	    .authorization = "Bearer s3cret",
	    .timeout = 5000,
	    .max_bytes = 100,
	};
	struct buf r = BUF_INIT;
	struct error e;
	int status = 0;

	(void)state;
	peer_reset(ECHO);
	buf_puts(&r, "before ");
	assert_int_equal(client_send(client, &call, &status, &r, &e), ERR_OK);
	assert_int_equal(status, 200);
	assert_string_equal(r.s, "before {\"a\":\"\\u00e9\"}");
	assert_int_equal(strncmp(peer->head, "POST /v1/x HTTP/1.1\r\n", 21), 0);
	assert_non_null(strstr(peer->head, "\r\nAuthorization: Bearer s3cret\r\n"));
	assert_non_null(strstr(peer->head, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(peer->head, "\r\nAccept: application/json\r\n"));
	assert_null(strstr(peer->head, "\r\nExpect:"));
	buf_free(&r);
}

static void
without_a_body_it_is_a_get(void **state)
{
	struct buf r = BUF_INIT;
	struct error e;
	int status = 0;

	(void)state;
	/* After a call with a body and a key, of which nothing must be left. */
	a_call_and_its_answer(NULL);
	assert_int_equal(post(FINE, url, NULL, 5000, &status, &r, &e), ERR_OK);
	assert_string_equal(r.s, "{\"fine\":1}");
	assert_int_equal(strncmp(peer->head, "GET ", 4), 0);
	assert_null(strstr(peer->head, "Authorization"));
	assert_null(strstr(peer->head, "Content-Type"));
	assert_int_equal(peer->n_body, 0);
	buf_free(&r);
}

static void
a_large_body_is_sent_at_once(void **state)
{
	static char body[(3 << 20) + 1];
	struct buf r = BUF_INIT;
	struct error e;
	int status = 0;

	(void)state;
	memset(body, 'a', sizeof(body) - 1);
	assert_int_equal(post(FINE, url, body, 5000, &status, &r, &e), ERR_OK);
	assert_int_equal(peer->n_body, sizeof(body) - 1);
	assert_memory_equal(peer->body, body, sizeof(body) - 1);
	buf_free(&r);
}

static void
a_status_is_an_answer(void **state)
{
	struct buf r = BUF_INIT;
	struct error e;
	int status = 0;

	(void)state;
	assert_int_equal(post(NOT_FOUND, url, "{}", 5000, &status, &r, &e), ERR_OK);
	assert_int_equal(status, 404);
	assert_string_equal(r.s, "no");
	/* Where the key must not follow. */
	assert_int_equal(post(REDIRECT, url, "{}", 5000, &status, &r, &e), ERR_OK);
	assert_int_equal(status, 302);
	assert_int_equal(peer->requests, 1);
	buf_free(&r);
}

static void
no_answer(void **state)
{
	static const struct {
		enum mode mode;
		const char *to, *text;
	} cases[] = {
	    {SILENT, url, "did not answer within 200 ms"},
	    {CUT, url, "broke off its answer"},
	    {LONG, url, "answered more than 32768 bytes"},
	    {GARBAGE, url, "broke off its answer"},
	    {HANG_UP, url, "broke off its answer"},
	    {FINE, closed, "cannot be reached"},
	    {FINE, "ftp://127.0.0.1/", "broke off its answer"},
	    {FINE, "file:///etc/passwd", "broke off its answer"},
	};
	struct buf r = BUF_INIT;
	struct error e;
	int status = 7;

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct timespec from, to;

		clock_gettime(CLOCK_MONOTONIC, &from);
		assert_int_equal(post(cases[i].mode, cases[i].to, "{}",
				     cases[i].mode == SILENT ? 200 : 3000, &status, &r, &e),
		    ERR_UNAVAILABLE);
		clock_gettime(CLOCK_MONOTONIC, &to);
		assert_string_equal(e.text, cases[i].text);
		assert_int_equal(status, 7);
		assert_true(to.tv_sec - from.tv_sec < 2);
		assert_true(r.n <= 1 << 15);
	}
	buf_free(&r);
}

static void
urls(void **state)
{
	static const char *const good[] = {"http://a", "https://a.example:8080/v1",
	    "HTTP://A/", "http://[::1]:80/v1", "https://user:pass@a/"};
	static const char *const bad[] = {"", "a", "//a", "/v1", "ftp://a/",
	    "file:///etc/passwd", "http://", "http://a b/", "http://a:99999/",
	    "http://a\n/"};

	(void)state;
	for (size_t i = 0; i < N_OF(good); i++)
		assert_true(client_takes(good[i]));
	for (size_t i = 0; i < N_OF(bad); i++)
		if (client_takes(bad[i]))
			fail_msg("\"%s\" was taken", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(a_call_and_its_answer),
	    cmocka_unit_test(without_a_body_it_is_a_get),
	    cmocka_unit_test(a_large_body_is_sent_at_once),
	    cmocka_unit_test(a_status_is_an_answer),
	    cmocka_unit_test(no_answer),
	    cmocka_unit_test(urls),
	};

	return cmocka_run_group_tests(all, set_up, tear_down);
}
