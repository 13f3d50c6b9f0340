/*
 * The binary protocol: statements are prepared when first used and kept, answers are read
 * row by row straight into the arena. The one file that sees the client library, and
 * portable between the two.
 */
#include "store/driver/connection.h"

#include <assert.h>
#include <config.h>
#include <mysql.h>
#include <stdlib.h>
#include <string.h>

#include "store/stmt.h"

#if !defined(HAVE_MY_BOOL) && !defined(MARIADB_PACKAGE_VERSION)
typedef bool my_bool; /* MySQL 8 has dropped it */
#endif

#define CLIENT_PACKET (1UL << 30)

/* Numbers that are made here: the library's own for no memory and no TLS, the server's for
 * no such variable. */
#define NUMBER_MEMORY 2008
#define NUMBER_TLS 2026
#define NUMBER_NO_VARIABLE 1193

/* What is bound for one parameter or column. */
struct cell {
	union {
		long long integer;
		double real;
	};
	unsigned long length;
	my_bool null, cut;
};

/*
 * A statement that is kept prepared. libmysqlclient keeps pointers into binds where
 * Connector/C copies them, and writes through those of columns whenever the statement runs
 * again: all that is bound lives as long as the statement, at one place.
 */
struct kept {
	MYSQL_STMT *stmt;
	struct cell *params, *columns;
	MYSQL_BIND *param_binds, *column_binds;
};

struct connection {
	MYSQL *handle;
	unsigned slots;
	struct kept *kept[];
};

static enum err
failed(const char *what, unsigned number, const char *message, struct connection_outcome *o,
    struct error *e)
{
	const struct dberror *d = dberror_find(number);

	o->action = d->action;
	o->broken = d->action == DBERROR_LOST;
	return error_set(e, d->err, "database, %s: %s (%u)", what,
	    d->text != NULL ? d->text : message, number);
}

static enum err
failed_stmt(
    MYSQL_STMT *stmt, const char *what, struct connection_outcome *o, struct error *e)
{
	return failed(what, mysql_stmt_errno(stmt), mysql_stmt_error(stmt), o, e);
}

static enum err
failed_handle(
    MYSQL *handle, const char *what, struct connection_outcome *o, struct error *e)
{
	return failed(what, mysql_errno(handle), mysql_error(handle), o, e);
}

/* ------------------------------------------------------------------ parameters and columns
 */

static const enum enum_field_types types[256] = {
    ['i'] = MYSQL_TYPE_LONGLONG,
    ['d'] = MYSQL_TYPE_DOUBLE,
    ['s'] = MYSQL_TYPE_STRING,
    ['b'] = MYSQL_TYPE_BLOB,
};

/* The library does not write through the pointers of parameters. */
static void *
unconst(const char *s)
{
	union {
		const char *in;
		void *out;
	} u = {.in = s};

	return u.out;
}

static void
bind_params(
    const char *letters, const struct db_value *v, MYSQL_BIND *b, struct cell *cells)
{
	for (size_t i = 0; letters[i] != '\0'; i++) {
		struct cell *c = &cells[i];

		b[i].buffer_type = types[(unsigned char)letters[i]];
		b[i].is_null = &c->null;
		b[i].length = &c->length;
		b[i].buffer = &c->integer;
		c->null = v[i].null;
		if (letters[i] == 'i') {
			c->integer = v[i].integer;
		} else if (letters[i] == 'd') {
			c->real = v[i].real;
		} else {
			b[i].buffer =
			    unconst(v[i].null || v[i].text.s == NULL ? "" : v[i].text.s);
			c->length = v[i].null ? 0 : v[i].text.n;
			b[i].buffer_length = c->length;
		}
	}
}

/* Texts get no room: their lengths are learnt first, their bytes fetched into the arena. */
static void
bind_columns(const char *letters, MYSQL_BIND *b, struct cell *cells)
{
	for (size_t i = 0; letters[i] != '\0'; i++) {
		b[i].buffer_type = types[(unsigned char)letters[i]];
		b[i].is_null = &cells[i].null;
		b[i].length = &cells[i].length;
		b[i].error = &cells[i].cut;
		b[i].buffer = &cells[i].integer;
		b[i].buffer_length = letters[i] == 'i' || letters[i] == 'd' ? 8 : 0;
	}
}

