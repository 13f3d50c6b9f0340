/*
 * The columns of a dimension, one row each. Statements and their letters (stmt.c),
 * parameters and answers, what follows the configuration, and the bits of what a user set
 * are made of these rows; so a column is a row here, a field of struct store_dimension and
 * a step in sql/agreement/.
 */
#ifndef STORE_COLUMNS_H
#define STORE_COLUMNS_H

#include "base/error.h"
#include "store/driver/db.h"

struct store_dimension;
struct store_dimension_list;

/* clang-format off */
/*
 * KIND(column, field, type), in the order of answers. The kinds, by who writes the column:
 *   KEY       the database; it comes first, and where it is NULL there is no dimension
 *   KEPT      a statement of its own, or the database
 *   MADE      the code that makes the dimension
 *   FOLLOWED  likewise, and the code that follows a changed configuration
 *   SET       likewise, until a user sets it; then `bit` is set in user_set. With two more
 *             values: the name of the bit, and the bit, which no other column gets ever again
 * The types: INTEGER int64_t, ID the same with 0 for NULL, BITS unsigned, BOOL bool, REAL
 * double, TEXT struct str, absent for NULL, TIME the same in ISO 8601 (only read).
 */
#define DIMENSION_COLUMNS(KEY, KEPT, MADE, FOLLOWED, SET) \
	KEY(id, id, INTEGER) \
	MADE(project_id, project, INTEGER) \
	SET(name, name, TEXT, STORE_DIMENSION_NAME, 1) \
	SET(description, description, TEXT, STORE_DIMENSION_DESCRIPTION, 2) \
	MADE(control_tag, control_tag, TEXT) \
	FOLLOWED(control_type, control_type, TEXT) \
	FOLLOWED(object_type, object_type, TEXT) \
	FOLLOWED(per_region, per_region, BOOL) \
	FOLLOWED(extraction_method, extraction_method, TEXT) \
	FOLLOWED(extraction_method_params, extraction_params, TEXT) \
	SET(metric_type, metric_type, TEXT, STORE_DIMENSION_METRIC_TYPE, 4) \
	SET(metric_params, metric_params, TEXT, STORE_DIMENSION_METRIC_PARAMS, 8) \
	SET(is_active, is_active, BOOL, STORE_DIMENSION_ACTIVE, 64) \
	KEPT(is_present, is_present, BOOL) \
	FOLLOWED(is_categorical, is_categorical, BOOL) \
	MADE(is_user_defined, is_user_defined, BOOL) \
	SET(order, order, INTEGER, STORE_DIMENSION_ORDER, 128) \
	FOLLOWED(values_enum, values_enum, TEXT) \
	SET(weight, weight, REAL, STORE_DIMENSION_WEIGHT, 16) \
	SET(label_weights, label_weights, TEXT, STORE_DIMENSION_LABEL_WEIGHTS, 32) \
	KEPT(created_at, created_at, TIME) \
	KEPT(updated_at, updated_at, TIME) \
	MADE(created_by_id, created_by, ID) \
	KEPT(user_set, user_set, BITS)

/* For kinds that do not take part. */
#define COLUMN_SKIP(...)

/* What a user can set: the bits of user_set. */
#define COLUMN_BIT(column, field, type, name, bit) name = (bit),
enum store_dimension_field {
	DIMENSION_COLUMNS(COLUMN_SKIP, COLUMN_SKIP, COLUMN_SKIP, COLUMN_SKIP, COLUMN_BIT)
};
#undef COLUMN_BIT
/* clang-format on */

/* Kinds of columns, as bits. */
enum column_kind {
	COLUMN_KEY = 1 << 0,
	COLUMN_KEPT = 1 << 1,
	COLUMN_MADE = 1 << 2,
	COLUMN_FOLLOWED = 1 << 3,
	COLUMN_SET = 1 << 4,

	COLUMNS_ALL = COLUMN_KEY | COLUMN_KEPT | COLUMN_MADE | COLUMN_FOLLOWED | COLUMN_SET,
	/* Parameters of STMT_DIMENSION_INSERT, and the first ones of STMT_DIMENSION_WRITE.
	 */
	COLUMNS_INSERTED = COLUMN_MADE | COLUMN_FOLLOWED | COLUMN_SET,
	COLUMNS_FOLLOWING = COLUMN_FOLLOWED | COLUMN_SET
};

/* Number of columns. */
#define COLUMN_ONE(...) +1
enum {
	COLUMN__MAX =
	    DIMENSION_COLUMNS(COLUMN_ONE, COLUMN_ONE, COLUMN_ONE, COLUMN_ONE, COLUMN_ONE)
};
#undef COLUMN_ONE

/* Reads the columns of the kinds `kinds` from `v`, in their order. */
void columns_read(const struct db_value *v, unsigned kinds, struct store_dimension *r);

/* Writes the same columns to `v`. Returns how many they are. */
size_t columns_write(const struct store_dimension *d, unsigned kinds, struct db_value *v);

/* Writes the first parameters of STMT_DIMENSION_SET: for each column that a user can set
 * whether it is in `fields`, and its value. Returns how many they are. */
size_t columns_write_set(
    const struct store_dimension *d, unsigned fields, struct db_value *v);

/* Copies from `wanted` what follows the configuration, except what a user set. */
void columns_follow(struct store_dimension *d, const struct store_dimension *wanted);

/* Sorts by order, then id. */
void columns_sort(struct store_dimension *items, size_t n);

/*
 * Reads the dimensions of an answer whose rows have their columns from `first` on; by
 * order, then id. A row whose first column of these is NULL has no dimension. The list is
 * in the caller's arena. ERR_MEMORY.
 */
enum err columns_list(struct arena *a, const struct db_answer *answer, size_t first,
    struct store_dimension_list *r, struct error *e) ERR_WARN_UNUSED;

#endif
