/* Connections that say nothing, or half of something, or a byte now and then, hold up
 * nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "fcgi_worker.h"

static void
answer(void *context, struct arena *a, const struct request *q, struct response *r)
{
	(void)context;
	(void)a;
	buf_printf(&r->body, "{\"path\":\"%.*s\"}", STR_ARG(q->path));
}

/* An hour for a request: a worker that waited for one would never come back. */
static const struct server patient = {
    .version = "0.1", .answer = answer, .patience = {.request = 3600000, .grace = 20}};
static const struct server brisk = {
    .version = "0.1", .answer = answer, .patience = {.request = 10, .grace = 20}};

static int
start_patient(void **state)
{
	*state = worker_start(&patient, NULL);
	return *state == NULL;
}

static int
start_brisk(void **state)
{
	*state = worker_start(&brisk, NULL);
	return *state == NULL;
}

static int
end_all(void **state)
{
	worker_stop(*state);
	return 0;
}

static void
assert_answered(int fd, const char *path)
{
	struct buf out = BUF_INIT;
	char want[64];

	assert_true(worker_read(fd, &out));
	snprintf(want, sizeof(want), "\r\n\r\n{\"path\":\"%s\"}", path);
	assert_non_null(strstr(out.s, want));
	buf_free(&out);
}

static void
ask(const struct worker *w)
{
	int fd = worker_connect(w);

	worker_send(fd, "GET", "/path", false, 0);
	assert_answered(fd, "/path");
	close(fd);
}

static void
send_part(int fd, const struct buf *all, size_t from, size_t to)
{
	assert_int_equal(
	    send(fd, all->s + from, to - from, MSG_NOSIGNAL), (ssize_t)(to - from));
}

/* Whether the peer closes within a time that no test should take. */
static bool
is_closed(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	char byte;

	return poll(&ready, 1, 20000) == 1 && read(fd, &byte, 1) <= 0;
}

static void
two_hundred_that_do_not_end_hold_nobody_up(void **state)
{
	struct buf all = worker_request("POST", "/path", false, 3000);
	size_t sent[200];
	int fds[200];

	for (size_t i = 0; i < N_OF(fds); i++) {
		fds[i] = worker_connect(*state);
		/* Silent ones, and halves that end at every place of a request. */
		sent[i] = i % 3 == 0 ? 0 : i * (all.n - 100) / N_OF(fds);
		if (sent[i] > 0)
			send_part(fds[i], &all, 0, sent[i]);
	}
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < N_OF(fds); i += 3, sent[i - 3]++)
			send_part(fds[i], &all, sent[i], sent[i] + 1); /* a drip */
		ask(*state);
	}
	/* All of them are still there, and may go on. */
	for (size_t i = 0; i < N_OF(fds); i++) {
		send_part(fds[i], &all, sent[i], all.n);
		assert_answered(fds[i], "/path");
		close(fds[i]);
	}
	buf_free(&all);
	ask(*state);
}

static void
a_worker_that_is_told_to_stop_does_not_wait_for_halves(void **state)
{
	struct buf all = worker_request("GET", "/path", false, 0);
	int fds[20];

	for (size_t i = 0; i < N_OF(fds); i++) {
		fds[i] = worker_connect(*state);
		send_part(fds[i], &all, 0, 1 + i);
	}
	ask(*state);
	kill(((struct worker *)*state)->pid, SIGTERM);
	assert_int_equal(worker_wait(*state), 0);
	for (size_t i = 0; i < N_OF(fds); i++)
		close(fds[i]);
	buf_free(&all);
}

static void
a_body_that_never_comes_is_answered_all_the_same(void **state)
{
	struct buf all = worker_request("POST", "/path", true, 3000);

	for (size_t missing = 1; missing < 3000; missing += 700) {
		int fd = worker_connect(*state);

		send_part(fd, &all, 0, all.n - missing);
		assert_answered(fd, "/path");
		assert_true(is_closed(fd));
		close(fd);
	}
	buf_free(&all);
	ask(*state);
}

