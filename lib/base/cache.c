#include "base/cache.h"

#include <stdlib.h>
#include <string.h>

/* A value, in its bucket's chain and in the ring from the youngest to the oldest. */
struct entry {
	struct entry *chain;
	struct entry *younger, *older;
	struct cache_key key;
	size_t n;
	char bytes[];
};

struct cache {
	struct entry **buckets;
	size_t n_buckets; /* a power of two */
	struct entry *youngest, *oldest;
	size_t limit, bytes, count;
};

#define SMALLEST_TABLE 64

struct cache *
cache_new(size_t limit)
{
	struct cache *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->limit = limit;
	c->n_buckets = SMALLEST_TABLE;
	c->buckets = calloc(c->n_buckets, sizeof(c->buckets[0]));
	c->bytes = c->n_buckets * sizeof(c->buckets[0]);
	if (c->buckets == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
cache_free(struct cache *c)
{
	if (c == NULL)
		return;
	while (c->youngest != NULL) {
		struct entry *e = c->youngest;

		c->youngest = e->older;
		free(e);
	}
	free(c->buckets);
	free(c);
}

static struct entry **
bucket(const struct cache *c, struct cache_key key)
{
	return &c->buckets[(key.a ^ key.b >> 32) & (c->n_buckets - 1)];
}

static size_t
size_of(const struct entry *e)
{
	/* What malloc adds is about two words. */
	return sizeof(*e) + e->n + 2 * sizeof(void *);
}

static struct entry **
find(const struct cache *c, struct cache_key key)
{
	struct entry **at = bucket(c, key);

	while (*at != NULL && ((*at)->key.a != key.a || (*at)->key.b != key.b))
		at = &(*at)->chain;
	return at;
}

static void
unlink_age(struct cache *c, struct entry *e)
{
	if (e->younger != NULL)
		e->younger->older = e->older;
	else
		c->youngest = e->older;
	if (e->older != NULL)
		e->older->younger = e->younger;
	else
		c->oldest = e->younger;
}

static void
link_youngest(struct cache *c, struct entry *e)
{
	e->younger = NULL;
	e->older = c->youngest;
	if (c->youngest != NULL)
		c->youngest->younger = e;
	else
		c->oldest = e;
	c->youngest = e;
}

static void
drop(struct cache *c, struct entry **at)
{
	struct entry *e = *at;

	*at = e->chain;
	unlink_age(c, e);
	c->bytes -= size_of(e);
	c->count--;
	free(e);
}

bool
cache_get(struct cache *c, struct cache_key key, struct str *r)
{
	struct entry *e = *find(c, key);

	if (e == NULL)
		return false;
	if (e != c->youngest) {
		unlink_age(c, e);
		link_youngest(c, e);
	}
	*r = (struct str){e->bytes, e->n};
	return true;
}

/* A table as large as its values are many; without memory the old one goes on. */
static void
grow(struct cache *c)
{
	struct cache bigger = *c;

	if (c->count < c->n_buckets)
		return;
	bigger.n_buckets = c->n_buckets * 2;
	bigger.buckets = calloc(bigger.n_buckets, sizeof(bigger.buckets[0]));
	if (bigger.buckets == NULL)
		return;
	for (struct entry *e = c->youngest; e != NULL; e = e->older) {
		struct entry **at = bucket(&bigger, e->key);

		e->chain = *at;
		*at = e;
	}
	free(c->buckets);
	c->bytes += (bigger.n_buckets - c->n_buckets) * sizeof(bigger.buckets[0]);
	c->buckets = bigger.buckets;
	c->n_buckets = bigger.n_buckets;
}

void
cache_put(struct cache *c, struct cache_key key, struct str value)
{
	struct entry *e, **at = find(c, key);

	if (*at != NULL)
		drop(c, at);
	if (value.n > c->limit / 4 || (e = malloc(sizeof(*e) + value.n)) == NULL)
		return;
	e->key = key;
	e->n = value.n;
	if (value.n > 0)
		memcpy(e->bytes, value.s, value.n);
	at = bucket(c, key);
	e->chain = *at;
	*at = e;
	link_youngest(c, e);
	c->bytes += size_of(e);
	c->count++;
	grow(c);
	while (c->bytes > c->limit && c->oldest != NULL)
		drop(c, find(c, c->oldest->key));
}

size_t
cache_bytes(const struct cache *c)
{
	return c->bytes;
}

size_t
cache_count(const struct cache *c)
{
	return c->count;
}
