#include "reliability/category.h"

#include <stdlib.h>
#include <string.h>

#include "json/write.h"

/* A category with its mark: its kind and place in the list of the kind, as one number. */
struct found {
	struct category category;
	int32_t mark;
};

struct category
category_number(double number)
{
	return (struct category){.is_number = true, .number = number + 0.0};
}

struct category
category_text(struct str text)
{
	return (struct category){.text = text};
}

static int
by_bytes(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The members as a JSON list. */
static struct str
text_of_set(struct arena *a, const struct str *members, size_t n)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	struct str text = {0};

	json_open_array(&w, NULL);
	for (size_t i = 0; i < n; i++)
		json_write_text(&w, NULL, members[i]);
	json_close_array(&w);
	if (!buf_failed(&b))
		text = arena_str(a, buf_text(&b));
	buf_free(&b);
	return text;
}

enum err
category_set(struct arena *a, struct str *members, size_t n, struct category *r)
{
	static const struct str none;
	struct category set = {.members = members == NULL ? &none : members};

	if (n > 0)
		qsort(members, n, sizeof(*members), by_bytes);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !str_eq(members[i], members[i - 1]))
			members[set.n_members++] = members[i];
	if (set.n_members == 1) {
		*r = category_text(members[0]);
		return ERR_OK;
	}
	set.text = text_of_set(a, members, set.n_members);
	if (set.text.s == NULL)
		return ERR_MEMORY;
	*r = set;
	return ERR_OK;
}

static enum category_kind
kind_of(const struct category *c)
{
	if (c->is_number)
		return CATEGORY_NUMBER;
	return c->members == NULL ? CATEGORY_TEXT : CATEGORY_SET;
}

void
category_begin(struct category_finder *f, struct arena *a)
{
	*f = (struct category_finder){.arena = a};
	for (int i = 0; i < CATEGORY_SMALL; i++)
		f->small[i] = CATEGORY_MISSING;
}

static enum err
reserve(struct arena *a, struct category_list *k)
{
	size_t room = k->room == 0 ? 16 : k->room * 2;
	struct category *bigger;

	if (k->seen.n < k->room)
		return ERR_OK;
	bigger = arena_alloc(a, room * sizeof(*bigger));
	if (bigger == NULL)
		return ERR_MEMORY;
	if (k->room > 0)
		memcpy(bigger, k->list, k->room * sizeof(*bigger));
	k->list = bigger;
	k->room = room;
	return ERR_OK;
}

enum err
category_mark(struct category_finder *f, const struct category *c, int32_t *r)
{
	enum category_kind which = kind_of(c);
	struct category_list *k = &f->kinds[which];
	struct arena *a = f->arena;
	struct str key = c->is_number
	    ? (struct str){(const char *)&c->number, sizeof(c->number)}
	    : c->text;
	bool small = c->is_number && c->number >= 0.0 && c->number < CATEGORY_SMALL &&
	    c->number == (int)c->number;
	size_t place;

	if (small && f->small[(int)c->number] != CATEGORY_MISSING) {
		*r = f->small[(int)c->number];
		return ERR_OK;
	}
	if (!map_find(&k->seen, key, &place)) {
		/* The key of a number must stay where it is. */
		if (c->is_number)
			key = arena_str(a, key);
		if (key.s == NULL || reserve(a, k) != ERR_OK ||
		    map_add(a, &k->seen, key) != ERR_OK)
			return ERR_MEMORY;
		place = k->seen.n - 1;
		k->list[place] = *c;
	}
	*r = (int32_t)place * CATEGORY__MAX + (int32_t)which;
	if (small)
		f->small[(int)c->number] = *r;
	return ERR_OK;
}

size_t
category_count(const struct category_finder *f)
{
	size_t n = 0;

	for (int which = 0; which < CATEGORY__MAX; which++)
		n += f->kinds[which].seen.n;
	return n;
}

static int
in_order(const void *x, const void *y)
{
	const struct category *a = &((const struct found *)x)->category,
			      *b = &((const struct found *)y)->category;
	enum category_kind k = kind_of(a), l = kind_of(b);

	if (k != l)
		return k < l ? -1 : 1;
	if (k != CATEGORY_NUMBER)
		return str_cmp(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}

const struct category *
category_sort(const struct category_finder *f, int32_t *cells, size_t n_cells)
{
	size_t n = category_count(f), k = 0;
	struct found *found = arena_alloc(f->arena, n * sizeof(*found));
	struct category *categories = arena_alloc(f->arena, n * sizeof(*categories));
	int32_t *place = arena_alloc(f->arena, n * CATEGORY__MAX * sizeof(*place));

	if (found == NULL || categories == NULL || place == NULL)
		return NULL;
	for (int which = 0; which < CATEGORY__MAX; which++)
		for (size_t i = 0; i < f->kinds[which].seen.n; i++)
			found[k++] = (struct found){
			    f->kinds[which].list[i], (int32_t)i * CATEGORY__MAX + which};
	if (n > 0)
		qsort(found, n, sizeof(*found), in_order);
	for (size_t i = 0; i < n; i++) {
		categories[i] = found[i].category;
		place[found[i].mark] = (int32_t)i;
	}
	for (size_t i = 0; i < n_cells; i++)
		if (cells[i] != CATEGORY_MISSING)
			cells[i] = place[cells[i]];
	return categories;
}
