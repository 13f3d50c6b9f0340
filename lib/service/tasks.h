/*
 * Tasks with their agreement, at the paths of the vendor's SDK.
 */
#ifndef SERVICE_TASKS_H
#define SERVICE_TASKS_H

#include "service/route.h"

route_handler tasks_list, tasks_one;

#endif
