#include "json/path.h"

#include <limits.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "base/utf8.h"

/* The integers of RFC 9535: those of I-JSON. */
#define LARGEST ((int64_t)1 << 53)

enum kind { KIND_NAME, KIND_INDEX, KIND_SLICE, KIND_WILDCARD };

struct selector {
	enum kind kind;
	struct str name;
	int64_t start, end, step;
	bool has_start, has_end;
};

struct json_path_segment {
	struct selector *selectors;
	size_t n;
};

struct reader {
	struct arena *arena;
	struct str text;
	const char *p, *end;
	struct error *e;
};

static enum err
fail(const struct reader *r, const char *what)
{
	size_t place = 1;

	/* Bytes that go on with a character are no characters. */
	for (const char *p = r->text.s; p < r->p; p++)
		place += ((unsigned char)*p & 0xc0) != 0x80;
	return error_set(r->e, ERR_INPUT, "character %zu: %s", place, what);
}

static void
skip_space(struct reader *r)
{
	while (r->p < r->end && strchr(" \t\n\r", *r->p) != NULL && *r->p != '\0')
		r->p++;
}

static bool
take(struct reader *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What a name without brackets may have: letters, digits, _ and everything beyond ASCII. */
static bool
in_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80 || (!first && is_digit(c));
}

static enum err
fail_quoted(struct reader *r, const char *first, struct buf *b)
{
	buf_free(b);
	r->p = first;
	return fail(r, "no such text between quotes");
}

/* A quoted name: that of JSON, but that single quotes do as well. */
static enum err
read_quoted(struct reader *r, struct str *name)
{
	char quote = *r->p;
	const char *first = r->p++;
	struct buf b = BUF_INIT;
	const struct json *j;
	struct str text;
	enum err err;

	buf_char(&b, '"');
	for (; r->p < r->end && *r->p != quote; r->p++) {
		bool escape = *r->p == '\\' && r->end - r->p > 1;

		if (escape && r->p[1] == '"' && quote == '\'') {
			return fail_quoted(r, first, &b);
		} else if (escape && r->p[1] == '\'' && quote == '\'') {
			r->p++;
		} else if (escape) {
			buf_char(&b, *r->p++);
		} else if (*r->p == '"') {
			buf_char(&b, '\\');
		}
		buf_char(&b, *r->p);
	}
	buf_char(&b, '"');
	text = buf_failed(&b) ? (struct str){0} : arena_str(r->arena, buf_text(&b));
	buf_free(&b);
	if (text.s == NULL)
		return error_memory(r->e);
	if (!take(r, quote)) {
		r->p = first;
		return fail(r, "the quote is not closed");
	}
	err = json_parse(r->arena, text, &j, NULL);
	if (err == ERR_OK)
		*name = json_str(j);
	else if (err == ERR_INPUT)
		return fail_quoted(r, first, &b);
	return err == ERR_OK ? ERR_OK : error_memory(r->e);
}

/* An integer without a leading zero; *there says whether there is one. */
static enum err
read_integer(struct reader *r, int64_t *v, bool *there)
{
	const char *first = r->p;
	struct str token;

	take(r, '-');
	while (r->p < r->end && is_digit(*r->p))
		r->p++;
	token = (struct str){first, (size_t)(r->p - first)};
	*there = token.n > 0;
	if (token.n == 0)
		return ERR_OK;
	if (!number_between(token, -LARGEST + 1, LARGEST - 1, v) ||
	    (token.n > 1 && token.s[token.s[0] == '-'] == '0')) {
		r->p = first;
		return fail(r, "no whole number, or one that is too large");
	}
	return ERR_OK;
}

static enum err
read_slice_or_index(struct reader *r, struct selector *s)
{
	bool there = false;
	enum err err = read_integer(r, &s->start, &s->has_start);

	s->kind = KIND_INDEX;
	s->step = 1;
	if (err != ERR_OK)
		return err;
	skip_space(r);
	if (!take(r, ':'))
		return s->has_start
		    ? ERR_OK
		    : fail(r, "a name in quotes, an index, a slice or * is expected");
	s->kind = KIND_SLICE;
	skip_space(r);
	err = read_integer(r, &s->end, &s->has_end);
	skip_space(r);
	if (err != ERR_OK || !take(r, ':'))
		return err;
	skip_space(r);
	err = read_integer(r, &s->step, &there);
	if (!there)
		s->step = 1;
	return err;
}

