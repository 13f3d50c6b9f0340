/*
 * How long a good request takes beside 200 connections that say nothing, half of a request,
 * or a byte of one now and then, and without them, in turn.
 * usage: patience socket PATH | patience http PORT TARGET TOKEN
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"

#define BAD 200
#define GOOD 300
#define ROUNDS 5

static struct sockaddr_un local = {.sun_family = AF_UNIX};
static struct sockaddr_in remote = {.sin_family = AF_INET};
static char request[4096];
static size_t size;

static int
connect_to_it(void)
{
	int fd = socket(local.sun_path[0] != '\0' ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
	int failed = local.sun_path[0] != '\0'
	    ? connect(fd, (struct sockaddr *)&local, sizeof(local))
	    : connect(fd, (struct sockaddr *)&remote, sizeof(remote));

	if (fd < 0 || failed != 0) {
		perror("connect");
		exit(EXIT_FAILURE);
	}
	return fd;
}

static void
put_param(const char *name, const char *value)
{
	size_t n = strlen(name), m = strlen(value);

	request[size++] = (char)n;
	request[size++] = (char)m;
	memcpy(request + size, name, n);
	memcpy(request + size + n, value, m);
	size += n + m;
}

/* GET /health as a FastCGI request. */
static void
make_records(void)
{
	static const char begin[] = "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\1\0\0\0\0";

	memcpy(request, begin, 24);
	size = 24;
	put_param("REQUEST_METHOD", "GET");
	put_param("SCRIPT_NAME", "");
	put_param("PATH_INFO", "/health");
	put_param("QUERY_STRING", "");
	request[21] = (char)(size - 24);
	request[22] = request[23] = 0;
	memcpy(request + size, "\1\4\0\1\0\0\0\0\1\5\0\1\0\0\0\0", 16);
	size += 16;
}

/* Seconds that one good request takes. */
static double
ask(void)
{
	double start = now();
	int fd = connect_to_it();
	char bytes[4096];
	ssize_t n, all = 0;

	if (write(fd, request, size) != (ssize_t)size)
		exit(EXIT_FAILURE);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		all += n;
	close(fd);
	if (all < 20) {
		fprintf(stderr, "no answer\n");
		exit(EXIT_FAILURE);
	}
	return now() - start;
}

static double
median_of_good(int *bad, size_t *sent)
{
	static double took[GOOD];

	for (int i = 0; i < GOOD; i++) {
		if (bad != NULL && sent[i % BAD] > 0 && sent[i % BAD] < size - 20 &&
		    write(bad[i % BAD], request + sent[i % BAD], 1) == 1)
			sent[i % BAD]++;
		took[i] = ask();
	}
	return median(took, GOOD);
}

int
main(int argc, char **argv)
{
	double without[ROUNDS], with[ROUNDS], a, b;

	if (argc == 3 && strcmp(argv[1], "socket") == 0) {
		snprintf(local.sun_path, sizeof(local.sun_path), "%s", argv[2]);
		make_records();
	} else if (argc == 5) {
		remote.sin_port = htons((uint16_t)atoi(argv[2]));
		remote.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		size = (size_t)snprintf(request, sizeof(request),
		    "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
		    "Token "
		    "%s\r\n\r\n",
		    argv[3], argv[4]);
	} else {
		return 2;
	}
	for (int round = 0; round < ROUNDS; round++) {
		int bad[BAD];
		size_t sent[BAD];

		without[round] = median_of_good(NULL, NULL);
		for (int i = 0; i < BAD; i++) {
			bad[i] = connect_to_it();
			sent[i] = i % 3 == 0 ? 0 : (size_t)i * (size / 2) / BAD + 1;
			if (sent[i] > 0 && write(bad[i], request, sent[i]) < 0)
				return EXIT_FAILURE;
		}
		with[round] = median_of_good(bad, sent);
		for (int i = 0; i < BAD; i++)
			close(bad[i]);
	}
	a = median(without, ROUNDS);
	b = median(with, ROUNDS);
	printf("%7.0f us without, %7.0f us beside %d that do not end: x %.2f\n", a * 1e6,
	    b * 1e6, BAD, b / a);
	return EXIT_SUCCESS;
}
