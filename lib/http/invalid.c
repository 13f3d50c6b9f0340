#include "http/invalid.h"

#include <stdarg.h>
#include <stdio.h>

/* Room for a message; longer ones are cut (they quote type names and bounds only). */
#define MESSAGE_ROOM 256

void
invalid_init(struct invalid *v, struct arena *a)
{
	*v = (struct invalid){.arena = a};
	v->last = &v->first;
}

struct invalid_path
invalid_path(struct invalid_path path, struct str key)
{
	for (size_t i = 0; i < INVALID_DEPTH; i++)
		if (path.key[i].s == NULL) {
			path.key[i] = key;
			break;
		}
	return path;
}

void
invalid_add(struct invalid *v, struct invalid_path path, const char *format, ...)
{
	struct invalid_problem *p = arena_calloc(v->arena, 1, sizeof(*p));
	char text[MESSAGE_ROOM];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (p != NULL)
		p->message = arena_str(v->arena, str_of(text));
	if (p == NULL || p->message.s == NULL) {
		v->failed = true;
		return;
	}
	p->path = path;
	*v->last = p;
	v->last = &p->next;
	v->n++;
}

bool
invalid_any(const struct invalid *v)
{
	return v->n > 0 || v->failed;
}

static struct str
key_at(const struct invalid_problem *p, size_t depth)
{
	return depth < INVALID_DEPTH ? p->path.key[depth] : (struct str){NULL, 0};
}

/*
 * The value for the run of problems from *p on that agree in their keys before `depth`: a
 * list of messages where their paths end there, else an object by the next key. *p becomes
 * the problem behind it.
 */
static void
write_run(struct json_writer *w, const struct invalid_problem **p,
    const struct invalid_problem *end, size_t depth)
{
	if (key_at(*p, depth).s == NULL) {
		json_open_array(w, NULL);
		for (; *p != end; *p = (*p)->next)
			json_write_text(w, NULL, (*p)->message);
		json_close_array(w);
		return;
	}
	json_open_object(w, NULL);
	while (*p != end) {
		struct str key = key_at(*p, depth);
		const struct invalid_problem *stop = *p;

		while (stop != end && str_eq(key_at(stop, depth), key))
			stop = stop->next;
		json_write_key(w, key.s == NULL ? STR(INVALID_WHOLE) : key);
		write_run(w, p, stop, depth + 1);
	}
	json_close_object(w);
}

void
invalid_write(struct json_writer *w, const char *key, const struct invalid *v)
{
	const struct invalid_problem *p = v->first;

	w->to->failed |= v->failed;
	json_write_key(w, str_of(key));
	if (p != NULL) {
		write_run(w, &p, NULL, 0);
		return;
	}
	json_open_object(w, NULL);
	json_close_object(w);
}

enum err
invalid_first(const struct invalid *v, struct error *e)
{
	const struct invalid_problem *p = v->first;
	bool first = true;

	if (v->failed)
		return error_memory(e);
	if (p == NULL)
		return ERR_OK;
	error_set(e, ERR_INPUT, "%.*s", STR_ARG(p->message));
	for (size_t i = INVALID_DEPTH; e != NULL && i > 0; i--) {
		struct str key = key_at(p, i - 1);

		if (key.s == NULL || str_is(key, INVALID_WHOLE))
			continue;
		error_prefix(e, ERR_INPUT, "%.*s%s", STR_ARG(key), first ? ": " : ".");
		first = false;
	}
	return ERR_INPUT;
}
