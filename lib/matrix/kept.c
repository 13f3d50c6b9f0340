#include "matrix/kept.h"

#include <endian.h>
#include <string.h>

#include "base/deadline.h"
#include "base/map.h"

/* What the bytes begin with; another number wherever they mean something else. */
#define KEPT_FORMAT 2

/* ---- sides */

static const struct selection everybody = {
    .annotators = {.all = true}, .models = {.all = true}, .ground_truth = true};

/* The side that has this evidence already: an annotation may be the latest of its author
 * and the ground truth. */
static struct kept_side *
side_of(const struct kept *k, size_t evidence)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->sides[i].evidence == evidence)
			return &k->sides[i];
	return NULL;
}

enum err
kept_sides(struct arena *a, const struct evidence *evidence,
    const struct store_version *versions, size_t n, struct kept *r)
{
	struct participants p = {0};
	struct kept kept = {0};

	if (participants_select(a, &everybody, evidence, n, NULL, 0, &p) != ERR_OK)
		return ERR_MEMORY;
	kept.sides = arena_calloc(a, p.n, sizeof(kept.sides[0]));
	if (kept.sides == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < p.n; i++) {
		size_t v = p.list[i].evidence;
		struct kept_side *side;

		if (v == PARTICIPANT_NONE)
			continue;
		side = side_of(&kept, v);
		if (side == NULL) {
			side = &kept.sides[kept.n++];
			*side = (struct kept_side){
			    .kind = p.list[i].kind,
			    .user = p.list[i].kind == PARTICIPANT_UNNAMED ? evidence[v].id
				: evidence[v].by != NULL ? evidence[v].by->id
							 : 0,
			    .model = evidence[v].model,
			    .version = versions[v],
			    .evidence = v,
			};
		}
		side->ground_truth |= p.list[i].kind == PARTICIPANT_GROUND_TRUTH;
	}
	*r = kept;
	return ERR_OK;
}

enum err
kept_results(struct arena *a, const struct kept *k, const struct evidence *evidence,
    const struct side_result *results, struct matrix_side **r, struct error *e)
{
	struct matrix_side *sides = arena_calloc(a, k->n, sizeof(sides[0]));

	if (sides == NULL)
		return error_memory(e);
	for (size_t i = 0; i < k->n; i++) {
		size_t v = k->sides[i].evidence;

		if (side_read(a, &evidence[v], &results[v], &sides[i]) != ERR_OK)
			return error_memory(e);
		if (deadline_check(e) != ERR_OK)
			return ERR_LIMIT;
	}
	*r = sides;
	return ERR_OK;
}

/* ---- fingerprints */

enum err
kept_rule(const struct dimension *d, struct str embedding, struct kept_dimension *r)
{
	struct tag tag;
	struct kept_dimension made = {.id = d->row->id};
	enum err err;

	tag_begin(&tag);
	tag_integer(&tag, KEPT_FORMAT);
	tag_measure(&tag, d->row);
	if (d->usable && measure_embeds(&d->measure))
		tag_text(&tag, embedding);
	err = tag_key(&tag, &made.rule);
	if (err == ERR_OK)
		*r = made;
	return err;
}

enum err
kept_rules(struct arena *a, const struct dimensions *d, struct str embedding,
    struct kept_dimension **r)
{
	struct kept_dimension *list = arena_alloc(a, d->n * sizeof(list[0]));
	enum err err = list == NULL ? ERR_MEMORY : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < d->n; i++)
		err = kept_rule(&d->list[i], embedding, &list[i]);
	if (err == ERR_OK)
		*r = list;
	return err;
}

/* Warnings as they come. */
struct warned {
	struct arena *arena;
	struct kept_warning *list;
	size_t n, room;
	bool failed;
};

