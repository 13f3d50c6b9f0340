/*
 * The FastCGI front end in a process of its own, spoken to over a Unix socket: requests in
 * turn, bodies, clients that hang up, signals.
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/array.h"
#include "fcgi_worker.h"
#include "http/fastcgi.h"

/* Where "/held" says that it has begun, and waits until it may go on. */
static int begun[2], go_on[2];

/* PATH_INFO says what to do: "/held" waits, "/much" is more than the socket holds. */
static void
answer(void *context, struct arena *a, const struct request *q, struct response *r)
{
	int *count = context;

	(void)a;
	if (str_is(q->path, "/held")) {
		char byte = 0;

		if (write(begun[1], &byte, 1) != 1 || read(go_on[0], &byte, 1) != 1)
			_exit(98);
	}
	if (str_is(q->path, "/much"))
		for (int i = 0; i < 4 << 20; i++)
			buf_char(&r->body, 'x');
	else
		buf_printf(&r->body, "{\"count\":%d,\"path\":\"%.*s\"}", ++*count,
		    STR_ARG(q->path));
}

static int
start(void **state)
{
	static int count;
	struct server s = {.version = "0.1", .answer = answer, .context = &count};

	*state = worker_start(&s, NULL);
	return *state == NULL;
}

static int
end_all(void **state)
{
	worker_stop(*state);
	return 0;
}

/* Half a request may have been counted, too, before the client hung up. */
#define ANY (-1)

static void
assert_request(const struct worker *w, const char *method, size_t body, int count)
{
	struct buf out = BUF_INIT;
	char want[64];
	int fd = worker_connect(w);

	worker_send(fd, method, "/path", false, body);
	assert_true(worker_read(fd, &out));
	assert_int_equal(strncmp(out.s, "Status: 200 OK\r\n", 16), 0);
	snprintf(want, sizeof(want), "\r\n\r\n{\"count\":%d,\"path\":\"/path\"}", count);
	assert_non_null(strstr(out.s, count == ANY ? ",\"path\":\"/path\"}" : want));
	buf_free(&out);
	close(fd);
}

static void
test_requests_in_turn(void **state)
{
	for (int i = 1; i <= 20; i++)
		assert_request(
		    *state, i % 3 == 0 ? "POST" : "GET", i % 3 == 0 ? 50000 : 0, i);
}

static void
test_head(void **state)
{
	struct buf out = BUF_INIT;
	int fd = worker_connect(*state);

	worker_send(fd, "HEAD", "/path", false, 0);
	assert_true(worker_read(fd, &out));
	assert_non_null(strstr(out.s, "Content-Length: 26\r\n"));
	assert_string_equal(out.s + out.n - 4, "\r\n\r\n");
	buf_free(&out);
	close(fd);
}

static void
test_kept_connection(void **state)
{
	struct buf out = BUF_INIT;
	int fd = worker_connect(*state);

	for (int i = 0; i < 10; i++) {
		worker_send(fd, "POST", "/path", true, i % 2 == 0 ? 3000 : 0);
		assert_true(worker_read(fd, &out));
	}
	assert_non_null(strstr(out.s, "\"count\":10"));
	buf_free(&out);
	close(fd);
}

/* A pause in a request, or in a body, is no end of it. */
static void
test_slow_requests(void **state)
{
	struct buf out = BUF_INIT;
	int fd = worker_connect(*state);

	for (int i = 0; i < 4; i++) {
		worker_send_slowly(
		    *state, fd, i < 2 ? "POST" : "GET", "/path", true, i < 2 ? 9000 : 0);
		assert_true(worker_read(fd, &out));
	}
	assert_non_null(strstr(out.s, "\"count\":4"));
	buf_free(&out);
	close(fd);
}

static void
test_large_answer(void **state)
{
	struct buf out = BUF_INIT;
	int fd = worker_connect(*state);

	worker_send(fd, "GET", "/much", false, 0);
	assert_true(worker_read(fd, &out));
	assert_true(out.n > 4 << 20);
	buf_free(&out);
	close(fd);
	assert_request(*state, "GET", 0, 1);
}

static void
test_clients_that_hang_up(void **state)
{
	static const char *const junk[] = {"", "\1", "GET / HTTP/1.1\r\n\r\n",
	    "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0", "\1\1\0\1\0\10\0\0\0\3\0\0\0\0\0\0"};
	static const size_t lengths[] = {0, 1, 18, 16, 16};

	for (size_t i = 0; i < N_OF(junk); i++) {
		int fd = worker_connect(*state);

		assert_int_equal(
		    send(fd, junk[i], lengths[i], MSG_NOSIGNAL), (ssize_t)lengths[i]);
		close(fd);
	}
	for (int i = 0; i < 3; i++) {
		int fd = worker_connect(*state);

		worker_send(fd, "GET", "/much", false, 0);
		close(fd);
	}
	assert_request(*state, "GET", 0, ANY);
}

