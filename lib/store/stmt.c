#include "store/stmt.h"

#include <assert.h>

#include "store/columns.h"

/* One clause a line reads better than filled lines. */
/* clang-format off */

/* Parts that a database may lack: _1 where it has the column or table, _0 where it has not. */
#define PROJECT_ALIVE_0
#define PROJECT_ALIVE_1 " AND p.deleted_at IS NULL"
#define MEMBER_ALIVE_0
#define MEMBER_ALIVE_1 " AND m.deleted_at IS NULL"
#define MEMBER_GONE_0 "0"
#define MEMBER_GONE_1 "m.deleted_at IS NOT NULL"
#define LEGACY_0 "1"
#define LEGACY_1 "COALESCE(j.legacy_api_tokens_enabled, 0)"
#define LEGACY_JOIN_0
#define LEGACY_JOIN_1 \
	" LEFT JOIN jwt_auth_jwtsettings j ON j.organization_id = u.active_organization_id"

/* One text for each shape; TEXT takes project, member and jwt as 0 or 1. */
#define SHAPES(TEXT) { \
	TEXT(0, 0, 0), TEXT(1, 0, 0), TEXT(0, 1, 0), TEXT(1, 1, 0), \
	TEXT(0, 0, 1), TEXT(1, 0, 1), TEXT(0, 1, 1), TEXT(1, 1, 1) }

#define NOW "NOW(6)"

/* The time of what does not say when it was made: the same for all of an import, so that of
 * several the larger id is the later one. */
#define TODAY "CAST(UTC_DATE() AS DATETIME)"
#define MICROSECONDS(column) "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', " column ")"
#define ISO(column) "DATE_FORMAT(" column ", '%Y-%m-%dT%H:%i:%s.%fZ')"

/*
 * Cheap, since it is asked for with every request: lengths and checksums of the two texts.
 * The number before them is that of our rules: another one where they make other dimensions of
 * the same configuration, so that all are derived anew.
 */
#define FINGERPRINT \
	"CONCAT_WS('-', 4," \
	" COALESCE(LENGTH(p.label_config), 0), COALESCE(CRC32(p.label_config), 0)," \
	" COALESCE(LENGTH(p.control_weights), 0), COALESCE(CRC32(p.control_weights), 0))"

/*
 * The lists of a dimension's columns (columns.h). Each item of a list to write ends with a comma;
 * what every statement writes besides comes last.
 */
#define SKIP COLUMN_SKIP
#define LETTER_INTEGER "i"
#define LETTER_ID "i"
#define LETTER_BITS "i"
#define LETTER_BOOL "i"
#define LETTER_REAL "d"
#define LETTER_TEXT "s"
#define LETTER_TIME "s"
#define LETTER(column, field, type, ...) LETTER_##type
#define LETTER_PAIR(column, field, type, ...) "i" LETTER_##type

#define READ_INTEGER(column) column
#define READ_ID(column) column
#define READ_BITS(column) column
#define READ_BOOL(column) column
#define READ_REAL(column) column
#define READ_TEXT(column) column
#define READ_TIME(column) ISO(column)
#define FIRST(column, field, type) READ_##type("d.`" #column "`")
#define NEXT(column, field, type, ...) ", " READ_##type("d.`" #column "`")
#define DIMENSION DIMENSION_COLUMNS(FIRST, NEXT, NEXT, NEXT, NEXT)
#define DIMENSION_TYPES DIMENSION_COLUMNS(LETTER, LETTER, LETTER, LETTER, LETTER)

#define NAMED(column, ...) "`" #column "`, "
#define PLACE(...) "?, "
#define INSERTED(ITEM) DIMENSION_COLUMNS(SKIP, SKIP, ITEM, ITEM, ITEM)

#define ASSIGN(column, ...) "`" #column "` = ?, "
#define FOLLOWING(ITEM) DIMENSION_COLUMNS(SKIP, SKIP, SKIP, ITEM, ITEM)

#define IF_SET(column, ...) "`" #column "` = IF(?, ?, `" #column "`), "
#define SETTABLE(ITEM) DIMENSION_COLUMNS(SKIP, SKIP, SKIP, SKIP, ITEM)

/*
 * No statement of the service sorts: rows with long texts go through a table on disk then, which costs
 * several times as much as everything else together. And what must be true of a project is answered as a
 * column: rows are joined by given ids alone, which leaves the planner little to weigh. Members are
 * joined, not asked for in a subquery of their own, which costs as much as all other tables; a user with
 * several member rows comes as often.
 */
#define ACCESS(P, M, J) \
	"SELECT t.`key`, u.`id`, u.`is_active`, u.active_organization_id, " LEGACY_##J "," \
	" p.organization_id = u.active_organization_id" PROJECT_ALIVE_##P \
	" AND m.`id` IS NOT NULL, " FINGERPRINT ", a.`fingerprint`, s.`version`," \
	" (SELECT COUNT(*) FROM `agreement_guard`), " DIMENSION \
	" FROM `agreement_schema` s" \
	" LEFT JOIN authtoken_token t ON t.`key` = ?" \
	" LEFT JOIN htx_user u ON u.`id` = t.user_id" LEGACY_JOIN_##J \
	" LEFT JOIN project p ON p.`id` = ?" \
	" LEFT JOIN `agreement_project` a ON a.`project_id` = ?" \
	" LEFT JOIN organizations_organizationmember m ON m.user_id = u.`id`" \
	" AND m.organization_id = u.active_organization_id" MEMBER_ALIVE_##M \
	" LEFT JOIN `agreement_dimension` d ON d.`project_id` = ?" \
	" WHERE s.`id` = 1"

/* What tells a version of a result, see struct store_version. */
#define VERSION(kind, ground_truth) \
	kind ", c.id, " ground_truth ", " MICROSECONDS("c.updated_at") "," \
	" LENGTH(c.result), CRC32(c.result)"
#define VERSION_TYPES "iiiiii"

