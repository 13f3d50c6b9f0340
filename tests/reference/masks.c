/* Masks as brushes and bitmasks carry them. */
#include <png.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "scene.h"

/* Bits gather in a byte and are written as a number of the list. */
struct bits {
	struct buf list;
	unsigned have, byte;
};

static void
put_bits(struct bits *b, uint32_t v, unsigned n)
{
	while (n-- > 0) {
		b->byte = b->byte << 1 | (v >> n & 1);
		if (++b->have == 8) {
			buf_printf(
			    &b->list, "%s%u", b->list.n > 1 ? "," : "", b->byte & 255);
			b->have = b->byte = 0;
		}
	}
}

/* Runs of 3 values and more as such, the others as literals of one value. */
struct str
scene_rle(struct arena *a, struct str mask)
{
	struct bits b = {BUF_INIT, 0, 0};
	struct str r;

	buf_char(&b.list, '[');
	put_bits(&b, (uint32_t)mask.n, 32);
	put_bits(&b, 7, 5);
	put_bits(&b, 2 << 12 | 3 << 8 | 7 << 4 | 15, 16);
	for (size_t i = 0, n; i < mask.n; i += n) {
		for (n = 1; i + n < mask.n && mask.s[i + n] == mask.s[i] && n < 256; n++)
			;
		if (n < 3)
			n = 1;
		put_bits(&b, n > 1, 1);
		put_bits(&b, n > 16 ? 2 : n > 8 ? 1 : 0, 2);
		put_bits(&b, (uint32_t)n - 1, n > 16 ? 8 : n > 8 ? 4 : 3);
		put_bits(&b, mask.s[i] == '1' ? 255 : 0, 8);
	}
	put_bits(&b, 0, (8 - b.have) % 8);
	buf_char(&b.list, ']');
	r = arena_str(a, buf_text(&b.list));
	buf_free(&b.list);
	return r;
}

static struct str
base64(struct arena *a, const unsigned char *bytes, size_t n)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = arena_alloc(a, (n + 2) / 3 * 4), *p = out;

	for (size_t i = 0; out != NULL && i < n; i += 3) {
		uint32_t v = (uint32_t)bytes[i] << 16 |
		    (i + 1 < n ? (uint32_t)bytes[i + 1] << 8 : 0) |
		    (i + 2 < n ? bytes[i + 2] : 0);

		*p++ = digits[v >> 18];
		*p++ = digits[v >> 12 & 63];
		*p++ = i + 1 < n ? digits[v >> 6 & 63] : '=';
		*p++ = i + 2 < n ? digits[v & 63] : '=';
	}
	return (struct str){out, (size_t)(p - out)};
}

struct str
scene_png(struct arena *a, struct str mask, unsigned width)
{
	png_image image = {.version = PNG_IMAGE_VERSION,
	    .width = width,
	    .height = (png_uint_32)(mask.n / width),
	    .format = PNG_FORMAT_RGBA};
	png_alloc_size_t room = PNG_IMAGE_PNG_SIZE_MAX(image);
	unsigned char *rgba = arena_calloc(a, mask.n, 4), *png = arena_alloc(a, room);

	if (rgba == NULL || png == NULL)
		abort();
	for (size_t i = 0; i < mask.n; i++)
		rgba[i * 4 + 3] = mask.s[i] == '1' ? 255 : 0;
	if (!png_image_write_to_memory(&image, png, &room, 0, rgba, 0, NULL))
		abort();
	return base64(a, png, room);
}
