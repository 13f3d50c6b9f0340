/*
 * What a tally is made of, for the files behind tally.h: tallyadd.c adds, tallyend.c ends
 * and answers.
 */
#ifndef PROJECT_TALLYSTATE_H
#define PROJECT_TALLYSTATE_H

#include "matrix/average.h"
#include "project/tally.h"

/* What is gathered of one dimension. */
struct gathered {
	struct agreement agreement;
	struct vocabulary vocabulary;
	struct units units;
	bool rates;   /* its numbers are labels */
	size_t place; /* in the last task; KEPT_NONE: not there */
};

struct tally {
	struct arena *arena;
	struct tally_options o;

	struct tally_dimension *dimensions;
	struct gathered *gathered; /* in step with them */
	size_t n_dimensions;
	struct average average; /* over those that count, at their places here .. */
	struct average of_task; /* .. and in the last task */

	struct tally_participant *people; /* as they came */
	size_t n_people, people_room;
	struct idmap users; /* places of annotators, .. */
	uint32_t *annotators;
	size_t annotators_room;
	struct map versions; /* .. of models, */
	uint32_t *models;
	size_t models_room;
	uint32_t truth; /* of the ground truth */

	struct agreement overall;
	struct tally_summary summary;
	struct tally_task *tasks;
	size_t n_tasks, tasks_room;

	/* From tally_end() on. */
	struct tally_people sorted;
	uint32_t *places; /* of the sorted ones among those that came */
	uint32_t *rank;	  /* the other way round */
	struct tally_labels labels;
	struct tally_confusions confusions[CONFUSION__MAX];
};

#endif
