/*
 * The statistics of a project, out of the kept scores of its tasks (matrix/kept.h), which
 * come in any order: what is said is the same to the bit. Everything is in the arena of
 * tally_begin(), texts of kept scores are copied; the rows of dimensions must live as long.
 *
 * Participants are annotators by user, models by version, and the ground truth, whoever
 * wrote it. An annotation without an author is nobody's: it counts in the scores of its
 * task and as another annotator, and that is all. Two sides that are the very same
 * annotation have no cell.
 */
#ifndef PROJECT_TALLY_H
#define PROJECT_TALLY_H

#include "matrix/kept.h"
#include "project/agreement.h"
#include "project/units.h"
#include "project/vocabulary.h"

/* What is listed beside agreements. */
enum tally_list {
	TALLY_TASKS =
	    1 << 0, /* each task with its score; needs, and brings, overall scores */
	TALLY_LABELS = 1 << 1, /* the use of labels */
	TALLY_CONFUSION = 1 << 2,
	TALLY_UNITS = 1 << 3
};

struct tally_options {
	enum agreement_methodology methodology; /* of labels always AGREEMENT_PAIRWISE */
	int64_t dimension; /* id of the only one that counts; 0: all with weight > 0 */
	bool models;	   /* they take part; else it is as if there were none */
	/* AGREEMENT_*: over the dimensions that count, in each alone, on each label. */
	unsigned overall, by_dimension, by_label;
	unsigned lists; /* TALLY_* */
	double low;	/* scores below it are counted */
};

struct tally;

/*
 * Begins: with the named dimension, or all that are active and there, in the order of
 * `rows`. ERR_MEMORY.
 */
enum err tally_begin(struct arena *a, const struct store_dimension_list *rows,
    const struct tally_options *o, struct tally **r) ERR_WARN_UNUSED;

/*
 * Adds a task, once. Dimensions that it does not have are null. What is asked of labels
 * needs them: of a row without labels (kept_read_labels()) there are none. Takes scratch
 * memory of another arena than the tally's and gives it back. ERR_MEMORY, or ERR_LIMIT if
 * the request's time is over: the tally is then of no use.
 */
enum err tally_add(struct tally *t, struct arena *scratch, int64_t task,
    const struct kept *k) ERR_WARN_UNUSED;

/* Ends: nothing is added after it, and before it nothing may be asked. Scratch memory as
 * above. ERR_MEMORY. */
enum err tally_end(struct tally *t, struct arena *scratch) ERR_WARN_UNUSED;

/* ---- what there is; all lists are sorted */

struct tally_participant {
	enum participant_kind kind; /* not PARTICIPANT_UNNAMED */
	int64_t user;		    /* of annotators */
	struct str model;	    /* of models: the version; may be empty */
	uint32_t tasks;		    /* in which they have evidence */
};

struct tally_people {
	const struct tally_participant *list; /* annotators by user, models by bytes, the
						 ground truth */
	size_t n;
};

struct tally_people tally_people(const struct tally *t);

/* Returns the place of a participant among them; AGREEMENT_NOBODY if there is none. `user`
 * of annotators, `model` of models. */
uint32_t tally_find(
    const struct tally *t, enum participant_kind kind, int64_t user, struct str model);

struct tally_dimension {
	const struct store_dimension *row;
	bool counts; /* in what is said over all */
	/* Values that have any label or region: of annotations, of predictions
	 * (TALLY_LABELS). */
	uint32_t values[2];
};

struct tally_dimensions {
	const struct tally_dimension *list; /* in the order of the rows */
	size_t n;
};

struct tally_dimensions tally_dimensions(const struct tally *t);

/* A label of a dimension; one that regions without a label have is not listed. */
struct tally_label {
	size_t dimension; /* place */
	struct str text;
	/*
	 * Values that have it: latest annotations of annotators and nobody, predictions;
	 * what several regions of one have counts once. Numbers are labels if they are
	 * ratings. (TALLY_LABELS)
	 */
	uint32_t uses[2];
	uint32_t place; /* for tally_on_label() */
};

