#include "metric/region/labels.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/buf.h"
#include "metric/field.h"

const struct json *
labels_json(const struct item *item)
{
	static const char *const keys[] = {
	    "labels", "hypertextlabels", "htmllabels", "paragraphlabels", "choices"};
	const struct json *j = NULL;

	if (item->type.s != NULL)
		j = json_get_str(item->value, item->type);
	for (size_t i = 0; json_is_null(j) && i < N_OF(keys); i++)
		j = json_get(item->value, keys[i]);
	return json_is_null(j) ? NULL : j;
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
make_set(struct labels *l)
{
	uint32_t kept = 0;

	qsort(l->names, l->n, sizeof(l->names[0]), by_bytes);
	for (uint32_t i = 0; i < l->n; i++)
		if (kept == 0 || !str_eq(l->names[kept - 1], l->names[i]))
			l->names[kept++] = l->names[i];
	l->n = kept;
	l->hash = 0;
	for (uint32_t i = 0; i < kept; i++)
		l->hash += str_hash(l->names[i]);
}

/* What is no name, as one text that equal values share. Absent without memory. */
static struct str
value_text(struct arena *a, const struct json *value)
{
	return str_of(
	    arena_printf(a, "json:%016llx", (unsigned long long)json_hash(value)));
}

/* A nested choice as one text: its names, each with its length before it, so that no two
 * paths share it. Absent without memory. */
static struct str
path_text(struct arena *a, const struct json *path)
{
	struct buf b = BUF_INIT;
	struct str r;

	for (uint32_t i = 0; i < path->n; i++) {
		struct str name = json_str(json_at(path, i));

		if (name.s == NULL) {
			buf_free(&b);
			return value_text(a, path);
		}
		buf_printf(&b, "/%zu:", name.n);
		buf_str(&b, name);
	}
	r = buf_failed(&b) ? (struct str){0} : arena_str(a, buf_text(&b));
	buf_free(&b);
	return r;
}

/* Absent without memory. */
static struct str
label_text(struct arena *a, const struct json *label)
{
	struct str r = {0};

	switch (label->type) {
	case JSON_STRING:
		return json_str(label);
	case JSON_ARRAY:
		return path_text(a, label);
	case JSON_INTEGER:
	case JSON_REAL:
		return json_text(a, label, &r) == ERR_OK ? r : (struct str){0};
	default:
		return value_text(a, label);
	}
}

enum err
labels_read(struct arena *a, const struct item *item, struct labels *r, struct error *e)
{
	const struct json *j = labels_json(item);
	struct labels l = {.n = j == NULL ? 0 : j->type == JSON_ARRAY ? j->n : 1};

	if (l.n == 0) {
		*r = l;
		return ERR_OK;
	}
	l.names = arena_alloc(a, l.n * sizeof(l.names[0]));
	if (l.names == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < l.n; i++) {
		l.names[i] = label_text(a, j->type == JSON_ARRAY ? json_at(j, i) : j);
		if (l.names[i].s == NULL)
			return error_memory(e);
	}
	make_set(&l);
	*r = l;
	return ERR_OK;
}

bool
labels_equal(const struct labels *a, const struct labels *b)
{
	if (a->n != b->n || a->hash != b->hash)
		return false;
	if (a->names == b->names)
		return true;
	for (uint32_t i = 0; i < a->n; i++)
		if (!str_eq(a->names[i], b->names[i]))
			return false;
	return true;
}

double
labels_jaccard(const struct labels *a, const struct labels *b)
{
	uint32_t i = 0, j = 0, both = 0;

	if (labels_equal(a, b))
		return 1.0;
	if (a->n == 1 && b->n == 1)
		return 0.0;
	while (i < a->n && j < b->n) {
		int order = str_cmp(a->names[i], b->names[j]);

		both += order == 0;
		i += order <= 0;
		j += order >= 0;
	}
	return (double)both / (double)(a->n + b->n - both);
}

double
labels_weight(const struct labels *l, const struct params *p)
{
	double sum = 0.0;

	if (l->n == 0)
		return 1.0;
	for (uint32_t i = 0; i < l->n; i++)
		sum += params_label_weight(p, l->names[i]);
	return sum;
}
