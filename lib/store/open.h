/*
 * A store as the settings describe it. The caller closes it with store_close().
 */
#ifndef STORE_OPEN_H
#define STORE_OPEN_H

#include "base/config.h"
#include "store/store.h"

/* Makes the store. ERR_INPUT if no option file is set, or as store_open(). */
enum err open_store(
    const struct config *c, struct store **r, struct error *e) ERR_WARN_UNUSED;

#endif
