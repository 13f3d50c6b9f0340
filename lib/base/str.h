/*
 * A piece of text: a pointer to bytes, which need no final NUL, and their number. It never
 * owns them: they live as long as the arena, constant or document that they are part of.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *s; /* NULL stands for "absent", which is not the same as empty */
	size_t n;      /* bytes */
};

/* A string literal as a piece of text; for initialisers STR_INIT. */
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_INIT(literal) {(literal), sizeof(literal) - 1}

/* The text of a macro's value, for limits in messages. */
#define STR_OF_MACRO(macro) STR_OF_MACRO_(macro)
#define STR_OF_MACRO_(text) #text

/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(str) (int)(str).n, (str).s

/* Makes a piece of text of a C string; of NULL, the absent one. */
struct str str_of(const char *s);

/* Whether two pieces have the same bytes. Absent equals empty here. */
bool str_eq(struct str a, struct str b);

/* Whether the piece has the bytes of the C string `b`. */
bool str_is(struct str a, const char *b);

/* Compares by bytes, the shorter first among equals: < 0, 0, > 0. */
int str_cmp(struct str a, struct str b);

/* Whether `a` begins with the C string `prefix`; case counts. */
bool str_starts(struct str a, const char *prefix);

/* Whether two pieces are equal when ASCII letters are taken without case. */
bool str_eq_nocase(struct str a, struct str b);

/* Returns the piece without ASCII white space at either end. */
struct str str_trim(struct str a);

/* Returns a 64-bit hash of the bytes (FNV-1a with a final mix); the same in every run. */
uint64_t str_hash(struct str a);

#endif
