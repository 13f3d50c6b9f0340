/*
 * A server that takes connections and says nothing: it listens on a free loopback port,
 * prints it, and waits to be ended, for ten minutes at most.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, n) != 0 || listen(fd, 8) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &n) != 0)
		return EXIT_FAILURE;
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	sleep(600);
	return EXIT_SUCCESS;
}
