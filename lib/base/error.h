/*
 * The one return convention: a function that can fail returns an `enum err`, 0 is success,
 * results come through `_r` pointers that are untouched on failure. A `struct error` is the
 * caller's, usually on its stack.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stddef.h>

enum err {
	ERR_OK = 0,
	ERR_MEMORY,    /* no memory, or an arena's limit reached */
	ERR_INPUT,     /* a text or value that is not what it must be; the message names the
			  place */
	ERR_UNKNOWN,   /* a name that no table has */
	ERR_NOT_FOUND, /* a file, row or object that is not there */
	ERR_LIMIT,     /* the input or the answer is over a limit that a setting names */
	ERR_IO,	       /* a read or write failed */
	ERR_DB_AWAY,   /* the database cannot be reached or was lost */
	ERR_DB_SLOW,   /* the database did not answer in time */
	ERR_DB_SCHEMA, /* the database lacks our tables, or has another version of them */
	ERR_DB_DENIED, /* the account may not do that (it may read but not write, say) */
	ERR_DB_REFUSED,	 /* the database refused a statement for another reason */
	ERR_UNAVAILABLE, /* a service (embeddings, Label Studio) or library that was needed
			    is not there */
	ERR__MAX
};

#define ERR_WARN_UNUSED __attribute__((warn_unused_result))
#define ERR_PRINTF(text, first) __attribute__((format(printf, text, first)))

struct error {
	enum err code;
	char text[400]; /* one line, UTF-8, cut at the end if longer; never a secret or SQL
			 */
};

/*
 * Writes code and text into `e`, which may be NULL. A text that does not fit is cut at a
 * whole character. Returns `code`, so that `return error_set(e, ERR_INPUT, "..")` reads
 * well.
 */
enum err error_set(struct error *e, enum err code, const char *format, ...)
    ERR_PRINTF(3, 4);

/* The same as error_set() with ERR_MEMORY and its fixed text. */
enum err error_memory(struct error *e);

/*
 * Puts a place ("line 3: ", "annotation 17: ") before the text of the error `code` in `e`,
 * which may be NULL. Returns `code`.
 */
enum err error_prefix(struct error *e, enum err code, const char *format, ...)
    ERR_PRINTF(3, 4);

/* Returns the fixed English text of a code ("out of memory"); never NULL. */
const char *err_text(enum err code);

#endif