/* A task of that project has one row at least, if only of NULLs. */
#define ANNOTATIONS_OF(M, RESULT, MORE, TASKS) \
	"SELECT " VERSION("0", "c.ground_truth") ", " RESULT ", NULL, c.completed_by_id," \
	" u.email, u.first_name, u.last_name, u.username, u.avatar, " MEMBER_GONE_##M MORE \
	" FROM task k" \
	" LEFT JOIN task_completion c ON c.task_id = k.id AND c.was_cancelled = 0" \
	" LEFT JOIN htx_user u ON u.id = c.completed_by_id" \
	" LEFT JOIN organizations_organizationmember m ON m.user_id = c.completed_by_id" \
	" AND m.organization_id = ?" \
	" WHERE k.id " TASKS " AND k.project_id = ?"
#define PREDICTIONS_OF(RESULT, MORE, TASKS) \
	"SELECT " VERSION("1", "0") ", " RESULT ", c.model_version, NULL," \
	" NULL, NULL, NULL, NULL, NULL, NULL" MORE \
	" FROM task k JOIN prediction c ON c.task_id = k.id" \
	" WHERE k.id " TASKS " AND k.project_id = ?"
/* The row of kept scores comes along, as a kind of its own. */
#define KEPT_OF(MORE, TASKS) \
	"SELECT 2, s.`task_id`, 0, 0, 0, 0, s.`scores`, s.`fingerprint`, NULL, NULL, NULL, NULL, NULL," \
	" NULL, NULL" MORE " FROM `agreement_score` s WHERE s.`task_id` " TASKS \
	" AND s.`project_id` = ?"
#define UNION " UNION ALL "
#define ANNOTATIONS(M, RESULT) ANNOTATIONS_OF(M, RESULT, "", "= ?")
#define PREDICTIONS(RESULT) PREDICTIONS_OF(RESULT, "", "= ?")
#define KEPT KEPT_OF("", "= ?")
#define EVIDENCE_KEYS(P, M, J) ANNOTATIONS(M, "NULL") UNION PREDICTIONS("NULL")
#define EVIDENCE_RESULTS(P, M, J) ANNOTATIONS(M, "c.result") UNION PREDICTIONS("c.result")
#define EVIDENCE_KEPT(P, M, J) ANNOTATIONS(M, "NULL") UNION PREDICTIONS("NULL") UNION KEPT
#define ANNOTATIONS_KEYS(P, M, J) ANNOTATIONS(M, "NULL")
#define ANNOTATIONS_KEPT(P, M, J) ANNOTATIONS(M, "NULL") UNION KEPT

/* The same of several tasks at once. */
#define IN_8 "IN (?, ?, ?, ?, ?, ?, ?, ?)"
#define IN_8_TYPES "iiiiiiii"
#define ANNOTATIONS_8(M) ANNOTATIONS_OF(M, "NULL", ", k.id", IN_8)
#define PREDICTIONS_8 PREDICTIONS_OF("NULL", ", k.id", IN_8)
#define KEPT_8 KEPT_OF(", s.`task_id`", IN_8)
#define EVIDENCE_KEYS_8(P, M, J) ANNOTATIONS_8(M) UNION PREDICTIONS_8
#define EVIDENCE_KEPT_8(P, M, J) ANNOTATIONS_8(M) UNION PREDICTIONS_8 UNION KEPT_8
#define ANNOTATIONS_KEYS_8(P, M, J) ANNOTATIONS_8(M)
#define ANNOTATIONS_KEPT_8(P, M, J) ANNOTATIONS_8(M) UNION KEPT_8
#define PART_8_TYPES IN_8_TYPES "i"
static_assert(sizeof IN_8_TYPES - 1 == STMT_TASKS_TOGETHER, "the statements take that many tasks");
#define EVIDENCE_TYPES VERSION_TYPES "ssisssssi"

/* The evidence of the tasks from one id to another, without what only an answer shows. */
#define RANGE(RESULT) \
	"SELECT " VERSION("0", "c.ground_truth") ", " RESULT ", NULL, c.completed_by_id, k.id" \
	" FROM task k JOIN task_completion c ON c.task_id = k.id AND c.was_cancelled = 0" \
	" WHERE k.project_id = ? AND k.id BETWEEN ? AND ?" \
	" UNION ALL " \
	"SELECT " VERSION("1", "0") ", " RESULT ", c.model_version, NULL, k.id" \
	" FROM task k JOIN prediction c ON c.task_id = k.id" \
	" WHERE k.project_id = ? AND k.id BETWEEN ? AND ?"
#define RANGE_TYPES VERSION_TYPES "ssii"

#define SCORES_RANGE(LABELS) \
	"SELECT k.id, s.`fingerprint`, s.`scores`" LABELS " FROM task k" \
	" LEFT JOIN `agreement_score` s ON s.`project_id` = k.project_id AND s.`task_id` = k.id" \
	" WHERE k.project_id = ? AND k.id > ? ORDER BY k.id LIMIT ?"
#define SCORES_PUT(ROWS) \
	"INSERT INTO `agreement_score` (`project_id`, `task_id`, `fingerprint`, `scores`," \
	" `labels`) VALUES " ROWS " ON DUPLICATE KEY UPDATE" \
	" `fingerprint` = VALUES(`fingerprint`), `scores` = VALUES(`scores`)," \
	" `labels` = VALUES(`labels`)"
#define SCORES_ROW "(?, ?, ?, ?, ?)"
#define SCORES_ROW_4 SCORES_ROW ", " SCORES_ROW ", " SCORES_ROW ", " SCORES_ROW
#define SCORES_4_TYPES "iisbbiisbbiisbbiisbb"
#define SCORES_16_TYPES SCORES_4_TYPES SCORES_4_TYPES SCORES_4_TYPES SCORES_4_TYPES
static_assert(sizeof SCORES_16_TYPES - 1 == 5 * STMT_SCORES_ROWS_PUT,
	"the statement takes that many rows");
