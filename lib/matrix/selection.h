/*
 * The participants that are selected for a matrix. The caller owns the lists.
 */
#ifndef MATRIX_SELECTION_H
#define MATRIX_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct selection {
	struct selection_annotators {
		bool all;     /* true: `ids` are excluded; false: only `ids` are included */
		int64_t *ids; /* in the order given, duplicates kept; a number beyond int64
				 is left out */
		size_t n;
	} annotators;
	struct selection_models {
		bool all;	 /* as above */
		struct str *ids; /* versions as given: "v1", "model:v1" */
		size_t n;
	} models;
	bool ground_truth;
};

#endif
