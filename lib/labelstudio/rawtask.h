/*
 * The text of a task as it stands in an export, before it is parsed. Texts are in the
 * caller's arena.
 */
#ifndef LABELSTUDIO_RAWTASK_H
#define LABELSTUDIO_RAWTASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* Copies the text with empty `result`, `data`, `meta` and `drafts`. ERR_MEMORY. */
enum err rawtask_outline(struct arena *a, struct str text, struct str *r) ERR_WARN_UNUSED;

/*
 * Copies the text and replaces what Python writes and JSON does not allow, outside of
 * results: NaN, infinities and numbers beyond all doubles by null, lone surrogates by the
 * replacement character. *changed_r says whether there was any. ERR_MEMORY.
 */
enum err rawtask_mend(
    struct arena *a, struct str text, struct str *r, bool *changed_r) ERR_WARN_UNUSED;

/* Finds the id of the task, of an annotation with its task inside that of the task. Returns
 * whether the text goes on that far. */
bool rawtask_id(struct str text, int64_t *r);

#endif
