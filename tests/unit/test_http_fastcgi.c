/*
 * The FastCGI front end in a process of its own, spoken to over a Unix socket in the
 * protocol of the FastCGI Specification 1.0: requests in turn, bodies, clients that hang
 * up, signals.
 */
#include <errno.h>
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
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "http/fastcgi.h"
#include "http/server.h"

/* Milliseconds after which the server is taken to hang. */
#define PATIENCE 20000

enum record {
	RECORD_BEGIN = 1,
	RECORD_END = 3,
	RECORD_PARAMS = 4,
	RECORD_STDIN = 5,
	RECORD_STDOUT = 6
};

/* ---- the server's side ---- */

/* PATH_INFO says what to do: "/slow" takes a while, "/much" is more than the socket holds.
 */
static void
answer(void *context, struct arena *a, const struct request *q, struct response *r)
{
	int *count = context;

	(void)a;
	if (str_is(q->path, "/slow")) {
		struct timespec left = {0, 300000000};

		while (nanosleep(&left, &left) != 0 && errno == EINTR)
			;
	}
	if (str_is(q->path, "/much"))
		for (int i = 0; i < 4 << 20; i++)
			buf_char(&r->body, 'x');
	else
		buf_printf(&r->body, "{\"count\":%d,\"path\":\"%.*s\"}", ++*count,
		    STR_ARG(q->path));
}

struct worker {
	pid_t pid;
	char directory[32], path[64];
};

static int
listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 16) != 0)
		return -1;
	return fd;
}

static int
start(void **state)
{
	struct worker *w = calloc(1, sizeof(*w));
	int fd;

	if (w == NULL)
		return 1;
	snprintf(w->directory, sizeof(w->directory), "/tmp/agreement-XXXXXX");
	if (mkdtemp(w->directory) == NULL)
		return 1;
	snprintf(w->path, sizeof(w->path), "%s/socket", w->directory);
	fd = listen_at(w->path);
	w->pid = fd < 0 ? -1 : fork();
	if (w->pid == 0) {
		int count = 0;
		struct server s = {.version = "0.1", .answer = answer, .context = &count};

		dup2(fd, STDIN_FILENO);
		close(fd);
		_exit(fastcgi_here() ? fastcgi_run(&s) : 99);
	}
	close(fd);
	*state = w;
	return w->pid < 0;
}

#define HANGS (-1)

/* The exit status of the worker, waited for, or 128 and the signal; HANGS: it had to be
 * killed. */
static int
wait_worker(struct worker *w)
{
	int status = 0;
	pid_t pid = 0;

	for (int ms = 0; pid == 0 && ms < PATIENCE; ms += 5) {
		struct timespec pause = {0, 5000000};

		pid = waitpid(w->pid, &status, WNOHANG);
		if (pid == 0)
			nanosleep(&pause, NULL);
	}
	if (pid == 0) {
		kill(w->pid, SIGKILL);
		waitpid(w->pid, &status, 0);
	}
	w->pid = 0;
	if (pid == 0)
		return HANGS;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int
stop(void **state)
{
	struct worker *w = *state;

	if (w->pid > 0) {
		kill(w->pid, SIGKILL);
		waitpid(w->pid, NULL, 0);
	}
	unlink(w->path);
	rmdir(w->directory);
	free(w);
	return 0;
}

/* ---- the web server's side ---- */

static int
connect_to(const struct worker *w)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", w->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void
put_record(struct buf *b, enum record type, const void *bytes, size_t n)
{
	unsigned char head[8] = {
	    1, (unsigned char)type, 0, 1, (unsigned char)(n >> 8), (unsigned char)n, 0, 0};

	buf_put(b, head, sizeof(head));
	buf_put(b, bytes, n);
}

static void
put_param(struct buf *b, const char *name, const char *value)
{
	buf_char(b, (char)strlen(name));
	buf_char(b, (char)strlen(value));
	buf_puts(b, name);
	buf_puts(b, value);
}

/* Send one request; `keep` asks for the connection to stay, `body` bytes go with it. */
static void
send_request(int fd, const char *method, const char *path, bool keep, size_t body)
{
	unsigned char begin[8] = {0, 1, keep ? 1 : 0};
	struct buf params = BUF_INIT, all = BUF_INIT;
	static const char zeros[1000];

	put_param(&params, "REQUEST_METHOD", method);
	put_param(&params, "SCRIPT_NAME", "");
	put_param(&params, "PATH_INFO", path);
	put_param(&params, "QUERY_STRING", "");
	put_record(&all, RECORD_BEGIN, begin, sizeof(begin));
	put_record(&all, RECORD_PARAMS, params.s, params.n);
	put_record(&all, RECORD_PARAMS, "", 0);
	for (; body > 0; body -= sizeof(zeros))
		put_record(&all, RECORD_STDIN, zeros, sizeof(zeros));
	put_record(&all, RECORD_STDIN, "", 0);
	assert_int_equal(send(fd, all.s, all.n, MSG_NOSIGNAL), (ssize_t)all.n);
	buf_free(&params);
	buf_free(&all);
}

/* Read `n` bytes; false at the end of the connection or after PATIENCE. */
static bool
read_bytes(int fd, void *bytes, size_t n)
{
	char *to = bytes;

	while (n > 0) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		ssize_t got;

		if (poll(&ready, 1, PATIENCE) != 1)
			return false;
		got = read(fd, to, n);
		if (got <= 0)
			return false;
		to += got;
		n -= (size_t)got;
	}
	return true;
}