static void
take_warned(void *context, const struct matrix_warning *w)
{
	struct warned *all = context;
	struct str text = arena_str(all->arena, str_of(w->text));

	if (all->n == all->room) {
		size_t room = all->room == 0 ? 8 : 2 * all->room;
		struct kept_warning *list = arena_alloc(all->arena, room * sizeof(list[0]));

		if (list != NULL && all->n > 0)
			memcpy(list, all->list, all->n * sizeof(list[0]));
		all->failed |= list == NULL;
		if (list == NULL)
			return;
		all->list = list;
		all->room = room;
	}
	all->failed |= text.s == NULL;
	all->list[all->n++] = (struct kept_warning){
	    w->side == MATRIX_NO_SIDE ? KEPT_NONE : w->side, w->dimension, text};
}

enum err
kept_score(struct arena *a, struct kept *k, const struct matrix_side *sides,
    const struct dimensions *d, struct kept_dimension *rules, double max_cost,
    struct error *e)
{
	struct warned warned = {.arena = a};
	const struct matrix_options o = {max_cost, take_warned, &warned};
	struct scores scores;
	enum err err = matrix_score(a, sides, k->n, d->list, d->n, &o, &scores, e);

	if (err == ERR_OK && warned.failed)
		err = error_memory(e);
	if (err != ERR_OK)
		return err;
	k->dimensions = rules;
	k->m = d->n;
	k->scores = scores;
	k->warnings = warned.list;
	k->n_warnings = warned.n;
	return ERR_OK;
}

enum err
kept_fingerprint(const struct kept *k, char out[static TAG_ROOM])
{
	struct cache_key key;
	struct tag tag;
	enum err err;

	tag_begin(&tag);
	tag_integer(&tag, (int64_t)k->n);
	for (size_t i = 0; i < k->n; i++) {
		tag_integer(&tag, k->sides[i].kind);
		tag_integer(&tag, k->sides[i].ground_truth);
		tag_integer(&tag, k->sides[i].user);
		tag_text(&tag, k->sides[i].model);
		tag_version(&tag, &k->sides[i].version);
	}
	for (size_t i = 0; i < k->m; i++) {
		tag_integer(&tag, (int64_t)k->dimensions[i].rule.a);
		tag_integer(&tag, (int64_t)k->dimensions[i].rule.b);
	}
	err = tag_key(&tag, &key);
	if (err == ERR_OK)
		tag_write(key, out);
	return err;
}

/* ---- bytes: numbers of 64 bits, the least significant byte first; counts in groups of 7
 * bits */

/* The n lowest bytes of a number. */
static void
put_low(struct buf *out, uint64_t v, size_t n)
{
	v = htole64(v);
	buf_put(out, &v, n);
}

static void
put_number(struct buf *out, uint64_t v)
{
	put_low(out, v, sizeof(v));
}

static void
put_count(struct buf *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_char(out, (char)(0x80 | (v & 0x7f)));
	buf_char(out, (char)v);
}

/* Absent and empty differ. */
static void
put_text(struct buf *out, struct str s)
{
	put_count(out, s.s == NULL ? 0 : (uint64_t)s.n + 1);
	if (s.n > 0)
		buf_str(out, s);
}

static size_t
count_of(size_t n, size_t m)
{
	return n < 2 ? 0 : n * (n - 1) / 2 * m;
}

/* Bytes of a place among n. */
static size_t
width_of(size_t n)
{
	return n <= UINT8_MAX + 1 ? 1 : n <= UINT16_MAX + 1 ? 2 : 4;
}

/* Many scores are equal: each is there once, and of each pair where it is. */
static enum err
put_scores(struct arena *a, struct buf *out, const struct scores *s)
{
	size_t n = count_of(s->n, s->m), width, place;
	struct map map = {0};

	for (size_t i = 0; i < n; i++)
		if (map_add(a, &map,
			(struct str){(const char *)&s->list[i], sizeof(s->list[i])}) !=
		    ERR_OK)
			return ERR_MEMORY;
	width = width_of(map.n);
	put_count(out, map.n);
	for (size_t i = 0; i < map.n; i++) {
		uint64_t bits;

		memcpy(&bits, map.keys[i].s, sizeof(bits));
		put_number(out, bits);
	}
	for (size_t i = 0; i < n; i++) {
		map_find(&map, (struct str){(const char *)&s->list[i], sizeof(s->list[i])},
		    &place);
		put_low(out, place, width);
	}
	return ERR_OK;
}