struct tally_labels {
	const struct tally_label *list; /* by dimension, then text, by bytes */
	size_t n;
};

struct tally_labels tally_labels(const struct tally *t);

/* ---- agreement: tasks weigh the same */

/* Return the agreement in one respect; dimension and label as listed. */
const struct agreement *tally_overall(const struct tally *t);
const struct agreement *tally_in_dimension(const struct tally *t, size_t dimension);
const struct agreement *tally_on_label(
    const struct tally *t, const struct tally_label *label);

/* A mean over tasks. */
struct tally_mean {
	double mean;	  /* in [0, 1]; NaN over none */
	double deviation; /* sample standard deviation, by n - 1; NaN below 2 tasks, or
			     without AGREEMENT_DEVIATIONS */
	uint32_t tasks;
};

/* Returns the mean of the scores of tasks, which are the means of pairs of annotators or
 * consensus (AGREEMENT_SCORES): of a project in its options, of labels, dimensions. */
struct tally_mean tally_score(const struct agreement *g);

/* Returns the mean of the cells of two participants (AGREEMENT_PAIRS). */
struct tally_mean tally_pair(
    const struct tally *t, const struct agreement *g, uint32_t x, uint32_t y);

/* Returns the mean of the cells of all pairs of annotators in all tasks, which are counted
 * in its `tasks` (AGREEMENT_PAIRS with AGREEMENT_DEVIATIONS). */
struct tally_mean tally_cells(const struct agreement *g);

/*
 * Returns the mean of a participant's means with all others of a group (AGREEMENT_PEOPLE):
 * of an annotator with the annotators their agreement, with the ground truth how right they
 * are. The ground truth itself has such means, too.
 */
struct tally_mean tally_with(const struct tally *t, const struct agreement *g, uint32_t who,
    enum agreement_group group);

/* ---- tasks */

#define TALLY_BINS 10

/* Overall; scores and what is made of them with AGREEMENT_SCORES. */
struct tally_summary {
	uint32_t tasks;		   /* all that were added */
	uint32_t shared;	   /* with two annotators or more */
	uint32_t scored;	   /* with a score; others are in no bin and not low */
	uint32_t bins[TALLY_BINS]; /* scores in [0, 0.1), [0.1, 0.2) .. [0.9, 1.0] */
	uint32_t low;		   /* scores below the option */
};

struct tally_summary tally_summary(const struct tally *t);

struct tally_task {
	int64_t task;
	double score;	     /* in [0, 1]; NaN: it has none */
	uint32_t annotators; /* that have evidence */
};

struct tally_tasks {
	const struct tally_task *list; /* by task */
	size_t n;
};

/* TALLY_TASKS. */
struct tally_tasks tally_tasks(const struct tally *t);

/* For qsort() of a copy of that list: the lowest score first, those without a score last,
 * equal ones by task. */
int tally_by_score(const void *x, const void *y);

/* ---- labels that met (matrix/labels.h), and values */

struct tally_confused {
	size_t dimension;
	struct str a, b; /* absent: none */
	double count;	 /* whole or a half */
};

struct tally_confusions {
	const struct tally_confused *list; /* by dimension, a, b, by bytes, none last */
	size_t n;
};

/*
 * TALLY_CONFUSION. Of CONFUSION_TRUTH a is what the ground truth says, b an annotator, also
 * nobody; of CONFUSION_ANNOTATORS each pair of annotators counts a half in each direction.
 */
struct tally_confusions tally_confusions(const struct tally *t, enum confusion_of which);

/* Returns the values of a dimension: `who` is a place among the participants; the ground
 * truth is one beside its author. Sets are those of `sets`. (TALLY_UNITS) */
const struct units *tally_units(const struct tally *t, size_t dimension);

#endif
