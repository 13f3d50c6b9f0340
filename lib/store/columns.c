#include "store/columns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/dimensions.h"
#include "store/query.h"

enum type { INTEGER, ID, BITS, BOOL, REAL, TEXT, TIME };

struct column {
	enum column_kind kind;
	enum type type;
	unsigned bit; /* in user_set; 0: no user sets it */
	size_t offset, size;
};

/* clang-format off */
#define ROW(kind, field, type, bit) {(kind), (type), (bit), \
	offsetof(struct store_dimension, field), sizeof(((struct store_dimension *)0)->field)},
#define KEY(column, field, type) ROW(COLUMN_KEY, field, type, 0)
#define KEPT(column, field, type) ROW(COLUMN_KEPT, field, type, 0)
#define MADE(column, field, type) ROW(COLUMN_MADE, field, type, 0)
#define FOLLOWED(column, field, type) ROW(COLUMN_FOLLOWED, field, type, 0)
#define SET(column, field, type, name, bit) ROW(COLUMN_SET, field, type, bit)
static const struct column columns[COLUMN__MAX] = {
	DIMENSION_COLUMNS(KEY, KEPT, MADE, FOLLOWED, SET)};

/* A field has the C type of its row. */
#define C_INTEGER int64_t
#define C_ID int64_t
#define C_BITS unsigned
#define C_BOOL bool
#define C_REAL double
#define C_TEXT struct str
#define C_TIME struct str
#define FITS(column, field, type, ...) static_assert( \
	_Generic(((struct store_dimension *)0)->field, C_##type: 1, default: 0), #column);
DIMENSION_COLUMNS(FITS, FITS, FITS, FITS, FITS)

/* No two columns have the same bit. */
#define PLUS(column, field, type, name, bit) +(bit)
#define OR(column, field, type, name, bit) |(bit)
#define SKIP COLUMN_SKIP
static_assert((0 DIMENSION_COLUMNS(SKIP, SKIP, SKIP, SKIP, PLUS)) ==
	(0 DIMENSION_COLUMNS(SKIP, SKIP, SKIP, SKIP, OR)), "a bit stands twice");
/* clang-format on */

static void
read_value(enum type type, const struct db_value *v, void *field)
{
	switch (type) {
	case INTEGER:
	case ID:
		*(int64_t *)field = query_integer(v);
		break;
	case BITS:
		*(unsigned *)field = (unsigned)query_integer(v);
		break;
	case BOOL:
		*(bool *)field = query_bool(v);
		break;
	case REAL:
		*(double *)field = v->null ? 0 : v->real;
		break;
	case TEXT:
	case TIME:
		*(struct str *)field = query_text(v);
		break;
	}
}

static struct db_value
written(const struct column *c, const struct store_dimension *d)
{
	const void *field = (const char *)d + c->offset;

	switch (c->type) {
	case INTEGER:
		return DB_INTEGER(*(const int64_t *)field);
	case ID:
		return query_id(*(const int64_t *)field);
	case BITS:
		return DB_INTEGER(*(const unsigned *)field);
	case BOOL:
		return DB_INTEGER(*(const bool *)field);
	case REAL:
		return DB_REAL(*(const double *)field);
	case TEXT:
	case TIME:
		break;
	}
	return DB_TEXT(*(const struct str *)field);
}

void
columns_read(const struct db_value *v, unsigned kinds, struct store_dimension *r)
{
	for (size_t i = 0; i < COLUMN__MAX; i++)
		if ((columns[i].kind & kinds) != 0)
			read_value(columns[i].type, v++, (char *)r + columns[i].offset);
}

size_t
columns_write(const struct store_dimension *d, unsigned kinds, struct db_value *v)
{
	size_t n = 0;

	for (size_t i = 0; i < COLUMN__MAX; i++)
		if ((columns[i].kind & kinds) != 0)
			v[n++] = written(&columns[i], d);
	return n;
}

size_t
columns_write_set(const struct store_dimension *d, unsigned fields, struct db_value *v)
{
	size_t n = 0;

	for (size_t i = 0; i < COLUMN__MAX; i++) {
		if (columns[i].kind != COLUMN_SET)
			continue;
		v[n++] = DB_INTEGER((fields & columns[i].bit) != 0);
		v[n++] = written(&columns[i], d);
	}
	return n;
}

void
columns_follow(struct store_dimension *d, const struct store_dimension *wanted)
{
	for (size_t i = 0; i < COLUMN__MAX; i++) {
		const struct column *c = &columns[i];

		if ((c->kind & COLUMNS_FOLLOWING) != 0 && (d->user_set & c->bit) == 0)
			memcpy((char *)d + c->offset, (const char *)wanted + c->offset,
			    c->size);
	}
	d->is_present = true;
}

static int
dimension_cmp(const void *a, const void *b)
{
	const struct store_dimension *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

void
columns_sort(struct store_dimension *items, size_t n)
{
	if (n > 0)
		qsort(items, n, sizeof *items, dimension_cmp);
}

/* What was joined to several other rows came several times. */
static size_t
drop_repeats(struct store_dimension *items, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 || items[kept - 1].id != items[i].id)
			items[kept++] = items[i];
	return kept;
}

enum err
columns_list(struct arena *a, const struct db_answer *answer, size_t first,
    struct store_dimension_list *r, struct error *e)
{
	struct store_dimension *items = arena_calloc(a, answer->n, sizeof *items);
	size_t n = 0;

	if (items == NULL)
		return error_set(
		    e, ERR_MEMORY, "database, the dimensions: %s", err_text(ERR_MEMORY));
	for (const struct db_row *row = answer->rows; row != NULL; row = row->next)
		if (!row->v[first].null)
			columns_read(&row->v[first], COLUMNS_ALL, &items[n++]);
	columns_sort(items, n);
	*r = (struct store_dimension_list){items, drop_repeats(items, n)};
	return ERR_OK;
}
