#include "metric/text/match.h"

#include "base/deadline.h"

#include <string.h>

#define LEVELS_MAX 32

/*
 * How it works. Every piece of 1, 2, 4, .. tokens gets a name, equal for equal pieces
 * (Karp, Miller and Rosenberg 1972); a piece of any length is then known by the names of
 * the two such pieces that cover it. So whether two ranges have a piece of a given length
 * in common takes one pass over both, and the longest length a search over lengths.
 *
 * All blocks of that length are then found in one more pass from left to right: what lies
 * between two of them has only shorter ones, and is a range of its own. Ranges within
 * ranges thus have ever shorter blocks, which must all fit into the text: no more than
 * about sqrt(2n) of them, however hostile it is.
 */

/* A part of either text, half-open, whose longest common piece has at most `longest`
 * tokens. */
struct range {
	uint32_t a, a_end, b, b_end;
	uint32_t longest;
};

/* What is known of a piece: its name, or where it stands. One row of a hash table, open
 * addressing. */
struct slot {
	uint64_t key;	/* the piece + 1; 0: vacant */
	uint32_t value; /* 0 if vacant */
};

struct match {
	const struct text_pair *pair;
	uint32_t
	    *names[LEVELS_MAX]; /* names[k][i]: of the 2^k tokens from place i of both */
	uint32_t levels;	/* those that have a name in common */
	struct slot *slots;
	size_t mask;	/* slots in use now, less one */
	uint32_t *next; /* of a place in b: the next one with the same piece, plus 1 */
	struct range *ranges; /* still to do; they are disjoint, so n are enough */
	uint32_t n_ranges;
	uint32_t matched;
};

/* The number of slots for `n` pieces: a power of two, half of them empty. */
static size_t
slots_for(uint32_t n)
{
	size_t slots = 2;

	while (slots < 2 * (size_t)n)
		slots *= 2;
	return slots;
}

static void
table_clear(struct match *m, uint32_t pieces)
{
	size_t slots = slots_for(pieces);

	memset(m->slots, 0, slots * sizeof(*m->slots));
	m->mask = slots - 1;
}

