/*
 * A labeling configuration in the making: elements come in document order, controls go out.
 * What it points to is in its arena; texts are copied.
 */
#ifndef LABELSTUDIO_CONFIGDRAFT_H
#define LABELSTUDIO_CONFIGDRAFT_H

#include <stddef.h>

#include "labelstudio/labelconfig.h"
#include "base/map.h"

#define CONFIGDRAFT_DEPTH 256

struct configdraft_control;
struct configdraft_object;
struct conditiondraft_node;

/* An element that is open, as its children see it. */
struct configdraft_frame {
	struct configdraft_control *control;	/* the nearest one; NULL outside of all */
	struct str index_flag;			/* of this Repeater; absent elsewhere */
	struct conditiondraft_node *conditions; /* that show what stands in it */
};

struct configdraft {
	struct arena *arena;
	struct configdraft_frame frames[CONFIGDRAFT_DEPTH];
	size_t depth;
	struct map control_names, object_names;
	struct configdraft_control *first_control, **last_control;
	struct configdraft_object *first_object,
	    **last_object; /* in the order of object_names */
};

/* Starts an empty configuration. */
void configdraft_init(struct configdraft *b, struct arena *a);

/*
 * Begins an element. `element` may have a namespace prefix; `attributes` are names and
 * values in turn, ended by NULL. ERR_INPUT: nested deeper than CONFIGDRAFT_DEPTH;
 * ERR_MEMORY.
 */
enum err configdraft_open(
    struct configdraft *b, const char *element, const char **attributes) ERR_WARN_UNUSED;

/* Ends the element that was opened last. */
void configdraft_close(struct configdraft *b);

/* Gives the controls so far, with their default metrics. ERR_INPUT as
 * conditiondraft_finish(), ERR_MEMORY. */
enum err configdraft_finish(
    const struct configdraft *b, struct labelconfig *r, struct error *e) ERR_WARN_UNUSED;

#endif
