/*
 * Which values of a result count: a control is hidden while the conditions of its
 * configuration (labelstudio/condition.h) do not hold, and its leftover values do not
 * count. Conditions are those of Label Studio's editor, evaluated on the finished result.
 * Results are in the caller's arena or point into the result.
 */
#ifndef LABELSTUDIO_VISIBILITY_H
#define LABELSTUDIO_VISIBILITY_H

#include <stdbool.h>

#include "labelstudio/condition.h"
#include "labelstudio/result.h"

/* A control whose visibility is looked for. */
struct visibility_of {
	struct str control;		     /* its name, which may be a pattern */
	bool per_region;		     /* its values belong to regions (perRegion) */
	const struct conditions *conditions; /* what must hold; all of them */
};

/*
 * Leaves in `value`, the values of a control in the result `all`, those that were visible.
 * *hidden says whether the control was hidden all the time.
 *
 * choice-selected holds if the control (none named: any other Choices) has one of the
 * choices, or, none named, any; of a taxonomy the last part of a path counts, and what is
 * neither Choices nor Taxonomy has no choices. choice-unselected holds if that does not, or
 * if that control is hidden itself. region-selected holds if there is a region of the
 * control named, or on the object named, with one of the labels.
 *
 * A value of a region asks about that region, as far as the choices belong to regions, and
 * one of the index of a Repeater about the same index, where both names have one index. A
 * control of regions is shown if it is in one of them (without any: if the conditions hold
 * all the same). ERR_MEMORY.
 */
enum err visibility_apply(struct arena *a, const struct visibility_of *of,
    const struct result *all, struct result *value, bool *hidden) ERR_WARN_UNUSED;

#endif