/* Rows alone, also of tasks that are gone. */
#define ROWS_RANGE(LABELS) \
	"SELECT s.`task_id`, s.`fingerprint`, s.`scores`" LABELS " FROM `agreement_score` s" \
	" WHERE s.`project_id` = ? AND s.`task_id` > ? ORDER BY s.`task_id` LIMIT ?"

#define RESULTS \
	"SELECT " VERSION("0", "c.ground_truth") ", c.result FROM task_completion c" \
	" WHERE c.task_id = ? AND c.was_cancelled = 0 AND FIND_IN_SET(c.id, ?)" \
	" UNION ALL " \
	"SELECT " VERSION("1", "0") ", c.result FROM prediction c" \
	" WHERE c.task_id = ? AND FIND_IN_SET(c.id, ?)"

#define IDS_16 "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
#define IDS_64 IDS_16 ", " IDS_16 ", " IDS_16 ", " IDS_16
#define IDS_64_TYPES "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii"
static_assert(sizeof IDS_64_TYPES - 1 == STMT_USERS_IDS, "the statement takes that many ids");
#define HASHES_64_TYPES "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss"
static_assert(sizeof HASHES_64_TYPES - 1 == STMT_EMBEDDINGS_HASHES,
	"the statement takes that many hashes");

#define USERS(P, M, J) \
	"SELECT u.id, MIN(" MEMBER_GONE_##M "), u.email, u.first_name," \
	" u.last_name, u.username, u.avatar FROM htx_user u" \
	" JOIN organizations_organizationmember m ON m.user_id = u.id" \
	" WHERE m.organization_id = ? AND u.id IN (" IDS_64 ")" \
	" GROUP BY u.id, u.email, u.first_name, u.last_name, u.username, u.avatar" \
	" ORDER BY u.id"

#define PROJECT(P, M, J) \
	"SELECT p.`id`, p.organization_id, p.title, p.label_config," \
	" p.control_weights, " FINGERPRINT ", a.`fingerprint`" \
	" FROM project p LEFT JOIN `agreement_project` a ON a.`project_id` = p.`id`" \
	" WHERE p.`id` = ?" PROJECT_ALIVE_##P

/* An upsert changes nothing of a row that belongs to another project. */
#define IF_OURS(column, value) \
	column " = IF(project_id <=> VALUES(project_id), " value ", " column ")"
#define TAKE(column) IF_OURS(column, "VALUES(" column ")")
#define TAKE_TIME(column) IF_OURS(column, "COALESCE(?, " column ")")
/* What is not given is left as it is; where that has another value for new rows, a parameter
 * says whether it is given. */
#define KEEP(column) IF_OURS(column, "COALESCE(VALUES(" column "), " column ")")
#define TAKE_IF(column) IF_OURS(column, "IF(?, VALUES(" column "), " column ")")

/* The same of what belongs to a task: one of another task is left alone too. */
#define IF_ITS(column, value) \
	column " = IF(project_id <=> VALUES(project_id) AND task_id <=> VALUES(task_id), " value \
	       ", " column ")"
#define TAKE_ITS(column) IF_ITS(column, "VALUES(" column ")")
#define KEEP_ITS(column) IF_ITS(column, "COALESCE(VALUES(" column "), " column ")")
#define TAKE_ITS_TIME(column) IF_ITS(column, "COALESCE(?, " column ")")

/* The tables that must be there, in the order of the names of stmt_table(); and what guards
 * access, in the order of the bits of enum stmt_shape. */
#define TABLES \
	"'organization', 'organizations_organizationmember', 'htx_user', 'authtoken_token'," \
	" 'project', 'task', 'task_completion', 'prediction', 'agreement_schema'," \
	" 'agreement_guard', 'agreement_project', 'agreement_dimension', 'agreement_embedding'," \
	" 'agreement_score'"
#define GUARDS \
	"'project.deleted_at', 'organizations_organizationmember.deleted_at'," \
	" 'jwt_auth_jwtsettings.legacy_api_tokens_enabled'"

#define GUARDED "'project', 'organizations_organizationmember', 'jwt_auth_jwtsettings'"

static const char *const tables[STMT_TABLES] = {"organization",
	"organizations_organizationmember", "htx_user", "authtoken_token", "project", "task",
	"task_completion", "prediction", "agreement_schema", "agreement_guard",
	"agreement_project", "agreement_dimension", "agreement_embedding", "agreement_score"};

static const char *const shaped[STMT__MAX][STMT_SHAPES] = {
	[STMT_ACCESS] = SHAPES(ACCESS),
	[STMT_EVIDENCE] = SHAPES(EVIDENCE_KEYS),
	[STMT_EVIDENCE_RESULTS] = SHAPES(EVIDENCE_RESULTS),
	[STMT_EVIDENCE_KEPT] = SHAPES(EVIDENCE_KEPT),
	[STMT_ANNOTATIONS] = SHAPES(ANNOTATIONS_KEYS),
	[STMT_ANNOTATIONS_KEPT] = SHAPES(ANNOTATIONS_KEPT),
	[STMT_EVIDENCE_8] = SHAPES(EVIDENCE_KEYS_8),
	[STMT_EVIDENCE_KEPT_8] = SHAPES(EVIDENCE_KEPT_8),
	[STMT_ANNOTATIONS_8] = SHAPES(ANNOTATIONS_KEYS_8),
	[STMT_ANNOTATIONS_KEPT_8] = SHAPES(ANNOTATIONS_KEPT_8),
	[STMT_USERS] = SHAPES(USERS),
	[STMT_PROJECT] = SHAPES(PROJECT),
};