/* What is the same size of all sides, and the model. */
#define SIDE_BYTES 38

static void
put_side(struct buf *out, const struct kept_side *side)
{
	put_low(out, side->kind, 1);
	put_low(out,
	    (unsigned)side->ground_truth | (unsigned)side->version.ground_truth << 1 |
		(unsigned)side->version.kind << 2,
	    1);
	put_low(out, side->version.crc32, 4);
	put_number(out, (uint64_t)side->user);
	put_number(out, (uint64_t)side->version.id);
	put_number(out, (uint64_t)side->version.updated_at);
	put_number(out, side->version.length);
	put_text(out, side->model);
}

/* The texts of all labels, each once. Most come from few places: where a text was found is
 * remembered by its address. */
#define TEXTS_SEEN 256

struct texts_out {
	struct map map;
	struct seen {
		struct str text;
		size_t place;
	} seen[TEXTS_SEEN];
};

static struct seen *
seen_of(struct texts_out *t, struct str text)
{
	return &t->seen[((uintptr_t)text.s >> 2) % TEXTS_SEEN];
}

/* Adds a text unless it is there, or is absent. */
static enum err
add_text(struct arena *a, struct texts_out *t, struct str text)
{
	struct seen *seen = seen_of(t, text);

	if (text.s == NULL || (seen->text.s == text.s && seen->text.n == text.n))
		return ERR_OK;
	if (map_add(a, &t->map, text) != ERR_OK)
		return ERR_MEMORY;
	seen->text = text;
	map_find(&t->map, text, &seen->place);
	return ERR_OK;
}

static enum err
list_texts(struct arena *a, const struct kept *k, struct texts_out *t)
{
	const struct scores *s = &k->scores;
	size_t values = k->n * k->m, pairs = count_of(k->n, k->m);
	enum err err = ERR_OK;

	for (size_t i = 0; i < values; i++)
		for (uint32_t j = 0; err == ERR_OK && j < s->labels[i].n; j++)
			err = add_text(a, t, s->labels[i].list[j].text);
	for (size_t i = 0; i < pairs; i++)
		for (size_t j = 0; err == ERR_OK && j < s->pairs[i].n; j++) {
			err = add_text(a, t, s->pairs[i].list[j].a);
			if (err == ERR_OK)
				err = add_text(a, t, s->pairs[i].list[j].b);
		}
	return err;
}

/* The place of a text, from 1; 0: absent. */
static void
put_place(struct buf *out, struct texts_out *t, struct str text)
{
	struct seen *seen = seen_of(t, text);
	size_t place = seen->place;

	if (text.s == NULL) {
		put_count(out, 0);
		return;
	}
	if (seen->text.s != text.s || seen->text.n != text.n) {
		map_find(&t->map, text, &place);
		*seen = (struct seen){text, place};
	}
	put_count(out, place + 1);
}

static void
put_labels(struct buf *out, struct texts_out *texts, const struct labels_value *v)
{
	uint64_t bits;

	put_count(out, v->kind);
	if (v->kind == LABELS_NONE)
		return;
	if (v->kind == LABELS_NUMBER) {
		memcpy(&bits, &v->number, sizeof(bits));
		put_number(out, bits);
		return;
	}
	put_count(out, v->parts);
	put_count(out, v->n);
	for (uint32_t i = 0; i < v->n; i++) {
		put_place(out, texts, v->list[i].text);
		put_count(out, v->list[i].of);
	}
}

static void
put_pairs(struct buf *out, struct texts_out *texts, const struct labels_pairs *p)
{
	put_count(out, p->n);
	for (size_t i = 0; i < p->n; i++) {
		put_place(out, texts, p->list[i].a);
		put_place(out, texts, p->list[i].b);
		put_count(out, (uint64_t)p->list[i].count);
	}
}

/* Whether regions of a dimension have labels: only then pairs have some. */
static bool
has_regions(const struct kept *k, size_t d)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->scores.labels[i * k->m + d].kind == LABELS_REGIONS)
			return true;
	return false;
}

