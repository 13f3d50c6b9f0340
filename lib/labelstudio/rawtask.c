#include "labelstudio/rawtask.h"

#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/number.h"
#include "json/walk.h"

#define REPLACEMENT "\\ufffd"

/* The key of the value at hand. */
static struct str
key_of(const struct json_walk *w, size_t depth)
{
	return depth == 0 ? (struct str){0} : json_walk_key(w, depth - 1);
}

/* What was gathered, as a text of the arena. */
static enum err
take(struct arena *a, struct buf *b, struct str *r)
{
	enum err err = ERR_OK;

	if (buf_failed(b) || (*r = arena_str(a, buf_text(b))).s == NULL)
		err = ERR_MEMORY;
	buf_free(b);
	return err;
}

/* What stands for the value of a key; NULL: the value itself. */
static const char *
outline_of(struct str key)
{
	static const struct {
		const char *key, *empty;
	} rows[] = {{"result", "[]"}, {"data", "{}"}, {"meta", "{}"}, {"drafts", "[]"}};

	for (size_t i = 0; i < N_OF(rows); i++)
		if (str_is(key, rows[i].key))
			return rows[i].empty;
	return NULL;
}

enum err
rawtask_outline(struct arena *a, struct str text, struct str *r)
{
	struct json_walk w;
	struct buf b = BUF_INIT;
	struct str token;
	const char *from = text.s;
	enum json_token kind;

	json_walk_begin(&w, text);
	while ((kind = json_walk_next(&w, &token)) != JSON_TOKEN_END) {
		const char *empty;

		if (kind != JSON_TOKEN_OPEN || w.depth < 2)
			continue;
		empty = outline_of(key_of(&w, w.depth - 1));
		if (empty == NULL)
			continue;
		buf_put(&b, from, (size_t)(token.s - from));
		buf_puts(&b, empty);
		json_walk_leave(&w);
		from = w.p;
	}
	buf_put(&b, from, (size_t)(text.s + text.n - from));
	return take(a, &b, r);
}

/* A \u escape of 6 bytes: its code, else -1. */
static long
escape_at(const char *p, const char *end)
{
	long code = 0;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		const char *digits = "0123456789abcdef";
		const char *at = p[i] == '\0' ? NULL : strchr(digits, p[i] | 32);

		if (at == NULL)
			return -1;
		code = code * 16 + (at - digits);
	}
	return code;
}

/* Copy a part outside of results; returns whether a surrogate was alone. */
static bool
copy_mended(struct buf *b, const char *p, const char *end)
{
	bool changed = false;

	while (p < end) {
		const char *at = memchr(p, '\\', (size_t)(end - p));
		long code, low;

		buf_put(b, p, (size_t)((at == NULL ? end : at) - p));
		if (at == NULL)
			break;
		code = escape_at(at, end);
		low = code < 0 ? -1 : escape_at(at + 6, end);
		p = at + (code < 0 ? (end - at > 1 ? 2 : 1) : 6);
		if (code >= 0xd800 && code <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
			p += 6;
		} else if (code >= 0xd800 && code <= 0xdfff) {
			buf_puts(b, REPLACEMENT);
			changed = true;
			continue;
		}
		buf_put(b, at, (size_t)(p - at));
	}
	return changed;
}

static bool
is_no_number(struct str word)
{
	static const char *const words[] = {
	    "NaN", "Infinity", "-Infinity", "+Infinity", "-NaN", "nan", "inf", "-inf"};

	for (size_t i = 0; i < N_OF(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

/* Whether what was opened is the result of an annotation or a prediction of the task, or of
 * an annotation that has its task inside. */
static bool
is_result(const struct json_walk *w)
{
	static const char *const lists[] = {"annotations", "completions", "predictions"};

	if (w->depth < 2 || !str_is(key_of(w, w->depth - 1), "result"))
		return false;
	for (size_t i = 0; i < N_OF(lists); i++)
		if (w->depth == 4 && str_is(key_of(w, 1), lists[i]))
			return true;
	return w->depth == 2;
}

enum err
rawtask_mend(struct arena *a, struct str text, struct str *r, bool *changed_r)
{
	struct json_walk w;
	struct buf b = BUF_INIT;
	struct str token;
	const char *from = text.s;
	enum json_token kind;
	bool changed = false;

	json_walk_begin(&w, text);
	while ((kind = json_walk_next(&w, &token)) != JSON_TOKEN_END) {
		if (kind == JSON_TOKEN_WORD &&
		    (is_no_number(token) || number_overflows(token))) {
			changed |= copy_mended(&b, from, token.s);
			buf_puts(&b, "null");
			changed = true;
			from = w.p;
		} else if (kind == JSON_TOKEN_OPEN && is_result(&w)) {
			changed |= copy_mended(&b, from, token.s);
			json_walk_leave(&w);
			buf_put(&b, token.s, (size_t)(w.p - token.s));
			from = w.p;
		}
	}
	changed |= copy_mended(&b, from, text.s + text.n);
	*changed_r = changed;
	return take(a, &b, r);
}

/* The id that was met, if it is one. */
static bool
is_id(struct str token, enum json_token kind, int64_t *r)
{
	if (kind == JSON_TOKEN_STRING && token.n >= 2)
		token = (struct str){token.s + 1, token.n - 2};
	return number_between(token, 0, INT64_MAX, r);
}

bool
rawtask_id(struct str text, int64_t *r)
{
	struct json_walk w;
	struct str token;
	enum json_token kind;
	bool found = false;

	json_walk_begin(&w, text);
	while ((kind = json_walk_next(&w, &token)) != JSON_TOKEN_END) {
		bool inside = w.depth == 2 && str_is(key_of(&w, 1), "task");

		if (kind == JSON_TOKEN_OPEN && w.depth > 1 && !inside)
			json_walk_leave(&w);
		else if (inside && str_is(key_of(&w, 2), "id"))
			/* What stands around the task is an annotation of it. */
			return is_id(token, kind, r);
		else if (w.depth == 1 && str_is(key_of(&w, 1), "id"))
			found = is_id(token, kind, r);
	}
	return found;
}
