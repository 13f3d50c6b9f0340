/*
 * A selection in either of its forms, taken apart but not yet read. The texts of the
 * flattened form become JSON strings, so that both forms are read by the same code. The
 * values point into the arena, the document or the query.
 */
#ifndef SERVICE_SELECTION_FORM_H
#define SERVICE_SELECTION_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "http/query.h"
#include "json/json.h"

enum selection_group { SELECTION_ANNOTATORS, SELECTION_MODELS, SELECTION_GROUP__MAX };

extern const struct str selection_group_names[SELECTION_GROUP__MAX];

struct selection_form {
	const char *no_object; /* field_type_name() of what is in place of an object; NULL:
				  it is one */
	struct selection_form_group {
		const char *no_object;	/* as above */
		const char *no_list;	/* the same of a list of ids */
		const struct json *all; /* NULL, as with null: not given */
		const struct json *ids; /* `n` values */
		uint32_t n;
	} group[SELECTION_GROUP__MAX];
	const struct json *ground_truth;
};

/* Takes the JSON form apart. `doc` is not null. */
struct selection_form selection_form_of_json(const struct json *doc);

/* Whether the query has a name that begins with `base[`. */
bool selection_form_in_query(const struct query *q, struct str base);

/*
 * Takes the flattened form apart: base[annotators][all], base[annotators][ids] (also
 * [ids][] and [ids][0]), base[models].., base[ground_truth]. Empty values count as not
 * given, other names are ignored. ERR_OK or ERR_MEMORY.
 */
enum err selection_form_of_query(struct arena *a, const struct query *q, struct str base,
    struct selection_form *r) ERR_WARN_UNUSED;

#endif
