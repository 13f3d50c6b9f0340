#include "json/walk.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* What a path for a message has room for: levels, and characters of a key. */
#define SHOWN_LEVELS 16
#define SHOWN_KEY 60

void
json_walk_begin(struct json_walk *w, struct str text)
{
	w->p = text.s;
	w->end = text.s + text.n;
	w->depth = 0;
}

/* The innermost level, NULL outside of all or too deep. */
static struct json_walk_level *
inner(struct json_walk *w)
{
	return w->depth == 0 || w->depth > JSON_WALK_DEPTH ? NULL : &w->level[w->depth - 1];
}

static bool
ends_word(char c)
{
	return c != '\0' && strchr(",:[]{}\" \n\r\t", c) != NULL;
}

static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p < end ? p + 1 : end;
}

static void
open_level(struct json_walk *w, bool array)
{
	if (w->depth++ < JSON_WALK_DEPTH)
		w->level[w->depth - 1] =
		    (struct json_walk_level){.array = array, .key_next = !array};
}

static void
next_value(struct json_walk *w)
{
	struct json_walk_level *level = inner(w);

	if (level == NULL)
		return;
	level->index += level->array;
	level->key_next = !level->array;
}

/* A token, keys and all. */
static enum json_token
next_token(struct json_walk *w, struct str *r)
{
	const char *first;

	while (w->p < w->end && strchr(" \n\r\t:,", *w->p) != NULL && *w->p != '\0')
		if (*w->p++ == ',')
			next_value(w);
	first = w->p;
	*r = (struct str){first, 1};
	if (first == w->end)
		return JSON_TOKEN_END;
	if (*first == '{' || *first == '[') {
		w->p++;
		open_level(w, *first == '[');
		return JSON_TOKEN_OPEN;
	}
	if (*first == '}' || *first == ']') {
		w->p++;
		w->depth -= w->depth > 0;
		return JSON_TOKEN_CLOSE;
	}
	if (*first == '"')
		w->p = string_end(first, w->end);
	else
		do
			w->p++;
		while (w->p < w->end && !ends_word(*w->p));
	r->n = (size_t)(w->p - first);
	return *first == '"' ? JSON_TOKEN_STRING : JSON_TOKEN_WORD;
}

enum json_token
json_walk_next(struct json_walk *w, struct str *r)
{
	for (;;) {
		enum json_token token = next_token(w, r);
		struct json_walk_level *level = inner(w);

		if (token != JSON_TOKEN_STRING || level == NULL || !level->key_next)
			return token;
		level->key = (struct str){r->s + 1, r->n < 2 ? 0 : r->n - 2};
		level->key_next = false;
	}
}

struct str
json_walk_key(const struct json_walk *w, size_t level)
{
	if (level >= w->depth || level >= JSON_WALK_DEPTH || w->level[level].array)
		return (struct str){0};
	return w->level[level].key;
}

void
json_walk_leave(struct json_walk *w)
{
	size_t open = w->depth > 0;

	while (open > 0 && w->p < w->end) {
		char c = *w->p;

		if (c == '"') {
			w->p = string_end(w->p, w->end);
			continue;
		}
		w->p++;
		open += c == '{' || c == '[';
		open -= c == '}' || c == ']';
	}
	w->depth -= w->depth > 0;
}

const char *
json_walk_path(
    struct arena *a, struct str text, size_t offset, const char *root, struct str *token_r)
{
	struct json_walk w;
	struct buf b = BUF_INIT;
	const char *path;

	json_walk_begin(&w, text);
	while (json_walk_next(&w, token_r) != JSON_TOKEN_END &&
	    (size_t)(w.p - text.s) <= offset)
		;
	buf_puts(&b, root);
	for (size_t i = 0; i < w.depth && i < SHOWN_LEVELS; i++)
		if (w.level[i].array)
			buf_printf(&b, "[%" PRIu64 "]", w.level[i].index);
		else if (w.level[i].key.s != NULL)
			buf_printf(
			    &b, ".%.*s", STR_ARG(utf8_first(w.level[i].key, SHOWN_KEY)));
	if (w.depth > SHOWN_LEVELS)
		buf_puts(&b, " and deeper");
	path = buf_failed(&b) ? NULL : arena_printf(a, "%s", b.s);
	buf_free(&b);
	return path;
}
