/*
 * Why two values score what they do: what a metric matched, what only one side has, where
 * texts and numbers differ. measure_explain() (metric.h) fills it with what its score
 * counted. Lists are in the caller's arena; all else points into the prepared values and
 * their documents.
 */
#ifndef METRIC_EXPLANATION_H
#define METRIC_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "json/json.h"
#include "labelstudio/result.h"
#include "metric/text/diff.h"

enum explanation_kind {
	EXPLANATION_OTHER,   /* `labels` are values of any kind, compared whole */
	EXPLANATION_LABELS,  /* `labels` */
	EXPLANATION_TEXT,    /* `lines` */
	EXPLANATION_NUMBER,  /* `numbers` */
	EXPLANATION_RANKING, /* `ranking` */
	EXPLANATION_REGIONS, /* `regions` */
	EXPLANATION_TRACKS,  /* `regions`, which are tracks of a video */
	EXPLANATION__MAX
};

/* One value of one place (metric/place.h; 0: the value says itself where it is). */
struct explanation_value {
	const struct json *value;
	uint64_t place;
};

struct explanation_values {
	struct explanation_value *list;
	uint32_t n;
};

/* Values as sets, by place, then by value; where the order counts, in that order, each at
 * its position. */
struct explanation_labels {
	struct explanation_values common, only_a, only_b;
	bool cut; /* there are more than EXPLANATION_STEPS steps of paths */
};

/* Steps of taxonomy paths in one explanation, at most. */
#define EXPLANATION_STEPS 200000

/* Line against line; a surplus one stands against an absent text. */
struct explanation_line {
	struct str a, b;
	uint64_t place;
	double similarity; /* as the score counts it; 0 of a surplus line */
	struct diff diff;  /* from a to b; of a surplus line nothing */
};

struct explanation_lines {
	struct explanation_line *list;
	uint32_t n;
	double work; /* what is left for `diff` */
};

struct explanation_number {
	double a, b; /* NaN: there is none on that side */
	uint64_t place;
	double similarity; /* as the score counts it */
};

struct explanation_numbers {
	struct explanation_number *list;
	uint32_t n;
};

/* Where a side ranks an item. */
struct explanation_position {
	bool given;
	struct str bucket; /* empty: there are no buckets */
	uint32_t rank;	   /* from 0 */
};

struct explanation_rank {
	struct str name;
	struct explanation_position a, b;
};

struct explanation_ranking {
	struct explanation_rank *list; /* by name */
	uint32_t n;
	double pairs;	   /* of items; 0 where the items are not the same */
	double concordant; /* pairs that both sides put in the same order */
};

/* A region of one side. */
struct explanation_region {
	const struct item *item;   /* what was said */
	const struct item *place;  /* where its geometry stands; mostly `item` itself */
	const struct json *labels; /* a list, or one label; NULL: it has none */
	enum shape_id shape;
	double weight;
	uint32_t match; /* the first one that it is in; EXPLANATION_UNMATCHED */
};

#define EXPLANATION_UNMATCHED UINT32_MAX

/* Two tracks: frames in which both are there, or one alone. */
struct explanation_frames {
	double common, only_a, only_b;
	double iou; /* mean over the common ones; NaN without any */
};

struct explanation_match {
	uint32_t a, b; /* places in the lists of regions */
	double overlap, payload, similarity;
	/* How much the similarity counts on either side; 0: that side's region has a better
	 * partner. */
	double counts_a, counts_b;
	double distance; /* of two key points or lines; else NaN */
	bool is_track;
	struct explanation_frames frames; /* of two tracks */
};

/*
 * How a score is made of the matches, before metric.of_score: with S_a the sum of
 * similarity times counts_a, S_b that of counts_b:
 */
enum explanation_rule {
	EXPLANATION_POOLED, /* (S_a + S_b) / (all_a + all_b) */
	EXPLANATION_MIN,    /* the smaller of S_a / all_a and S_b / all_b */
	EXPLANATION_LARGER, /* S_a / the larger of all_a and all_b */
	EXPLANATION_RULE__MAX
};

extern const char *const explanation_rule_names[EXPLANATION_RULE__MAX];

struct explanation_regions {
	struct explanation_region *a, *b; /* in the order of the document */
	uint32_t n_a, n_b;
	struct explanation_match *matches; /* in that order, by a, then b */
	uint32_t n_matches;
	enum explanation_rule rule;
	double all_a, all_b;
};

struct explanation {
	enum explanation_kind kind;
	double score; /* that of measure_score(), to the bit */
	double raw;   /* before metric.of_score; of empty values the score itself */
	struct explanation_labels labels;
	struct explanation_lines lines;
	struct explanation_numbers numbers;
	struct explanation_ranking ranking;
	struct explanation_regions regions;
};

extern const char *const explanation_kind_names[EXPLANATION__MAX];

/* Makes room for as many values as each of the lists can have. ERR_MEMORY. */
enum err explanation_labels_init(struct arena *a, uint32_t n_a, uint32_t n_b,
    struct explanation_labels *r) ERR_WARN_UNUSED;

/* Adds a value to a list that has room. */
void explanation_add(
    struct explanation_values *list, const struct json *value, uint64_t place);

/* Adds all of the lists of `more`, where there is room. */
void explanation_append(
    struct explanation_labels *labels, const struct explanation_labels *more);

/* Sorts the lists by place, then by value: texts by bytes, numbers, paths step by step. */
void explanation_sort(struct explanation_labels *labels);

/* Makes room for `most` lines. ERR_MEMORY. */
enum err explanation_lines_init(
    struct arena *a, size_t most, struct explanation_lines *r) ERR_WARN_UNUSED;

/* Adds a line of either side (the absent text: it has none) with what differs, where there
 * is room. ERR_MEMORY. */
enum err explanation_add_line(struct arena *arena, struct explanation_lines *lines,
    struct str a, struct str b, uint64_t place, double similarity) ERR_WARN_UNUSED;

/* Puts the matches in order, by a, then b, and notes the first one of each region. */
void explanation_sort_matches(struct explanation_regions *r);

/* Exchanges the sides. */
void explanation_swap(struct explanation *x);

#endif