static enum err
take_text(MYSQL_STMT *stmt, unsigned column, unsigned long length, struct arena *a,
    size_t *left, struct str *r)
{
	unsigned long got = 0;
	my_bool null = 0, cut = 0;
	MYSQL_BIND b = {0};
	char *s;

	if (length > *left)
		return ERR_LIMIT;
	*left -= length;
	s = arena_alloc(a, (size_t)length + 1);
	if (s == NULL)
		return ERR_MEMORY;
	b.buffer_type = MYSQL_TYPE_STRING;
	b.buffer = s;
	b.buffer_length = length;
	b.length = &got;
	b.is_null = &null;
	b.error = &cut;
	if (length > 0 && mysql_stmt_fetch_column(stmt, &b, column, 0) != 0)
		return ERR_DB_REFUSED;
	s[length] = '\0';
	*r = (struct str){s, length};
	return ERR_OK;
}

static enum err
take_row(MYSQL_STMT *stmt, const char *letters, const struct cell *cells, struct arena *a,
    size_t *left, struct db_row **r)
{
	size_t n = strlen(letters);
	struct db_row *row = arena_calloc(a, 1, sizeof *row + n * sizeof row->v[0]);
	enum err err = row != NULL ? ERR_OK : ERR_MEMORY;

	for (unsigned i = 0; err == ERR_OK && i < n; i++) {
		struct db_value *v = &row->v[i];

		v->null = cells[i].null;
		if (v->null)
			continue;
		if (letters[i] == 'i')
			v->integer = cells[i].integer;
		else if (letters[i] == 'd')
			v->real = cells[i].real;
		else
			err = take_text(stmt, i, cells[i].length, a, left, &v->text);
	}
	if (err == ERR_OK)
		*r = row;
	return err;
}

/* ------------------------------------------------------------------ connecting */

static bool
set_tls(MYSQL *handle, enum optionfile_tls tls)
{
	if (tls == OPTIONFILE_TLS_ANY)
		return true;
#ifdef MARIADB_PACKAGE_VERSION
	my_bool yes = 1;

	return mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &yes) == 0 &&
	    (tls != OPTIONFILE_TLS_VERIFIED ||
		mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes) == 0);
#else
	unsigned mode =
	    tls == OPTIONFILE_TLS_VERIFIED ? SSL_MODE_VERIFY_CA : SSL_MODE_REQUIRED;

	return mysql_options(handle, MYSQL_OPT_SSL_MODE, &mode) == 0;
#endif
}

static bool
set_options(MYSQL *handle, const struct connection_options *options)
{
	/* The server ends a slow statement by itself; these are for one that says nothing
	 * more. */
	unsigned quiet = options->query_timeout + 2;
	unsigned no = 0;
	unsigned long packet = CLIENT_PACKET;

	return mysql_options(handle, MYSQL_READ_DEFAULT_FILE, options->file) == 0 &&
	    mysql_options(handle, MYSQL_READ_DEFAULT_GROUP, OPTIONFILE_GROUP) == 0 &&
	    mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &options->connect_timeout) ==
	    0 &&
	    mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &quiet) == 0 &&
	    mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &quiet) == 0 &&
	    mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &no) == 0 &&
	    mysql_options(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet) == 0 &&
	    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4") == 0 &&
	    set_tls(handle, options->tls);
}

/* One statement without a place to keep it, with one integer. Returns the error number, 0:
 * done. */
static unsigned
run_once(MYSQL *handle, const struct db_statement *s, int64_t value)
{
	MYSQL_STMT *stmt = mysql_stmt_init(handle);
	struct db_value v = DB_INTEGER(value);
	struct cell cell = {0};
	MYSQL_BIND b = {0};
	unsigned number = 0;

	if (stmt == NULL)
		return NUMBER_MEMORY;
	bind_params(s->params, &v, &b, &cell);
	if (mysql_stmt_prepare(stmt, s->sql, strlen(s->sql)) != 0 ||
	    mysql_stmt_bind_param(stmt, &b) != 0 || mysql_stmt_execute(stmt) != 0)
		number = mysql_stmt_errno(stmt);
	mysql_stmt_close(stmt);
	return number;
}

