/* lib/matrix/tag: the same input has the same tag, and every part of the input changes
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "matrix/tag.h"

static const struct str absent;

/* Every tag of a test; no two may be equal in either half. */
static struct cache_key seen[256];
static size_t n_seen;

static int
set_up(void **state)
{
	(void)state;
	n_seen = 0;
	return 0;
}

static void
assert_new(struct tag t)
{
	struct cache_key key;

	assert_int_equal(tag_key(&t, &key), ERR_OK);
	for (size_t i = 0; i < n_seen; i++)
		assert_true(key.a != seen[i].a && key.b != seen[i].b);
	assert_true(n_seen < N_OF(seen));
	seen[n_seen++] = key;
}

static struct tag
of_texts(const struct str *texts, size_t n)
{
	struct tag t;

	tag_begin(&t);
	for (size_t i = 0; i < n; i++)
		tag_text(&t, texts[i]);
	return t;
}

#define TEXTS(...)                                                                         \
	of_texts((const struct str[]){__VA_ARGS__},                                        \
	    sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

static void
texts_differ_by_their_bytes_and_ends(void **state)
{
	struct cache_key key;
	struct tag t;

	(void)state;
	tag_begin(&t);
	assert_new(t);
	assert_new(TEXTS(absent));
	assert_new(TEXTS(STR("")));
	assert_new(TEXTS(STR(""), STR("")));
	assert_new(TEXTS(absent, absent));
	assert_new(TEXTS(STR("\0")));
	assert_new(TEXTS(STR("\0\0")));
	assert_new(TEXTS(STR("a")));
	assert_new(TEXTS(STR("a\0")));
	assert_new(TEXTS(STR("b")));
	assert_new(TEXTS(STR("ab"), STR("c")));
	assert_new(TEXTS(STR("a"), STR("bc")));
	assert_new(TEXTS(STR("abc"), STR("")));
	assert_new(TEXTS(STR(""), STR("abc")));
	assert_new(TEXTS(STR("abc")));
	assert_new(TEXTS(STR("cba")));
	assert_new(TEXTS(STR("abc"), absent));
	assert_new(TEXTS(STR("12345678")));
	assert_new(TEXTS(STR("12345678\0")));
	assert_new(TEXTS(STR("123456789")));
	assert_new(TEXTS(STR("12345678"), STR("9")));
	assert_new(TEXTS(STR("12345678abcdefgh")));
	assert_new(TEXTS(STR("abcdefgh12345678")));
	assert_new(TEXTS(STR("12345678abcdefgi")));
	/* The same again is the same. */
	t = TEXTS(STR("12345678abcdefgi"));
	assert_int_equal(tag_key(&t, &key), ERR_OK);
	assert_memory_equal(&key, &seen[n_seen - 1], sizeof(key));
}

static void
integers_differ(void **state)
{
	static const int64_t values[] = {
	    0, 1, -1, 2, 256, INT64_MAX, INT64_MIN, 1LL << 32, 1LL << 62};

	(void)state;
	for (size_t i = 0; i < N_OF(values); i++) {
		struct tag t;

		tag_begin(&t);
		tag_integer(&t, values[i]);
		assert_new(t);
		tag_integer(&t, 0);
		assert_new(t);
	}
}

static struct tag
of_participant(
    enum participant_kind kind, int64_t user, struct str model, const struct store_user *u)
{
	struct participant p = {.kind = kind, .user = user, .model = model};
	struct tag t;

	tag_begin(&t);
	tag_participant(&t, &(struct matrix_row){&p, u});
	return t;
}

static void
participants_differ_as_they_are_shown(void **state)
{
	static const struct store_user plain = {1, false, STR_INIT("e"), STR_INIT("f"),
	    STR_INIT("l"), STR_INIT("u"), STR_INIT("a")};
	struct store_user u[7];
	struct tag t;

	(void)state;
	for (size_t i = 0; i < N_OF(u); i++)
		u[i] = plain;
	u[1].deleted = true;
	u[2].email = absent;
	u[3].first_name = STR("x");
	u[4].last_name = STR("x");
	u[5].username = STR("x");
	u[6].avatar = STR("");
	for (size_t i = 0; i < N_OF(u); i++)
		assert_new(of_participant(PARTICIPANT_ANNOTATOR, 1, absent, &u[i]));
	assert_new(of_participant(PARTICIPANT_ANNOTATOR, 2, absent, &plain));
	assert_new(of_participant(PARTICIPANT_MODEL, 0, STR("v1"), NULL));
	assert_new(of_participant(PARTICIPANT_MODEL, 0, STR("v2"), NULL));
	assert_new(of_participant(PARTICIPANT_MODEL, 0, STR(""), NULL));
	assert_new(of_participant(PARTICIPANT_GROUND_TRUTH, 0, absent, NULL));
	/* Swapped names are other names. */
	u[0].first_name = STR("l");
	u[0].last_name = STR("f");
	assert_new(of_participant(PARTICIPANT_ANNOTATOR, 1, absent, &u[0]));
	t = of_participant(PARTICIPANT_ANNOTATOR, 1, absent, &plain);
	struct cache_key key;
	assert_int_equal(tag_key(&t, &key), ERR_OK);
	assert_memory_equal(&key, &seen[0], sizeof(key));
}

static void
versions_differ(void **state)
{
	static const struct store_version plain = {
	    .id = 17, .updated_at = 5, .length = 9, .crc32 = 3};
	struct store_version v[7];

	(void)state;
	for (size_t i = 0; i < N_OF(v); i++)
		v[i] = plain;
	v[1].id = 18;
	v[2].updated_at = 6;
	v[3].length = 10;
	v[4].crc32 = 4;
	v[5].kind = STORE_PREDICTION;
	v[6].ground_truth = true;
	for (size_t i = 0; i < N_OF(v); i++) {
		struct tag t;

		tag_begin(&t);
		tag_version(&t, &v[i]);
		assert_new(t);
	}
}

static void
dimensions_differ_by_what_scores_depend_on(void **state)
{
	static const struct store_dimension plain = {.id = 3,
	    .control_tag = STR_INIT("q"),
	    .metric_type = STR_INIT("exact_match"),
	    .is_active = true,
	    .is_present = true,
	    .weight = 1.0};
	struct store_dimension d[14];

	(void)state;
	for (size_t i = 0; i < N_OF(d); i++)
		d[i] = plain;
	d[1].id = 4;
	d[2].control_tag = STR("r");
	d[3].metric_type = STR("bbox_iou");
	d[4].metric_params = STR("{}");
	d[5].label_weights = STR("{}");
	d[6].is_active = false;
	d[7].weight = 0.5;
	d[8].weight = 1.0000000000000002;
	d[9].extraction_params = STR("{}");
	d[10].control_type = STR("Choices");
	d[11].per_region = true;
	d[12].is_user_defined = true;
	d[13].user_set = STORE_DIMENSION_METRIC_TYPE;
	for (size_t i = 0; i < N_OF(d); i++) {
		struct tag t;

		tag_begin(&t);
		tag_dimension(&t, &d[i]);
		assert_new(t);
	}
	/* One that vanished counts as little as one that is not active. */
	d[0].is_present = false;
	struct tag t;
	tag_begin(&t);
	tag_dimension(&t, &d[0]);
	struct cache_key key;
	assert_int_equal(tag_key(&t, &key), ERR_OK);
	assert_memory_equal(&key, &seen[6], sizeof(key));
}

static void
tags_are_written_as_digits(void **state)
{
	char text[TAG_ROOM];

	(void)state;
	tag_write((struct cache_key){0, 0}, text);
	assert_string_equal(text, "00000000000000000000000000000000");
	tag_write((struct cache_key){0x0123456789abcdef, UINT64_MAX}, text);
	assert_string_equal(text, "0123456789abcdefffffffffffffffff");
}

static int
bits(uint64_t v)
{
	int n = 0;

	for (; v != 0; v &= v - 1)
		n++;
	return n;
}

/* Texts longer than what is kept pending count to their last byte. */
static void
long_texts_count_whole(void **state)
{
	static char text[2000];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t n = 440; n < 520; n++)
		assert_new(of_texts(&(struct str){text, n}, 1));
	assert_new(of_texts(&(struct str){text, sizeof(text)}, 1));
	text[sizeof(text) - 1] = 'y';
	assert_new(of_texts(&(struct str){text, sizeof(text)}, 1));
	text[0] = 'y';
	assert_new(of_texts(&(struct str){text, sizeof(text)}, 1));
}

