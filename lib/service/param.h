/*
 * The query parameters: one table row each, read and checked in one place.
 */
#ifndef SERVICE_PARAM_H
#define SERVICE_PARAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "http/invalid.h"
#include "http/query.h"
#include "matrix/participants.h"
#include "service/selection_read.h"

enum param_type {
	PARAM_TYPE_INTEGER,
	PARAM_TYPE_BOOLEAN,
	PARAM_TYPE_REAL,
	PARAM_TYPE_TEXT,
	PARAM_TYPE_NAME, /* one of a table */
	PARAM_TYPE_IDS,	 /* integers with commas between them */
	PARAM_TYPE_SELECTION,
	PARAM_TYPE_PARTICIPANT,
	PARAM_TYPE__MAX
};

enum param {
	PARAM_SELECTION,
	PARAM_DIMENSION,
	PARAM_IS_ACTIVE,
	PARAM_PER_LABEL,
	PARAM_STD,
	PARAM_TASK,
	PARAM_EXPAND,
	PARAM_IDS,
	PARAM_FROM_NAME,
	PARAM_MODE,
	PARAM_CHOICE_KEYS,
	PARAM_FILTERS,
	PARAM_LIMIT,
	PARAM_OFFSET,
	PARAM_STAT_TYPE,
	PARAM_PROJECT,
	PARAM_PAGE,
	PARAM_PAGE_SIZE,
	PARAM_FIELDS,
	PARAM_ORDERING,
	PARAM_QUERY,
	PARAM_AGREEMENT_LT,
	PARAM_AGREEMENT_GT,
	PARAM_ONLY_ANNOTATED,
	PARAM_COEFFICIENT,
	PARAM_WEIGHTS,
	PARAM_DISTANCE,
	PARAM_BY,
	PARAM_SEED,
	PARAM_DRAWS,
	PARAM_A,
	PARAM_B,
	PARAM__MAX
};

/* A set of parameters: PARAM_BIT(PARAM_SELECTION) | PARAM_BIT(PARAM_DIMENSION). */
#define PARAM_BIT(param) (UINT64_C(1) << (param))

struct param_row {
	const char *name;
	enum param_type type;
	bool required;
	int64_t min, max; /* integers; a number beyond int64 counts as the nearest one */
	/* Names: that of the place i; NULL after the last. */
	const char *(*name_at)(int i);
	const char *doc; /* one line */
};

extern const struct param_row param_table[PARAM__MAX];

struct param_value {
	bool given; /* an empty number or boolean counts as not given */
	union {
		int64_t integer; /* of a name its place */
		bool boolean;
		double real;
		struct str text;
		struct param_ids {
			int64_t *list; /* in the order given, duplicates kept */
			size_t n;
		} ids;
		struct selection selection;
		struct participant_value {
			struct str text;	  /* as it was given */
			struct participant named; /* participant_named() */
		} participant;
	};
};

/*
 * Reads one parameter, with its value in `a`. *r is untouched unless it is given and valid.
 * Problems are added to `v` in the words of Django REST framework. ERR_OK, also with
 * problems, or ERR_MEMORY.
 */
enum err param_read_row(struct arena *a, const struct query *q, const struct param_row *row,
    struct invalid *v, struct param_value *r) ERR_WARN_UNUSED;

/*
 * Reads the parameters of the set `wanted`, each as param_read_row() does. As in Django,
 * other names are ignored, and of a repeated one the last counts. ERR_OK, also with
 * problems, or ERR_MEMORY.
 */
enum err param_read(struct arena *a, const struct query *q, uint64_t wanted,
    struct invalid *v, struct param_value values[static PARAM__MAX]) ERR_WARN_UNUSED;

#endif
