#include "sheet.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

static void
put(struct str s)
{
	if (s.n > 0)
		fwrite(s.s, 1, s.n, stdout);
}

/* What would be taken for something else stands in quotation marks. */
static void
put_quoted(struct str s)
{
	bool plain = true;

	for (size_t i = 0; i < s.n; i++)
		plain = plain && strchr("\",\r\n", s.s[i]) == NULL && s.s[i] != '\0';
	if (plain) {
		put(s);
		return;
	}
	putchar('"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.s[i] == '"')
			putchar('"');
		putchar(s.s[i]);
	}
	putchar('"');
}

static void
put_cell(struct sheet *s, struct str text)
{
	if (!s->csv) {
		table_text(&s->table, text);
		return;
	}
	if (s->at > 0)
		putchar(',');
	put_quoted(text);
	if (++s->at == s->table.columns) {
		putchar('\n');
		s->at = 0;
	}
}

void
sheet_begin(struct sheet *s, struct arena *a, bool csv, const char *const *headings)
{
	*s = (struct sheet){.csv = csv};
	if (!csv) {
		table_begin(&s->table, a, headings);
		return;
	}
	while (headings[s->table.columns] != NULL)
		s->table.columns++;
	for (size_t i = 0; i < s->table.columns; i++)
		put_cell(s, str_of(headings[i]));
}

void
sheet_text(struct sheet *s, struct str text)
{
	put_cell(s, text.s != NULL || s->csv ? text : STR("-"));
}

void
sheet_number(struct sheet *s, double v)
{
	char text[NUMBER_ROOM + 32];

	if (isnan(v)) {
		sheet_text(s, (struct str){0});
		return;
	}
	if (s->csv)
		number_write(text, v);
	else
		snprintf(text, sizeof(text), "%.3f", v);
	put_cell(s, str_of(text));
}

void
sheet_count(struct sheet *s, int64_t v)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, v);
	put_cell(s, str_of(text));
}

enum err
sheet_end(struct sheet *s)
{
	return s->csv ? ERR_OK : table_print(&s->table);
}
