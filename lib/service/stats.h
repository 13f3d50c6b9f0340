/*
 * Statistics of a project, at the paths of the vendor's SDK (label_studio_sdk 2.1). One
 * handler for each; docs/api.md shows the answers.
 */
#ifndef SERVICE_STATS_H
#define SERVICE_STATS_H

#include "service/route.h"

route_handler stats_iaa, stats_total_agreement, stats_annotator, stats_annotators,
    stats_users_truth, stats_user_truth, stats_users_predictions, stats_user_predictions,
    stats_model, stats_model_truth, stats_model_predictions, stats_distribution,
    stats_dimensions, stats_confusion, stats_lead_time, stats_people, stats_update,
    stats_not_known;

#endif