/* Time zone, strictness and the time limit, whose name and unit depend on the server. */
static unsigned
set_session(MYSQL *handle, unsigned query_timeout)
{
	static const struct {
		enum stmt_session statement;
		unsigned factor; /* from seconds */
	} limits[2] = {{STMT_SESSION_LIMIT_MARIADB, 1}, {STMT_SESSION_LIMIT_MYSQL, 1000}};
	struct db_statement mode = stmt_session(STMT_SESSION_MODE);
	bool mariadb = strstr(mysql_get_server_info(handle), "MariaDB") != NULL;

	if (mysql_real_query(handle, mode.sql, strlen(mode.sql)) != 0)
		return mysql_errno(handle);
	for (int i = 0; i < 2; i++) {
		int kind = mariadb ? i : 1 - i;
		struct db_statement limit = stmt_session(limits[kind].statement);
		unsigned number =
		    run_once(handle, &limit, (int64_t)query_timeout * limits[kind].factor);

		/* Behind a proxy it may be the other kind of server after all. */
		if (number != NUMBER_NO_VARIABLE)
			return number;
	}
	return 0;
}

static enum err
greet(MYSQL *handle, const struct connection_options *options, struct connection_outcome *o,
    struct error *e)
{
	unsigned number;

	if (mysql_real_connect(handle, options->host, NULL, NULL, options->database,
		options->port, NULL, 0) == NULL)
		number = mysql_errno(handle);
	else if (options->tls != OPTIONFILE_TLS_ANY && mysql_get_ssl_cipher(handle) == NULL)
		number = NUMBER_TLS; /* some libraries go on in plain text all the same */
	else
		number = set_session(handle, options->query_timeout);
	return number == 0 ? ERR_OK
			   : failed("connecting", number, mysql_error(handle), o, e);
}

static void
kept_close(struct kept *k)
{
	if (k == NULL)
		return;
	if (k->stmt != NULL)
		mysql_stmt_close(k->stmt);
	free(k);
}

/* Without its statement; NULL without memory. */
static struct kept *
kept_new(const struct db_statement *s)
{
	size_t params = strlen(s->params), columns = strlen(s->columns),
	       n = params + columns;
	struct kept *k =
	    calloc(1, sizeof *k + n * (sizeof *k->param_binds + sizeof *k->params));

	if (k == NULL)
		return NULL;
	k->param_binds = (MYSQL_BIND *)(k + 1);
	k->column_binds = k->param_binds + params;
	k->params = (struct cell *)(k->column_binds + columns);
	k->columns = k->params + params;
	return k;
}

enum err
connection_open(const struct connection_options *options, struct connection **r,
    struct connection_outcome *o, struct error *e)
{
	struct connection *c;
	enum err err;

	*o = (struct connection_outcome){0};
	c = calloc(1, sizeof *c + options->slots * sizeof c->kept[0]);
	if (c == NULL)
		return error_set(e, ERR_MEMORY, "database: %s", err_text(ERR_MEMORY));
	c->slots = options->slots;
	c->handle = mysql_init(NULL);
	if (c->handle == NULL || !set_options(c->handle, options))
		err = error_set(e, ERR_MEMORY, "database: no memory to connect");
	else
		err = greet(c->handle, options, o, e);
	if (err != ERR_OK)
		connection_close(c);
	else
		*r = c;
	return err;
}

void
connection_close(struct connection *c)
{
	if (c == NULL)
		return;
	/* In this order nothing is sent for the statements, on a connection that may be
	 * dead. */
	if (c->handle != NULL)
		mysql_close(c->handle);
	for (unsigned i = 0; i < c->slots; i++)
		kept_close(c->kept[i]);
	free(c);
}

/* ------------------------------------------------------------------ statements */

static enum err
prepare(struct connection *c, unsigned slot, const struct db_statement *s,
    struct connection_outcome *o, struct error *e)
{
	struct kept *k = c->kept[slot];
	enum err err;

	if (k != NULL)
		return ERR_OK;
	k = kept_new(s);
	if (k == NULL || (k->stmt = mysql_stmt_init(c->handle)) == NULL) {
		kept_close(k);
		return error_set(e, ERR_MEMORY, "database: no memory for a statement");
	}
	bind_columns(s->columns, k->column_binds, k->columns);
	if (mysql_stmt_prepare(k->stmt, s->sql, strlen(s->sql)) == 0) {
		assert(mysql_stmt_param_count(k->stmt) == strlen(s->params));
		assert(mysql_stmt_field_count(k->stmt) == strlen(s->columns));
		c->kept[slot] = k;
		return ERR_OK;
	}
	err = failed_stmt(k->stmt, s->name, o, e);
	kept_close(k);
	return err;
}

