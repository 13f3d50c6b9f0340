/*
 * A project's labeling configuration (XML) as a list of its controls, over expat. Results
 * are in the caller's arena.
 */
#ifndef LABELSTUDIO_LABELCONFIG_H
#define LABELSTUDIO_LABELCONFIG_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "labelstudio/condition.h"
#include "labelstudio/outputs.h"
#include "labelstudio/result.h"

struct control {
	/* May be a pattern: the index of a Repeater is written {{idx}}, whatever its
	 * indexFlag. */
	struct str name;
	/* Element name as written, without namespace prefix: "RectangleLabels". */
	struct str tag;
	/* The objects it labels, in order; Chat and ReactCode label themselves. A known tag
	 * that names none labels the only object, as in the editor. */
	struct str *to_names;
	size_t n_to_names;
	/* Tag of its first object that exists ("Image"); absent if none does. */
	struct str object_tag;
	/* How that object's dates are written (TimeSeries timeFormat); absent if it does
	 * not say. */
	struct str time_format;
	/* Label and Choice descendants: alias, else value; in document order, once each. */
	struct str *labels;
	size_t n_labels;
	struct outputs
	    outputs; /* the fields of its values; none: they are compared whole */
	bool per_region;
	/* What must hold for it to be shown: its own and of all elements around it. */
	struct conditions visible_when;
	bool dynamic; /* labels come from the task (value="$var") or a server (apiUrl) */
	const char *metric; /* the default metric, see control.h; a constant */
	bool idle; /* it never has items: the regions of another control have its labels */
	struct str labels_of; /* whose labels these are where they are another control's */
	bool categorical; /* values are one or more names out of a list (Choices, Rating,
			     ..) */
};

struct labelconfig {
	struct control *controls; /* in document order; names are unique, the first wins */
	size_t n;
};

/*
 * Parses a configuration, UTF-8 whatever it declares. A text without controls, an empty one
 * too, gives n = 0. Internal entities are expanded, to 64 KiB or 20 times the text; nothing
 * external is loaded. ERR_INPUT with line and column: no well-formed XML, an external
 * entity is used, entities grow beyond that, elements are nested more than 256 deep.
 * ERR_LIMIT: over 16 MiB. ERR_MEMORY.
 */
enum err labelconfig_parse(struct arena *a, struct str xml, struct labelconfig *r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Makes the control that an item suggests where there is no configuration: its tag from the
 * type ("rectanglelabels" -> "RectangleLabels"; an unknown type is the tag), its metric
 * from the tag, or from the shape of its region, its labels none. *r points to the texts of
 * the item.
 */
void labelconfig_guess(const struct item *item, struct control *r);

#endif