void
kept_write_labels(struct arena *a, const struct kept *k, struct buf *out)
{
	struct arena_mark mark = arena_mark(a);
	size_t pairs = count_of(k->n, 1);
	struct texts_out texts = {0};

	if (list_texts(a, k, &texts) != ERR_OK) {
		out->failed = true;
		return;
	}
	put_count(out, KEPT_FORMAT);
	put_count(out, texts.map.n);
	for (size_t i = 0; i < texts.map.n; i++)
		put_text(out, texts.map.keys[i]);
	for (size_t i = 0; i < k->n * k->m; i++)
		put_labels(out, &texts, &k->scores.labels[i]);
	for (size_t d = 0; d < k->m; d++)
		for (size_t i = 0, n = has_regions(k, d) ? pairs : 0; i < n; i++)
			put_pairs(out, &texts, &k->scores.pairs[i * k->m + d]);
	arena_rewind(a, mark);
}

void
kept_write(struct arena *a, const struct kept *k, struct buf *out)
{
	struct arena_mark mark = arena_mark(a);

	put_count(out, KEPT_FORMAT);
	put_count(out, k->n);
	put_count(out, k->m);
	put_count(out, k->n_warnings);
	for (size_t i = 0; i < k->n; i++)
		put_side(out, &k->sides[i]);
	for (size_t i = 0; i < k->m; i++) {
		put_number(out, (uint64_t)k->dimensions[i].id);
		put_number(out, k->dimensions[i].rule.a);
		put_number(out, k->dimensions[i].rule.b);
	}
	if (put_scores(a, out, &k->scores) != ERR_OK)
		out->failed = true;
	arena_rewind(a, mark);
	for (size_t i = 0; i < k->n_warnings; i++) {
		const struct kept_warning *w = &k->warnings[i];

		put_count(out, w->side == KEPT_NONE ? 0 : (uint64_t)w->side + 1);
		put_count(out, w->dimension);
		put_text(out, w->text);
	}
}

struct reader {
	const unsigned char *s, *end;
	bool bad; /* there was not enough; all that was read since is 0 */
};

static uint64_t
take_number(struct reader *r)
{
	uint64_t v = 0;

	if (r->bad || r->end - r->s < 8) {
		r->bad = true;
		return 0;
	}
	memcpy(&v, r->s, sizeof(v));
	r->s += sizeof(v);
	return le64toh(v);
}

static uint64_t
take_count(struct reader *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64 && !r->bad && r->s < r->end; shift += 7) {
		unsigned char c = *r->s++;

		v |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return v;
	}
	r->bad = true;
	return 0;
}

/* A count of what takes a byte each at least. */
static size_t
take_size(struct reader *r)
{
	uint64_t v = take_count(r);

	if (v > (uint64_t)(r->end - r->s))
		r->bad = true;
	return r->bad ? 0 : (size_t)v;
}

static struct str
take_text(struct reader *r)
{
	uint64_t n = take_count(r);
	struct str s = {0};

	if (n == 0)
		return s;
	r->bad |= n - 1 > (uint64_t)(r->end - r->s);
	if (!r->bad)
		s = (struct str){(const char *)r->s, (size_t)n - 1};
	r->s += s.n;
	return s;
}

/* What begins with our number. */
static struct reader
reader_of(struct str bytes)
{
	struct reader r = {(const unsigned char *)bytes.s,
	    (const unsigned char *)bytes.s + bytes.n, bytes.s == NULL};

	r.bad |= take_count(&r) != KEPT_FORMAT;
	return r;
}

/* A number of n bytes, which are there. */
static inline uint64_t
low_of(const unsigned char *s, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, s, n);
	return le64toh(v);
}