/* The slot of a piece, or the vacant one where it belongs. */
static struct slot *
table_find(struct match *m, uint64_t piece)
{
	uint64_t hash = (piece ^ (piece >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
	size_t i = (size_t)(hash ^ (hash >> 32)) & m->mask;

	while (m->slots[i].key != 0 && m->slots[i].key != piece + 1)
		i = (i + 1) & m->mask;
	return &m->slots[i];
}

/* The slot of a piece, which is taken if it was vacant. */
static struct slot *
table_add(struct match *m, uint64_t piece)
{
	struct slot *s = table_find(m, piece);

	s->key = piece + 1;
	return s;
}

static uint64_t
join(uint32_t x, uint32_t y)
{
	return (uint64_t)x << 32 | y;
}

/* Name the pieces of twice the length of the level below; whether both texts have one in
 * common. */
static bool
name_level(struct match *m, uint32_t *names, uint32_t k)
{
	const uint32_t *halves = m->names[k - 1];
	uint32_t half = UINT32_C(1) << (k - 1), n = m->pair->n, all = n + m->pair->m;
	uint32_t count = 0, count_a = 0;
	bool shared = false;

	table_clear(m, all);
	for (uint32_t i = 0; i <= all - 2 * half; i++) {
		struct slot *s;

		if (i < n && i + 2 * half > n) /* reaches over the end of the first text */
			continue;
		s = table_add(m, join(halves[i], halves[i + half]));
		if (s->value == 0)
			s->value = ++count;
		if (i < n)
			count_a = count;
		else if (s->value <= count_a)
			shared = true;
		names[i] = s->value;
	}
	return shared;
}

/* Name pieces of one token, two, four and so on, as long as both texts have one in common.
 */
static enum err
name_pieces(struct arena *scratch, struct match *m)
{
	const struct text_pair *p = m->pair;
	uint32_t all = p->n + p->m;
	uint32_t *names = arena_calloc(scratch, all, sizeof(*names));

	if (names == NULL)
		return ERR_MEMORY;
	memcpy(names, p->a, p->n * sizeof(*names));
	memcpy(names + p->n, p->b, p->m * sizeof(*names));
	m->names[0] = names;
	for (m->levels = 1; p->n >> m->levels > 0; m->levels++) {
		names = arena_calloc(scratch, all, sizeof(*names));
		if (names == NULL)
			return ERR_MEMORY;
		if (!name_level(m, names, m->levels))
			break;
		m->names[m->levels] = names;
	}
	return ERR_OK;
}

/* The piece of `length` tokens from place `i` of both texts. */
static uint64_t
piece_at(const struct match *m, uint32_t i, uint32_t length)
{
	uint32_t k = 31 - (uint32_t)__builtin_clz(length);

	return join(m->names[k][i], m->names[k][i + length - (UINT32_C(1) << k)]);
}

static uint64_t
piece_a(const struct match *m, uint32_t i, uint32_t length)
{
	return piece_at(m, i, length);
}

static uint64_t
piece_b(const struct match *m, uint32_t j, uint32_t length)
{
	return piece_at(m, m->pair->n + j, length);
}

/* Put the pieces of the range in b into the table: the first place of each, plus 1. */
static void
list_pieces(struct match *m, const struct range *r, uint32_t length)
{
	if (deadline_passed(20 * (uint64_t)(r->b_end - r->b + r->a_end - r->a)))
		return;
	table_clear(m, r->b_end - r->b);
	for (uint32_t j = r->b_end - length + 1; j-- > r->b;) {
		struct slot *s = table_add(m, piece_b(m, j, length));

		m->next[j] = s->value;
		s->value = j + 1;
	}
}

/* Whether both sides of a range have a piece of this length, which fits into both, in
 * common. */
static bool
has_common(struct match *m, const struct range *r, uint32_t length)
{
	list_pieces(m, r, length);
	for (uint32_t i = r->a; i + length <= r->a_end; i++)
		if (table_find(m, piece_a(m, i, length))->value != 0)
			return true;
	return false;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The length of the longest common piece. It is mostly short, so lengths are doubled before
 * halving. */
static uint32_t
longest_common(struct match *m, const struct range *r)
{
	uint32_t known = 0,
		 end = r->longest + 1; /* pieces of `known` are common, of `end` not */

	while (end - known > 1) {
		uint32_t length =
		    known == 0 ? 1 : smaller(2 * known, known + (end - known) / 2);

		if (has_common(m, r, length))
			known = length;
		else
			end = length;
	}
	return known;
}

static void
push(struct match *m, struct range r)
{
	r.longest = smaller(r.longest, smaller(r.a_end - r.a, r.b_end - r.b));
	if (r.longest > 0)
		m->ranges[m->n_ranges++] = r;
}

/* The first place in b, from `from` on, of a piece that was listed, plus 1; 0 if there is
 * none. */
static uint32_t
first_from(struct match *m, uint64_t piece, uint32_t from)
{
	struct slot *s = table_find(m, piece);

	/* What is passed over stays so: `from` only grows while the table is in use. */
	while (s->value != 0 && s->value - 1 < from)
		s->value = m->next[s->value - 1];
	return s->value;
}

/* Count the blocks of `length` tokens of a range, none of which are longer, and push what
 * is between. */
static void
split(struct match *m, struct range r, uint32_t length)
{
	list_pieces(m, &r, length);
	r.longest = length - 1;
	for (uint32_t i = r.a; i + length <= r.a_end;) {
		uint32_t found = first_from(m, piece_a(m, i, length), r.b);

		if (found == 0) {
			i++;
			continue;
		}
		push(m, (struct range){r.a, i, r.b, found - 1, r.longest});
		m->matched += length;
		i = r.a = i + length;
		r.b = found - 1 + length;
	}
	push(m, r);
}

static enum err
match_new(struct arena *scratch, const struct text_pair *p, struct match *r)
{
	struct match m = {.pair = p};

	m.slots = arena_calloc(scratch, slots_for(p->n + p->m), sizeof(*m.slots));
	m.next = arena_calloc(scratch, p->m, sizeof(*m.next));
	m.ranges = arena_calloc(scratch, p->n, sizeof(*m.ranges));
	if (m.slots == NULL || m.next == NULL || m.ranges == NULL ||
	    name_pieces(scratch, &m) != ERR_OK)
		return ERR_MEMORY;
	*r = m;
	return ERR_OK;
}

enum err
text_match_ratcliff(struct arena *scratch, const struct text_pair *p, double *r)
{
	struct match m;

	if (match_new(scratch, p, &m) != ERR_OK)
		return ERR_MEMORY;
	/* Nothing longer than the next level's pieces is common, or that would have a name.
	 */
	push(&m, (struct range){0, p->n, 0, p->m, (UINT32_C(1) << m.levels) - 1});
	while (m.n_ranges > 0 && !deadline_passed(0)) {
		struct range range = m.ranges[--m.n_ranges];
		uint32_t length = longest_common(&m, &range);

		if (length > 0)
			split(&m, range, length);
	}
	*r = 2 * (double)m.matched / ((double)p->n + p->m);
	return ERR_OK;
}
