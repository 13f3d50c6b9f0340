/*
 * The fields that a programmable control (ReactCode) gives, as its `outputs` attribute
 * says: a JSON schema, the properties of one, or a list such as "mood:choices(good,bad),
 * pages:number". Results are in the caller's arena.
 */
#ifndef LABELSTUDIO_OUTPUTS_H
#define LABELSTUDIO_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* Fields of one control, and levels of a schema, at most; what is beyond is left out. */
#define OUTPUTS_MAX 200
#define OUTPUTS_DEPTH 16

struct output {
	struct str name;    /* "mood", of a nested one "author.name" */
	struct str path;    /* from the control's value on: "$.reactcode.mood" */
	const char *metric; /* that compares its type; a constant */
	bool categorical;   /* a value is one or more names out of `labels` */
	struct str *labels;
	size_t n_labels;
};

struct outputs {
	struct output *list; /* in the order of the text */
	size_t n;
};

/*
 * Reads the attribute of a control whose values stand at `root` ("$.reactcode"). A text
 * that cannot be understood, and one of a single value, has no fields. Strings compare by
 * text_similarity, those with an enumeration and booleans by exact_match, lists of names by
 * jaccard_similarity, numbers by numeric_difference, everything else by exact_match; of
 * objects each property is a field. ERR_MEMORY.
 */
enum err outputs_read(
    struct arena *a, struct str text, struct str root, struct outputs *r) ERR_WARN_UNUSED;

#endif
