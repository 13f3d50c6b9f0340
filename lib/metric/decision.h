/*
 * Decisions: what a metric makes of a number in [0, 1], which is the overlap of two regions
 * or the score of two values. A row of the metric table names one for each; a new decision
 * is one function.
 */
#ifndef METRIC_DECISION_H
#define METRIC_DECISION_H

#include "metric/params.h"

/* Rises with v or stays, within [0, 1], and makes 1 of 1. */
typedef double decision(const struct params *p, double v);

decision decide_raw;	   /* v as it is */
decision decide_threshold; /* 1 from MPARAM_THRESHOLD on, else 0 */
decision decide_match;	   /* 1 from MPARAM_IOU_THRESHOLD on, else 0 */
decision decide_dice;	   /* 2|A and B| / (|A| + |B|) of |A and B| / |A or B| */

#endif
