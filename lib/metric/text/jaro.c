#include "metric/text/jaro.h"

#include "base/array.h"

#define NOWHERE UINT32_MAX
#define BOOST_ABOVE 0.7
#define PREFIX_MAX 4

/* Places in a text by what stands there, each list in ascending order. */
struct places {
	uint32_t *first; /* by token */
	uint32_t *next;	 /* by place */
};

struct common {
	bool *in_a, *in_b; /* which tokens are common */
	uint32_t n;
	uint32_t transpositions;
};

static enum err
places_new(struct arena *scratch, uint32_t kinds, uint32_t n, struct places *r)
{
	struct places p = {arena_calloc(scratch, kinds, sizeof(*p.first)),
	    arena_calloc(scratch, n, sizeof(*p.next))};

	if (p.first == NULL || p.next == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < kinds; i++)
		p.first[i] = NOWHERE;
	*r = p;
	return ERR_OK;
}

/* Note a place; the places must come in descending order. */
static void
places_add(struct places *p, uint32_t token, uint32_t at)
{
	p->next[at] = p->first[token];
	p->first[token] = at;
}

/* Take the first place of a token off its list. */
static void
places_drop(struct places *p, uint32_t token)
{
	p->first[token] = p->next[p->first[token]];
}

/* Mark what is common. As the windows move to the right, a place left behind is never
 * needed again. */
static void
mark_common(const struct text_pair *p, struct places *b, struct common *c)
{
	uint32_t half = p->m / 2, reach = half > 0 ? half - 1 : 0;

	for (uint32_t j = p->m; j-- > 0;)
		places_add(b, p->b[j], j);
	for (uint32_t i = 0; i < p->n; i++) {
		uint32_t token = p->a[i], low = i > reach ? i - reach : 0;

		while (b->first[token] != NOWHERE && b->first[token] < low)
			places_drop(b, token);
		if (b->first[token] == NOWHERE || b->first[token] > i + reach)
			continue;
		c->in_a[i] = c->in_b[b->first[token]] = true;
		c->n++;
		places_drop(b, token);
	}
}

static uint32_t
count_transpositions(const struct text_pair *p, const struct common *c)
{
	uint32_t differ = 0, j = 0;

	for (uint32_t i = 0; i < p->n; i++) {
		if (!c->in_a[i])
			continue;
		while (!c->in_b[j])
			j++;
		differ += p->a[i] != p->b[j++];
	}
	return differ / 2;
}

static enum err
find_common(struct arena *scratch, const struct text_pair *p, struct common *r)
{
	struct common c = {.in_a = arena_calloc(scratch, p->n, sizeof(*c.in_a)),
	    .in_b = arena_calloc(scratch, p->m, sizeof(*c.in_b))};
	struct places b;

	if (c.in_a == NULL || c.in_b == NULL ||
	    places_new(scratch, p->kinds, p->m, &b) != ERR_OK)
		return ERR_MEMORY;
	mark_common(p, &b, &c);
	c.transpositions = count_transpositions(p, &c);
	*r = c;
	return ERR_OK;
}

/* Jaro's mean of three, in which `alike` tokens count as equal. */
static double
weigh(const struct text_pair *p, const struct common *c, double alike)
{
	if (c->n == 0)
		return 0;
	return (alike / p->n + alike / p->m + (double)(c->n - c->transpositions) / c->n) /
	    3;
}

static double
boost(double weight, uint32_t prefix)
{
	return weight > BOOST_ABOVE ? weight + prefix * 0.1 * (1 - weight) : weight;
}

static uint32_t
common_prefix(const struct text_pair *p)
{
	uint32_t i = 0;

	while (i < PREFIX_MAX && i < p->n && p->a[i] == p->b[i])
		i++;
	return i;
}

enum err
text_jaro(struct arena *scratch, const struct text_pair *p, double *r)
{
	struct common c;

	if (find_common(scratch, p, &c) != ERR_OK)
		return ERR_MEMORY;
	*r = weigh(p, &c, c.n);
	return ERR_OK;
}

enum err
text_jaro_winkler(struct arena *scratch, const struct text_pair *p, double *r)
{
	struct common c;

	if (find_common(scratch, p, &c) != ERR_OK)
		return ERR_MEMORY;
	*r = boost(weigh(p, &c, c.n), common_prefix(p));
	return ERR_OK;
}

/* Characters that are taken for each other, by ear or by eye. */
static const char similar[][2] = {{'A', 'E'}, {'A', 'I'}, {'A', 'O'}, {'A', 'U'},
    {'B', 'V'}, {'E', 'I'}, {'E', 'O'}, {'E', 'U'}, {'I', 'O'}, {'I', 'U'}, {'O', 'U'},
    {'I', 'Y'}, {'E', 'Y'}, {'C', 'G'}, {'E', 'F'}, {'W', 'U'}, {'W', 'V'}, {'X', 'K'},
    {'S', 'Z'}, {'X', 'S'}, {'Q', 'C'}, {'U', 'V'}, {'M', 'N'}, {'L', 'I'}, {'Q', 'O'},
    {'P', 'R'}, {'I', 'J'}, {'2', 'Z'}, {'5', 'S'}, {'8', 'B'}, {'1', 'I'}, {'1', 'L'},
    {'0', 'O'}, {'0', 'Q'}, {'C', 'K'}, {'G', 'J'}};

/* The characters that can be similar have codes below this (1 to 90). */
#define SIMILAR_END 91

/* Of the characters that are similar to `code`, the one that stands first; 0 if none is
 * left. */
static uint32_t
first_similar(const struct places *left, uint32_t code)
{
	uint32_t best = 0, at = NOWHERE;

	for (size_t i = 0; i < N_OF(similar); i++) {
		uint32_t x = (uint32_t)similar[i][0], y = (uint32_t)similar[i][1];
		uint32_t other = code == x ? y : code == y ? x : 0;

		if (other != 0 && left->first[other] < at) {
			best = other;
			at = left->first[other];
		}
	}
	return best;
}

/* How many pairs of similar characters are among those that are not common. */
static enum err
count_similar(
    struct arena *scratch, const struct text_pair *p, const struct common *c, uint32_t *r)
{
	struct places left;
	uint32_t n = 0;

	if (places_new(scratch, SIMILAR_END, p->m, &left) != ERR_OK)
		return ERR_MEMORY;
	for (uint32_t j = p->m; j-- > 0;)
		if (!c->in_b[j] && p->codes[p->b[j]] < SIMILAR_END)
			places_add(&left, p->codes[p->b[j]], j);
	for (uint32_t i = 0; i < p->n; i++) {
		uint32_t other = c->in_a[i] ? 0 : first_similar(&left, p->codes[p->a[i]]);

		if (other == 0)
			continue;
		places_drop(&left, other);
		n++;
	}
	*r = n;
	return ERR_OK;
}

enum err
text_jaro_strcmp95(struct arena *scratch, const struct text_pair *p, double *r)
{
	uint32_t similar_pairs, prefix = common_prefix(p), plain = 0;
	struct common c;

	if (find_common(scratch, p, &c) != ERR_OK ||
	    count_similar(scratch, p, &c, &similar_pairs) != ERR_OK)
		return ERR_MEMORY;
	while (plain < prefix && !utf8_digit(p->codes[p->a[plain]]))
		plain++;
	*r = boost(weigh(p, &c, c.n + 0.3 * similar_pairs), plain);
	return ERR_OK;
}