static const struct db_statement statements[STMT__MAX] = {
	/*
	 * Everything that an account can see of the tables, in one statement: those that
	 * must be there by their number, the guards that are, and those that ever were. Of a
	 * table without columns, or with rights to single ones, some are hidden: its guard may
	 * be among them, and counts as there.
	 */
	[STMT_SHAPE] = {"the tables",
		"SELECT 0, FIELD(LOWER(table_name), " TABLES ") FROM information_schema.tables"
		" WHERE table_schema = DATABASE() AND LOWER(table_name) IN (" TABLES ")"
		" UNION ALL SELECT 1, FIELD(CONCAT(LOWER(table_name), '.', LOWER(column_name)),"
		" " GUARDS ") FROM information_schema.columns WHERE table_schema = DATABASE()"
		" AND LOWER(table_name) IN (" GUARDED ") AND CONCAT(LOWER(table_name), '.', LOWER(column_name))"
		" IN (" GUARDS ")"
		" UNION ALL SELECT 1, FIELD(LOWER(t.table_name), " GUARDED ")"
		" FROM information_schema.tables t WHERE t.table_schema = DATABASE()"
		" AND LOWER(t.table_name) IN (" GUARDED ") AND (NOT EXISTS (SELECT 1"
		" FROM information_schema.columns c WHERE c.table_schema = t.table_schema"
		" AND c.table_name = t.table_name) OR EXISTS (SELECT 1"
		" FROM information_schema.column_privileges v WHERE"
		" v.table_schema = t.table_schema AND v.table_name = t.table_name))"
		" UNION ALL SELECT 2, FIELD(`name`, " GUARDS ") FROM `agreement_guard`",
		"", "ii", true},
	[STMT_GUARD_PUT] = {"a guard",
		"INSERT IGNORE INTO `agreement_guard` (`name`) VALUES (ELT(?, " GUARDS "))",
		"i", "", false},
	[STMT_GUARDS_NOTE] = {"the guards",
		"INSERT IGNORE INTO `agreement_guard` (`name`)"
		" SELECT CONCAT(LOWER(table_name), '.', LOWER(column_name))"
		" FROM information_schema.columns WHERE table_schema = DATABASE()"
		" AND CONCAT(LOWER(table_name), '.', LOWER(column_name)) IN (" GUARDS ")",
		"", "", false},
	[STMT_HEALTH] = {"the schema version",
		"SELECT s.`version`, (SELECT COUNT(*) FROM (SELECT `id`"
		" FROM project LIMIT 1) p) FROM `agreement_schema` s"
		" WHERE s.`id` = 1",
		"", "ii", true},
	[STMT_VERSION] = {"the schema version",
		"SELECT s.`version` FROM `agreement_schema` s"
		" WHERE s.`id` = 1",
		"", "i", true},
	/* Never lowered: somebody else may have gone further meanwhile. */
	[STMT_VERSION_RAISE] = {"the schema version",
		"INSERT INTO `agreement_schema` (`id`, `version`) VALUES (1, ?)"
		" ON DUPLICATE KEY UPDATE `version` = GREATEST(`version`, VALUES(`version`))",
		"i", "", false},

	[STMT_ACCESS] = {"the access", NULL, "siii", "siiiiissii" DIMENSION_TYPES, true},
	[STMT_EVIDENCE] = {"the evidence", NULL, "iiiii", EVIDENCE_TYPES, true},
	[STMT_EVIDENCE_RESULTS] = {"the evidence", NULL, "iiiii", EVIDENCE_TYPES, true},
	[STMT_EVIDENCE_KEPT] = {"the evidence", NULL, "iiiiiii", EVIDENCE_TYPES, true},
	[STMT_ANNOTATIONS] = {"the evidence", NULL, "iii", EVIDENCE_TYPES, true},
	[STMT_ANNOTATIONS_KEPT] = {"the evidence", NULL, "iiiii", EVIDENCE_TYPES, true},
	[STMT_EVIDENCE_8] = {"the evidence", NULL, "i" PART_8_TYPES PART_8_TYPES,
		EVIDENCE_TYPES "i", true},
	[STMT_EVIDENCE_KEPT_8] = {"the evidence", NULL,
		"i" PART_8_TYPES PART_8_TYPES PART_8_TYPES, EVIDENCE_TYPES "i", true},
	[STMT_ANNOTATIONS_8] = {"the evidence", NULL, "i" PART_8_TYPES, EVIDENCE_TYPES "i", true},
	[STMT_ANNOTATIONS_KEPT_8] = {"the evidence", NULL, "i" PART_8_TYPES PART_8_TYPES,
		EVIDENCE_TYPES "i", true},
	[STMT_RESULTS] = {"the results", RESULTS, "isis", VERSION_TYPES "s", true},
	[STMT_USERS] = {"the users", NULL, "i" IDS_64_TYPES, "iisssss", true},

	[STMT_DIMENSIONS] = {"the dimensions",
		"SELECT " DIMENSION " FROM `agreement_dimension` d"
		" WHERE d.`project_id` = ?",
		"i", DIMENSION_TYPES, true},
	/* What a user sets from now on waits until the transaction is over. */
	[STMT_DIMENSIONS_LOCK] = {"the dimensions",
		"SELECT " DIMENSION " FROM `agreement_dimension` d"
		" WHERE d.`project_id` = ? FOR UPDATE",
		"i", DIMENSION_TYPES, true},
	[STMT_PROJECT] = {"the project", NULL, "i", "iisssss", true},
	[STMT_SYNC_LOCK] = {"the project's dimensions",
		"INSERT INTO `agreement_project` (`project_id`)"
		" VALUES (?) ON DUPLICATE KEY UPDATE `project_id` = VALUES(`project_id`)",
		"i", "", false},
	[STMT_SYNC_RECORD] = {"the project's fingerprint",
		"UPDATE `agreement_project` SET `fingerprint` = ?"
		" WHERE `project_id` = ?",
		"si", "", false},
	[STMT_DIMENSION_INSERT] = {"a dimension",
		"INSERT INTO `agreement_dimension` (" INSERTED(NAMED) "`is_present`)"
		" VALUES (" INSERTED(PLACE) "1)",
		INSERTED(LETTER), "", false},
	[STMT_DIMENSION_REMOVE] = {"a dimension",
		"DELETE FROM `agreement_dimension`"
		" WHERE `id` = ? AND `project_id` = ? AND `is_user_defined`",
		"ii", "", false},
	[STMT_DIMENSION_WRITE] = {"a dimension",
		"UPDATE `agreement_dimension` SET " FOLLOWING(ASSIGN)
		"`is_present` = ? WHERE `id` = ?",
		FOLLOWING(LETTER) "ii", "", false},
	/* The id that was found comes back as the insert id, also where nothing had to change. */
	[STMT_DIMENSION_SET] = {"a dimension",
		"UPDATE `agreement_dimension` SET " SETTABLE(IF_SET)
		"`user_set` = `user_set` | ?, `id` = LAST_INSERT_ID(`id`)"
		" WHERE `id` = ? AND `project_id` = ?",
		SETTABLE(LETTER_PAIR) "iii", "", false},

	/* A vector that is not as long as it says is as good as none, and will be written again. */
	[STMT_EMBEDDINGS] = {"the embeddings",
		"SELECT e.`hash`, e.`vector` FROM `agreement_embedding` e"
		" WHERE e.`hash` IN (" IDS_64 ") AND LENGTH(e.`vector`) = 4 * e.`n`",
		HASHES_64_TYPES, "ss", true},
	[STMT_EMBEDDING_PUT] = {"an embedding",
		"INSERT INTO `agreement_embedding` (`hash`, `n`, `vector`) VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE `n` = VALUES(`n`), `vector` = VALUES(`vector`)",
		"sib", "", false},

	/* A page of tasks, and what is kept with them. */
	[STMT_TASKS_KEPT] = {"the tasks",
		"SELECT k.id, s.`fingerprint` FROM task k LEFT JOIN `agreement_score` s"
		" ON s.`project_id` = k.project_id AND s.`task_id` = k.id"
		" WHERE k.project_id = ? AND k.id > ? ORDER BY k.id LIMIT 1000",
		"ii", "is", true},
	[STMT_RANGE] = {"the evidence", RANGE("NULL"), "iiiiii", RANGE_TYPES, true},
	[STMT_RANGE_RESULTS] = {"the evidence", RANGE("c.result"), "iiiiii", RANGE_TYPES, true},
	[STMT_SCORES_RANGE] = {"the scores", SCORES_RANGE(""), "iii", "iss", true},
	[STMT_LABELS_RANGE] = {"the scores", SCORES_RANGE(", s.`labels`"), "iii", "isss", true},
	[STMT_SCORES_ROWS] = {"the scores", ROWS_RANGE(""), "iii", "iss", true},
	[STMT_LABELS_ROWS] = {"the scores", ROWS_RANGE(", s.`labels`"), "iii", "isss", true},
	[STMT_SCORES_ORPHANS] = {"the scores",
		"DELETE s FROM `agreement_score` s LEFT JOIN task k ON k.id = s.`task_id`"
		" AND k.project_id = s.`project_id` WHERE s.`project_id` = ? AND k.id IS NULL",
		"i", "", false},
	/*
	 * When the tables changed last that scores depend on, and whether that is known for sure;
	 * with each of them, so that it is one question, what is noted of a project.
	 * Both servers keep it in memory alone, by whole seconds, and forget it: then it is NULL,
	 * as it is of a table that was never changed, which is believed of an empty one only.
	 */
	[STMT_CHANGES] = {"the changes",
		"SELECT LOWER(t.table_name) IN ('task', 'task_completion', 'prediction'),"
		" CONCAT_WS(' ', LOWER(t.table_name), t.create_time, t.update_time),"
		" t.create_time IS NOT NULL AND IF(t.update_time IS NULL, CASE LOWER(t.table_name)"
		" WHEN 'task' THEN NOT EXISTS (SELECT 1 FROM task)"
		" WHEN 'prediction' THEN NOT EXISTS (SELECT 1 FROM prediction)"
		" WHEN 'task_completion' THEN NOT EXISTS (SELECT 1 FROM task_completion)"
		" ELSE 0 END, t.update_time < NOW() - INTERVAL 5 SECOND), a.`current`,"
		" a.`agreement_methodology` = 'consensus', a.`agreement_threshold`"
		" FROM information_schema.tables t"
		" LEFT JOIN `agreement_project` a ON a.`project_id` = ?"
		" WHERE t.table_schema = DATABASE()"
		" AND LOWER(t.table_name) IN ('task', 'task_completion', 'prediction',"
		" 'agreement_score', 'htx_user', 'organizations_organizationmember')"
		" ORDER BY 2",
		"i", "isisid", true},
	[STMT_CURRENT] = {"the project's scores",
		"SELECT `current` FROM `agreement_project` WHERE `project_id` = ?",
		"i", "s", true},
	[STMT_CURRENT_PUT] = {"the project's scores",
		"UPDATE `agreement_project` SET `current` = ? WHERE `project_id` = ?",
		"si", "", false},
	[STMT_SETTINGS] = {"the project's settings",
		"SELECT `agreement_methodology` = 'consensus', `agreement_threshold`"
		" FROM `agreement_project` WHERE `project_id` = ?",
		"i", "id", true},
	[STMT_SETTINGS_PUT] = {"the project's settings",
		"INSERT INTO `agreement_project` (`project_id`, `agreement_methodology`,"
		" `agreement_threshold`) VALUES (?, IF(?, 'consensus', 'pairwise'), ?)"
		" ON DUPLICATE KEY UPDATE `agreement_methodology` = VALUES(`agreement_methodology`),"
		" `agreement_threshold` = VALUES(`agreement_threshold`)",
		"iid", "", false},
	[STMT_SCORES_PUT] = {"the scores", SCORES_PUT(SCORES_ROW), "iisbb", "", false},
	[STMT_SCORES_PUT_16] = {"the scores",
		SCORES_PUT(SCORES_ROW_4 ", " SCORES_ROW_4 ", " SCORES_ROW_4 ", " SCORES_ROW_4),
		SCORES_16_TYPES, "", false},
	[STMT_SCORE_DELETE] = {"the scores",
		"DELETE FROM `agreement_score` WHERE `project_id` = ? AND `task_id` = ?",
		"ii", "", false},
	[STMT_SCORES_DELETE] = {"the scores",
		"DELETE FROM `agreement_score` WHERE `project_id` = ?",
		"i", "", false},

	[STMT_TASKS] = {"the tasks",
		"SELECT k.id, k.inner_id, k.data, k.meta, " ISO("k.created_at") ", "
		ISO("k.updated_at") ", k.is_labeled, k.overlap, k.total_annotations,"
		" k.cancelled_annotations, k.total_predictions FROM task k"
		" WHERE k.project_id = ? AND k.id IN (" IDS_64 ")",
		"i" IDS_64_TYPES, "iissssiiiii", true},
	[STMT_TASK_PROJECT] = {"the task",
		"SELECT k.project_id FROM task k WHERE k.id = ? AND k.project_id IS NOT NULL",
		"i", "i", true},
	[STMT_TASKS_TOTALS] = {"the tasks",
		"SELECT CAST(SUM(k.total_annotations) AS SIGNED),"
		" CAST(SUM(k.total_predictions) AS SIGNED) FROM task k WHERE k.project_id = ?",
		"i", "ii", true},
	[STMT_ANNOTATORS] = {"the annotators",
		"SELECT DISTINCT c.completed_by_id FROM task k JOIN task_completion c"
		" ON c.task_id = k.id AND c.was_cancelled = 0 WHERE k.project_id = ?"
		" AND c.completed_by_id IS NOT NULL ORDER BY 1",
		"i", "i", true},
	[STMT_LEAD_TIMES] = {"the lead times",
		"SELECT c.completed_by_id, c.lead_time FROM task k JOIN task_completion c"
		" ON c.task_id = k.id AND c.was_cancelled = 0 WHERE k.project_id = ?"
		" AND k.id BETWEEN ? AND ? AND c.lead_time >= 0 AND c.lead_time < 1e9"
		" AND c.completed_by_id IS NOT NULL",
		"iii", "id", true},
	[STMT_SAID] = {"the task",
		"SELECT 0, c.id, c.result, c.completed_by_id, NULL, c.was_cancelled, c.ground_truth,"
		" " ISO("c.created_at") ", " ISO("c.updated_at") ", c.lead_time"
		" FROM task k JOIN task_completion c ON c.task_id = k.id"
		" WHERE k.id = ? AND k.project_id = ? UNION ALL "
		"SELECT 1, c.id, c.result, NULL, c.model_version, 0, 0, " ISO("c.created_at") ", "
		ISO("c.updated_at") ", c.score FROM task k JOIN prediction c ON c.task_id = k.id"
		" WHERE k.id = ? AND k.project_id = ?",
		"iiii", "iisisiissd", true},

	[STMT_TOKEN_FIND] = {"the token",
		"SELECT u.id, u.email, u.is_active, t.`key`, " ISO("t.created")
		" FROM htx_user u LEFT JOIN authtoken_token t ON t.user_id = u.id"
		" WHERE u.email = ?",
		"s", "isiss", true},
	[STMT_TOKEN_INSERT] = {"the token",
		"INSERT INTO authtoken_token (`key`, created, user_id)"
		" VALUES (?, " NOW ", ?)",
		"si", "", false},
	[STMT_TOKEN_LIST] = {"the tokens",
		"SELECT u.id, u.email, u.is_active, t.`key`, " ISO("t.created")
		" FROM authtoken_token t JOIN htx_user u ON u.id = t.user_id"
		" WHERE ? OR u.email = ? ORDER BY u.email, u.id",
		"is", "isiss", true},
	[STMT_TOKEN_DELETE] = {"the token",
		"DELETE FROM authtoken_token WHERE user_id = ?",
		"i", "", false},

	[STMT_ORGANIZATION_FIND] = {"the organization",
		"SELECT id FROM organization WHERE ? = 0 OR id = ?"
		" ORDER BY id LIMIT 1",
		"ii", "i", true},
	[STMT_ORGANIZATION_INSERT] = {"the organization",
		"INSERT INTO organization (id, title, created_at, updated_at)"
		" VALUES (?, ?, " NOW ", " NOW ")",
		"is", "", false},
	[STMT_JWT_INSERT] = {"the token settings",
		"INSERT INTO jwt_auth_jwtsettings (organization_id, api_tokens_enabled,"
		" api_token_ttl_days, legacy_api_tokens_enabled, created_at, updated_at)"
		" VALUES (?, 1, 73000, 1, " NOW ", " NOW ")"
		" ON DUPLICATE KEY UPDATE organization_id = VALUES(organization_id)",
		"i", "", false},
	[STMT_USER_BY_EMAIL] = {"the user",
		"SELECT id, email FROM htx_user WHERE email = ?",
		"s", "is", true},
	[STMT_USER_BY_ID] = {"the user",
		"SELECT id, email FROM htx_user WHERE id = ?",
		"i", "is", true},
	/* Whom a number means in the exports of a project; else, of a time when that was not
	 * recorded, whose annotations it has. */
	[STMT_PERSON] = {"the user",
		"SELECT u.id, u.email FROM `agreement_person` p JOIN htx_user u ON u.id = p.`user_id`"
		" WHERE p.`project_id` = ? AND p.`number` = ?",
		"ii", "is", true},
	[STMT_PERSON_BEFORE] = {"the user",
		"SELECT u.id, u.email FROM htx_user u WHERE u.id = ?"
		" AND EXISTS (SELECT 1 FROM task_completion c"
		" WHERE c.project_id = ? AND c.completed_by_id = u.id)"
		" AND NOT EXISTS (SELECT 1 FROM `agreement_person` p"
		" WHERE p.`project_id` = ? AND p.`user_id` = u.id)",
		"iii", "is", true},
	/* A user made up for a number that no project's exports use any more, and that nothing refers to. */
	[STMT_PERSON_FREE] = {"the user",
		"SELECT u.id, u.email FROM htx_user u WHERE u.id = ? AND u.email = ?"
		" AND u.password = '!'"
		" AND NOT EXISTS (SELECT 1 FROM `agreement_person` p WHERE p.`user_id` = u.id)"
		" AND NOT EXISTS (SELECT 1 FROM task_completion c WHERE c.completed_by_id = u.id)"
		" AND NOT EXISTS (SELECT 1 FROM authtoken_token t WHERE t.user_id = u.id)",
		"is", "is", true},
	[STMT_PERSON_PUT] = {"the user",
		"INSERT INTO `agreement_person` (`project_id`, `number`, `user_id`) VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE `user_id` = VALUES(`user_id`)",
		"iii", "", false},
	/* Annotations credited to a made-up user go to the user that they turn out to be. */
	[STMT_PERSON_MERGE] = {"the user",
		"UPDATE task_completion SET completed_by_id = ?"
		" WHERE project_id = ? AND completed_by_id = ?",
		"iii", "", false},
	/* '!' is Django's password that nothing matches. */
	[STMT_USER_INSERT] = {"the user",
		"INSERT INTO htx_user (id, password, is_superuser, username, email,"
		" first_name, last_name, phone, avatar, is_staff, is_active, date_joined,"
		" activity_at, active_organization_id)"
		" VALUES (?, '!', 0, COALESCE(?, SUBSTRING_INDEX(?, '@', 1)), ?,"
		" COALESCE(?, ''), COALESCE(?, ''), '', COALESCE(?, ''), 0, 1, " NOW ", "
		NOW ", ?)",
		"issssssi", "", false},
	[STMT_USER_UPDATE] = {"the user",
		"UPDATE htx_user SET email = COALESCE(?, email),"
		" username = COALESCE(?, username), first_name = COALESCE(?, first_name),"
		" last_name = COALESCE(?, last_name), avatar = COALESCE(?, avatar),"
		" active_organization_id = COALESCE(active_organization_id, ?)"
		" WHERE id = ?",
		"sssssii", "", false},
	[STMT_MEMBER_INSERT] = {"the member",
		"INSERT INTO organizations_organizationmember (created_at, updated_at,"
		" organization_id, user_id) SELECT " NOW ", " NOW ", o.id, ?"
		" FROM organization o WHERE o.id = ? AND NOT EXISTS (SELECT 1"
		" FROM organizations_organizationmember m"
		" WHERE m.organization_id = ? AND m.user_id = ?)",
		"iiii", "", false},

	[STMT_PROJECT_LIST] = {"the projects",
		"SELECT p.id, p.title, p.organization_id, o.title,"
		" (SELECT COUNT(*) FROM task t WHERE t.project_id = p.id),"
		" (SELECT COUNT(*) FROM task_completion c WHERE c.project_id = p.id),"
		" (SELECT COUNT(*) FROM prediction r WHERE r.project_id = p.id)"
		" FROM project p LEFT JOIN organization o ON o.id = p.organization_id"
		" WHERE ? = 0 OR p.id = ? ORDER BY p.id",
		"ii", "isisiii", true},
	[STMT_PROJECT_DELETE] = {"the project",
		"DELETE FROM project WHERE id = ?",
		"i", "", false},
	[STMT_PERSONS_DELETE] = {"the project's people",
		"DELETE FROM `agreement_person` WHERE `project_id` = ?",
		"i", "", false},
	[STMT_PROJECT_FORGET] = {"the project's fingerprint",
		"DELETE FROM `agreement_project` WHERE `project_id` = ?",
		"i", "", false},
	[STMT_DIMENSIONS_DELETE] = {"the dimensions",
		"DELETE FROM `agreement_dimension` WHERE `project_id` = ?",
		"i", "", false},
	[STMT_PROJECT_OWNER] = {"the project",
		"SELECT organization_id FROM project"
		" WHERE id = ?",
		"i", "i", true},
	/* The columns in the order of the defaults that follow: a real database has none of its own. */
	[STMT_PROJECT_PUT] = {"the project",
		"INSERT INTO project (id, title, description, label_config,"
		" control_weights, organization_id, created_by_id, created_at,"
		" updated_at, show_instruction, show_skip_button,"
		" enable_empty_annotation, reveal_preannotations_interactively,"
		" show_annotation_history, show_collab_predictions,"
		" evaluate_predictions_automatically, result_count, color,"
		" maximum_annotations, min_annotations_to_start_training, is_draft,"
		" is_published, sampling, skip_queue, show_ground_truth_first,"
		" annotator_evaluation_enabled, show_overlap_first,"
		" overlap_cohort_percentage) VALUES (?, LEFT(?, 50), ?, ?, ?, ?, ?, "
		NOW ", " NOW ", 0, 1, 1, 0, 0, 1, 0, 0, '#FFFFFF', 1, 0, 0, 0,"
		" 'Sequential sampling', 'REQUEUE_FOR_OTHERS', 0, 0, 0, 100)"
		" ON DUPLICATE KEY UPDATE updated_at = IF(COALESCE(VALUES(label_config),"
		" label_config) <=> label_config, updated_at, " NOW "),"
		" title = COALESCE(VALUES(title), title),"
		" description = COALESCE(VALUES(description), description),"
		" label_config = COALESCE(VALUES(label_config), label_config),"
		" control_weights = COALESCE(VALUES(control_weights), control_weights),"
		" organization_id = COALESCE(organization_id, VALUES(organization_id)),"
		" created_by_id = COALESCE(created_by_id, VALUES(created_by_id))",
		"issssii", "", false},

	/* The times of an upsert come twice: for a new row, and for one that is there. */
	[STMT_TASK_OWNER] = {"the task",
		"SELECT project_id FROM task WHERE id = ?",
		"i", "i", true},
	[STMT_TASK_PUT] = {"the task",
		"INSERT INTO task (id, project_id, inner_id, data, meta, created_at,"
		" updated_at, is_labeled, overlap, total_annotations,"
		" cancelled_annotations, total_predictions, comment_count,"
		" unresolved_comment_count) VALUES (?, ?, ?, ?, ?, COALESCE(?, " NOW "),"
		" COALESCE(?, " NOW "), ?, ?, ?, ?, ?, 0, 0)"
		" ON DUPLICATE KEY UPDATE " KEEP("inner_id") ", " TAKE_IF("data") ", "
		KEEP("meta") ", " TAKE_TIME("created_at") ", "
		TAKE_TIME("updated_at") ", " TAKE_IF("overlap"),
		"iiissssiiiiiissi", "", false},
	/* The totals of tasks are what the database has. */
	[STMT_TASK_TOTALS] = {"the task",
		"UPDATE task SET total_annotations = (SELECT COUNT(*) FROM task_completion c"
		" WHERE c.task_id = task.id AND NOT c.was_cancelled),"
		" cancelled_annotations = (SELECT COUNT(*) FROM task_completion c"
		" WHERE c.task_id = task.id AND c.was_cancelled),"
		" total_predictions = (SELECT COUNT(*) FROM prediction p"
		" WHERE p.task_id = task.id),"
		" is_labeled = EXISTS (SELECT 1 FROM task_completion c"
		" WHERE c.task_id = task.id AND NOT c.was_cancelled)"
		" WHERE project_id = ? AND id BETWEEN ? AND ?",
		"iii", "", false},
	[STMT_ANNOTATION_OWNER] = {"the annotation",
		"SELECT project_id, task_id FROM task_completion"
		" WHERE id = ?",
		"i", "ii", true},
	[STMT_ANNOTATION_PUT] = {"the annotation",
		"INSERT INTO task_completion (id, project_id, task_id, completed_by_id,"
		" was_cancelled, ground_truth, result, result_count, created_at, updated_at,"
		" lead_time, parent_prediction_id, parent_annotation_id)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, COALESCE(?, " TODAY "), COALESCE(?, " TODAY "),"
		" ?, ?, ?) ON DUPLICATE KEY UPDATE "
		TAKE_ITS("completed_by_id") ", " TAKE_ITS("was_cancelled") ", "
		TAKE_ITS("ground_truth") ", " TAKE_ITS("result") ", " TAKE_ITS("result_count") ", "
		TAKE_ITS_TIME("created_at") ", " TAKE_ITS_TIME("updated_at") ", "
		KEEP_ITS("lead_time") ", "
		KEEP_ITS("parent_prediction_id") ", " KEEP_ITS("parent_annotation_id"),
		"iiiiiisissdiiss", "", false},
	[STMT_PREDICTION_OWNER] = {"the prediction",
		"SELECT project_id, task_id FROM prediction WHERE id = ?",
		"i", "ii", true},
	[STMT_PREDICTION_PUT] = {"the prediction",
		"INSERT INTO prediction (id, project_id, task_id, model_version, result,"
		" score, mislabeling, created_at, updated_at)"
		" VALUES (?, ?, ?, ?, ?, ?, 0, COALESCE(?, " TODAY "), COALESCE(?, " TODAY
		")) ON DUPLICATE KEY UPDATE "
		TAKE_ITS("model_version") ", " TAKE_ITS("result") ", " KEEP_ITS("score") ", "
		TAKE_ITS_TIME("created_at") ", " TAKE_ITS_TIME("updated_at"),
		"iiissdssss", "", false},

	[STMT_TASK_PAGE] = {"the tasks",
		"SELECT id FROM task WHERE project_id = ? AND id > ?"
		" ORDER BY id LIMIT 1000",
		"ii", "i", true},
	[STMT_ANNOTATION_PAGE] = {"the annotations",
		"SELECT id FROM task_completion WHERE project_id = ? AND id > ?"
		" ORDER BY id LIMIT 1000",
		"ii", "i", true},
	[STMT_PREDICTION_PAGE] = {"the predictions",
		"SELECT id FROM prediction WHERE project_id = ? AND id > ?"
		" ORDER BY id LIMIT 1000",
		"ii", "i", true},
	[STMT_TASK_DELETE] = {"the task",
		"DELETE FROM task WHERE id = ?",
		"i", "", false},
	[STMT_ANNOTATION_DELETE] = {"the annotation",
		"DELETE FROM task_completion WHERE id = ?",
		"i", "", false},
	[STMT_PREDICTION_DELETE] = {"the prediction",
		"DELETE FROM prediction WHERE id = ?",
		"i", "", false},
	[STMT_TASK_ANNOTATIONS_DELETE] = {"the annotations",
		"DELETE FROM task_completion WHERE task_id = ?",
		"i", "", false},
	[STMT_TASK_PREDICTIONS_DELETE] = {"the predictions",
		"DELETE FROM prediction WHERE task_id = ?",
		"i", "", false},
};

