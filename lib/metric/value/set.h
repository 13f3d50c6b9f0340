/*
 * Sets of plain values: what was chosen, rated or entered, apart from where it stands.
 * Lists are in the caller's arena, values point into the document.
 */
#ifndef METRIC_VALUE_SET_H
#define METRIC_VALUE_SET_H

#include "metric/explanation.h"
#include "metric/metric.h"

/* One value of one place (metric/place.h), with a hash that agrees with atom_equal(). */
struct atom {
	uint64_t hash;
	uint64_t place;
	const struct json *value;
};

struct atoms {
	struct prepared head;
	struct atom *list;
	uint32_t room;
	double bytes; /* about, of the values as text */
};

/* Returns whether an item of this type carries plain values: choices, taxonomy, rating,
 * number, .. */
bool atoms_type(struct str type);

/* Returns the key of `value` under which an item of such a type has them. */
const char *atoms_key(struct str type);

/*
 * Appends the values of an item as those of a place, in order: of choices and taxonomy each
 * element of the list, of the others the scalar (or the elements of a list, as predictions
 * carry them). Choices of weight 0 are left out. ERR_INPUT names the JSON path, ERR_MEMORY.
 */
enum err atoms_read(struct arena *a, const struct params *p, const struct item *item,
    uint64_t place, struct atoms *atoms, struct error *e) ERR_WARN_UNUSED;

/* Appends the values of an item of any type, at its own place; ERR_INPUT also for one that
 * carries none. */
enum err atoms_add(struct arena *a, const struct measure *m, const struct item *item,
    struct atoms *atoms, struct error *e) ERR_WARN_UNUSED;

/* Sorts, and drops repeats. */
void atoms_make_set(struct atoms *atoms);

/* Returns about how many bytes of text a value has. */
double atom_size(const struct json *value);

bool atom_equal(const struct atom *a, const struct atom *b);

/* Returns how many members two sets share. */
uint32_t atoms_shared(const struct atoms *a, const struct atoms *b);

/* Gives what two sets share, and what one of them has alone. ERR_MEMORY. */
enum err atoms_explain(struct arena *arena, const struct atoms *a, const struct atoms *b,
    struct explanation_labels *r) ERR_WARN_UNUSED;

#endif
