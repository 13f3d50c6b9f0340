#include "other_column.h"

#include "store/stmt.h"

/* clang-format off */
#define NAME(column, ...) #column,
const char *const column_names[COLUMN__MAX] = {
	DIMENSION_COLUMNS(NAME, NAME, NAME, NAME, NAME)};
/* clang-format on */

static bool
same_value(char letter, const struct db_value *x, const struct db_value *y)
{
	if (x->null || y->null)
		return x->null == y->null;
	if (letter == 'd')
		return x->real == y->real;
	return letter == 'i' ? x->integer == y->integer : str_eq(x->text, y->text);
}

unsigned
other_column(
    const struct store_dimension *x, const struct store_dimension *y, unsigned from)
{
	const char *letters = stmt_get(STMT_DIMENSIONS, 0).columns;
	struct db_value v[COLUMN__MAX], w[COLUMN__MAX];

	columns_write(x, COLUMNS_ALL, v);
	columns_write(y, COLUMNS_ALL, w);
	while (from < COLUMN__MAX && same_value(letters[from], &v[from], &w[from]))
		from++;
	return from;
}