static enum err
read_selector(struct reader *r, struct selector *s)
{
	skip_space(r);
	*s = (struct selector){.kind = KIND_WILDCARD};
	if (r->p < r->end && *r->p == '?')
		return fail(r, "filters are not supported");
	if (take(r, '*'))
		return ERR_OK;
	if (r->p < r->end && (*r->p == '"' || *r->p == '\'')) {
		s->kind = KIND_NAME;
		return read_quoted(r, &s->name);
	}
	return read_slice_or_index(r, s);
}

static enum err
read_brackets(struct reader *r, struct json_path_segment *segment)
{
	struct selector list[JSON_PATH_SELECTORS];
	size_t n = 0;

	do {
		enum err err;

		if (n == JSON_PATH_SELECTORS)
			return fail(r,
			    "more than " STR_OF_MACRO(
				JSON_PATH_SELECTORS) " selectors in a pair of brackets");
		err = read_selector(r, &list[n++]);
		if (err != ERR_OK)
			return err;
		skip_space(r);
	} while (take(r, ','));
	if (!take(r, ']'))
		return fail(r, "a comma or ] is expected");
	segment->selectors = arena_alloc(r->arena, n * sizeof(list[0]));
	if (segment->selectors == NULL)
		return error_memory(r->e);
	memcpy(segment->selectors, list, n * sizeof(list[0]));
	segment->n = n;
	return ERR_OK;
}

/* After a dot. */
static enum err
read_member(struct reader *r, struct json_path_segment *segment)
{
	const char *first = r->p;
	struct selector *s = arena_calloc(r->arena, 1, sizeof(*s));

	if (s == NULL)
		return error_memory(r->e);
	if (r->p < r->end && *r->p == '.')
		return fail(r, "descendants (..) are not supported");
	*segment = (struct json_path_segment){s, 1};
	s->kind = KIND_WILDCARD;
	if (take(r, '*'))
		return ERR_OK;
	while (r->p < r->end && in_name(*r->p, r->p == first))
		r->p++;
	s->kind = KIND_NAME;
	s->name = (struct str){first, (size_t)(r->p - first)};
	return s->name.n > 0 ? ERR_OK : fail(r, "a name or * is expected");
}

enum err
json_path_parse(struct arena *a, struct str text, struct json_path *path, struct error *e)
{
	struct reader r = {a, text, text.s, text.s + text.n, e};
	struct json_path_segment *segments =
	    arena_calloc(a, JSON_PATH_SEGMENTS, sizeof(*segments));
	size_t n = 0, repeats = 1;

	if (segments == NULL)
		return error_memory(e);
	if (!utf8_valid(text))
		return error_set(e, ERR_INPUT, "must be UTF-8");
	if (!take(&r, '$'))
		return fail(&r, "a path begins with $");
	while (r.p < r.end) {
		enum err err;

		skip_space(&r);
		if (n == JSON_PATH_SEGMENTS)
			return fail(
			    &r, "more than " STR_OF_MACRO(JSON_PATH_SEGMENTS) " steps");
		err = take(&r, '[') ? read_brackets(&r, &segments[n])
		    : take(&r, '.') ? read_member(&r, &segments[n])
				    : fail(&r, ". or [ is expected");
		if (err != ERR_OK)
			return err;
		repeats *= segments[n++].n;
		if (repeats > JSON_PATH_REPEATS)
			return fail(&r,
			    "its selectors have more than " STR_OF_MACRO(
				JSON_PATH_REPEATS) " combinations");
	}
	*path = (struct json_path){text, segments, n};
	return ERR_OK;
}

/* ------------------------------------------------------------------ selecting */

static bool
add(struct arena *a, struct json_nodes *r, size_t *room, const struct json *j)
{
	if (r->n == *room) {
		size_t more = *room == 0 ? 8 : *room * 2;
		const struct json **bigger = arena_alloc(a, more * sizeof(*bigger));

		if (bigger == NULL)
			return false;
		if (r->n > 0)
			memcpy(bigger, r->list, r->n * sizeof(*bigger));
		r->list = bigger;
		*room = more;
	}
	r->list[r->n++] = j;
	return true;
}