static void
take_side(struct reader *r, struct kept_side *side)
{
	const unsigned char *s = r->s;

	if (r->bad || r->end - r->s < SIDE_BYTES) {
		r->bad = true;
		return;
	}
	r->bad |= s[0] > PARTICIPANT_GROUND_TRUTH;
	side->kind = (enum participant_kind)s[0];
	side->ground_truth = s[1] & 1;
	side->version.ground_truth = s[1] >> 1 & 1;
	side->version.kind = s[1] >> 2;
	side->version.crc32 = (uint32_t)low_of(s + 2, 4);
	side->user = (int64_t)low_of(s + 6, 8);
	side->version.id = (int64_t)low_of(s + 14, 8);
	side->version.updated_at = (int64_t)low_of(s + 22, 8);
	side->version.length = low_of(s + 30, 8);
	side->evidence = KEPT_NONE;
	r->s += SIDE_BYTES;
	side->model = take_text(r);
}

static bool
is_score(double v)
{
	return (v >= 0.0 && v <= 1.0) || v == SCORE_NULL || v == SCORE_HIDDEN;
}

/* n places of as many bytes, each that of a score. */
static inline bool
read_places(const unsigned char *s, size_t width, const double *scores, size_t n_scores,
    double *list, size_t n)
{
	bool bad = false;

	for (size_t i = 0; i < n; i++) {
		size_t place = (size_t)low_of(s + i * width, width);

		bad |= place >= n_scores;
		list[i] = scores[place < n_scores ? place : 0];
	}
	return !bad;
}

static enum err
take_scores(struct arena *a, struct reader *r, double *list, size_t n)
{
	struct arena_mark mark = arena_mark(a);
	size_t n_scores = take_size(r), width = width_of(n_scores);
	double *scores = arena_alloc(a, n_scores * sizeof(scores[0]));

	if (scores == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n_scores; i++) {
		uint64_t bits = take_number(r);

		memcpy(&scores[i], &bits, sizeof(bits));
		r->bad |= !is_score(scores[i]);
	}
	r->bad |= (size_t)(r->end - r->s) / width < n || (n > 0 && n_scores == 0);
	/* With a constant for the width it is a loop of few instructions. */
	if (!r->bad)
		r->bad = width == 1 ? !read_places(r->s, 1, scores, n_scores, list, n)
		    : width == 2    ? !read_places(r->s, 2, scores, n_scores, list, n)
				    : !read_places(r->s, 4, scores, n_scores, list, n);
	r->s += r->bad ? 0 : n * width;
	arena_rewind(a, mark);
	return ERR_OK;
}

static void
take_warning(struct reader *r, struct kept_warning *w)
{
	size_t side = (size_t)take_count(r);

	w->side = side == 0 ? KEPT_NONE : side - 1;
	w->dimension = (size_t)take_count(r);
	w->text = take_text(r);
}

/* Texts by their places, from 1. */
struct texts {
	struct str *list;
	size_t n;
};

static struct str
take_place(struct reader *r, const struct texts *texts)
{
	uint64_t place = take_count(r);

	r->bad |= place > texts->n;
	return r->bad || place == 0 ? (struct str){0} : texts->list[place - 1];
}

static enum err
take_labels(
    struct arena *a, struct reader *r, const struct texts *texts, struct labels_value *v)
{
	uint64_t bits;
	size_t n;

	*v = (struct labels_value){.kind = (enum labels_kind)take_count(r)};
	r->bad |= v->kind > LABELS_REGIONS;
	if (r->bad || v->kind == LABELS_NONE)
		return ERR_OK;
	if (v->kind == LABELS_NUMBER) {
		bits = take_number(r);
		memcpy(&v->number, &bits, sizeof(bits));
		return ERR_OK;
	}
	v->parts = (uint32_t)take_count(r);
	n = take_size(r);
	v->n = (uint32_t)n;
	v->list = arena_alloc(a, n * sizeof(v->list[0]));
	if (v->list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		v->list[i].text = take_place(r, texts);
		v->list[i].of = take_count(r);
	}
	return ERR_OK;
}

static enum err
take_pairs(
    struct arena *a, struct reader *r, const struct texts *texts, struct labels_pairs *p)
{
	size_t n = take_size(r);

