/*
 * The scores that are kept with a task: of everybody who takes part, in all dimensions that
 * are present. A row says of each side and each dimension which version its scores are of,
 * so that it answers whatever is still as it was. Everything is in the caller's arena; what
 * was read points into the bytes.
 */
#ifndef MATRIX_KEPT_H
#define MATRIX_KEPT_H

#include "matrix/matrix.h"
#include "matrix/participants.h"
#include "matrix/tag.h"
#include "store/evidence.h"

#define KEPT_NONE SIZE_MAX

/* Evidence that takes part: the latest of somebody, or that of the ground truth. */
struct kept_side {
	enum participant_kind kind; /* whose latest it is; PARTICIPANT_GROUND_TRUTH: of
				       nobody, but it is the ground truth */
	bool ground_truth;	    /* it is that of the ground truth */
	int64_t user;		    /* of annotations: their author; 0: not known. Of the
				       unnamed the annotation's id */
	struct str model; /* of predictions: the version; absent counts as empty */
	struct store_version version;
	size_t evidence; /* place in the evidence; KEPT_NONE after kept_read() */
};

struct kept_dimension {
	int64_t id;
	struct cache_key rule; /* fingerprint of what its scores depend on */
};

/* A value that could not be compared. */
struct kept_warning {
	size_t side;	  /* KEPT_NONE: not one side's */
	size_t dimension; /* its place */
	struct str text;
};

struct kept {
	struct kept_side *sides; /* annotators by user, the unnamed, models by bytes, a
				    ground truth that is nobody's latest */
	size_t n;
	struct kept_dimension *dimensions; /* in the order of the rows of dimensions */
	size_t m;
	struct scores scores; /* n sides, m dimensions */
	struct kept_warning *warnings;
	size_t n_warnings;
};

/*
 * Makes the sides of a task's evidence; versions[i] belongs to evidence[i]. The rest of *r
 * is zero. ERR_MEMORY.
 */
enum err kept_sides(struct arena *a, const struct evidence *evidence,
    const struct store_version *versions, size_t n, struct kept *r) ERR_WARN_UNUSED;

/* Reads the results of the sides: results[i] belongs to evidence[i], r[i] to k->sides[i].
 * Errors as of sides_read(). */
enum err kept_results(struct arena *a, const struct kept *k,
    const struct evidence *evidence, const struct side_result *results,
    struct matrix_side **r, struct error *e) ERR_WARN_UNUSED;

/* Makes the name of the rule of a dimension; `embedding` is what is known of the server of
 * embeddings (absent: nothing), and counts where the metric asks it. Fails as sha256(). */
enum err kept_rule(const struct dimension *d, struct str embedding,
    struct kept_dimension *r) ERR_WARN_UNUSED;

/* The same of all, in a list in the arena. ERR_MEMORY, and as sha256(). */
enum err kept_rules(struct arena *a, const struct dimensions *d, struct str embedding,
    struct kept_dimension **r) ERR_WARN_UNUSED;

/*
 * Scores the sides in all dimensions: sides[i] is the result of k->sides[i], rules[i] the
 * rule of dimension i. Fills what kept_sides() left zero, with texts in the arena. Errors
 * as of matrix_score().
 */
enum err kept_score(struct arena *a, struct kept *k, const struct matrix_side *sides,
    const struct dimensions *d, struct kept_dimension *rules, double max_cost,
    struct error *e) ERR_WARN_UNUSED;

/* Makes the fingerprint of sides and dimensions, which are all that the scores depend on.
 * Fails as sha256(). */
enum err kept_fingerprint(const struct kept *k, char out[static TAG_ROOM]) ERR_WARN_UNUSED;

/* Writes the bytes of a row, and those of its labels, with scratch memory that is given
 * back; the buffer says whether they could be written. */
void kept_write(struct arena *a, const struct kept *k, struct buf *out);
void kept_write_labels(struct arena *a, const struct kept *k, struct buf *out);

/* Reads the bytes of a row; there are no labels (k->scores.labels, pairs: NULL). ERR_INPUT
 * if they are not whole, or another program's; ERR_MEMORY. */
enum err kept_read(struct arena *a, struct str bytes, struct kept *r) ERR_WARN_UNUSED;

/* Reads the labels of a row that was read. Errors as above. */
enum err kept_read_labels(
    struct arena *a, struct str bytes, struct kept *k) ERR_WARN_UNUSED;

/* Returns the place of the side that has this version, byte for byte; KEPT_NONE if there is
 * none. */
size_t kept_find_side(const struct kept *k, const struct store_version *v);

/* Returns the place of the dimension with this rule; KEPT_NONE if there is none. */
size_t kept_find_dimension(const struct kept *k, const struct kept_dimension *d);

#endif
