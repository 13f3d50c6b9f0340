#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

#define SECRET_MAX 4096

/* Whether only its owner and group may read and change the file. */
static enum err
check_file(const char *what, const char *path, int fd, struct error *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return error_set(e, ERR_INPUT, "%s %s is no plain file", what, path);
	if (st.st_mode & (S_IROTH | S_IWOTH))
		return error_set(
		    e, ERR_INPUT, "%s %s is open to everybody (chmod 0640)", what, path);
	return ERR_OK;
}

static bool
is_visible(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.s[i] < 0x21 || s.s[i] > 0x7e)
			return false;
	return s.n > 0;
}

static enum err
read_text(const char *what, const char *path, int fd, char **r, struct error *e)
{
	char text[SECRET_MAX + 1];
	size_t n = 0;
	ssize_t got;
	struct str s;
	enum err err = ERR_OK;

	while (n < sizeof(text) && (got = read(fd, text + n, sizeof(text) - n)) > 0)
		n += (size_t)got;
	s = str_trim((struct str){text, n});
	if (n == sizeof(text) || !is_visible(s))
		err = error_set(e, ERR_INPUT,
		    "%s %s must have one line of visible ASCII characters", what, path);
	else if ((*r = strndup(s.s, s.n)) == NULL)
		err = error_memory(e);
	explicit_bzero(text, sizeof(text));
	return err;
}

enum err
secret_read(const char *what, const char *path, char **r, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum err err;

	if (fd < 0)
		return error_set(
		    e, ERR_NOT_FOUND, "%s %s: %s", what, path, strerror(errno));
	err = check_file(what, path, fd, e);
	if (err == ERR_OK)
		err = read_text(what, path, fd, r, e);
	close(fd);
	return err;
}

void
secret_free(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}
