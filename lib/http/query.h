/*
 * A query string as names and values, percent-decoded.
 */
#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct query_pair {
	struct str name;
	struct str value; /* empty if there was no '=' */
};

struct query {
	struct query_pair *pairs; /* in the order of the query */
	size_t n;
};

/*
 * Cuts "a=1&b=2" into pairs and decodes them in the arena: "+" is a space, "%41" is "A", a
 * "%" without two hex digits stays; bytes that are not UTF-8 become U+FFFD, as Django reads
 * them. Empty pieces ("&&") are left out. ERR_OK or ERR_MEMORY.
 */
enum err query_read(struct arena *a, struct str text, struct query *r) ERR_WARN_UNUSED;

/* Returns the last value of a name, as Django's QueryDict does; the absent text if there is
 * none. */
struct str query_last(const struct query *q, struct str name);

/*
 * Decodes %XX (and, if `plus`, "+") in a piece of text. With `keep_slash` a "%2F" stays as
 * it is. The result may hold any byte, NUL included. Absent without memory.
 */
struct str query_decode(struct arena *a, struct str text, bool plus, bool keep_slash);

#endif
