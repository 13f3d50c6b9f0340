/*
 * Brush masks in Label Studio's own run-length encoding: a bit stream, most significant bit
 * first. 32 bits number of values; 5 bits word size - 1; 4 x 4 bits run-size widths - 1;
 * then blocks of 1 bit kind, 2 bits which width, that many bits length - 1, and one word
 * (kind 1) or length words (kind 0). Only the set of the values that are not zero is kept.
 */
#include "metric/field.h"
#include "metric/geometry/runs.h"
#include "metric/region/shapes.h"

struct brush {
	struct runs set;
	uint32_t size;		/* number of values */
	uint32_t width, height; /* of the image in pixels; 0 each: not known */
	struct runs pixels;	/* those of which a value is in `set` */
	double n_pixels;
	bool is_image; /* the pixels are those of an image of that width and height */
};

struct bits {
	const struct json *bytes;
	uint64_t at, end; /* in bits */
	bool over;
};

/* The next n <= 32 bits; `over` is set, and 0 returned, where the stream has no more. */
static uint32_t
take(struct bits *s, unsigned n)
{
	uint32_t v = 0;

	if (s->end - s->at < n) {
		s->over = true;
		return 0;
	}
	while (n > 0) {
		unsigned offset = (unsigned)(s->at % 8),
			 part = 8 - offset < n ? 8 - offset : n;
		uint32_t byte = (uint32_t)json_at(s->bytes, (uint32_t)(s->at / 8))->integer;

		v = v << part | (byte >> (8 - offset - part) & ((1u << part) - 1));
		s->at += part;
		n -= part;
	}
	return v;
}

static const char *
check_bytes(const struct json *rle)
{
	for (uint32_t i = 0; i < rle->n; i++) {
		const struct json *byte = json_at(rle, i);

		if (byte->type != JSON_INTEGER || byte->integer < 0 || byte->integer > 255)
			return "bytes from 0 to 255 are required";
	}
	return NULL;
}

static enum err
decode_block(struct arena *a, struct bits *s, unsigned word, const unsigned width[static 4],
    struct brush *b, uint64_t *done, const char **problem)
{
	bool run = take(s, 1);
	uint64_t length = (uint64_t)take(s, width[take(s, 2)]) + 1;
	enum err err = ERR_OK;

	if (!s->over && length > b->size - *done)
		*problem = "a block goes beyond the number of values";
	if (run && *problem == NULL) {
		if (take(s, word) != 0 && !s->over)
			err = runs_append(a, &b->set,
			    (struct run){(int64_t)*done, (int64_t)(*done + length)});
	}
	for (uint64_t i = 0;
	    !run && *problem == NULL && !s->over && err == ERR_OK && i < length; i++)
		if (take(s, word) != 0)
			err = runs_append(a, &b->set,
			    (struct run){(int64_t)(*done + i), (int64_t)(*done + i + 1)});
	if (s->over)
		*problem = "the bit stream ends too early";
	*done += length;
	return err;
}

static enum err
decode(struct arena *a, const struct json *rle, struct brush *b, const char **problem)
{
	struct bits s = {rle, 0, (uint64_t)rle->n * 8, false};
	unsigned word, width[4];
	uint64_t done = 0;
	enum err err = ERR_OK;

	b->size = take(&s, 32);
	word = take(&s, 5) + 1;
	for (int i = 0; i < 4; i++)
		width[i] = take(&s, 4) + 1;
	if (s.over)
		*problem = "the bit stream ends too early";
	while (err == ERR_OK && *problem == NULL && done < b->size)
		err = decode_block(a, &s, word, width, b, &done, problem);
	return err;
}

static void
read_size(const struct item *item, struct brush *b)
{
	double width, height;

	if (!json_number(json_get(item->json, "original_width"), &width) ||
	    !json_number(json_get(item->json, "original_height"), &height) ||
	    !(width >= 1.0 && height >= 1.0 && width * height <= UINT32_MAX))
		return;
	b->width = (uint32_t)width;
	b->height = (uint32_t)height;
}

/* A pixel is four values, red, green, blue, opacity, unless the image has as many pixels as
 * there are values; it is set where one of them is not zero. */
static enum err
make_pixels(struct arena *a, struct brush *b)
{
	double image = (double)b->width * b->height;
	int64_t each = image == (double)b->size ? 1 : 4, done = 0;

	b->n_pixels = (double)b->size / (double)each;
	b->is_image = image > 0.0 && b->n_pixels == image;
	for (size_t i = 0; i < b->set.n; i++) {
		int64_t first = b->set.list[i].first / each;
		int64_t end = (b->set.list[i].end + each - 1) / each;

		if (runs_append(a, &b->pixels,
			(struct run){first < done ? done : first, end}) != ERR_OK)
			return ERR_MEMORY;
		done = end;
	}
	return ERR_OK;
}

static enum err
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct brush *b = arena_calloc(a, 1, sizeof(*b));
	const struct json *rle;
	const char *problem;
	enum err err;

	(void)how;
	if (b == NULL)
		return error_memory(e);
	err = field_list(item, "rle", &rle, e);
	if (err != ERR_OK)
		return err;
	problem = check_bytes(rle);
	/* An empty list is a mask that was never painted. */
	if (problem == NULL && rle->n > 0)
		err = decode(a, rle, b, &problem);
	if (problem != NULL)
		return field_error(item, "rle", problem, e);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	read_size(item, b);
	err = make_pixels(a, b);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	*extent_r = (struct extent){0};
	*geometry_r = b;
	return ERR_OK;
}

static double
cost(const void *geometry)
{
	return 25.0 + 4.0 * (double)((const struct brush *)geometry)->set.n;
}

static enum err
mask(struct arena *scratch, const void *geometry, struct mask *r)
{
	const struct brush *b = geometry;

	(void)scratch;
	*r = (struct mask){&b->pixels, b->width, b->height, b->n_pixels};
	return ERR_OK;
}

/* By pixels of images of equal size; values are compared where that is not known. */
static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	const struct brush *x = a, *y = b;

	(void)scratch;
	if (!x->is_image || !y->is_image)
		*r = x->size == y->size ? runs_iou(&x->set, &y->set) : 0.0;
	else
		*r = x->width == y->width && x->height == y->height
		    ? runs_iou(&x->pixels, &y->pixels)
		    : 0.0;
	return ERR_OK;
}

const struct shape shape_brush = {
    .name = "brush", .read = read, .overlap = overlap, .cost = cost, .mask = mask};
