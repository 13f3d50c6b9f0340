/*
 * One line a message: on standard error, which most web servers collect, to the system's
 * log, or to a file. Ownership: the path of log_open() is copied. Never hand it a token, a
 * password or a whole request.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
	LOG_LEVEL__MAX
};

/* Messages above this level are dropped; the default is LOG_LEVEL_WARNING. */
void log_set_level(enum log_level level);

/*
 * Where messages go from now on: "stderr" (the default), "syslog", or the path of a file,
 * which is made if it is not there (mode 0640) and opened again when it was moved away.
 * Lines of a file begin with time and process. ERR_INPUT for another word, ERR_IO if the
 * file cannot be opened; messages then go where they went before.
 */
enum err log_open(const char *where, struct error *e) ERR_WARN_UNUSED;

/* The names that a setting may have, in the order of the enum, ended by NULL. */
extern const char *const log_level_names[LOG_LEVEL__MAX + 1];

/* "agreement-matrix: warning: text\n"; control characters are shown as \xNN, so a line
 * stays one. */
void log_message(enum log_level level, const char *format, ...) ERR_PRINTF(2, 3);

#define log_error(...) log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_message(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
