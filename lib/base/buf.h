/*
 * A text that grows: answers, statements of progress, files in the making.
 * Ownership: the caller's struct, the bytes are the buffer's until buf_free().
 * Failure is sticky: after the first failed append nothing is added and buf_failed() says
 * so.
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

#define BUF_INIT                                                                           \
	{                                                                                  \
		0                                                                          \
	}

void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_puts(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) ERR_PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *format, va_list args) ERR_PRINTF(2, 0);

/* Whether an append failed for memory or the limit; the text is then not whole. */
bool buf_failed(const struct buf *b);

/* The text so far, valid until the next append. */
struct str buf_text(const struct buf *b);

/* Empty it, and forget a failure, but keep the room. */
void buf_clear(struct buf *b);
void buf_free(struct buf *b);

#endif
