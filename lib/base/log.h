/*
 * One line a message: on standard error, which most web servers collect, to the system's
 * log, or to a file. No message may hold a token, a password or a whole request.
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

/* Drops messages above this level from now on; the default is LOG_LEVEL_WARNING. */
void log_set_level(enum log_level level);

/*
 * Sends messages to "stderr" (the default), to "syslog", or to a file by its path (copied),
 * which is made if it is not there (mode 0640) and opened again when it was moved away.
 * Lines of a file begin with time and process. ERR_INPUT for another word, ERR_IO if the
 * file cannot be opened; messages go where they went before then.
 */
enum err log_open(const char *where, struct error *e) ERR_WARN_UNUSED;

/* The names of the levels, in the order of the enum, ended by NULL. */
extern const char *const log_level_names[LOG_LEVEL__MAX + 1];

/* Writes "agreement-matrix: warning: text\n"; control characters are shown as \xNN, so a
 * message stays one line. */
void log_message(enum log_level level, const char *format, ...) ERR_PRINTF(2, 3);

#define log_error(...) log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_message(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
