#include "labelstudio/exportkind.h"

#include <assert.h>

#include "base/array.h"

#define INSTEAD ": export the project as JSON"

static bool
is_array(const struct json *j)
{
	return j != NULL && j->type == JSON_ARRAY;
}

static bool
is_object(const struct json *j)
{
	return j != NULL && j->type == JSON_OBJECT;
}

static bool
has(const struct json *j, const char *key)
{
	return !json_is_null(json_get(j, key));
}

/* A table has texts alone, or a column in place of a value. */
static bool
is_row(const struct json *j)
{
	if (is_object(json_get(j, "annotation_id")))
		return true;
	for (uint32_t i = 0; i < j->n; i++)
		if (json_value(j, i)->type != JSON_STRING &&
		    !json_is_null(json_value(j, i)))
			return false;
	return true;
}

static bool
is_coco(const struct json *j)
{
	if (has(j, "data"))
		return false;
	return (has(j, "image_id") && has(j, "category_id")) ||
	    (is_array(json_get(j, "images")) &&
		(is_array(json_get(j, "annotations")) ||
		    is_array(json_get(j, "categories"))));
}

/* Whether that is a list of objects of which none has what an annotator said, nor was
 * skipped. */
static bool
lacks_results(const struct json *list)
{
	static const char *const keys[] = {"result", "was_cancelled", "skipped"};

	if (!is_array(list) || list->n == 0)
		return false;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct json *j = json_at(list, i);

		if (!is_object(j) || json_get(j, keys[0]) != NULL || has(j, keys[1]) ||
		    has(j, keys[2]))
			return false;
	}
	return true;
}

enum export_kind
export_kind_of(const struct json *j)
{
	const struct json *annotations = json_get(j, "annotations");
	const struct json *completions = json_get(j, "completions");

	if (is_coco(j))
		return EXPORT_COCO;
	if (lacks_results(json_is_null(annotations) ? completions : annotations))
		return EXPORT_NO_RESULTS;
	if (is_array(annotations) || is_array(completions))
		return EXPORT_TASK;
	if (json_get(j, "annotation_id") != NULL)
		return is_row(j) ? EXPORT_CSV : EXPORT_MIN;
	if (json_get(j, "result") != NULL && is_object(json_get(j, "task")))
		return EXPORT_ANNOTATION;
	if (json_get(j, "result") != NULL && !has(j, "data"))
		return EXPORT_ALONE;
	return has(j, "data") || has(j, "annotations") || has(j, "completions")
	    ? EXPORT_TASK
	    : EXPORT_NOTHING;
}

const char *
export_kind_problem(enum export_kind kind)
{
	static const char *const problems[] = {
	    [EXPORT_MIN] =
		"is of a JSON_MIN export, which does not have the annotations that "
		"its values come from" INSTEAD,
	    [EXPORT_CSV] =
		"is a row of a CSV export, which does not have the annotations that "
		"its values come from" INSTEAD,
	    [EXPORT_COCO] = "is of a COCO export, which does not say who annotated" INSTEAD,
	    [EXPORT_ALONE] = "is an annotation without its task" INSTEAD,
	    [EXPORT_NO_RESULTS] =
		"has annotations without result, as no export of Label Studio has" INSTEAD,
	    [EXPORT_NOTHING] = "is no task: it has neither data nor annotations",
	};

	static_assert(
	    N_OF(problems) == EXPORT_KIND__MAX, "one problem for each kind that has one");
	return problems[kind];
}
