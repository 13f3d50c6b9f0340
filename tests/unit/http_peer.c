#include "http_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct peer *peer;
static pid_t child;

static unsigned
listen_somewhere(int fd)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(a);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	return ntohs(a.sin_port);
}

/* The head up to its empty line; what came after it is the beginning of the body. */
static bool
read_request(int fd)
{
	char *end = NULL, *length;
	size_t n = 0, want = 0;
	ssize_t got;

	while (end == NULL) {
		if (n + 1 >= PEER_HEAD ||
		    (got = read(fd, peer->head + n, PEER_HEAD - 1 - n)) <= 0)
			return false;
		n += (size_t)got;
		peer->head[n] = '\0';
		end = strstr(peer->head, "\r\n\r\n");
	}
	end += 4;
	length = strcasestr(peer->head, "\r\nContent-Length:");
	if (length != NULL)
		want = (size_t)strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
	if (want >= PEER_BODY)
		return false;
	peer->n_body = n - (size_t)(end - peer->head);
	memcpy(peer->body, end, peer->n_body);
	*end = '\0';
	while (peer->n_body < want) {
		got = read(fd, peer->body + peer->n_body, want - peer->n_body);
		if (got <= 0)
			return false;
		peer->n_body += (size_t)got;
	}
	peer->body[peer->n_body] = '\0';
	return true;
}

static void
serve(int fd, peer_answer *answer)
{
	for (;;) {
		int one = accept(fd, NULL, NULL);

		if (one < 0)
			continue;
		if (read_request(one)) {
			/* Counted first: whoever has the answer may look at once. */
			peer->requests++;
			answer(one);
		}
		close(one);
	}
}

unsigned
peer_start(peer_answer *answer)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unsigned port = listen_somewhere(fd);

	peer = mmap(
	    NULL, sizeof(*peer), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(peer != MAP_FAILED);
	assert_int_equal(listen(fd, 8), 0);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		serve(fd, answer);
	}
	close(fd);
	assert_true(child > 0);
	return port;
}

void
peer_stop(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	munmap(peer, sizeof(*peer));
}

void
peer_reset(unsigned mode)
{
	memset(peer, 0, sizeof(*peer));
	peer->mode = mode;
}

static void
write_all(int fd, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, s, n);

		if (done <= 0)
			return;
		s += done;
		n -= (size_t)done;
	}
}

void
peer_send(int fd, const char *status, const char *headers, const char *body, size_t n)
{
	char head[1024];
	int length = snprintf(head, sizeof(head),
	    "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n%s\r\n",
	    status, n, headers);

	write_all(fd, head, (size_t)length);
	write_all(fd, body, n);
}

bool
peer_dawdle(int fd, int milliseconds)
{
	struct pollfd client = {.fd = fd, .events = POLLRDHUP};

	return poll(&client, 1, milliseconds) == 0;
}

unsigned
peer_closed_port(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unsigned port = listen_somewhere(fd);

	close(fd);
	return port;
}
