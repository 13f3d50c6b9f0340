/*
 * The scores that are kept with tasks, one row each. What the bytes are is not known here.
 */
#ifndef STORE_SCORES_H
#define STORE_SCORES_H

#include "store/store.h"

struct store_scores {
	int64_t project, task;
	struct str fingerprint; /* 32 hexadecimal digits */
	struct str bytes;
};

/*
 * Writes rows, in place of those that are there, in one transaction of its own; `list` is
 * sorted. A transaction that lost against another wrote nothing: the other wrote newer ones.
 * ERR_DB_DENIED if the account may not, ERR_DB_*.
 */
enum err store_scores_put(
    struct store *s, struct store_scores *list, size_t n, struct error *e) ERR_WARN_UNUSED;

#endif