/* Takes a row to the end of the answer, or hands it on. */
static enum err
take(struct kept *k, const struct db_statement *s, const struct db_taking *t, size_t *left,
    struct db_row **end, struct error *e)
{
	struct arena_mark mark = arena_mark(t->arena);
	enum err err = take_row(k->stmt, s->columns, k->columns, t->arena, left, end);

	if (err != ERR_OK)
		return error_set(e, err, "database, %s: %s", s->name, err_text(err));
	if (t->visit == NULL)
		return ERR_OK;
	err = t->visit(t->context, *end, e);
	*end = NULL;
	arena_rewind(t->arena, mark);
	return err;
}

static enum err
fetch_all(struct kept *k, const struct db_statement *s, const struct db_taking *t,
    struct db_answer *r, struct connection_outcome *o, struct error *e)
{
	MYSQL_STMT *stmt = k->stmt;
	struct db_row **end = &r->rows;
	size_t left = t->max_bytes > 0 ? t->max_bytes : SIZE_MAX;
	enum err err;
	int rc;

	if (mysql_stmt_bind_result(stmt, k->column_binds) != 0)
		return failed_stmt(stmt, s->name, o, e);
	while ((rc = mysql_stmt_fetch(stmt)) == 0 || rc == MYSQL_DATA_TRUNCATED) {
		o->visited = t->visit != NULL;
		err = take(k, s, t, &left, end, e);
		if (err != ERR_OK) {
			/* What else the answer has is not worth reading: it may be
			 * gigabytes. */
			o->broken = true;
			return err;
		}
		if (*end != NULL)
			end = &(*end)->next;
		r->n++;
	}
	if (rc != MYSQL_NO_DATA)
		return failed_stmt(stmt, s->name, o, e);
	mysql_stmt_free_result(stmt);
	return ERR_OK;
}

enum err
connection_run(struct connection *c, unsigned slot, const struct db_statement *s,
    const struct db_value *params, const struct db_taking *t, struct db_answer *r,
    struct connection_outcome *o, struct error *e)
{
	struct db_answer answer = {0};
	struct kept *k;
	enum err err;

	assert(slot < c->slots);
	*o = (struct connection_outcome){0};
	err = prepare(c, slot, s, o, e);
	if (err != ERR_OK)
		return err;
	k = c->kept[slot];
	bind_params(s->params, params, k->param_binds, k->params);
	if (s->params[0] != '\0' && mysql_stmt_bind_param(k->stmt, k->param_binds) != 0)
		return failed_stmt(k->stmt, s->name, o, e);
	o->sent = true;
	if (mysql_stmt_execute(k->stmt) != 0)
		err = failed_stmt(k->stmt, s->name, o, e);
	else if (s->columns[0] != '\0')
		err = fetch_all(k, s, t, &answer, o, e);
	if (err == ERR_OK && s->columns[0] == '\0') {
		answer.affected = mysql_stmt_affected_rows(k->stmt);
		answer.insert_id = (int64_t)mysql_stmt_insert_id(k->stmt);
	}
	if (err == ERR_OK)
		*r = answer;
	if (o->action == DBERROR_PREPARE) {
		kept_close(k);
		c->kept[slot] = NULL;
	}
	return err;
}

enum err
connection_query(struct connection *c, const char *what, struct str sql,
    struct connection_outcome *o, struct error *e)
{
	MYSQL_RES *result;

	*o = (struct connection_outcome){.sent = true};
	if (mysql_real_query(c->handle, sql.s, sql.n) != 0)
		return failed_handle(c->handle, what, o, e);
	result = mysql_store_result(c->handle);
	if (result != NULL)
		mysql_free_result(result);
	else if (mysql_errno(c->handle) != 0)
		return failed_handle(c->handle, what, o, e);
	return ERR_OK;
}

enum err
connection_transaction(struct connection *c, enum connection_step step,
    struct connection_outcome *o, struct error *e)
{
	bool done = false;

	*o = (struct connection_outcome){0};
	switch (step) {
	case CONNECTION_BEGIN:
		done = mysql_autocommit(c->handle, 0) == 0;
		break;
	case CONNECTION_COMMIT:
		done = mysql_commit(c->handle) == 0 && mysql_autocommit(c->handle, 1) == 0;
		break;
	case CONNECTION_ROLLBACK:
		done =
		    mysql_rollback(c->handle) == 0 && mysql_autocommit(c->handle, 1) == 0;
		break;
	}
	return done ? ERR_OK : failed_handle(c->handle, "a transaction", o, e);
}

void
connection_end_thread(void)
{
	mysql_thread_end();
}
