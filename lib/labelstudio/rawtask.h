/*
 * The text of a task as it stands in an export, before it is parsed. Ownership: texts are
 * in the arena handed in.
 */
#ifndef LABELSTUDIO_RAWTASK_H
#define LABELSTUDIO_RAWTASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* The text without what people said and what they saw: `result`, `data`, `meta` and
 * `drafts` are empty. ERR_MEMORY. */
enum err rawtask_outline(struct arena *a, struct str text, struct str *r) ERR_WARN_UNUSED;

/*
 * The text with what Python writes and JSON does not know made harmless outside of results:
 * NaN, infinities and numbers beyond all doubles become null, lone surrogates the
 * replacement character. *changed_r says whether there was any. ERR_MEMORY.
 */
enum err rawtask_mend(
    struct arena *a, struct str text, struct str *r, bool *changed_r) ERR_WARN_UNUSED;

/* The task's own id, if the text gets that far; of an annotation with its task inside that
 * of the task. */
bool rawtask_id(struct str text, int64_t *r);

#endif
