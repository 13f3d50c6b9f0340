#include "import/loadpeople.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

struct loadpeople_person {
	int64_t id;
	enum import_change change;
	bool apart; /* known by a number alone, which another user has here */
	char *key;  /* on the heap: those who are forgotten must not take memory */
};

enum err
loadpeople_begin(struct loadpeople *p)
{
	*p = (struct loadpeople){.arena = arena_new(0)};
	return p->arena == NULL ? ERR_MEMORY : ERR_OK;
}

void
loadpeople_end(struct loadpeople *p)
{
	loadpeople_forget(p, 0);
	buf_free(&p->key);
	free(p->list);
	arena_free(p->arena);
	*p = (struct loadpeople){0};
}

/* All words, each with its length, so that no two users have the same key. */
static bool
make_key(struct buf *b, const struct import_user *u)
{
	const struct str words[] = {
	    u->email, u->username, u->first_name, u->last_name, u->avatar};

	buf_clear(b);
	buf_printf(b, "%" PRId64, u->id);
	for (size_t i = 0; i < N_OF(words); i++) {
		if (words[i].s == NULL)
			buf_puts(b, ",-");
		else
			buf_printf(b, ",%zu:", words[i].n);
		buf_put(b, words[i].s, words[i].s == NULL ? 0 : words[i].n);
	}
	return !buf_failed(b);
}

static bool
reserve(struct loadpeople *p)
{
	size_t room = p->room == 0 ? 64 : p->room * 2;
	struct loadpeople_person *bigger;

	if (p->n < p->room)
		return true;
	bigger = realloc(p->list, room * sizeof(*bigger));
	if (bigger == NULL)
		return false;
	p->list = bigger;
	p->room = room;
	return true;
}

static bool
add(struct loadpeople *p, struct str key, int64_t id, bool apart, enum import_change change)
{
	char *copy = malloc(key.n + 1);

	if (copy == NULL)
		return false;
	memcpy(copy, key.s, key.n);
	if (!reserve(p) ||
	    map_add(p->arena, &p->keys, (struct str){copy, key.n}) != ERR_OK) {
		free(copy);
		return false;
	}
	p->list[p->n++] = (struct loadpeople_person){id, change, apart, copy};
	return true;
}

/* A user turned out to be another one. */
static void
replace(struct loadpeople *p, int64_t old, int64_t id)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].id == old) {
			p->list[i].id = id;
			p->list[i].apart = false;
		}
}

enum err
loadpeople_id(struct loadpeople *p, struct store *s, const struct import_origin *from,
    const struct import_user *u, int64_t *r, struct error *e)
{
	struct import_person person;
	size_t known;
	enum err err;

	if (!make_key(&p->key, u))
		return error_memory(e);
	if (map_find(&p->keys, buf_text(&p->key), &known)) {
		*r = p->list[known].id;
		return ERR_OK;
	}
	err = import_user(s, from, u, &person, e);
	if (err != ERR_OK)
		return err;
	if (person.merged != 0)
		replace(p, person.merged, person.id);
	if (!add(p, buf_text(&p->key), person.id, person.made_up && person.id != u->id,
		person.change))
		return error_memory(e);
	*r = person.id;
	return ERR_OK;
}

void
loadpeople_forget(struct loadpeople *p, size_t n)
{
	map_forget(&p->keys, n);
	while (p->n > n)
		free(p->list[--p->n].key);
}

size_t
loadpeople_apart(const struct loadpeople *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->list[i].apart;
	return n;
}

struct seen {
	int64_t id;
	enum import_change change;
};

/* By id; what happened to a user comes before that nothing did, an insertion first of all.
 */
static int
seen_cmp(const void *x, const void *y)
{
	static const int rank[IMPORT_CHANGE__MAX] = {
	    [IMPORT_INSERTED] = 0, [IMPORT_UPDATED] = 1, [IMPORT_UNCHANGED] = 2};
	const struct seen *a = x, *b = y;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return rank[a->change] - rank[b->change];
}

enum err
loadpeople_count(const struct loadpeople *p, uint64_t count[IMPORT_CHANGE__MAX])
{
	struct seen *seen = calloc(p->n + 1, sizeof(*seen));
	size_t n = 0;

	if (seen == NULL)
		return ERR_MEMORY;
	for (; n < p->n; n++)
		seen[n] = (struct seen){p->list[n].id, p->list[n].change};
	qsort(seen, n, sizeof(*seen), seen_cmp);
	memset(count, 0, sizeof(count[0]) * IMPORT_CHANGE__MAX);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || seen[i].id != seen[i - 1].id)
			count[seen[i].change]++;
	free(seen);
	return ERR_OK;
}
