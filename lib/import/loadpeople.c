#include "import/loadpeople.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 64

struct loadpeople_person {
	struct loadpeople_person *previous; /* met before */
	struct loadpeople_person *chained;  /* of the same bucket, met before */
	int64_t id;
	enum import_change change;
	bool apart; /* known by a number alone, which somebody else has here */
	uint64_t hash;
	size_t n;
	char key[];
};

enum err
loadpeople_begin(struct loadpeople *p)
{
	*p = (struct loadpeople){
	    .n_buckets = FIRST_BUCKETS,
	    .buckets = calloc(FIRST_BUCKETS, sizeof(struct loadpeople_person *)),
	};
	return p->buckets == NULL ? ERR_MEMORY : ERR_OK;
}

void
loadpeople_end(struct loadpeople *p)
{
	if (p->buckets != NULL)
		loadpeople_forget(p, 0);
	buf_free(&p->key);
	free(p->buckets);
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
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].s == NULL)
			buf_puts(b, ",-");
		else
			buf_printf(b, ",%zu:", words[i].n);
		buf_put(b, words[i].s, words[i].s == NULL ? 0 : words[i].n);
	}
	return !buf_failed(b);
}

static struct loadpeople_person *
find(const struct loadpeople *p, struct str key)
{
	uint64_t hash = str_hash(key);
	struct loadpeople_person *m = p->buckets[hash % p->n_buckets];

	while (m != NULL && !(m->hash == hash && str_eq((struct str){m->key, m->n}, key)))
		m = m->chained;
	return m;
}

static void
chain(struct loadpeople *p, struct loadpeople_person *m)
{
	struct loadpeople_person **bucket = &p->buckets[m->hash % p->n_buckets];

	m->chained = *bucket;
	*bucket = m;
}

/* Twice as many buckets; everybody is chained anew, in the order in which they were met. */
static bool
grow(struct loadpeople *p)
{
	struct loadpeople_person *in_order = NULL;
	size_t n = p->n_buckets * 2;
	struct loadpeople_person **buckets = calloc(n, sizeof(*buckets));

	if (buckets == NULL)
		return false;
	free(p->buckets);
	p->buckets = buckets;
	p->n_buckets = n;
	for (struct loadpeople_person *m = p->last; m != NULL; m = m->previous) {
		m->chained = in_order;
		in_order = m;
	}
	while (in_order != NULL) {
		struct loadpeople_person *m = in_order;

		in_order = m->chained;
		chain(p, m);
	}
	return true;
}

static bool
add(struct loadpeople *p, struct str key, int64_t id, bool apart, enum import_change change)
{
	struct loadpeople_person *m;

	if (p->n >= p->n_buckets && !grow(p))
		return false;
	m = malloc(sizeof(*m) + key.n);
	if (m == NULL)
		return false;
	*m = (struct loadpeople_person){
	    .previous = p->last,
	    .id = id,
	    .change = change,
	    .apart = apart,
	    .hash = str_hash(key),
	    .n = key.n,
	};
	memcpy(m->key, key.s, key.n);
	chain(p, m);
	p->last = m;
	p->n++;
	return true;
}

/* Somebody turned out to be somebody else. */
static void
replace(struct loadpeople *p, int64_t old, int64_t id)
{
	for (struct loadpeople_person *m = p->last; m != NULL; m = m->previous)
		if (m->id == old) {
			m->id = id;
			m->apart = false;
		}
}

enum err
loadpeople_id(struct loadpeople *p, struct store *s, const struct import_origin *from,
    const struct import_user *u, int64_t *r, struct error *e)
{
	const struct loadpeople_person *known;
	struct import_person person;
	enum err err;

	if (!make_key(&p->key, u))
		return error_memory(e);
	known = find(p, buf_text(&p->key));
	if (known != NULL) {
		*r = known->id;
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
	while (p->n > n) {
		struct loadpeople_person *m = p->last;

		/* Who was met last stands first in their bucket. */
		p->buckets[m->hash % p->n_buckets] = m->chained;
		p->last = m->previous;
		p->n--;
		free(m);
	}
}

size_t
loadpeople_apart(const struct loadpeople *p)
{
	size_t n = 0;

	for (const struct loadpeople_person *m = p->last; m != NULL; m = m->previous)
		n += m->apart;
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
	for (const struct loadpeople_person *m = p->last; m != NULL; m = m->previous)
		seen[n++] = (struct seen){m->id, m->change};
	qsort(seen, n, sizeof(*seen), seen_cmp);
	memset(count, 0, sizeof(count[0]) * IMPORT_CHANGE__MAX);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || seen[i].id != seen[i - 1].id)
			count[seen[i].change]++;
	free(seen);
	return ERR_OK;
}
