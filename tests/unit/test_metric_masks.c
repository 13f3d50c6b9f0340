/* Damaged masks, and as many frames as a film has: scored, or refused with their place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "cases.h"
#include "../reference/scene.h"
#include "arena_fixture.h"

/* An item whose only member of interest is a list of bytes or a text. */
static const struct json *
mask_of(const char *key, struct str value)
{
	char *text = arena_printf(a,
	    "[{\"from_name\":\"c\",\"type\":\"mask\",\"value\":{\"%s\":%.*s}}]", key,
	    STR_ARG(value));

	assert_non_null(text);
	return case_json(a, str_of(text));
}

/* Bytes, some of them a header that makes sense, as a JSON list. */
static struct str
random_rle(struct dice *d)
{
	struct buf b = BUF_INIT;
	unsigned n = dice_below(d, 40);
	struct str r;

	buf_char(&b, '[');
	for (unsigned i = 0; i < n; i++) {
		unsigned byte = dice_below(d, 256);

		if (i < 2 || (i == 2 && dice_once_in(d, 2)))
			byte = 0;
		buf_printf(&b, "%s%u", i == 0 ? "" : ",", byte);
	}
	buf_char(&b, ']');
	r = arena_str(a, buf_text(&b));
	buf_free(&b);
	return r;
}

static void
damaged_brushes_are_scored_or_refused(void **state)
{
	struct dice d = {8};

	(void)state;
	for (unsigned k = 0; k < 20000; k++) {
		const struct json *x, *y;
		double r;

		arena_reset(a);
		x = mask_of("rle", random_rle(&d));
		y = mask_of("rle", random_rle(&d));
		case_is_scored(a, "brush_iou", x, y, &r);
		if (case_is_scored(a, "brush_iou", x, x, &r))
			assert_true(r == 1.0);
	}
}

/* A good image of which characters are changed or missing. */
static void
damaged_bitmasks_are_scored_or_refused(void **state)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=,";
	struct dice d = {9};

	(void)state;
	for (unsigned k = 0; k < 4000; k++) {
		struct str png, quoted;
		const struct json *x;
		char *bytes;
		double r;

		arena_reset(a);
		png = scene_png(a, STR("0011010011110000"), 4);
		bytes = arena_alloc(a, png.n);
		assert_non_null(bytes);
		memcpy(bytes, png.s, png.n);
		for (unsigned i = dice_below(&d, 4); i > 0; i--)
			bytes[dice_below(&d, (uint32_t)png.n)] =
			    digits[dice_below(&d, sizeof(digits) - 1)];
		if (dice_once_in(&d, 4))
			png.n = dice_below(&d, (uint32_t)png.n);
		quoted = str_of(arena_printf(a, "\"%.*s\"", (int)png.n, bytes));
		x = mask_of("imageDataURL", quoted);
		if (case_is_scored(a, "bitmask_iou", x, x, &r))
			assert_true(r == 1.0);
	}
}

/* As many ranges as an hour has frames, each over the last; and key frames. */
static void
very_many_frames_are_scored(void **state)
{
	struct buf ranges = BUF_INIT, keys = BUF_INIT;
	const struct json *x, *y;
	double r;

	(void)state;
	buf_puts(&ranges, "[{\"from_name\":\"c\",\"value\":{\"ranges\":[");
	buf_puts(&keys,
	    "[{\"from_name\":\"c\",\"value\":{\"framesCount\":1000000,\"sequence\":[");
	for (unsigned i = 0; i < 90000; i++) {
		buf_printf(&ranges, "%s{\"start\":%u,\"end\":%u}", i == 0 ? "" : ",",
		    90000 - i, 90010 - i);
		buf_printf(&keys,
		    "%s{\"frame\":%u,\"x\":%u,\"y\":1,\"width\":2,\"height\":2,"
		    "\"enabled\":true}",
		    i == 0 ? "" : ",", 90000 - i, i % 50);
	}
	buf_puts(&ranges, "]}}]");
	buf_puts(&keys, "]}}]");
	x = case_json(a, buf_text(&ranges));
	y = case_json(a, buf_text(&keys));
	assert_true(case_is_scored(a, "timeline_iou", x, x, &r));
	assert_true(r == 1.0);
	assert_true(case_is_scored(a, "video_frame_match", y, y, &r));
	assert_true(r == 1.0);
	assert_true(case_is_scored(a, "video_object_tracking", y, y, &r));
	assert_true(r == 1.0);
	buf_free(&ranges);
	buf_free(&keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		damaged_brushes_are_scored_or_refused, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		damaged_bitmasks_are_scored_or_refused, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		very_many_frames_are_scored, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
