/*
 * One line a message on standard error, which every web server collects.
 * Ownership: nothing is kept. Never hand it a token, a password or a whole request.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG, LOG_LEVEL__MAX };

/* Messages above this level are dropped; the default is LOG_LEVEL_WARNING. */
void log_set_level(enum log_level level);

/* The names that a setting may have, in the order of the enum, ended by NULL. */
extern const char *const log_level_names[LOG_LEVEL__MAX + 1];

/* "agreement-matrix: warning: text\n"; control characters are shown as \xNN, so a line stays one. */
void log_message(enum log_level level, const char *format, ...) ERR_PRINTF(2, 3);

#define log_error(...) log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_message(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
