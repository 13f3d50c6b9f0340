#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

const char *const log_level_names[LOG_LEVEL__MAX + 1] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
};

static enum log_level threshold = LOG_LEVEL_WARNING;

void
log_set_level(enum log_level level)
{
	threshold = level;
}

/* Copy a text with control characters shown, so that nobody can forge a second line. */
static size_t
escape(char *out, size_t room, const char *s)
{
	size_t n = 0;

	for (; *s != '\0' && n + 5 < room; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x20 && c != 0x7f)
			out[n++] = (char)c;
		else
			n += (size_t)snprintf(out + n, room - n, "\\x%02x", c);
	}
	return n;
}

/* One write, so that lines of several workers do not mix; nobody is there to tell of a
 * failure. */
static void
write_line(int fd, char *line, size_t n)
{
	line[n++] = '\n';
	if (write(fd, line, n) < 0)
		return;
}

static void
to_stderr(enum log_level level, char *line, size_t n)
{
	(void)level;
	write_line(STDERR_FILENO, line, n);
}

static void
to_syslog(enum log_level level, char *line, size_t n)
{
	static const int priorities[LOG_LEVEL__MAX] = {
	    [LOG_LEVEL_ERROR] = LOG_ERR,
	    [LOG_LEVEL_WARNING] = LOG_WARNING,
	    [LOG_LEVEL_INFO] = LOG_INFO,
	    [LOG_LEVEL_DEBUG] = LOG_DEBUG,
	};

	(void)n;
	/* The system's log says by itself whose line it is. */
	syslog(priorities[level], "%s", line + strlen("agreement-matrix: "));
}

/* The file, opened again where it has been moved away. */
static struct {
	char path[4096];
	int fd;
} file = {.fd = -1};

static bool
is_there(void)
{
	struct stat at, open;

	return file.fd >= 0 && stat(file.path, &at) == 0 && fstat(file.fd, &open) == 0 &&
	    at.st_ino == open.st_ino && at.st_dev == open.st_dev;
}

static bool
open_file(void)
{
	int fd =
	    open(file.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);

	if (fd < 0)
		return false;
	if (file.fd >= 0)
		close(file.fd);
	file.fd = fd;
	return true;
}

static void
to_file(enum log_level level, char *line, size_t n)
{
	char stamped[1500];
	time_t now = time(NULL);
	struct tm tm;
	size_t head;

	(void)level;
	(void)n;
	/* Without the new one the old one does. */
	if (!is_there() && !open_file() && file.fd < 0)
		return;
	gmtime_r(&now, &tm);
	head = strftime(stamped, sizeof(stamped), "%Y-%m-%dT%H:%M:%SZ", &tm);
	head += (size_t)snprintf(
	    stamped + head, sizeof(stamped) - head - 1, " [%d] %s", (int)getpid(), line);
	write_line(file.fd, stamped, head);
}

enum { TO_STDERR, TO_SYSLOG, TO_FILE, TO__MAX };

static const struct {
	const char *name;
	void (*write)(
	    enum log_level level, char *line, size_t n); /* has room for one more */
} places[TO__MAX] = {
    [TO_STDERR] = {"stderr", to_stderr},
    [TO_SYSLOG] = {"syslog", to_syslog},
    [TO_FILE] = {"", to_file},
};
static int place = TO_STDERR;

enum err
log_open(const char *where, struct error *e)
{
	for (int i = 0; i < TO_FILE; i++)
		if (strcmp(where, places[i].name) == 0) {
			place = i;
			if (i == TO_SYSLOG)
				openlog("agreement-matrix", LOG_PID, LOG_DAEMON);
			return ERR_OK;
		}
	if (where[0] != '/')
		return error_set(e, ERR_INPUT,
		    "log: \"%s\" is neither stderr, nor syslog, nor the path of a file",
		    where);
	if (strlen(where) >= sizeof(file.path))
		return error_set(e, ERR_INPUT, "log: the path is too long");
	strcpy(file.path, where);
	if (!open_file())
		return error_set(e, ERR_IO, "log: %s: %s", where, strerror(errno));
	place = TO_FILE;
	return ERR_OK;
}

void
log_message(enum log_level level, const char *format, ...)
{
	char text[1024], line[1400];
	va_list args;
	size_t n;

	if (level > threshold)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	n = (size_t)snprintf(
	    line, sizeof(line), "agreement-matrix: %s: ", log_level_names[level]);
	n += escape(line + n, sizeof(line) - n, text);
	line[n] = '\0';
	places[place].write(level, line, n);
}
