#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
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
	line[n++] = '\n';
	/* One write, so that lines of several workers do not mix; nobody is there to tell
	 * of a failure. */
	if (write(STDERR_FILENO, line, n) < 0)
		return;
}