static const struct db_statement session[STMT_SESSION__MAX] = {
	[STMT_SESSION_MODE] = {"the session",
		"SET SESSION time_zone = '+00:00',"
		" sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'",
		"", "", true},
	[STMT_SESSION_LIMIT_MARIADB] = {"the session",
		"SET SESSION max_statement_time = ?",
		"i", "", true},
	[STMT_SESSION_LIMIT_MYSQL] = {"the session",
		"SET SESSION max_execution_time = ?, information_schema_stats_expiry = 0",
		"i", "", true},
	[STMT_SESSION_MARK] = {"the transaction",
		"SAVEPOINT agreement_mark",
		"", "", false},
	[STMT_SESSION_REWIND] = {"the transaction",
		"ROLLBACK TO SAVEPOINT agreement_mark",
		"", "", false},
};
/* clang-format on */

struct db_statement
stmt_get(enum stmt id, unsigned shape)
{
	struct db_statement s = statements[id];

	if (s.sql == NULL)
		s.sql = shaped[id][shape % STMT_SHAPES];
	return s;
}

const char *
stmt_table(unsigned i)
{
	return tables[i];
}

bool
stmt_shaped(enum stmt id)
{
	return statements[id].sql == NULL;
}

unsigned
stmt_slot(enum stmt id, unsigned shape)
{
	unsigned base = (unsigned)id * STMT_SHAPES;

	return stmt_shaped(id) ? base + shape % STMT_SHAPES : base;
}

struct db_statement
stmt_session(enum stmt_session id)
{
	return session[id];
}
