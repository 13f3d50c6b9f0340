/*
 * The kinds of elements that exports have, recognized by their keys.
 */
#ifndef LABELSTUDIO_EXPORTKIND_H
#define LABELSTUDIO_EXPORTKIND_H

#include "json/json.h"

enum export_kind {
	EXPORT_TASK,
	EXPORT_ANNOTATION, /* of a target storage: its task is inside */
	EXPORT_MIN,	   /* of an export that has values, but not whose they are */
	EXPORT_CSV,	   /* the same as a table */
	EXPORT_COCO,	   /* the whole of such an export, or an annotation of one */
	EXPORT_ALONE,	   /* an annotation whose task is elsewhere */
	EXPORT_NO_RESULTS, /* something of another tool, which has annotations too */
	EXPORT_NOTHING,
	EXPORT_KIND__MAX
};

/* Returns the kind of an object. */
enum export_kind export_kind_of(const struct json *object);

/* Returns why a kind cannot be read, and what to export instead; NULL: it can. */
const char *export_kind_problem(enum export_kind kind);

#endif
