/*
 * Random annotations: result items as JSON text, of any shape and of the plain values.
 * Ownership: texts are in the arena handed in.
 */
#ifndef REFERENCE_SCENE_H
#define REFERENCE_SCENE_H

#include "metric/metric.h"
#include "dice.h"

/* What kind of items a metric compares. */
enum scene_kind {
	SCENE_REGION, /* by `shape` and `payload` */
	SCENE_CHOICES,
	SCENE_TAXONOMY,
	SCENE_NUMBER,
	SCENE_TEXT,
	SCENE_RANKER,
	SCENE_NONE /* it needs what a test has not */
};

struct scene_style {
	enum scene_kind kind;
	enum shape_id shape;
	enum payload payload;
	unsigned labels; /* how many different ones there are; 0: regions have none */
	double room; /* regions lie within 0 .. room: the smaller, the more they overlap */
	double size; /* of the regions, at most */
	bool coarse; /* whole coordinates: many ties, touches and empty areas */
	bool turned; /* boxes are rotated */
	bool split;  /* over images, pages and channels */
};

/* Styles for a metric; `variant` picks among crowded, sparse, coarse, turned, .. */
struct scene_style scene_style_of(const struct metric *metric, unsigned variant);
#define SCENE_VARIANTS 6

/* One item; the same id never comes twice. Fails the test without memory. */
struct str scene_item(struct arena *a, struct dice *d, const struct scene_style *s);

/* An item far from all that scene_item() makes, which matches none of them. */
struct str scene_stranger(struct arena *a, const struct scene_style *s);

/* `n` items. */
struct str *scene_items(
    struct arena *a, struct dice *d, const struct scene_style *s, unsigned n);

/* A list of items as a document. */
const struct json *scene_list(struct arena *a, const struct str *items, unsigned n);

/* Label Studio's run-length code of a mask of '0' and '1', as a JSON list of bytes. */
struct str scene_rle(struct arena *a, struct str mask);

/* A base64 PNG, whose pixels are opaque where the mask has '1'; it has `width` columns. */
struct str scene_png(struct arena *a, struct str mask, unsigned width);

#endif
