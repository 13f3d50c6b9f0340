/*
 * Bitmasks: a PNG in base64, over libpng. A pixel is set where the image is opaque at all
 * if any of its pixels is transparent, else where it is not black.
 */
#include <png.h>

#include <stdlib.h>
#include <string.h>

#include "metric/field.h"
#include "metric/geometry/runs.h"
#include "metric/region/shapes.h"

#define PIXELS_MAX 25000000

struct bitmask {
	struct runs set;
	uint32_t width, height;
};

static int
sextet(char c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Decode base64 (RFC 4648) into `out`, which has room for 3 bytes in 4; false if it is
 * none. */
static bool
decode(struct str s, unsigned char *out, size_t *n_r)
{
	uint32_t bits = 0;
	size_t n = 0;
	unsigned have = 0;

	while (s.n > 0 && s.s[s.n - 1] == '=')
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		int v = sextet(s.s[i]);

		if (v < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (unsigned char)(bits >> have);
		}
	}
	*n_r = n;
	return true;
}

static struct str
payload(struct str url)
{
	const char *comma = memchr(url.s, ',', url.n);

	return comma == NULL ? url
			     : (struct str){comma + 1, (size_t)(url.s + url.n - comma - 1)};
}

static bool
is_set(const unsigned char *rgba, bool by_alpha)
{
	return by_alpha ? rgba[3] != 0 : (rgba[0] | rgba[1] | rgba[2]) != 0;
}

static enum err
collect(struct arena *a, const unsigned char *rgba, struct bitmask *b)
{
	uint32_t n = b->width * b->height, first = 0;
	bool by_alpha = false;

	for (uint32_t i = 0; i < n && !by_alpha; i++)
		by_alpha = rgba[(size_t)i * 4 + 3] == 0;
	for (uint32_t i = 0; i <= n; i++) {
		enum err err;

		if (i < n && is_set(rgba + (size_t)i * 4, by_alpha))
			continue;
		err = runs_append(a, &b->set, (struct run){first, i});
		if (err != ERR_OK)
			return err;
		first = i + 1;
	}
	return ERR_OK;
}

/* NULL and the pixels, or what is wrong; *err_r is set for memory. */
static const char *
read_png(struct arena *a, const unsigned char *bytes, size_t n, struct bitmask *b,
    enum err *err_r)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	unsigned char *rgba;

	if (!png_image_begin_read_from_memory(&image, bytes, n))
		return "is no PNG";
	if (image.height != 0 && image.width > PIXELS_MAX / image.height) {
		png_image_free(&image);
		return "the image has more than " STR_OF_MACRO(PIXELS_MAX) " pixels";
	}
	image.format = PNG_FORMAT_RGBA;
	rgba = arena_alloc(a, PNG_IMAGE_SIZE(image));
	if (rgba == NULL) {
		png_image_free(&image);
		*err_r = ERR_MEMORY;
		return NULL;
	}
	if (!png_image_finish_read(&image, NULL, rgba, 0, NULL))
		return "is a damaged PNG";
	b->width = image.width;
	b->height = image.height;
	*err_r = collect(a, rgba, b);
	return NULL;
}

/* The runs end up behind the pixels in the arena; they are copied out before those are
 * given back. */
static enum err
keep_runs(struct arena *a, struct arena_mark mark, struct bitmask *b)
{
	size_t bytes = b->set.n * sizeof(b->set.list[0]);
	struct run *copy = bytes == 0 ? NULL : malloc(bytes);

	if (bytes != 0 && copy == NULL)
		return ERR_MEMORY;
	if (bytes != 0)
		memcpy(copy, b->set.list, bytes);
	arena_rewind(a, mark);
	b->set.list = arena_alloc(a, bytes);
	if (b->set.list != NULL && bytes != 0)
		memcpy(b->set.list, copy, bytes);
	free(copy);
	return b->set.list == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct bitmask *b = arena_calloc(a, 1, sizeof(*b));
	struct str url = json_str(json_get(item->value, "imageDataURL")), text;
	struct arena_mark mark = arena_mark(a);
	const char *problem = NULL;
	enum err err = ERR_OK;
	unsigned char *bytes;
	size_t n;

	(void)how;
	if (url.s == NULL)
		return field_error(item, "imageDataURL", "a data URL is required", e);
	text = payload(url);
	bytes = arena_alloc(a, text.n);
	if (b == NULL || bytes == NULL)
		return error_memory(e);
	if (!decode(text, bytes, &n))
		problem = "is no base64";
	else
		problem = read_png(a, bytes, n, b, &err);
	if (problem != NULL)
		return field_error(item, "imageDataURL", problem, e);
	if (err == ERR_OK)
		err = keep_runs(a, mark, b);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	*extent_r = (struct extent){0};
	*geometry_r = b;
	return ERR_OK;
}

static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	const struct bitmask *x = a, *y = b;

	(void)scratch;
	*r = x->width == y->width && x->height == y->height ? runs_iou(&x->set, &y->set)
							    : 0.0;
	return ERR_OK;
}

static double
cost(const void *geometry)
{
	return 25.0 + 4.0 * (double)((const struct bitmask *)geometry)->set.n;
}

static enum err
mask(struct arena *scratch, const void *geometry, struct mask *r)
{
	const struct bitmask *b = geometry;

	(void)scratch;
	*r = (struct mask){&b->set, b->width, b->height, (double)b->width * b->height};
	return ERR_OK;
}

const struct shape shape_bitmask = {
    .name = "bitmask", .read = read, .overlap = overlap, .cost = cost, .mask = mask};