static void
test_signals_while_idle(void **state)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGUSR1};
	void *w;

	(void)state;
	for (size_t i = 0; i < N_OF(signals); i++) {
		assert_int_equal(start(&w), 0);
		assert_request(w, "GET", 0, 1);
		kill(((struct worker *)w)->pid, signals[i]);
		assert_int_equal(worker_wait(w), 0);
		end_all(&w);
	}
}

static void
test_signal_at_start(void **state)
{
	void *w;

	/* At any moment of the start: it ends, by the handler or by the default action. */
	(void)state;
	for (int i = 0; i < 40; i++) {
		struct timespec pause = {0, i * 50000};
		int status;

		assert_int_equal(start(&w), 0);
		nanosleep(&pause, NULL);
		kill(((struct worker *)w)->pid, SIGTERM);
		status = worker_wait(w);
		assert_true(status == 0 || status == 128 + SIGTERM);
		end_all(&w);
	}
}

/* One that is being made, and one that is being written. */
static void
test_signal_lets_a_request_finish(void **state)
{
	static const char *const paths[] = {"/held", "/much"};
	struct buf out = BUF_INIT;
	char byte = 0;
	void *w;

	(void)state;
	assert_int_equal(pipe(begun), 0);
	assert_int_equal(pipe(go_on), 0);
	for (size_t i = 0; i < 2; i++) {
		struct pollfd ready;

		assert_int_equal(start(&w), 0);
		ready = (struct pollfd){.fd = worker_connect(w), .events = POLLIN};
		worker_send(ready.fd, "GET", paths[i], false, 0);
		if (i == 0)
			assert_int_equal(read(begun[0], &byte, 1), 1);
		else
			assert_int_equal(poll(&ready, 1, -1), 1);
		kill(((struct worker *)w)->pid, SIGTERM);
		if (i == 0)
			assert_int_equal(write(go_on[1], &byte, 1), 1);
		assert_true(worker_read(ready.fd, &out));
		assert_true(i == 0 ? strstr(out.s, "/held") != NULL : out.n > 4 << 20);
		close(ready.fd);
		assert_int_equal(worker_wait(w), 0);
		end_all(&w);
	}
	for (int i = 0; i < 2; i++) {
		close(begun[i]);
		close(go_on[i]);
	}
	buf_free(&out);
}

static void
test_other_signals_do_not_stop_it(void **state)
{
	struct worker *w = *state;

	assert_request(w, "GET", 0, 1);
	kill(w->pid, SIGPIPE);
	kill(w->pid, SIGSTOP);
	kill(w->pid, SIGCONT);
	assert_request(w, "GET", 0, 2);
}

/* Random records after a good beginning: the worker must live on. */
static void
test_random_records(void **state)
{
	struct worker *w = *state;

	srand(77);
	for (int round = 0; round < 200; round++) {
		unsigned char bytes[64];
		size_t n = (size_t)rand() % sizeof(bytes);
		int fd = worker_connect(w);

		for (size_t i = 0; i < n; i++)
			bytes[i] = (unsigned char)(rand() % 3 == 0 ? rand() : rand() % 6);
		if (round % 2 == 0 && n > 8)
			memcpy(bytes, "\1\1\0\1\0\10\0\0", 8);
		/* A parameter of 2 GiB is libfcgi's to refuse, or to assert; not ours to
		 * test. */
		for (size_t i = 0; i < n; i++)
			bytes[i] &= 0x7f;
		if (n > 0)
			assert_int_equal(send(fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
		close(fd);
	}
	assert_request(w, "GET", 0, ANY);
}

static void
test_descriptor_that_is_no_socket(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, STDIN_FILENO);
		_exit(fastcgi_here() ? 1 : 0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_requests_in_turn, start, end_all),
	    cmocka_unit_test_setup_teardown(test_head, start, end_all),
	    cmocka_unit_test_setup_teardown(test_kept_connection, start, end_all),
	    cmocka_unit_test_setup_teardown(test_slow_requests, start, end_all),
	    cmocka_unit_test_setup_teardown(test_large_answer, start, end_all),
	    cmocka_unit_test_setup_teardown(test_clients_that_hang_up, start, end_all),
	    cmocka_unit_test(test_signals_while_idle),
	    cmocka_unit_test(test_signal_at_start),
	    cmocka_unit_test(test_signal_lets_a_request_finish),
	    cmocka_unit_test_setup_teardown(
		test_other_signals_do_not_stop_it, start, end_all),
	    cmocka_unit_test_setup_teardown(test_random_records, start, end_all),
	    cmocka_unit_test(test_descriptor_that_is_no_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