/* A bit that changes early has spread over both halves after a few more words. */
static void
a_bit_changes_half_of_the_tag(void **state)
{
	(void)state;
	for (int bit = 0; bit < 64; bit++) {
		struct cache_key k, l;
		struct tag x, y;
		int changed;

		tag_begin(&x);
		tag_begin(&y);
		tag_integer(&x, 12345);
		tag_integer(&y, 12345 ^ (int64_t)(1ull << bit));
		for (int i = 0; i < 4; i++) {
			tag_integer(&x, i);
			tag_integer(&y, i);
		}
		assert_int_equal(tag_key(&x, &k), ERR_OK);
		assert_int_equal(tag_key(&y, &l), ERR_OK);
		changed = bits(k.a ^ l.a);
		assert_true(changed >= 12 && changed <= 52);
		changed = bits(k.b ^ l.b);
		assert_true(changed >= 12 && changed <= 52);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
	    TEST(texts_differ_by_their_bytes_and_ends),
	    TEST(integers_differ),
	    TEST(long_texts_count_whole),
	    TEST(participants_differ_as_they_are_shown),
	    TEST(versions_differ),
	    TEST(dimensions_differ_by_what_scores_depend_on),
	    TEST(tags_are_written_as_digits),
	    TEST(a_bit_changes_half_of_the_tag),
	};

	return cmocka_run_group_tests_name("tag", tests, NULL, NULL);
}
