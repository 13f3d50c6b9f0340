#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <assert.h>

#include "base/array.h"

static const char *const texts[] = {
    [ERR_OK] = "no error",
    [ERR_MEMORY] = "out of memory",
    [ERR_INPUT] = "invalid input",
    [ERR_UNKNOWN] = "unknown name",
    [ERR_NOT_FOUND] = "not found",
    [ERR_LIMIT] = "over a limit",
    [ERR_IO] = "read or write failed",
    [ERR_DB_AWAY] = "the database is not available",
    [ERR_DB_SLOW] = "the database did not answer in time",
    [ERR_DB_SCHEMA] = "the database schema does not fit; run agreement-matrix init",
    [ERR_DB_DENIED] = "the database account may not do that",
    [ERR_DB_REFUSED] = "the database refused a statement",
    [ERR_UNAVAILABLE] = "a service or library that is needed is not there",
};
static_assert(N_OF(texts) == ERR__MAX, "one text for each error");

/* Take away the bytes of a character that the end of the room has cut. */
static void
cut_whole(char *s, size_t room)
{
	size_t n = strlen(s), k = n, whole;
	unsigned char lead;

	if (n + 1 < room)
		return;
	while (k > 0 && ((unsigned char)s[k - 1] & 0xc0) == 0x80)
		k--;
	if (k == 0)
		return;
	lead = (unsigned char)s[k - 1];
	whole = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (n - k + 1 < whole)
		s[k - 1] = '\0';
}

enum err
error_set(struct error *e, enum err code, const char *format, ...)
{
	va_list args;

	if (e == NULL)
		return code;
	e->code = code;
	va_start(args, format);
	vsnprintf(e->text, sizeof(e->text), format, args);
	va_end(args);
	cut_whole(e->text, sizeof(e->text));
	return code;
}

enum err
error_prefix(struct error *e, enum err code, const char *format, ...)
{
	char old[sizeof(((struct error *)0)->text)];
	va_list args;
	int n;

	if (e == NULL)
		return code;
	e->code = code;
	memcpy(old, e->text, sizeof(old));
	va_start(args, format);
	n = vsnprintf(e->text, sizeof(e->text), format, args);
	va_end(args);
	if (n >= 0 && (size_t)n < sizeof(e->text))
		snprintf(e->text + n, sizeof(e->text) - (size_t)n, "%s", old);
	cut_whole(e->text, sizeof(e->text));
	return code;
}

const char *
err_text(enum err code)
{
	return (unsigned)code < ERR__MAX ? texts[code] : "unknown error";
}

enum err
error_memory(struct error *e)
{
	return error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
}
