#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
table_begin(struct table *t, struct arena *a, const char *const *headings)
{
	*t = (struct table){.arena = a};
	for (; *headings != NULL; headings++, t->columns++)
		table_text(t, str_of(*headings));
}

static bool
make_room(struct table *t)
{
	size_t room = t->room == 0 ? 64 : t->room * 2;
	struct str *bigger;

	if (t->n < t->room)
		return true;
	bigger = arena_calloc(t->arena, room, sizeof(*bigger));
	if (bigger == NULL)
		return false;
	if (t->n > 0)
		memcpy(bigger, t->cells, t->n * sizeof(*bigger));
	t->cells = bigger;
	t->room = room;
	return true;
}

void
table_text(struct table *t, struct str s)
{
	char *copy = arena_alloc(t->arena, s.n);

	if (copy == NULL || !make_room(t)) {
		t->failed = true;
		return;
	}
	/* Names come out of a database; a terminal must not obey them. */
	for (size_t i = 0; i < s.n; i++)
		copy[i] = (unsigned char)s.s[i] < ' ' || s.s[i] == 0x7f ? '?' : s.s[i];
	t->cells[t->n++] = (struct str){copy, s.n};
}

void
table_cell(struct table *t, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	table_text(t, str_of(text));
}

/* Code points: good enough for the width of names. */
static int
width_of(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.s[i] & 0xc0) != 0x80;
	return n;
}

static int
column_width(const struct table *t, size_t column)
{
	int widest = 0;

	for (size_t i = column; i < t->n; i += t->columns)
		if (width_of(t->cells[i]) > widest)
			widest = width_of(t->cells[i]);
	return widest;
}

enum err
table_print(const struct table *t)
{
	int *widths = arena_calloc(t->arena, t->columns, sizeof(*widths));

	if (t->failed || widths == NULL)
		return ERR_MEMORY;
	for (size_t c = 0; c < t->columns; c++)
		widths[c] = column_width(t, c);
	for (size_t i = 0; i < t->n; i++) {
		bool last = (i + 1) % t->columns == 0;
		struct str s = t->cells[i];

		printf("%.*s%*s", STR_ARG(s),
		    last ? 0 : widths[i % t->columns] - width_of(s) + 2, "");
		if (last)
			puts("");
	}
	return ERR_OK;
}
