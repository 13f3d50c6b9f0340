/*
 * Every statement that is sent, in one table; SQL stands here and in sql/ alone.
 */
#ifndef STORE_STMT_H
#define STORE_STMT_H

#include "store/driver/db.h"

enum stmt {
	STMT_SHAPE,
	STMT_GUARD_PUT,
	STMT_GUARDS_NOTE,
	STMT_HEALTH,
	STMT_VERSION,
	STMT_VERSION_RAISE,

	STMT_ACCESS,
	STMT_EVIDENCE,
	STMT_EVIDENCE_RESULTS,
	STMT_EVIDENCE_KEPT,
	STMT_ANNOTATIONS,
	STMT_ANNOTATIONS_KEPT,
	STMT_EVIDENCE_8, /* of several tasks: the same, and the task's id last */
	STMT_EVIDENCE_KEPT_8,
	STMT_ANNOTATIONS_8,
	STMT_ANNOTATIONS_KEPT_8,
	STMT_RESULTS,
	STMT_USERS,

	STMT_DIMENSIONS,
	STMT_DIMENSIONS_LOCK,
	STMT_PROJECT,
	STMT_SYNC_LOCK,
	STMT_SYNC_RECORD,
	STMT_DIMENSION_INSERT,
	STMT_DIMENSION_WRITE,
	STMT_DIMENSION_SET,

	STMT_EMBEDDINGS,
	STMT_EMBEDDING_PUT,

	STMT_TASKS_KEPT,
	STMT_RANGE,
	STMT_RANGE_RESULTS,
	STMT_SCORES_RANGE,
	STMT_LABELS_RANGE,
	STMT_SCORES_ROWS,
	STMT_LABELS_ROWS,
	STMT_SCORES_ORPHANS,
	STMT_SCORES_PUT,
	STMT_SCORES_PUT_16, /* several rows */
	STMT_SCORE_DELETE,
	STMT_SCORES_DELETE,
	STMT_CHANGES,
	STMT_CURRENT,
	STMT_CURRENT_PUT,
	STMT_SETTINGS,
	STMT_SETTINGS_PUT,

	STMT_TASKS,
	STMT_TASK_PROJECT,
	STMT_TASKS_TOTALS,
	STMT_ANNOTATORS,
	STMT_LEAD_TIMES,
	STMT_SAID,

	STMT_TOKEN_FIND,
	STMT_TOKEN_INSERT,
	STMT_TOKEN_LIST,
	STMT_TOKEN_DELETE,

	STMT_ORGANIZATION_FIND,
	STMT_ORGANIZATION_INSERT,
	STMT_JWT_INSERT,
	STMT_USER_BY_EMAIL,
	STMT_USER_BY_ID,
	STMT_USER_INSERT,
	STMT_PERSON,
	STMT_PERSON_BEFORE,
	STMT_PERSON_FREE,
	STMT_PERSON_PUT,
	STMT_PERSON_MERGE,
	STMT_USER_UPDATE,
	STMT_MEMBER_INSERT,
	STMT_PROJECT_LIST,
	STMT_PROJECT_DELETE,
	STMT_PERSONS_DELETE,
	STMT_DIMENSION_REMOVE,
	STMT_PROJECT_FORGET,
	STMT_DIMENSIONS_DELETE,
	STMT_PROJECT_OWNER,
	STMT_PROJECT_PUT,
	STMT_TASK_OWNER,
	STMT_TASK_PUT,
	STMT_TASK_TOTALS,
	STMT_ANNOTATION_OWNER,
	STMT_ANNOTATION_PUT,
	STMT_PREDICTION_OWNER,
	STMT_PREDICTION_PUT,

	STMT_TASK_PAGE,
	STMT_ANNOTATION_PAGE,
	STMT_PREDICTION_PAGE,
	STMT_TASK_DELETE,
	STMT_ANNOTATION_DELETE,
	STMT_PREDICTION_DELETE,
	STMT_TASK_ANNOTATIONS_DELETE,
	STMT_TASK_PREDICTIONS_DELETE,
	STMT__MAX
};

/*
 * The columns of a database that older Label Studios lack: bits of a shape, in the order of
 * the numbers, from 1, that STMT_SHAPE gives and STMT_GUARD_PUT takes. All of them guard
 * access. A statement that depends on them is written once and compiled for each of the
 * shapes.
 */
enum stmt_shape {
	STMT_PROJECT_DELETED = 1, /* project.deleted_at */
	STMT_MEMBER_DELETED = 2,  /* organizations_organizationmember.deleted_at */
	STMT_JWT_SETTINGS = 4,	  /* jwt_auth_jwtsettings */
	STMT_SHAPES = 8
};

#define STMT_SLOTS ((unsigned)STMT__MAX * (unsigned)STMT_SHAPES)

/* Ids that STMT_USERS takes; a shorter list repeats its last. */
#define STMT_USERS_IDS 64

/* Tasks that a STMT_..._8 takes; a shorter list repeats its last. */
#define STMT_TASKS_TOGETHER 8
/* Rows of scores that one statement writes. */
#define STMT_SCORES_ROWS_PUT 16

/* Hashes that STMT_EMBEDDINGS takes; a shorter list repeats its last. */
#define STMT_EMBEDDINGS_HASHES 64

/* Rows of one STMT_..._PAGE and of STMT_TASKS_KEPT. */
#define STMT_PAGE_ROWS 1000

/* Tables that a database must have, see STMT_SHAPE, and the name of one, i < STMT_TABLES.
 */
#define STMT_TABLES 14
const char *stmt_table(unsigned i);

/* Returns a statement for a database of the shape `shape`. */
struct db_statement stmt_get(enum stmt id, unsigned shape);

/* Returns whether its text depends on the shape. */
bool stmt_shaped(enum stmt id);

/*
 * Returns the slot in which a driver keeps it prepared: below STMT_SLOTS, one for each
 * different text.
 */
unsigned stmt_slot(enum stmt id, unsigned shape);

/* What a driver sends on a new connection, and around a part of a transaction. */
enum stmt_session {
	STMT_SESSION_MODE,	    /* time zone and strictness */
	STMT_SESSION_LIMIT_MARIADB, /* one integer: seconds that a statement may take */
	STMT_SESSION_LIMIT_MYSQL,   /* one integer: milliseconds */
	STMT_SESSION_MARK,	    /* the only savepoint */
	STMT_SESSION_REWIND,
	STMT_SESSION__MAX
};

struct db_statement stmt_session(enum stmt_session id);

#endif
