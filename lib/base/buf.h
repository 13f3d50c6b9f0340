/*
 * A text that grows. The bytes are the buffer's until buf_free(). Failure is sticky: after
 * the first append that failed nothing is added, and buf_failed() says so.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct buf {
	char *s; /* NUL-terminated if not NULL */
	size_t n;
	size_t room;
	size_t limit; /* bytes at most; 0: none */
	bool failed;
};

#define BUF_INIT {0}

void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_puts(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) ERR_PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *format, va_list args) ERR_PRINTF(2, 0);

/* Whether an append ran out of memory or over the limit: the text is not whole then. */
bool buf_failed(const struct buf *b);

/* The text so far, valid until the next append. */
struct str buf_text(const struct buf *b);

/* Empties the buffer and forgets a failure; the memory is kept. */
void buf_clear(struct buf *b);
void buf_free(struct buf *b);

#endif
