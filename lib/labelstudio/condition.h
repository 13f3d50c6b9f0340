/*
 * When a control is shown to annotators: the `visibleWhen` of its configuration, as a list
 * of conditions that must all hold. Results are in the caller's arena or point into the
 * texts that were given.
 */
#ifndef LABELSTUDIO_CONDITION_H
#define LABELSTUDIO_CONDITION_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/json.h"
#include "json/write.h"

/* no-region-selected is none of them: a moment without a selected region always comes. */
enum condition_when {
	CONDITION_CHOICE_SELECTED,
	CONDITION_CHOICE_UNSELECTED,
	CONDITION_REGION_SELECTED,
	CONDITION__MAX
};

struct conditions {
	struct condition *list;
	size_t n;
};

struct condition {
	enum condition_when when;
	/* The control that has the choice, or the control or object that a region is of;
	 * absent: any. May be a pattern, as the names of controls. */
	struct str control;
	/* Choices or labels, of which one is enough, as results have them; none: any. */
	struct str *values;
	size_t n_values;
	/* Of choice-unselected: what shows that control. Nothing is selected in a hidden
	 * one. (Of choice-selected these are conditions beside it.) */
	struct conditions shown;
};

/* Returns the row of a `visibleWhen`; CONDITION__MAX if it is none of them. */
enum condition_when condition_of_name(struct str name);

/*
 * Reads what condition_write() wrote: [{"when": "choice-selected", "control": "sentiment",
 * "choices": ["Positive"]}, ..]. ERR_INPUT, saying what is wrong; ERR_MEMORY.
 */
enum err condition_read(struct arena *a, const struct json *j, struct conditions *r,
    struct error *e) ERR_WARN_UNUSED;

/* Writes the list as JSON. */
void condition_write(struct json_writer *w, const char *key, const struct conditions *c);

#endif
