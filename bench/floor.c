/*
 * The floor: the least that a FastCGI program over the same database can do for one
 * request. FLOOR=pk: one prepared primary-key SELECT; rows: ten JSON rows fetched and
 * echoed; parse: the same rows parsed with json-c; sum: all kept scores of project 1, their
 * bytes added up. FLOOR_SOCKET, FLOOR_DATABASE: where the
 * data is. The task is the last number of the path. Ownership: nothing outlives the process
 * but the connection.
 */
#include <fcgiapp.h>
#include <json-c/json.h>
#include <mysql.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_MAX 65536

static char row[ROW_MAX];
static unsigned long row_length;

static int
last_number(const char *path)
{
	int n = 1;

	for (const char *p = path; p != NULL && *p != '\0'; p++)
		if (*p >= '0' && *p <= '9' && (p == path || p[-1] == '/'))
			n = atoi(p);
	return n;
}

static unsigned long sum;

static void
send_row(const char *mode, FCGX_Request *r, json_tokener *tokener)
{
	if (strcmp(mode, "sum") == 0)
		for (unsigned long i = 0; i < row_length && i < ROW_MAX; i++)
			sum += (unsigned char)row[i];
	if (strcmp(mode, "rows") == 0)
		FCGX_PutStr(row, (int)row_length, r->out);
	if (strcmp(mode, "parse") == 0) {
		json_tokener_reset(tokener);
		json_object_put(json_tokener_parse_ex(tokener, row, (int)row_length));
	}
}

int
main(void)
{
	const char *mode = getenv("FLOOR") == NULL ? "pk" : getenv("FLOOR");
	bool all = strcmp(mode, "sum") == 0;
	const char *sql = strcmp(mode, "pk") == 0
	    ? "SELECT total_annotations FROM task WHERE id = ?"
	    : all ? "SELECT scores FROM agreement_score WHERE project_id = ?"
		  : "SELECT result FROM task_completion WHERE task_id = ?";
	json_tokener *tokener = json_tokener_new();
	MYSQL *db = mysql_init(NULL);
	MYSQL_STMT *stmt;
	MYSQL_BIND in = {0}, out = {0};
	FCGX_Request r;
	int task;

	mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (!mysql_real_connect(db, NULL, "root", NULL, getenv("FLOOR_DATABASE"), 0,
		getenv("FLOOR_SOCKET"), 0))
		return fprintf(stderr, "%s\n", mysql_error(db)), 1;
	stmt = mysql_stmt_init(db);
	in = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_LONG, .buffer = &task};
	out = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING,
	    .buffer = row,
	    .buffer_length = ROW_MAX,
	    .length = &row_length};
	if (mysql_stmt_prepare(stmt, sql, strlen(sql)) ||
	    mysql_stmt_bind_param(stmt, &in) || mysql_stmt_bind_result(stmt, &out))
		return fprintf(stderr, "%s\n", mysql_stmt_error(stmt)), 1;
	FCGX_Init();
	FCGX_InitRequest(&r, 0, 0);
	while (FCGX_Accept_r(&r) == 0) {
		task = all ? 1 : last_number(FCGX_GetParam("REQUEST_URI", r.envp));
		FCGX_FPrintF(r.out, "Content-Type: application/json\r\n\r\n");
		if (mysql_stmt_execute(stmt) || (!all && mysql_stmt_store_result(stmt)))
			FCGX_FPrintF(r.out, "%s", mysql_stmt_error(stmt));
		while (mysql_stmt_fetch(stmt) == 0)
			send_row(mode, &r, tokener);
		mysql_stmt_free_result(stmt);
		FCGX_FPrintF(r.out, "{\"sum\":%lu}\n", sum);
		FCGX_Finish_r(&r);
	}
	return 0;
}
