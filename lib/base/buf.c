#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Make room for `n` more bytes and a NUL; notes the failure. */
static bool
reserve(struct buf *b, size_t n)
{
	size_t room = b->room == 0 ? 256 : b->room;
	char *s;

	if (b->failed)
		return false;
	if (n > SIZE_MAX / 4 || (b->limit != 0 && b->n + n > b->limit))
		goto fail;
	while (room < b->n + n + 1)
		room *= 2;
	if (room == b->room)
		return true;
	s = realloc(b->s, room);
	if (s == NULL)
		goto fail;
	b->s = s;
	b->room = room;
	return true;
fail:
	b->failed = true;
	return false;
}

void
buf_put(struct buf *b, const void *bytes, size_t n)
{
	if (!reserve(b, n))
		return;
	if (n > 0)
		memcpy(b->s + b->n, bytes, n);
	b->n += n;
	b->s[b->n] = '\0';
}

void
buf_str(struct buf *b, struct str s)
{
	buf_put(b, s.s, s.n);
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

void
buf_vprintf(struct buf *b, const char *format, va_list args)
{
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	if (n < 0 || !reserve(b, (size_t)n)) {
		b->failed = true;
	} else {
		vsnprintf(b->s + b->n, (size_t)n + 1, format, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

bool
buf_failed(const struct buf *b)
{
	return b->failed;
}

struct str
buf_text(const struct buf *b)
{
	return (struct str){b->s == NULL ? "" : b->s, b->n};
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
	if (b->s != NULL)
		b->s[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->s);
	*b = (struct buf){.limit = b->limit};
}
