#include "store/schema.h"

#include <inttypes.h>
#include <string.h>

#include "store/query.h"

/* A place in a script. */
struct reader {
	const char *s, *end;
	unsigned line;
};

enum err
schema_fits(int64_t version, struct error *e)
{
	if (version == SCHEMA_VERSION)
		return ERR_OK;
	return error_set(e, ERR_DB_SCHEMA,
	    "database: our tables have version %" PRId64
	    ", this program works with %d (%s)",
	    version, SCHEMA_VERSION,
	    version < SCHEMA_VERSION ? "agreement-matrix init"
				     : "a newer agreement-matrix made them");
}

enum err
schema_version(struct store *s, int64_t *r, struct error *e)
{
	struct db_answer answer = {0};
	struct error seen;
	enum err err = query_short(s, STMT_VERSION, NULL, &answer, &seen);

	/* No table of ours is version 0; no database at all is not. */
	if (err != ERR_OK && err != ERR_DB_SCHEMA)
		return error_set(e, err, "%s", seen.text);
	*r = answer.n > 0 ? query_integer(&answer.rows->v[0]) : 0;
	return ERR_OK;
}

enum err
schema_health(struct store *s, struct error *e)
{
	struct db_answer answer;
	enum err err = query_short(s, STMT_HEALTH, NULL, &answer, e);

	if (err != ERR_OK)
		return err;
	return schema_fits(answer.n > 0 ? query_integer(&answer.rows->v[0]) : 0, e);
}

static void
skip_line(struct reader *r)
{
	while (r->s < r->end && *r->s != '\n')
		r->s++;
}

/* Past the closing `quote`, which may stand doubled inside, or behind a backslash; false at
 * the end. */
static bool
skip_quoted(struct reader *r)
{
	char quote = *r->s++;

	for (; r->s < r->end; r->s++) {
		if (*r->s == '\n')
			r->line++;
		else if (*r->s == '\\' && quote != '`' && r->s + 1 < r->end)
			r->s++;
		else if (*r->s == quote) {
			r->s++;
			return true;
		}
	}
	return false;
}

static bool
skip_comment(struct reader *r)
{
	for (r->s += 2; r->s + 1 < r->end; r->s++) {
		if (*r->s == '\n')
			r->line++;
		else if (r->s[0] == '*' && r->s[1] == '/') {
			r->s += 2;
			return true;
		}
	}
	return false;
}

static bool
looking_at(const struct reader *r, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(r->end - r->s) >= n && memcmp(r->s, s, n) == 0;
}

/* Past comments and white space before a statement; false if a comment does not end. */
static bool
skip_blank(struct reader *r)
{
	while (r->s < r->end) {
		if (looking_at(r, "--") || *r->s == '#') {
			skip_line(r);
		} else if (looking_at(r, "/*")) {
			if (!skip_comment(r))
				return false;
		} else if (strchr(" \t\r\n;", *r->s) != NULL) {
			r->line += *r->s++ == '\n';
		} else {
			break;
		}
	}
	return true;
}

/* Past the statement that begins here, up to its semicolon; false if a quote or comment
 * does not end. */
static bool
skip_statement(struct reader *r)
{
	while (r->s < r->end && *r->s != ';') {
		if (strchr("'\"`", *r->s) != NULL) {
			if (!skip_quoted(r))
				return false;
		} else if (looking_at(r, "-- ") || looking_at(r, "--\n") || *r->s == '#') {
			skip_line(r);
		} else if (looking_at(r, "/*")) {
			if (!skip_comment(r))
				return false;
		} else {
			r->line += *r->s++ == '\n';
		}
	}
	return true;
}

static enum err
unfinished(const char *name, unsigned line, struct error *e)
{
	return error_set(
	    e, ERR_INPUT, "%s, line %u: a quote or comment does not end", name, line);
}

/* With `s` NULL the script is only read through. */
static enum err
run_all(struct store *s, const char *name, struct str script, struct error *e)
{
	struct reader r = {script.s, script.s + script.n, 1};
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		const char *start;
		unsigned line;

		if (!skip_blank(&r))
			return unfinished(name, r.line, e);
		if (r.s == r.end)
			break;
		start = r.s;
		line = r.line;
		if (!skip_statement(&r))
			return unfinished(name, line, e);
		if (s != NULL)
			err = s->ops->script(
			    s->db, (struct str){start, (size_t)(r.s - start)}, e);
		if (err != ERR_OK)
			err = error_prefix(e, err, "%s, line %u: ", name, line);
	}
	return err;
}

/* The tables may have come into being just now. */
static enum err
run_script(struct store *s, const char *name, struct str script, struct error *e)
{
	enum err err = run_all(NULL, name, script, e);

	if (err == ERR_OK)
		err = run_all(s, name, script, e);
	s->shape = STMT_SHAPES - 1;
	return err;
}

enum err
schema_run(
    struct store *s, const struct schema_script *script, bool *ran_r, struct error *e)
{
	struct db_value number = DB_INTEGER(script->version);
	struct db_answer answer;
	int64_t version = 0;
	enum err err = schema_version(s, &version, e);

	if (err == ERR_OK && version > SCHEMA_VERSION)
		err = schema_fits(version, e);
	if (err != ERR_OK)
		return err;
	if (script->version != 0 && script->version <= version) {
		*ran_r = false;
		return ERR_OK;
	}
	err = run_script(s, script->name, str_of(script->text), e);
	if (err == ERR_OK && script->version != 0)
		err = query_alone(s, STMT_VERSION_RAISE, &number, &answer, e);
	if (err == ERR_OK)
		*ran_r = true;
	return err;
}

enum err
schema_note_guards(struct store *s, struct error *e)
{
	struct db_answer answer;

	return query_alone(s, STMT_GUARDS_NOTE, NULL, &answer, e);
}
