#include "csv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "json/write.h"

/* A file while it is turned into the rows that ratings_read() takes. */
struct reading {
	FILE *file;
	size_t line; /* from 1 */
	struct buf field;
	struct json_writer rows;
	struct error *e;
};

static void
end_field(struct reading *r, bool quoted)
{
	struct str s = quoted ? buf_text(&r->field) : str_trim(buf_text(&r->field));
	double v;

	if (s.n == 0)
		json_write_null(&r->rows, NULL);
	else if (!quoted && number_double(s, &v))
		json_write_number(&r->rows, NULL, v);
	else
		json_write_text(&r->rows, NULL, s);
	buf_clear(&r->field);
}

/* The rest of a field whose quote was read. */
static enum err
read_quoted(struct reading *r)
{
	size_t line = r->line;
	int c;

	while ((c = getc(r->file)) != EOF) {
		if (c == '"') {
			c = getc(r->file);
			if (c != '"') {
				if (c != EOF)
					ungetc(c, r->file);
				return ERR_OK;
			}
		}
		r->line += c == '\n';
		buf_char(&r->field, (char)c);
	}
	return error_set(r->e, ERR_INPUT, "line %zu: a quote is not closed", line);
}

/* One line; *more says whether there was one. */
static enum err
read_line(struct reading *r, bool *more)
{
	bool quoted = false, any = false;
	int c;

	*more = false;
	while ((c = getc(r->file)) != EOF && c != '\n') {
		if (c == '\r')
			continue;
		if (!any)
			json_open_array(&r->rows, NULL);
		any = true;
		if (c == ',') {
			end_field(r, quoted);
			quoted = false;
		} else if (c == '"' && r->field.n == 0) {
			quoted = true;
			if (read_quoted(r) != ERR_OK)
				return ERR_INPUT;
		} else {
			buf_char(&r->field, (char)c);
		}
	}
	if (any) {
		end_field(r, quoted);
		json_close_array(&r->rows);
	}
	*more = any || c != EOF;
	r->line++;
	return ERR_OK;
}

static enum err
read_all(struct reading *r, bool header)
{
	bool more = true;
	enum err err = ERR_OK;

	json_open_array(&r->rows, NULL);
	while (err == ERR_OK && more) {
		err = read_line(r, &more);
		if (header && err == ERR_OK) {
			/* As if nothing had been read. */
			buf_clear(r->rows.to);
			r->rows = JSON_WRITER(r->rows.to);
			json_open_array(&r->rows, NULL);
			header = false;
		}
	}
	json_close_array(&r->rows);
	if (err == ERR_OK && ferror(r->file))
		err = error_set(r->e, ERR_IO, "%s", strerror(errno));
	return err;
}

enum err
csv_ratings(struct arena *a, const char *file, bool header, struct ratings *ratings,
    struct error *e)
{
	struct buf rows = BUF_INIT;
	struct reading r = {
	    .file = strcmp(file, "-") == 0 ? stdin : fopen(file, "r"),
	    .line = 1,
	    .rows = JSON_WRITER(&rows),
	    .e = e,
	};
	const struct json *items;
	struct str text;
	enum err err;

	if (r.file == NULL)
		return error_set(
		    e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s", strerror(errno));
	err = read_all(&r, header);
	if (r.file != stdin)
		fclose(r.file);
	if (err == ERR_OK && (buf_failed(&rows) || buf_failed(&r.field)))
		err = error_memory(e);
	if (err == ERR_OK) {
		text = arena_str(a, buf_text(&rows));
		err = text.s == NULL ? error_memory(e) : json_parse(a, text, &items, e);
	}
	buf_free(&rows);
	buf_free(&r.field);
	return err == ERR_OK ? ratings_read(a, items, "row ", ratings, e) : err;
}
