#include "project/values.h"

#include <inttypes.h>

#include "base/deadline.h"
#include "matrix/side.h"
#include "store/evidence.h"

static const struct store_result *
find_result(const struct store_result *list, size_t n, const struct store_version *v)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].version.kind == v->kind && list[i].version.id == v->id)
			return &list[i];
	return NULL;
}

/* The results of n values of one task; *left is how many bytes they may have, and what is
 * left of that. */
static enum err
task_results(struct store *s, struct arena *a, const struct distances_value *values,
    size_t n, size_t *left, struct matrix_side *r, struct error *e)
{
	struct store_version *keys = arena_calloc(a, n, sizeof(*keys));
	struct store_result *list = NULL;
	size_t n_list = 0;
	enum err err;

	if (keys == NULL)
		return error_memory(e);
	for (size_t i = 0; i < n; i++)
		keys[i] = values[i].version;
	err = store_results(s, a, values[0].task, keys, n, *left, &list, &n_list, e);
	for (size_t i = 0; err == ERR_OK && i < n; i++) {
		const struct evidence v = {.id = keys[i].id};
		const struct store_result *found = find_result(list, n_list, &keys[i]);

		if (found == NULL || !store_same_version(&found->version, &keys[i]))
			return error_set(e, ERR_NOT_FOUND, "task %" PRId64 " has changed",
			    values[0].task);
		*left -= found->text.n < *left ? found->text.n : *left - 1;
		if (side_read(a, &v, &(struct side_result){.text = found->text}, &r[i]) !=
		    ERR_OK)
			return error_memory(e);
	}
	return err;
}

enum err
values_read(struct store *s, struct arena *a, const struct distances_value *values,
    size_t n, size_t max_bytes, struct matrix_side *r, struct error *e)
{
	size_t left = max_bytes;
	enum err err = ERR_OK;

	for (size_t i = 0, k; err == ERR_OK && i < n; i += k) {
		for (k = 1; i + k < n && values[i + k].task == values[i].task;)
			k++;
		err = task_results(s, a, values + i, k, &left, r + i, e);
		if (err == ERR_OK)
			err = deadline_check(e);
	}
	return err;
}