	*p = (struct labels_pairs){arena_alloc(a, n * sizeof(p->list[0])), n};
	if (p->list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		p->list[i].a = take_place(r, texts);
		p->list[i].b = take_place(r, texts);
		p->list[i].count = (double)take_count(r);
	}
	return ERR_OK;
}

enum err
kept_read_labels(struct arena *a, struct str bytes, struct kept *k)
{
	struct reader r = reader_of(bytes);
	size_t all = count_of(k->n, k->m), pairs = count_of(k->n, 1);
	struct texts texts = {NULL, take_size(&r)};
	enum err err;

	k->scores.labels = arena_calloc(a, k->n * k->m, sizeof(k->scores.labels[0]));
	k->scores.pairs = arena_calloc(a, all, sizeof(k->scores.pairs[0]));
	texts.list = arena_alloc(a, texts.n * sizeof(texts.list[0]));
	if (k->scores.labels == NULL || k->scores.pairs == NULL || texts.list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < texts.n; i++)
		texts.list[i] = take_text(&r);
	err = ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < k->n * k->m; i++)
		err = take_labels(a, &r, &texts, &k->scores.labels[i]);
	for (size_t d = 0; d < k->m && !r.bad; d++)
		for (size_t i = 0, n = has_regions(k, d) ? pairs : 0;
		    err == ERR_OK && i < n; i++)
			err = take_pairs(a, &r, &texts, &k->scores.pairs[i * k->m + d]);
	if (err != ERR_OK)
		return err;
	return r.bad || r.s != r.end ? ERR_INPUT : ERR_OK;
}

/* Room for what the counts say. */
static enum err
make_room(struct arena *a, struct kept *k)
{
	size_t all = count_of(k->n, k->m);

	k->sides = arena_calloc(a, k->n, sizeof(k->sides[0]));
	k->dimensions = arena_calloc(a, k->m, sizeof(k->dimensions[0]));
	k->warnings = arena_calloc(a, k->n_warnings, sizeof(k->warnings[0]));
	k->scores = (struct scores){
	    .n = k->n,
	    .m = k->m,
	    .list = arena_alloc(a, all * sizeof(k->scores.list[0])),
	};
	return k->sides == NULL || k->dimensions == NULL || k->warnings == NULL ||
		k->scores.list == NULL
	    ? ERR_MEMORY
	    : ERR_OK;
}

enum err
kept_read(struct arena *a, struct str bytes, struct kept *r)
{
	struct reader reader = reader_of(bytes);
	struct kept k = {0};

	k.n = take_size(&reader);
	k.m = take_size(&reader);
	k.n_warnings = take_size(&reader);
	/* Each score has a byte. */
	if (reader.bad || (k.m > 0 && count_of(k.n, 1) > bytes.n / k.m))
		return ERR_INPUT;
	if (make_room(a, &k) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < k.n; i++)
		take_side(&reader, &k.sides[i]);
	for (size_t i = 0; i < k.m; i++) {
		k.dimensions[i].id = (int64_t)take_number(&reader);
		k.dimensions[i].rule.a = take_number(&reader);
		k.dimensions[i].rule.b = take_number(&reader);
	}
	if (take_scores(a, &reader, k.scores.list, count_of(k.n, k.m)) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < k.n_warnings; i++)
		take_warning(&reader, &k.warnings[i]);
	if (reader.bad || reader.s != reader.end)
		return ERR_INPUT;
	*r = k;
	return ERR_OK;
}

/* ---- what fits */

size_t
kept_find_side(const struct kept *k, const struct store_version *v)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->sides[i].version.kind == v->kind &&
		    k->sides[i].version.id == v->id &&
		    store_same_version(&k->sides[i].version, v))
			return i;
	return KEPT_NONE;
}

size_t
kept_find_dimension(const struct kept *k, const struct kept_dimension *d)
{
	for (size_t i = 0; i < k->m; i++)
		if (k->dimensions[i].id == d->id && k->dimensions[i].rule.a == d->rule.a &&
		    k->dimensions[i].rule.b == d->rule.b)
			return i;
	return KEPT_NONE;
}
