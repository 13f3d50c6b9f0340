/*
 * The metrics: one table, and the three steps of using a row of it: measure_init() once for
 * a dimension, measure_prepare() once for each participant's value, measure_score() once
 * for each pair. Prepared values live in the caller's arena and may point into the
 * participant's document, the measure and its embedder, which must live as long.
 */
#ifndef METRIC_METRIC_H
#define METRIC_METRIC_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "json/json.h"
#include "labelstudio/result.h"
#include "metric/decision.h"
#include "metric/params.h"
#include "metric/region/shape.h"

/* What two regions carry beside their shape. */
enum payload { PAYLOAD_LABELS_EQUAL, PAYLOAD_LABELS_JACCARD, PAYLOAD_TEXT, PAYLOAD_VALUE };

/*
 * One participant's value of one dimension, ready for comparison; the first member of each
 * method's own struct.
 */
struct prepared {
	uint32_t n;	 /* how much is left to compare; 0: empty */
	uint64_t digest; /* of the value, to put a pair in order */
};

struct measure;
struct embedder;
struct explanation;

/* How a kind of metric is computed. */
struct method {
	/* ERR_INPUT names the JSON path; ERR_MEMORY, ERR_UNAVAILABLE. */
	enum err (*prepare)(const struct measure *m, struct arena *a,
	    const struct result *value, const struct prepared **r, struct error *e);
	/* Both are filled and in a fixed order; the result is in [0, 1]. */
	enum err (*score)(const struct measure *m, struct arena *scratch,
	    const struct prepared *a, const struct prepared *b, double *r);
	/* Work of one score in units of about a nanosecond. */
	double (*cost)(
	    const struct measure *m, const struct prepared *a, const struct prepared *b);
	/*
	 * Fills kind and lists of an explanation, which is all zero (metric/explanation.h):
	 * what score() counted of the same two values in the same order. Either may be
	 * empty. ERR_MEMORY, and as score().
	 */
	enum err (*explain)(const struct measure *m, struct arena *arena,
	    const struct prepared *a, const struct prepared *b, struct explanation *r);
};

struct metric {
	const char *name;
	const char *display_name;
	const struct method *method;
	/*
	 * Optional: fetches in one go what the values of all participants need from a
	 * server, see measure_expect().
	 */
	enum err (*expect)(const struct measure *m, struct arena *scratch,
	    const struct result *values, size_t n, struct error *e);
	enum shape_id shape;	 /* of region metrics */
	enum payload payload;	 /* of region metrics */
	decision *of_overlap;	 /* of region metrics: what that of a pair counts */
	decision *of_score;	 /* what is made of the score */
	double threshold;	 /* default of MPARAM_THRESHOLD */
	unsigned params;	 /* MPARAM_BIT() of those that it takes */
	const char *const *tags; /* control tags that it fits, ended by NULL; NULL: all */
	bool per_region;	 /* for controls whose values belong to regions alone */
	const char *doc;	 /* one line */
};

/* The rows, in the order of the documentation. */
extern const struct metric metric_table[];
extern const size_t metric_count;

/* Returns the row of a name; NULL if no row has it. */
const struct metric *metric_find(struct str name);

/* Returns whether a metric fits a control. exact_match fits all. */
bool metric_fits(const struct metric *m, struct str tag, bool per_region);

/* Returns the type of the items that a metric of whole values reads ("number"), whose
 * `value` has what it compares under that name, texts under "text". NULL: it compares
 * regions, or any items. */
const char *metric_plain_type(const struct metric *m);

/*
 * Returns whether a metric says yes or no: its score is 0 or 1. Only these can be counted
 * by consensus, the share of participants who agree with the largest group.
 */
bool metric_is_verdict(const struct metric *m);

/* A metric with its parameters. */
struct measure {
	const struct metric *metric;
	struct params params;
	const struct embedder *embedder; /* metric/text/embed.h; NULL: none is configured */
	/* How the dates of spans are written, base/timeformat.h; absent: ISO 8601. */
	struct str time_format;
};

/*
 * Makes a measure of a metric's name and its parameters (an object, null or NULL). The
 * caller sets `embedder` (if measure_embeds(); it lives as long) and `time_format`, if
 * there is one. ERR_UNKNOWN if there is no such metric or parameter, ERR_INPUT for a bad
 * value, ERR_MEMORY.
 */
enum err measure_init(struct arena *a, struct str metric, const struct json *params,
    struct measure *r, struct error *e) ERR_WARN_UNUSED;

/* Returns whether it compares by embeddings. */
bool measure_embeds(const struct measure *m);

/*
 * Asks a server for what the values of `n` participants need, in one question, before they
 * are prepared. Optional, and if it fails only speed is lost: measure_prepare() asks again
 * and reports. Takes scratch memory and gives it back. ERR_UNAVAILABLE, ERR_MEMORY.
 */
enum err measure_expect(const struct measure *m, struct arena *scratch,
    const struct result *values, size_t n, struct error *e) ERR_WARN_UNUSED;

/*
 * Prepares the value of one participant: the items of the dimension's control. ERR_INPUT if
 * the value does not parse (the dimension is null for that participant), ERR_MEMORY,
 * ERR_UNAVAILABLE; ERR_LIMIT if the request's time is over (base/deadline.h).
 */
enum err measure_prepare(const struct measure *m, struct arena *a,
    const struct result *value, const struct prepared **r, struct error *e) ERR_WARN_UNUSED;

/*
 * Computes the score of a pair, in [0, 1], the same to the bit both ways round. Two empty
 * values 1.0, one 0.0. Takes scratch memory and gives it back. ERR_MEMORY; ERR_INPUT if a
 * geometry defeats its library; ERR_LIMIT if the request's time is over.
 */
enum err measure_score(const struct measure *m, struct arena *scratch,
    const struct prepared *a, const struct prepared *b, double *r) ERR_WARN_UNUSED;

/* Returns the work of that score in units of about a nanosecond; what the request's budget
 * counts. */
double measure_cost(
    const struct measure *m, const struct prepared *a, const struct prepared *b);

/*
 * Says why a pair scores what it does (metric/explanation.h). Swapping a and b swaps the
 * sides of the answer; where several matchings score the same, it may be another of them.
 * Errors as measure_score().
 */
enum err measure_explain(const struct measure *m, struct arena *arena,
    const struct prepared *a, const struct prepared *b,
    struct explanation *r) ERR_WARN_UNUSED;

/* Returns the work of that, its score's too, in the same units. */
double measure_explain_cost(
    const struct measure *m, const struct prepared *a, const struct prepared *b);

#endif