/* Collect the output of a request. Returns whether it was ended as the protocol wants it.
 */
static bool
read_answer(int fd, struct buf *out)
{
	static char bytes[65536 + 256];
	unsigned char head[8];

	buf_clear(out);
	while (read_bytes(fd, head, sizeof(head))) {
		size_t n = (size_t)(head[4] << 8 | head[5]);

		if (!read_bytes(fd, bytes, n + head[6]))
			return false;
		if (head[1] == RECORD_STDOUT)
			buf_put(out, bytes, n);
		if (head[1] == RECORD_END)
			return n == 8 && memcmp(bytes, "\0\0\0\0\0", 5) == 0;
	}
	return false;
}

/* Half a request may have been counted, too, before the client hung up. */
#define ANY (-1)

static void
assert_request(const struct worker *w, const char *method, size_t body, int count)
{
	struct buf out = BUF_INIT;
	char want[64];
	int fd = connect_to(w);

	send_request(fd, method, "/path", false, body);
	assert_true(read_answer(fd, &out));
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
	int fd = connect_to(*state);

	send_request(fd, "HEAD", "/path", false, 0);
	assert_true(read_answer(fd, &out));
	assert_non_null(strstr(out.s, "Content-Length: 26\r\n"));
	assert_string_equal(out.s + out.n - 4, "\r\n\r\n");
	buf_free(&out);
	close(fd);
}

static void
test_kept_connection(void **state)
{
	struct buf out = BUF_INIT;
	int fd = connect_to(*state);

	for (int i = 0; i < 10; i++) {
		send_request(fd, "POST", "/path", true, i % 2 == 0 ? 3000 : 0);
		assert_true(read_answer(fd, &out));
	}
	assert_non_null(strstr(out.s, "\"count\":10"));
	buf_free(&out);
	close(fd);
}

static void
test_large_answer(void **state)
{
	struct buf out = BUF_INIT;
	int fd = connect_to(*state);

	send_request(fd, "GET", "/much", false, 0);
	assert_true(read_answer(fd, &out));
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

	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		int fd = connect_to(*state);

		assert_int_equal(
		    send(fd, junk[i], lengths[i], MSG_NOSIGNAL), (ssize_t)lengths[i]);
		close(fd);
	}
	for (int i = 0; i < 3; i++) {
		int fd = connect_to(*state);

		send_request(fd, "GET", "/much", false, 0);
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
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		assert_int_equal(start(&w), 0);
		assert_request(w, "GET", 0, 1);
		kill(((struct worker *)w)->pid, signals[i]);
		assert_int_equal(wait_worker(w), 0);
		stop(&w);
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
		status = wait_worker(w);
		assert_true(status == 0 || status == 128 + SIGTERM);
		stop(&w);
	}
}

static void
test_signal_lets_a_request_finish(void **state)
{
	static const char *const paths[] = {"/slow", "/much"};
	struct timespec pause = {0, 100000000};
	struct buf out = BUF_INIT;
	void *w;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int fd;

		assert_int_equal(start(&w), 0);
		fd = connect_to(w);
		send_request(fd, "GET", paths[i], false, 0);
		nanosleep(&pause, NULL);
		kill(((struct worker *)w)->pid, SIGTERM);
		assert_true(read_answer(fd, &out));
		assert_true(i == 0 ? strstr(out.s, "/slow") != NULL : out.n > 4 << 20);
		close(fd);
		assert_int_equal(wait_worker(w), 0);
		stop(&w);
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
		int fd = connect_to(w);

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
	    cmocka_unit_test_setup_teardown(test_requests_in_turn, start, stop),
	    cmocka_unit_test_setup_teardown(test_head, start, stop),
	    cmocka_unit_test_setup_teardown(test_kept_connection, start, stop),
	    cmocka_unit_test_setup_teardown(test_large_answer, start, stop),
	    cmocka_unit_test_setup_teardown(test_clients_that_hang_up, start, stop),
	    cmocka_unit_test(test_signals_while_idle),
	    cmocka_unit_test(test_signal_at_start),
	    cmocka_unit_test(test_signal_lets_a_request_finish),
	    cmocka_unit_test_setup_teardown(test_other_signals_do_not_stop_it, start, stop),
	    cmocka_unit_test_setup_teardown(test_random_records, start, stop),
	    cmocka_unit_test(test_descriptor_that_is_no_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
