/*
 * The options of `dimensions set` and `add`, read and checked. What is read points into the
 * arguments or is in the session's arena.
 */
#ifndef BIN_CHANGE_H
#define BIN_CHANGE_H

#include "command.h"
#include "session.h"
#include "store/dimensions.h"

enum {
	CHANGE_PROJECT,
	CHANGE_DIMENSION,
	CHANGE_NAME,
	CHANGE_DESCRIPTION,
	CHANGE_METRIC,
	CHANGE_PARAMS,
	CHANGE_WEIGHT,
	CHANGE_LABEL_WEIGHTS,
	CHANGE_ACTIVE,
	CHANGE__MAX,
	/* Of `dimensions add`, which has the control in place of the dimension. */
	CHANGE_CONTROL = CHANGE_DIMENSION,
	CHANGE_PATH = CHANGE__MAX,
	CHANGE__ALL
};

extern const struct option_row change_options[CHANGE__MAX + 1];
extern const struct option_row change_add_options[CHANGE__ALL + 1];

/*
 * Writes the values of the options to `d`; *fields_r has their bits (enum
 * store_dimension_field). ERR_INPUT or ERR_UNKNOWN name the wrong option, parameter or
 * label; ERR_MEMORY.
 */
enum err change_read(struct session *s, const struct arguments *a,
    struct store_dimension *d, unsigned *fields_r) ERR_WARN_UNUSED;

#endif
