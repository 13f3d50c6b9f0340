/* Vectors of texts in a real table: bit by bit what was put, and who may put it. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/embeddings.h"
#include "store_fixture.h"

/* The bytes of these have every value that a character set could stumble over. */
static const float numbers[] = {
    0.0F, -0.0F, 1.0F, -1.5F, 0.1F, FLT_MAX, -FLT_MAX, FLT_MIN, 1e-45F, 3.14159274F};
#define NUMBERS N_OF(numbers)

static struct str
hash(struct fixture *f, unsigned i)
{
	return str_of(arena_printf(f->a, "%064x", i));
}

/* Write vectors first..last-1, each as long as its number says. */
static enum err
put(struct fixture *f, unsigned first, unsigned last)
{
	struct store_embedding *list = arena_calloc(f->a, last - first, sizeof(*list));

	/* Not in their order. */
	for (unsigned i = first; i < last; i++)
		list[last - 1 - i] =
		    (struct store_embedding){hash(f, i), numbers, 1 + i % NUMBERS};
	return store_embeddings_put(f->s, list, last - first, &f->e);
}

/* Look up 0..n-1; those below `there` must be as put() wrote them. */
static void
find(struct fixture *f, unsigned n, unsigned there)
{
	struct store_embedding *list = arena_calloc(f->a, n, sizeof(*list));

	for (unsigned i = 0; i < n; i++)
		list[i].hash = hash(f, i);
	OK(store_embeddings_find(f->s, f->a, list, n, &f->e));
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(list[i].n, i < there ? 1 + i % NUMBERS : 0);
		if (i < there)
			assert_memory_equal(
			    list[i].vector, numbers, list[i].n * sizeof(numbers[0]));
	}
}

static void
what_was_put_is_found(void **state)
{
	struct fixture *f = *state;

	find(f, 3, 0);
	OK(put(f, 0, 1));
	find(f, 1, 1);
	find(f, 2, 1);
	OK(put(f, 1, 150));
	find(f, 64, 64);
	find(f, 65, 65);
	find(f, 200, 150);
	/* Once more, over what is there. */
	OK(put(f, 100, 170));
	find(f, 200, 170);
}

static void
a_large_vector(void **state)
{
	struct fixture *f = *state;
	float *large = calloc(STORE_EMBEDDING_MAX + 1, sizeof(*large));
	struct store_embedding v[2];

	for (unsigned i = 0; i < STORE_EMBEDDING_MAX; i++)
		large[i] = (float)i / 3.0F;
	v[0] = (struct store_embedding){hash(f, 1), large, STORE_EMBEDDING_MAX};
	v[1] = (struct store_embedding){hash(f, 2), large, STORE_EMBEDDING_MAX + 1};
	OK(store_embeddings_put(f->s, v, 2, &f->e));
	v[0] = (struct store_embedding){.hash = hash(f, 1)};
	v[1] = (struct store_embedding){.hash = hash(f, 2)};
	OK(store_embeddings_find(f->s, f->a, v, 2, &f->e));
	assert_int_equal(v[0].n, STORE_EMBEDDING_MAX);
	assert_memory_equal(v[0].vector, large, STORE_EMBEDDING_MAX * sizeof(*large));
	assert_int_equal(v[1].n, 0);
	free(large);
}

static void
rows_that_lie_are_not_there(void **state)
{
	struct fixture *f = *state;

	sql(f,
	    "INSERT INTO agreement_embedding (`hash`, `n`, `vector`) VALUES"
	    " (LPAD('0', 64, '0'), 2, UNHEX('0000803f')),"
	    " (LPAD('1', 64, '0'), 0, ''),"
	    " (LPAD('2', 64, '0'), 1, UNHEX('0000c07f')),"
	    " (LPAD('3', 64, '0'), -1, UNHEX('0000803f'))");
	find(f, 4, 0);
	/* They are written over. */
	OK(put(f, 0, 4));
	find(f, 4, 4);
}

static void
two_writers_of_the_same(void **state)
{
	struct fixture *f = *state;
	struct fixture other = {.s = open_as("service.cnf", 5), .a = arena_new(0)};

	OK(put(f, 0, 10));
	if (put(&other, 5, 20) != ERR_OK)
		fail_msg("the service may not write: %s", other.e.text);
	find(f, 30, 20);
	find(&other, 30, 20);
	store_close(other.s);
	arena_free(other.a);
}

static void
who_may_not(void **state)
{
	struct fixture *f = *state;
	struct fixture reader = {.s = open_as("reader.cnf", 5), .a = arena_new(0)};

	OK(put(f, 0, 10));
	find(&reader, 20, 10);
	assert_int_equal(put(&reader, 10, 12), ERR_DB_DENIED);
	/* It goes on working. */
	find(&reader, 20, 10);
	sql(f, "DROP TABLE agreement_embedding");
	assert_int_equal(put(f, 0, 1), ERR_DB_SCHEMA);
	assert_int_equal(store_embeddings_find(f->s, f->a,
			     &(struct store_embedding){.hash = hash(f, 0)}, 1, &f->e),
	    ERR_DB_SCHEMA);
	store_close(reader.s);
	arena_free(reader.a);
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    T(what_was_put_is_found),
	    T(a_large_vector),
	    T(rows_that_lie_are_not_there),
	    T(two_writers_of_the_same),
	    T(who_may_not),
	};

	return RUN(all);
}
