/*
 * The conditions of a labeling configuration in the making: elements hand theirs on to the
 * elements inside, and at the end each control has its own. Results are in the caller's
 * arena; texts are copied.
 */
#ifndef LABELSTUDIO_CONDITIONDRAFT_H
#define LABELSTUDIO_CONDITIONDRAFT_H

#include <stdbool.h>

#include "labelstudio/labelconfig.h"
#include "base/map.h"

/* A control depends on this many conditions at most, those of controls that it asks
 * included. */
#define CONDITIONDRAFT_MAX 200

/* Controls that may ask each other in turn (choice-unselected); they are nested in the JSON
 * that a database keeps, whose own limit is a depth of 100. */
#define CONDITIONDRAFT_CHAIN 40

struct conditiondraft_node; /* one condition, and those of the elements around it */

/* What is known of one control; all zero is nothing. */
struct conditiondraft {
	struct conditiondraft_node *nodes; /* its own and those around it */
	struct map choices;		   /* by value and by alias .. */
	struct str *stored;		   /* .. and what results have for each */
	size_t room;
};

/* Returns the control that the conditions of an element name (whenTagName), as it is
 * written; absent: none. */
struct str conditiondraft_control(const char **attributes);

/*
 * Puts the conditions of an element, if it has any, before those around it: *nodes, NULL
 * for none. `attributes` are names and values in turn, ended by NULL; `control` is the
 * control that they name, as names are kept. ERR_MEMORY.
 */
enum err conditiondraft_add(struct arena *a, const char **attributes, struct str control,
    struct conditiondraft_node **nodes) ERR_WARN_UNUSED;

/* Notes that the results of a control have `stored` (kept, not copied) for its choice that
 * conditions call `name`; of two with one name the first counts. ERR_MEMORY. */
enum err conditiondraft_choice(struct arena *a, struct conditiondraft *d, struct str name,
    struct str stored) ERR_WARN_UNUSED;

/*
 * Sets `visible_when` of the controls; names[i] and drafts[i] are of controls[i]. What
 * shows a control that a condition asks for a choice must hold, too. ERR_INPUT, naming the
 * control, over either limit; ERR_MEMORY.
 */
enum err conditiondraft_finish(struct arena *a, const struct map *names,
    struct conditiondraft *drafts, struct control *controls, size_t n,
    struct error *e) ERR_WARN_UNUSED;

#endif