static void
half_a_request_is_given_up(void **state)
{
	struct buf all = worker_request("GET", "/path", false, 0);
	size_t n_fds = 0;
	int fds[32];

	for (size_t n = 1; n < all.n - 8; n += 13) {
		assert_true(n_fds < N_OF(fds));
		fds[n_fds] = worker_connect(*state);
		send_part(fds[n_fds++], &all, 0, n);
	}
	for (size_t i = 0; i < n_fds; i++) {
		assert_true(is_closed(fds[i]));
		close(fds[i]);
	}
	buf_free(&all);
	ask(*state);
}

/* Cut anywhere, and one behind the other. */
static void
requests_may_come_in_any_pieces(void **state)
{
	struct buf first = worker_request("POST", "/first", true, 2000);
	struct buf second = worker_request("GET", "/second", true, 0), both = BUF_INIT;
	int fd = worker_connect(*state);

	buf_put(&both, first.s, first.n);
	buf_put(&both, second.s, second.n);
	send_part(fd, &both, 0, both.n);
	assert_answered(fd, "/first");
	assert_answered(fd, "/second");
	for (size_t step = 1; step < both.n; step = step * 2 + 1) {
		for (size_t at = 0; at < both.n; at += step)
			send_part(fd, &both, at, at + step < both.n ? at + step : both.n);
		assert_answered(fd, "/first");
		assert_answered(fd, "/second");
	}
	close(fd);
	buf_free(&first);
	buf_free(&second);
	buf_free(&both);
}

/* What is no request, or more of one than there can be, is closed. */
static void
what_is_no_request_is_closed(void **state)
{
	static const char *const junk[] = {"GET / HTTP/1.1\r\n\r\n", "\1\2\0\1\0\0\0\0",
	    "\1\4\0\1\0\0\0\0",
	    "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\1\0\2\0\10\0\0\0\1\0\0\0\0\0\0"};
	static const size_t lengths[] = {18, 8, 8, 32};
	struct buf all = worker_request("GET", "/path", false, 0);
	static const char params[8 + 65535] = {1, 4, 0, 1, (char)0xff, (char)0xff};
	int fd;

	for (size_t i = 0; i < N_OF(junk); i++) {
		fd = worker_connect(*state);
		assert_int_equal(
		    send(fd, junk[i], lengths[i], MSG_NOSIGNAL), (ssize_t)lengths[i]);
		assert_true(is_closed(fd));
		close(fd);
	}
	fd = worker_connect(*state);
	send_part(fd, &all, 0, 16);
	for (int i = 0; i < 100 && send(fd, params, sizeof(params), MSG_NOSIGNAL) > 0; i++)
		;
	assert_true(is_closed(fd));
	close(fd);
	buf_free(&all);
	ask(*state);
}

static void
defaults_fill_what_is_not_set(void **state)
{
	struct patience p =
	    patience_complete(&(struct patience){.request = 7, .pause = -1});
	struct rlimit before, few;

	(void)state;
	assert_int_equal(p.request, 7);
	assert_int_equal(p.pause, 50);
	assert_int_equal(p.answer, 30000);
	/* A worker needs descriptors for more than its connections. */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	for (rlim_t n = 1; n < 20; n++) {
		few.rlim_cur = n;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		p = patience_complete(&(struct patience){0});
		assert_int_equal(p.connections, n < 4 ? 1 : (int)(n / 2));
	}
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_fill_what_is_not_set),
	    cmocka_unit_test_setup_teardown(
		two_hundred_that_do_not_end_hold_nobody_up, start_patient, end_all),
	    cmocka_unit_test_setup_teardown(
		a_worker_that_is_told_to_stop_does_not_wait_for_halves, start_patient,
		end_all),
	    cmocka_unit_test_setup_teardown(
		a_body_that_never_comes_is_answered_all_the_same, start_brisk, end_all),
	    cmocka_unit_test_setup_teardown(
		half_a_request_is_given_up, start_brisk, end_all),
	    cmocka_unit_test_setup_teardown(
		requests_may_come_in_any_pieces, start_patient, end_all),
	    cmocka_unit_test_setup_teardown(
		what_is_no_request_is_closed, start_patient, end_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
