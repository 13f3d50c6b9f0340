#include "metric/text/diff.h"

#include <string.h>

#include "base/deadline.h"
#include "base/utf8.h"

const char *const diff_edit_names[DIFF_EDIT__MAX] = {
    [DIFF_EQUAL] = "equal",
    [DIFF_DELETE] = "delete",
    [DIFF_INSERT] = "insert",
};

/* From here on code points are words of their own. */
#define IDEOGRAPHS 0x2e80

/* Pieces of a text, one behind the other: piece i is bytes at[i] .. at[i + 1]. */
struct pieces {
	const char *s;
	const uint32_t *at;
	const uint64_t *hash; /* of each */
	uint32_t n;
};

/* Two texts in the making of a script; begin and end leave out what both have there. */
struct script {
	struct pieces a, b;
	uint32_t begin, end_a, end_b;
	/* of each piece whether it is deleted, or inserted */
	bool *deleted, *inserted;
};

static size_t
point_size(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* What a code point is in a word: white space, a word of its own, or a part of one. */
enum part { PART_SPACE, PART_ALONE, PART_LETTER };

static enum part
part_of(uint32_t c)
{
	return utf8_space(c) ? PART_SPACE : c >= IDEOGRAPHS ? PART_ALONE : PART_LETTER;
}

static enum err
cut(struct arena *arena, struct str text, struct utf8_text points, bool by_words,
    struct pieces *r)
{
	uint32_t *at = arena_alloc(arena, (points.n + 1) * sizeof(*at)), n = 0, byte = 0;
	uint64_t *hash = arena_alloc(arena, points.n * sizeof(*hash));

	if (at == NULL || hash == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < points.n; i++) {
		enum part part = part_of(points.c[i]);

		if (i == 0 || !by_words || part == PART_ALONE ||
		    part != part_of(points.c[i - 1]))
			at[n++] = byte;
		byte += (uint32_t)point_size((unsigned char)text.s[byte]);
	}
	at[n] = byte;
	for (uint32_t i = 0; i < n; i++)
		hash[i] = str_hash((struct str){text.s + at[i], at[i + 1] - at[i]});
	*r = (struct pieces){text.s, at, hash, n};
	return ERR_OK;
}

static struct str
slice(const struct pieces *p, uint32_t from, uint32_t to)
{
	return (struct str){p->s + p->at[from], p->at[to] - p->at[from]};
}

static bool
same(const struct script *s, uint32_t i, uint32_t j)
{
	return s->a.hash[i] == s->b.hash[j] &&
	    str_eq(slice(&s->a, i, i + 1), slice(&s->b, j, j + 1));
}

static void
trim(struct script *s)
{
	s->end_a = s->a.n;
	s->end_b = s->b.n;
	while (s->begin < s->end_a && s->begin < s->end_b && same(s, s->begin, s->begin))
		s->begin++;
	while (s->end_a > s->begin && s->end_b > s->begin &&
	    same(s, s->end_a - 1, s->end_b - 1)) {
		s->end_a--;
		s->end_b--;
	}
}

/*
 * The furthest point of each diagonal, by the number of edits: row d has d + 1 of them, for
 * the diagonals -d, -d + 2, .. d, one row behind the other.
 */
struct trace {
	int32_t *furthest;
	int32_t most; /* edits */
};

static int32_t *
row_of(const struct trace *t, int32_t d)
{
	return t->furthest + (size_t)d * ((size_t)d + 1) / 2;
}

/* Whether diagonal k of row d is reached by an insertion, from the diagonal above it. */
static bool
comes_down(const int32_t *before, int32_t d, int32_t k)
{
	int32_t at = (k + d) / 2;

	return k == -d || (k != d && before[at - 1] < before[at]);
}

/* Where row d begins on diagonal k, before it follows what is equal. */
static int32_t
step(const struct trace *t, int32_t d, int32_t k)
{
	const int32_t *before;
	int32_t at = (k + d) / 2;

	if (d == 0)
		return 0;
	before = row_of(t, d - 1);
	return comes_down(before, d, k) ? before[at] : before[at - 1] + 1;
}

/* Edits that lead from one text to the other; -1: more than may be. */
static int32_t
search(const struct script *s, const struct trace *t, double *work)
{
	int32_t n = (int32_t)(s->end_a - s->begin), m = (int32_t)(s->end_b - s->begin);

	for (int32_t d = 0; d <= t->most && *work > 0.0; d++) {
		int32_t *row = row_of(t, d);

		for (int32_t k = -d; k <= d; k += 2) {
			int32_t from = step(t, d, k), x = from;

			while (x < n && x - k < m &&
			    same(s, s->begin + (uint32_t)x, s->begin + (uint32_t)(x - k)))
				x++;
			row[(k + d) / 2] = x;
			*work -= 5.0 + 5.0 * (x - from);
			if (deadline_passed(5 + 5 * (uint64_t)(x - from)))
				return -1;
			if (x >= n && x - k >= m)
				return d;
		}
	}
	return -1;
}

/* Back from the end of both texts along the edits. */
static void
follow(const struct script *s, const struct trace *t, int32_t d)
{
	int32_t k = (int32_t)(s->end_a - s->end_b);

	for (; d > 0; d--) {
		int32_t x = step(t, d, k), y = x - k;

		if (comes_down(row_of(t, d - 1), d, k)) {
			s->inserted[s->begin + (uint32_t)y - 1] = true;
			k++;
		} else {
			s->deleted[s->begin + (uint32_t)x - 1] = true;
			k--;
		}
	}
}

static void
give_up(const struct script *s)
{
	memset(s->deleted + s->begin, 1, s->end_a - s->begin);
	memset(s->inserted + s->begin, 1, s->end_b - s->begin);
}

static enum err
find_edits(struct arena *arena, const struct script *s, double *work, bool *coarse)
{
	struct arena_mark mark = arena_mark(arena);
	uint32_t all = s->end_a - s->begin + (s->end_b - s->begin);
	struct trace t = {.most = all < DIFF_EDITS ? (int32_t)all : DIFF_EDITS};
	size_t rows = (size_t)t.most + 1;
	int32_t d;

	t.furthest = arena_alloc(arena, rows * (rows + 1) / 2 * sizeof(t.furthest[0]));
	if (t.furthest == NULL)
		return ERR_MEMORY;
	d = search(s, &t, work);
	*coarse = d < 0;
	if (d < 0)
		give_up(s);
	else
		follow(s, &t, d);
	arena_rewind(arena, mark);
	return ERR_OK;
}

static void
add(struct diff *r, enum diff_edit edit, struct str text)
{
	if (text.n > 0)
		r->runs[r->n++] = (struct diff_run){edit, text};
}

/* A run of equal pieces, then what is deleted and inserted behind it, until both end. */
static void
gather(const struct script *s, struct diff *r)
{
	uint32_t i = 0, j = 0;

	while (i < s->a.n || j < s->b.n) {
		uint32_t from_a = i, from_b;

		while (i < s->a.n && j < s->b.n && !s->deleted[i] && !s->inserted[j])
			i++, j++;
		add(r, DIFF_EQUAL, slice(&s->a, from_a, i));
		from_a = i;
		from_b = j;
		while (i < s->a.n && s->deleted[i])
			i++;
		while (j < s->b.n && s->inserted[j])
			j++;
		add(r, DIFF_DELETE, slice(&s->a, from_a, i));
		add(r, DIFF_INSERT, slice(&s->b, from_b, j));
	}
}

static uint32_t
count_changes(const bool *marks, uint32_t n)
{
	uint32_t changes = 1;

	for (uint32_t i = 1; i < n; i++)
		changes += marks[i] != marks[i - 1];
	return changes;
}

static enum err
make_runs(struct arena *arena, const struct script *s, struct diff *r)
{
	/* One for each change, and what is equal before it. */
	size_t most = 2 +
	    2 *
		((size_t)count_changes(s->deleted, s->a.n) +
		    count_changes(s->inserted, s->b.n));

	r->runs = arena_alloc(arena, most * sizeof(r->runs[0]));
	if (r->runs == NULL)
		return ERR_MEMORY;
	gather(s, r);
	return ERR_OK;
}

/* All of each text that there is. */
static enum err
whole(struct arena *arena, struct str a, struct str b, struct diff *r)
{
	struct diff d = {.runs = arena_alloc(arena, 2 * sizeof(d.runs[0]))};

	if (d.runs == NULL)
		return ERR_MEMORY;
	if (str_eq(a, b))
		add(&d, DIFF_EQUAL, a);
	else {
		add(&d, DIFF_DELETE, a);
		add(&d, DIFF_INSERT, b);
		d.coarse = a.n > 0 && b.n > 0;
	}
	*r = d;
	return ERR_OK;
}

enum err
diff_texts(struct arena *arena, struct str a, struct str b, double *work, struct diff *r)
{
	struct diff d = {.runs = NULL};
	struct script s = {.begin = 0};
	struct utf8_text x, y;
	enum err err;

	*work -= 20.0 * ((double)a.n + (double)b.n);
	if (str_eq(a, b) || a.n == 0 || b.n == 0 || *work <= 0.0 || a.n > INT32_MAX ||
	    b.n > INT32_MAX)
		return whole(arena, a, b, r);
	if ((err = utf8_decode(arena, a, &x)) != ERR_OK ||
	    (err = utf8_decode(arena, b, &y)) != ERR_OK)
		return err;
	d.by_words = x.n + y.n > DIFF_SHORT;
	s.deleted = arena_calloc(arena, x.n, sizeof(*s.deleted));
	s.inserted = arena_calloc(arena, y.n, sizeof(*s.inserted));
	if (s.deleted == NULL || s.inserted == NULL ||
	    cut(arena, a, x, d.by_words, &s.a) != ERR_OK ||
	    cut(arena, b, y, d.by_words, &s.b) != ERR_OK)
		return ERR_MEMORY;
	trim(&s);
	err = find_edits(arena, &s, work, &d.coarse);
	if (err == ERR_OK)
		err = make_runs(arena, &s, &d);
	if (err == ERR_OK)
		*r = d;
	return err;
}

void
diff_swap(struct diff *d)
{
	for (uint32_t i = 0; i < d->n; i++)
		if (d->runs[i].edit != DIFF_EQUAL)
			d->runs[i].edit =
			    d->runs[i].edit == DIFF_DELETE ? DIFF_INSERT : DIFF_DELETE;
	for (uint32_t i = 1; i < d->n; i++) {
		struct diff_run before = d->runs[i - 1];

		if (before.edit != DIFF_INSERT || d->runs[i].edit != DIFF_DELETE)
			continue;
		d->runs[i - 1] = d->runs[i];
		d->runs[i] = before;
	}
}
