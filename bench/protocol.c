/*
 * What one statement of the service costs, asked in each of the ways that the client
 * library has: prepared or as text, the answer taken row by row or stored first. Asks for
 * the evidence of random tasks, with and without results, and prints a table. FLOOR_SOCKET,
 * FLOOR_DATABASE: where the data is; BENCH_TASKS: how many tasks project 1 has. Ownership:
 * nothing outlives the process.
 */
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "store/stmt.h"

#define ROUNDS 5
#define TIMES 2000
#define TEXT_MAX 16384
#define COLUMNS_MAX 40

static MYSQL *db;
static int tasks;
static char buffers[COLUMNS_MAX][TEXT_MAX];

static void
die(const char *why)
{
	fprintf(stderr, "protocol: %s\n", why);
	exit(EXIT_FAILURE);
}

/* ---- prepared */

static MYSQL_STMT *
prepare(const char *sql)
{
	MYSQL_STMT *s = mysql_stmt_init(db);

	if (s == NULL || mysql_stmt_prepare(s, sql, strlen(sql)) != 0)
		die(mysql_error(db));
	return s;
}

/* The organization and the project are 1, the other parameters the task. */
static unsigned
ask_prepared(MYSQL_STMT *s, int task, bool stored)
{
	int values[5] = {1, task, 1, task, 1};
	unsigned long lengths[COLUMNS_MAX];
	MYSQL_BIND in[5] = {0}, out[COLUMNS_MAX] = {0};
	unsigned rows = 0;
	int rc;

	for (int i = 0; i < 5; i++)
		in[i] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_LONG, .buffer = &values[i]};
	for (unsigned i = 0; i < mysql_stmt_field_count(s); i++)
		out[i] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING,
		    .buffer = buffers[i],
		    .buffer_length = TEXT_MAX,
		    .length = &lengths[i]};
	if (mysql_stmt_bind_param(s, in) || mysql_stmt_execute(s) ||
	    mysql_stmt_bind_result(s, out) || (stored && mysql_stmt_store_result(s)))
		die(mysql_stmt_error(s));
	while ((rc = mysql_stmt_fetch(s)) == 0)
		rows++;
	if (rc != MYSQL_NO_DATA)
		die("a text is longer than its buffer");
	mysql_stmt_free_result(s);
	return rows;
}

/* ---- as text */

/* The statement with its parameters written in. */
static void
write_in(const char *sql, int task, char out[static TEXT_MAX])
{
	int values[5] = {1, task, 1, task, 1}, next = 0;
	size_t n = 0;

	for (; *sql != '\0' && n < TEXT_MAX - 16; sql++)
		if (*sql == '?')
			n += (size_t)sprintf(out + n, "%d", values[next++]);
		else
			out[n++] = *sql;
	out[n] = '\0';
}

static unsigned
ask_text(const char *sql, int task, bool stored)
{
	static char text[TEXT_MAX];
	MYSQL_RES *result;
	MYSQL_ROW row;
	unsigned rows = 0;

	write_in(sql, task, text);
	if (mysql_query(db, text) != 0)
		die(mysql_error(db));
	result = stored ? mysql_store_result(db) : mysql_use_result(db);
	if (result == NULL)
		die(mysql_error(db));
	/* Copied out as a program that keeps them must. */
	while ((row = mysql_fetch_row(result)) != NULL) {
		unsigned long *lengths = mysql_fetch_lengths(result);

		for (unsigned i = 0; i < mysql_num_fields(result); i++)
			if (row[i] != NULL && lengths[i] < TEXT_MAX)
				memcpy(buffers[i], row[i], lengths[i]);
		rows++;
	}
	mysql_free_result(result);
	return rows;
}

/* ---- the table */

static const struct {
	const char *name;
	bool prepared, stored;
} ways[] = {
    {"prepared, row by row", true, false},
    {"prepared, stored first", true, true},
    {"text, row by row", false, false},
    {"text, stored first", false, true},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void
measure(const char *what, enum stmt id)
{
	const char *sql = stmt_get(id, STMT_SHAPES - 1).sql;
	MYSQL_STMT *statement = prepare(sql);
	double times[WAYS][ROUNDS], first;

	for (int r = 0; r < ROUNDS; r++)
		for (size_t w = 0; w < WAYS; w++) {
			double start = now();
			unsigned rows = 0;

			for (int i = 0; i < TIMES; i++) {
				int task = 1 + rand() % tasks;

				rows += ways[w].prepared
				    ? ask_prepared(statement, task, ways[w].stored)
				    : ask_text(sql, task, ways[w].stored);
			}
			times[w][r] = (now() - start) / TIMES;
			if (rows < TIMES)
				die("the tasks have no evidence");
		}
	mysql_stmt_close(statement);
	first = median(times[0], ROUNDS);
	for (size_t w = 0; w < WAYS; w++)
		printf("%-22s %-24s %6.1f us, %.2f of the first\n", what, ways[w].name,
		    median(times[w], ROUNDS) * 1e6, median(times[w], ROUNDS) / first);
}

int
main(void)
{
	const char *n = getenv("BENCH_TASKS");

	tasks = n == NULL ? 1 : atoi(n);
	db = mysql_init(NULL);
	if (db == NULL || tasks < 1)
		die("BENCH_TASKS: a number of tasks is required");
	mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (!mysql_real_connect(db, NULL, "root", NULL, getenv("FLOOR_DATABASE"), 0,
		getenv("FLOOR_SOCKET"), 0))
		die(mysql_error(db));
	measure("evidence", STMT_EVIDENCE);
	measure("evidence and results", STMT_EVIDENCE_RESULTS);
	mysql_close(db);
	return EXIT_SUCCESS;
}