/* From the end where it is negative. */
static int64_t
from_end(int64_t i, int64_t n)
{
	return i >= 0 ? i : n + i;
}

static int64_t
clamp(int64_t v, int64_t low, int64_t high)
{
	return v < low ? low : v > high ? high : v;
}

/* The elements of a slice, as section 2.3.4.2.2 of RFC 9535 has it. */
static bool
add_slice(struct arena *a, const struct selector *s, const struct json *array,
    struct json_nodes *r, size_t *room)
{
	int64_t n = array->n, step = s->step;
	int64_t start = s->has_start ? from_end(s->start, n) : step > 0 ? 0 : n - 1;
	int64_t end = s->has_end ? from_end(s->end, n) : step > 0 ? n : -1;

	if (step == 0)
		return true;
	if (step > 0) {
		end = clamp(end, 0, n);
		for (int64_t i = clamp(start, 0, n); i < end; i += step)
			if (!add(a, r, room, json_at(array, (uint32_t)i)))
				return false;
		return true;
	}
	end = clamp(end, -1, n - 1);
	for (int64_t i = clamp(start, -1, n - 1); i > end; i += step)
		if (!add(a, r, room, json_at(array, (uint32_t)i)))
			return false;
	return true;
}

/* Every element, or the value of every member that counts. */
static bool
add_all(struct arena *a, const struct json *j, struct json_nodes *r, size_t *room)
{
	bool object = j->type == JSON_OBJECT;

	for (uint32_t i = 0; (object || j->type == JSON_ARRAY) && i < j->n; i++) {
		const struct json *v = object ? json_value(j, i) : json_at(j, i);

		if (object && json_get_str(j, json_key(j, i)) != v)
			continue;
		if (!add(a, r, room, v))
			return false;
	}
	return true;
}

static bool
apply(struct arena *a, const struct selector *s, const struct json *j, struct json_nodes *r,
    size_t *room)
{
	const struct json *found = NULL;

	switch (s->kind) {
	case KIND_NAME:
		found = json_get_str(j, s->name);
		break;
	case KIND_INDEX:
		if (j->type == JSON_ARRAY) {
			int64_t i = from_end(s->start, j->n);

			found = i >= 0 && i < j->n ? json_at(j, (uint32_t)i) : NULL;
		}
		break;
	case KIND_SLICE:
		return j->type != JSON_ARRAY || add_slice(a, s, j, r, room);
	case KIND_WILDCARD:
		return add_all(a, j, r, room);
	}
	return found == NULL || add(a, r, room, found);
}

enum err
json_path_select(struct arena *a, const struct json_path *path, const struct json *root,
    struct json_nodes *r)
{
	struct json_nodes now = {0};
	size_t room = 0;

	if (!add(a, &now, &room, root))
		return ERR_MEMORY;
	for (size_t i = 0; i < path->n; i++) {
		const struct json_path_segment *segment = &path->segments[i];
		struct json_nodes next = {0};

		room = 0;
		for (size_t k = 0; k < now.n; k++)
			for (size_t s = 0; s < segment->n; s++)
				if (!apply(a, &segment->selectors[s], now.list[k], &next,
					&room))
					return ERR_MEMORY;
		now = next;
	}
	*r = now;
	return ERR_OK;
}

struct str
json_path_join(struct arena *a, struct str path, struct str name)
{
	bool plain = name.n > 0;
	struct buf b = BUF_INIT;
	struct str r = {0};

	for (size_t i = 0; i < name.n; i++)
		plain = plain && in_name(name.s[i], i == 0);
	buf_str(&b, path);
	buf_puts(&b, plain ? "." : "['");
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.s[i];

		if (c < 0x20)
			buf_printf(&b, "\\u%04x", c);
		else if (c == '\'' || c == '\\')
			buf_printf(&b, "\\%c", c);
		else
			buf_char(&b, name.s[i]);
	}
	buf_puts(&b, plain ? "" : "']");
	if (!buf_failed(&b))
		r = arena_str(a, buf_text(&b));
	buf_free(&b);
	return r;
}
