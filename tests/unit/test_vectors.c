/* Vectors in memory: found by their digest alone, however many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "embedding/vectors.h"

/* Digests that differ in their last bytes only, so that all want the same slot. */
static void
digest(unsigned i, unsigned char r[static SHA256_BYTES])
{
	memset(r, 0, SHA256_BYTES);
	memcpy(r + SHA256_BYTES - sizeof(i), &i, sizeof(i));
}

static void
every_entry_is_found_again(void **state)
{
	struct vectors *v = vectors_new((size_t)1 << 20);
	unsigned char d[SHA256_BYTES];
	struct vectors_entry *first[1000];
	static const float numbers[1000];

	(void)state;
	assert_non_null(v);
	for (unsigned i = 0; i < 1000; i++) {
		digest(i, d);
		first[i] = vectors_get(v, d);
		assert_non_null(first[i]);
		assert_null(first[i]->vector);
		assert_memory_equal(first[i]->digest, d, SHA256_BYTES);
		first[i]->vector = &numbers[i];
	}
	for (unsigned i = 0; i < 1000; i++) {
		digest(i, d);
		assert_ptr_equal(vectors_get(v, d), first[i]);
		assert_ptr_equal(first[i]->vector, &numbers[i]);
	}
	vectors_clear(v);
	digest(5, d);
	assert_null(vectors_get(v, d)->vector);
	vectors_free(v);
	vectors_free(NULL);
}

static void
the_limit_holds(void **state)
{
	struct vectors *v = vectors_new(4096);
	struct vectors_entry *e = NULL;
	unsigned char d[SHA256_BYTES];
	unsigned n = 0;

	(void)state;
	do {
		digest(n, d);
		e = vectors_get(v, d);
	} while (e != NULL && ++n < 1000);
	assert_true(n >= 10 && n <= 100);
	assert_null(arena_alloc(vectors_arena(v), 4096));
	/* What is there is found all the same. */
	digest(0, d);
	assert_non_null(vectors_get(v, d));
	assert_true(vectors_held(v) > 0);
	vectors_free(v);
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(every_entry_is_found_again),
	    cmocka_unit_test(the_limit_holds),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
