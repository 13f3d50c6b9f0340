#include "fcgi_worker.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
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

#include "http/fastcgi.h"

/* Milliseconds after which the server is taken to hang. */
#define PATIENCE 20000

enum record {
	RECORD_BEGIN = 1,
	RECORD_END = 3,
	RECORD_PARAMS = 4,
	RECORD_STDIN = 5,
	RECORD_STDOUT = 6
};

static int
listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 64) != 0)
		return -1;
	return fd;
}

struct worker *
worker_start(const struct server *s, const struct worker *at)
{
	struct worker *w = calloc(1, sizeof(*w));
	int life[2];

	if (w == NULL)
		return NULL;
	if (at != NULL) {
		snprintf(w->path, sizeof(w->path), "%s", at->path);
		w->socket = dup(at->socket);
	} else {
		snprintf(w->directory, sizeof(w->directory), "/tmp/agreement-XXXXXX");
		if (mkdtemp(w->directory) == NULL)
			return NULL;
		snprintf(w->path, sizeof(w->path), "%s/socket", w->directory);
		w->socket = listen_at(w->path);
	}
	if (w->socket < 0 || pipe(life) != 0)
		return NULL;
	w->life = life[0];
	w->pid = fork();
	if (w->pid == 0) {
		/* life[1] stays open for as long as the process. */
		dup2(w->socket, STDIN_FILENO);
		close(w->socket);
		_exit(fastcgi_here() ? fastcgi_run(s) : 99);
	}
	close(life[1]);
	return w->pid < 0 ? NULL : w;
}

int
worker_wait(struct worker *w)
{
	struct pollfd life = {.fd = w->life};
	bool ended = poll(&life, 1, PATIENCE) == 1;
	int status = 0;

	if (!ended)
		kill(w->pid, SIGKILL);
	waitpid(w->pid, &status, 0);
	w->pid = 0;
	if (!ended)
		return WORKER_HANGS;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Whether the kernel says so: "1 (name) S .." */
static bool
is_asleep(const struct worker *w)
{
	char path[64], text[256] = "", *end;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)w->pid);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	end = strrchr(text, ')');
	assert_non_null(end);
	return strncmp(end, ") S ", 4) == 0;
}

void
worker_wait_asleep(const struct worker *w)
{
	struct timespec pause = {0, 200000};

	for (long n = 0; !is_asleep(w); n++) {
		assert_true(n < PATIENCE * 5L);
		nanosleep(&pause, NULL);
	}
}

void
worker_stop(struct worker *w)
{
	if (w->pid > 0) {
		kill(w->pid, SIGKILL);
		waitpid(w->pid, NULL, 0);
	}
	close(w->life);
	close(w->socket);
	if (w->directory[0] != '\0') {
		unlink(w->path);
		rmdir(w->directory);
	}
	free(w);
}

int
worker_connect(const struct worker *w)
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

struct buf
worker_request(const char *method, const char *path, bool keep, size_t body)
{
	unsigned char begin[8] = {0, 1, keep ? 1 : 0};
	struct buf params = BUF_INIT, all = BUF_INIT;
	char length[32];
	static const char zeros[1000];

	put_param(&params, "REQUEST_METHOD", method);
	put_param(&params, "SCRIPT_NAME", "");
	put_param(&params, "PATH_INFO", path);
	put_param(&params, "QUERY_STRING", "");
	snprintf(length, sizeof(length), "%zu", body);
	put_param(&params, "CONTENT_LENGTH", body == 0 ? "" : length);
	put_record(&all, RECORD_BEGIN, begin, sizeof(begin));
	put_record(&all, RECORD_PARAMS, params.s, params.n);
	put_record(&all, RECORD_PARAMS, "", 0);
	for (; body > 0; body -= sizeof(zeros))
		put_record(&all, RECORD_STDIN, zeros, sizeof(zeros));
	put_record(&all, RECORD_STDIN, "", 0);
	buf_free(&params);
	return all;
}

static void
send_bytes(int fd, const char *bytes, size_t n)
{
	assert_int_equal(send(fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
}

void
worker_send(int fd, const char *method, const char *path, bool keep, size_t body)
{
	struct buf all = worker_request(method, path, keep, body);

	send_bytes(fd, all.s, all.n);
	buf_free(&all);
}

void
worker_send_slowly(const struct worker *w, int fd, const char *method, const char *path,
    bool keep, size_t body)
{
	struct buf all = worker_request(method, path, keep, body);
	size_t first = all.n - all.n / 3;

	send_bytes(fd, all.s, first);
	worker_wait_asleep(w);
	send_bytes(fd, all.s + first, all.n - first);
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

bool
worker_read(int fd, struct buf *out)
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
