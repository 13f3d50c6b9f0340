/*
 * Which labels a project has, and how often each is used, at the paths of the vendor's SDK
 * (stats/label-distribution); docs/api.md shows the answers.
 */
#ifndef SERVICE_LABELUSE_H
#define SERVICE_LABELUSE_H

#include "service/view.h"

route_handler labeluse_structure, labeluse_counts;

/* Returns what the SDK calls a label of a dimension by, in the request's arena; absent
 * without memory. */
struct str labeluse_key(const struct view *v, size_t dimension, struct str label);

#endif
