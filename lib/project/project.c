#include "project/project.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/deadline.h"
#include "base/log.h"
#include "matrix/follow.h"

/* Tasks whose results are read together, and how far apart their ids may be. */
#define GROUP_TASKS 8
#define GROUP_IDS 64

/* Tasks whose versions are read together. */
#define LOOK_TASKS 128

enum err
project_begin(struct project *p, struct error *e)
{
	enum err err = dimension_all(p->arena, &p->rows, &p->all);

	if (err == ERR_OK)
		err = kept_rules(p->arena, &p->all, p->embedding_name, &p->rules);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	p->grows = follow_needs_results(&p->rows);
	dimension_embed(&p->all, embedding_embedder(p->embedding));
	return ERR_OK;
}

/* ---- the evidence of a task */

/* What annotators and models said about one task. */
struct material {
	int64_t task;
	struct evidence *evidence;
	struct store_version *versions;
	struct side_result *results;
	size_t n;
};

static enum err
make_material(struct arena *a, int64_t task, const struct store_range_item *items, size_t n,
    struct material *r)
{
	*r = (struct material){
	    .task = task,
	    .evidence = arena_alloc(a, n * sizeof(r->evidence[0])),
	    .versions = arena_alloc(a, n * sizeof(r->versions[0])),
	    .results = arena_calloc(a, n, sizeof(r->results[0])),
	    .n = n,
	};
	if (r->evidence == NULL || r->versions == NULL || r->results == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		const struct store_evidence *v = &items[i].v;

		r->evidence[i] = (struct evidence){
		    .is_prediction = v->version.kind == STORE_PREDICTION,
		    .id = v->version.id,
		    .by = v->has_user ? &v->user : NULL,
		    .model = v->model_version,
		    .ground_truth = v->version.ground_truth,
		    .updated_at = v->version.updated_at,
		};
		r->versions[i] = v->version;
		r->results[i].text = v->result;
	}
	return ERR_OK;
}

/* The items of a task, which are beside each other and come after *at. */
static const struct store_range_item *
items_of(
    const struct store_range_item *items, size_t n, int64_t task, size_t *at, size_t *n_r)
{
	size_t begin;

	while (*at < n && items[*at].task < task)
		(*at)++;
	begin = *at;
	while (*at < n && items[*at].task == task)
		(*at)++;
	*n_r = *at - begin;
	return items + begin;
}

/* ---- which tasks are current */

static enum err
fingerprint_of(const struct project *p, struct arena *a, const struct material *m,
    char out[static TAG_ROOM])
{
	struct kept k;

	if (kept_sides(a, m->evidence, m->versions, m->n, &k) != ERR_OK)
		return ERR_MEMORY;
	k.dimensions = p->rules;
	k.m = p->all.n;
	return kept_fingerprint(&k, out);
}

/* A list of ids that grows in an arena. */
struct ids {
	struct arena *arena;
	struct project_tasks tasks;
	size_t room;
};

static enum err
add_id(struct ids *ids, int64_t id)
{
	if (ids->tasks.n == ids->room) {
		size_t room = ids->room == 0 ? 64 : 2 * ids->room;
		int64_t *list = arena_alloc(ids->arena, room * sizeof(list[0]));

		if (list == NULL)
			return ERR_MEMORY;
		if (ids->tasks.n > 0)
			memcpy(list, ids->tasks.list, ids->tasks.n * sizeof(list[0]));
		ids->tasks.list = list;
		ids->room = room;
	}
	ids->tasks.list[ids->tasks.n++] = id;
	return ERR_OK;
}

/* The look at a project: what is stale, and a digest of all that is not. */
struct look {
	struct project *p;
	struct ids stale;
	uint64_t seen;
	struct project_digest current;
};

/* Steele, Lea and Flood 2014 (SplitMix64). */
static uint64_t
mix(uint64_t v)
{
	v = (v ^ (v >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ (v >> 27)) * UINT64_C(0x94d049bb133111eb);
	return v ^ (v >> 31);
}

void
project_digest_add(struct project_digest *d, int64_t task, struct str fingerprint)
{
	uint64_t half[2] = {mix((uint64_t)task), ~mix((uint64_t)task)}, word;

	for (size_t i = 0; i < fingerprint.n; i += sizeof(word)) {
		size_t rest = fingerprint.n - i;

		word = 0;
		memcpy(&word, fingerprint.s + i, rest < sizeof(word) ? rest : sizeof(word));
		for (int k = 0; k < 2; k++)
			half[k] = mix(half[k] ^ (le64toh(word) + (uint64_t)i));
	}
	project_digest_join(d, &(struct project_digest){half[0], half[1], 1});
}

void
project_digest_join(struct project_digest *d, const struct project_digest *more)
{
	d->a += more->a;
	d->b += more->b;
	d->n += more->n;
}

static bool
same_digest(const struct project_digest *x, const struct project_digest *y)
{
	return x->a == y->a && x->b == y->b && x->n == y->n;
}

/* Looks at tasks whose ids are close to each other. */
static enum err
look_at(struct look *l, struct arena *a, const struct store_scores *list, size_t n,
    struct error *e)
{
	struct store_range_item *items = NULL;
	size_t n_items = 0, at = 0;
	enum err err = store_range(l->p->store, a, l->p->id, list[0].task, list[n - 1].task,
	    0, &items, &n_items, e);

	for (size_t i = 0; err == ERR_OK && i < n; i++) {
		struct material m;
		char text[TAG_ROOM];
		size_t n_own;
		const struct store_range_item *own =
		    items_of(items, n_items, list[i].task, &at, &n_own);

		if (make_material(a, list[i].task, own, n_own, &m) != ERR_OK)
			return error_memory(e);
		err = fingerprint_of(l->p, a, &m, text);
		if (err != ERR_OK)
			return error_set(e, err, "%s", err_text(err));
		if (str_is(list[i].fingerprint, text))
			project_digest_add(&l->current, list[i].task, list[i].fingerprint);
		else if (add_id(&l->stale, list[i].task) != ERR_OK)
			return error_memory(e);
	}
	return err;
}

/* The tasks of a page: those with which nothing is kept need no look. */
static enum err
look_at_page(
    struct look *l, const struct store_scores_list *page, int64_t last, struct error *e)
{
	struct arena *a = arena_new(0);
	enum err err = a == NULL ? error_memory(e) : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < page->n && page->items[i].task <= last;) {
		const struct store_scores *list = &page->items[i];
		size_t n = 0;

		while (i + n < page->n && n < LOOK_TASKS && list[n].task <= last &&
		    list[n].fingerprint.s != NULL)
			n++;
		arena_reset(a);
		if (n > 0)
			err = look_at(l, a, list, n, e);
		else if (add_id(&l->stale, list[0].task) != ERR_OK)
			err = error_memory(e);
		if (err == ERR_OK)
			err = deadline_check(e);
		l->seen += n > 0 ? n : 1;
		i += n > 0 ? n : 1;
	}
	arena_free(a);
	return err;
}

static enum err
look(struct look *l, int64_t first, int64_t last, struct error *e)
{
	struct arena *a = arena_new(0);
	struct store_scores_list page = {.last = false};
	int64_t after = first - 1;
	enum err err = a == NULL ? error_memory(e) : ERR_OK;

	while (err == ERR_OK && !page.last && after < last) {
		arena_reset(a);
		err = store_scores_page(l->p->store, a, l->p->id, after, &page, e);
		if (err == ERR_OK && page.n > 0) {
			after = page.items[page.n - 1].task;
			err = look_at_page(l, &page, last, e);
		}
	}
	arena_free(a);
	return err;
}

enum err
project_stale(struct project *p, struct arena *a, int64_t first, int64_t last,
    struct project_look *r, struct error *e)
{
	struct look l = {.p = p, .stale = {.arena = a}};
	enum err err = look(&l, first, last, e);

	if (err != ERR_OK)
		return err;
	*r = (struct project_look){l.seen, l.stale.tasks, l.current};
	return ERR_OK;
}

/* ---- computing */

/* Where there is no configuration, results say what there is to compare. */
static enum err
grow(struct project *p, struct arena *a, const struct matrix_side *sides, size_t n,
    struct error *e)
{
	struct arena_mark mark = arena_mark(p->arena);
	const struct result **results = arena_alloc(a, n * sizeof(*results));
	struct store_dimension_list rows = p->rows;
	enum err err;

	if (!p->grows)
		return ERR_OK;
	if (results == NULL)
		return error_memory(e);
	for (size_t i = 0; i < n; i++)
		results[i] = sides[i].result;
	err = follow_results(
	    p->store, p->arena, p->id, p->fingerprint, results, n, &p->rows, &rows, e);
	if (err != ERR_OK)
		return err;
	if (rows.items == p->rows.items) {
		arena_rewind(p->arena, mark);
		return ERR_OK;
	}
	p->rows = rows;
	return project_begin(p, e);
}

static enum err
compute_task(struct project *p, struct arena *a, const struct material *m,
    project_visit *visit, void *context, struct project_count *count, struct error *e)
{
	struct matrix_side *sides = NULL;
	struct kept k;
	enum err err = kept_sides(a, m->evidence, m->versions, m->n, &k);

	if (err != ERR_OK)
		return error_memory(e);
	err = kept_results(a, &k, m->evidence, m->results, &sides, e);
	if (err == ERR_OK)
		err = grow(p, a, sides, k.n, e);
	if (err != ERR_OK)
		return err;
	embedding_begin(p->embedding);
	err = kept_score(a, &k, sides, &p->all, p->rules, p->max_cost, e);
	if (err != ERR_OK)
		return error_prefix(e, err, "task %lld: ", (long long)m->task);
	if (k.scores.incomplete || embedding_failed(p->embedding)) {
		count->waiting++;
		return ERR_OK;
	}
	count->computed++;
	if (p->keep != NULL)
		p->keep(p->context, a, m->task, &k);
	return visit == NULL ? ERR_OK : visit(context, m->task, &k, e);
}

/* How many of the tasks are read together. */
static size_t
group_of(const int64_t *tasks, size_t n)
{
	size_t k = 1;

	while (k < n && k < GROUP_TASKS && tasks[k] - tasks[0] < GROUP_IDS)
		k++;
	return k;
}

/* A bound for results that are read together; a task of its own has none. */
#define GROUP_BYTES ((size_t)64 << 20)

static enum err
compute_group(struct project *p, struct arena *a, const int64_t *tasks, size_t n,
    project_visit *visit, void *context, struct project_count *count, struct error *e)
{
	struct store_range_item *items = NULL;
	size_t n_items = 0, at = 0;
	enum err err = store_range(p->store, a, p->id, tasks[0], tasks[n - 1],
	    n > 1 ? GROUP_BYTES : SIZE_MAX, &items, &n_items, e);

	if (err == ERR_LIMIT && n > 1) {
		arena_reset(a);
		err = compute_group(p, a, tasks, n / 2, visit, context, count, e);
		arena_reset(a);
		return err != ERR_OK ? err
				     : compute_group(p, a, tasks + n / 2, n - n / 2, visit,
					   context, count, e);
	}
	for (size_t i = 0; err == ERR_OK && i < n; i++) {
		struct arena_mark mark = arena_mark(a);
		struct material m;
		size_t n_own;
		const struct store_range_item *own =
		    items_of(items, n_items, tasks[i], &at, &n_own);

		if (make_material(a, tasks[i], own, n_own, &m) != ERR_OK)
			return error_memory(e);
		err = compute_task(p, a, &m, visit, context, count, e);
		if (err == ERR_OK)
			err = deadline_check(e);
		arena_rewind(a, mark);
	}
	return err;
}

enum err
project_compute(struct project *p, const struct project_tasks *tasks, project_visit *visit,
    void *context, struct project_count *count, struct error *e)
{
	struct arena *a = arena_new(0);
	enum err err = a == NULL ? error_memory(e) : ERR_OK;

	for (size_t i = 0, n; err == ERR_OK && i < tasks->n; i += n) {
		n = group_of(tasks->list + i, tasks->n - i);
		arena_reset(a);
		err = compute_group(p, a, tasks->list + i, n, visit, context, count, e);
	}
	arena_free(a);
	return err;
}

/* ---- what is known to be current */

/* The text that is recorded: of the changes and the rules, and of the rows. */
#define STATE_ROOM (2 * TAG_ROOM)

enum err
project_state(const struct project *p, const struct store_changes *changes,
    struct project_state *r, struct error *e)
{
	struct cache_key key;
	struct tag tag;
	enum err err;

	tag_begin(&tag);
	tag_text(&tag, changes->evidence);
	for (size_t i = 0; i < p->all.n; i++) {
		tag_integer(&tag, (int64_t)p->rules[i].rule.a);
		tag_integer(&tag, (int64_t)p->rules[i].rule.b);
	}
	err = tag_key(&tag, &key);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	*r = (struct project_state){.known = changes->evidence.s != NULL};
	tag_write(key, r->text);
	return ERR_OK;
}

enum err
project_changes(struct project *p, struct project_state *r, struct error *e)
{
	struct store_changes changes;
	enum err err = store_changes(p->store, p->arena, p->id, &changes, e);

	return err == ERR_OK ? project_state(p, &changes, r, e) : err;
}

static void
write_state(
    const struct project_state *s, const struct project_digest *rows, char out[STATE_ROOM])
{
	snprintf(
	    out, STATE_ROOM, "%s %016" PRIx64 "%016" PRIx64, s->text, rows->a, rows->b);
}

enum err
project_was_current(struct project *p, const struct project_state *s,
    const struct project_digest *rows, bool *r, struct error *e)
{
	struct arena *a = arena_new(0);
	char text[STATE_ROOM];
	struct str recorded = {0};
	enum err err =
	    a == NULL ? error_memory(e) : store_current(p->store, a, p->id, &recorded, e);

	write_state(s, rows, text);
	if (err == ERR_OK)
		*r = s->known && str_is(recorded, text);
	arena_free(a);
	return err;
}

enum err
project_is_current(struct project *p, const struct project_state *s,
    const struct project_digest *rows, struct error *e)
{
	char text[STATE_ROOM];

	write_state(s, rows, text);
	return s->known ? store_current_put(p->store, p->id, str_of(text), e) : ERR_OK;
}

enum err
project_digest(struct project *p, struct project_digest *r, bool *whole, struct error *e)
{
	struct arena *a = arena_new(0);
	struct store_scores_list page = {.last = false};
	struct project_digest digest = {0};
	int64_t after = 0;
	enum err err = a == NULL ? error_memory(e) : ERR_OK;

	*whole = true;
	while (err == ERR_OK && !page.last) {
		arena_reset(a);
		err = store_scores_page(p->store, a, p->id, after, &page, e);
		for (size_t i = 0; err == ERR_OK && i < page.n; i++) {
			after = page.items[i].task;
			*whole &= page.items[i].fingerprint.s != NULL;
			project_digest_add(&digest, after, page.items[i].fingerprint);
		}
	}
	arena_free(a);
	if (err == ERR_OK)
		*r = digest;
	return err;
}

/* Rows between two looks at the clock. */
#define ROWS_A_LOOK 64

/* One reading of a project. */
struct run_through {
	struct project *p;
	const struct project_reader *r;
	struct project_digest rows; /* of all that was visited out of rows */
	bool fits;		    /* all of them could be used */
	struct project_tasks stale;
	size_t at;	   /* in stale */
	struct ids broken; /* rows that cannot be read; without an arena none may be */
	struct arena *scratch;
};

static bool
is_stale(struct run_through *g, int64_t task)
{
	while (g->at < g->stale.n && g->stale.list[g->at] < task)
		g->at++;
	return g->at < g->stale.n && g->stale.list[g->at] == task;
}

static enum err
read_row(void *context, const struct store_scores *row, struct error *e)
{
	struct run_through *g = context;
	struct kept k;
	enum err err;

	if (is_stale(g, row->task))
		return ERR_OK;
	arena_reset(g->scratch);
	err = kept_read(g->scratch, row->bytes, &k);
	if (err == ERR_OK && g->r->part == PROJECT_LABELS)
		err = kept_read_labels(g->scratch, row->labels, &k);
	if (err != ERR_OK && err != ERR_INPUT)
		return error_memory(e);
	project_digest_add(&g->rows, row->task, row->fingerprint);
	if (err == ERR_INPUT && g->broken.arena == NULL) {
		g->fits = false;
		return err; /* ends it */
	}
	if (err == ERR_INPUT)
		return add_id(&g->broken, row->task) == ERR_OK ? ERR_OK : error_memory(e);
	if (g->rows.n % ROWS_A_LOOK == 0 && deadline_check(e) != ERR_OK)
		return ERR_LIMIT;
	return g->r->visit(g->r->context, row->task, &k, e);
}

/* All tasks, or, `alone`, the rows without a look at which tasks there are. */
static enum err
read_rows(struct run_through *g, bool alone, struct error *e)
{
	const struct store_scores_reader to = {
	    .labels = g->r->part == PROJECT_LABELS,
	    .rows = alone,
	    .visit = read_row,
	    .context = g,
	};
	struct arena *a = arena_new(0);
	enum err err = ERR_OK;

	g->scratch = arena_new(0);
	g->fits = true;
	g->at = 0;
	g->rows = (struct project_digest){0};
	if (a == NULL || g->scratch == NULL)
		err = error_memory(e);
	if (err == ERR_OK)
		err = g->r->begin(g->r->context, e);
	if (err == ERR_OK)
		err = store_scores_read(g->p->store, a, g->p->id, &to, e);
	arena_free(g->scratch);
	arena_free(a);
	return g->fits ? err : ERR_OK;
}

/*
 * The rows alone, where Label Studio's tables were not changed since all of them were found
 * to be current. *done says whether these are the same rows.
 */
static enum err
read_trusted(
    struct run_through *g, const struct project_state *s, bool *done, struct error *e)
{
	enum err err;

	*done = false;
	if (!s->known)
		return ERR_OK;
	err = read_rows(g, true, e);
	if (err == ERR_OK && g->fits)
		err = project_was_current(g->p, s, &g->rows, done, e);
	return err;
}

/* All, after a look at the evidence of each task. *done is false if rows changed meanwhile.
 */
static enum err
read_checked(struct run_through *g, struct arena *a, const struct project_state *s,
    struct project_count *count, bool *done, struct error *e)
{
	struct look l = {.p = g->p, .stale = {.arena = a}};
	struct error ignored;
	enum err err = look(&l, 1, INT64_MAX, e);

	if (err != ERR_OK)
		return err;
	*count = (struct project_count){.seen = l.seen, .waiting = l.stale.tasks.n};
	g->stale = l.stale.tasks;
	g->broken = (struct ids){.arena = a};
	err = read_rows(g, false, e);
	*done = err == ERR_OK && g->fits && same_digest(&g->rows, &l.current);
	if (!*done)
		return err;
	/* A failure is no harm: the next reading looks again. */
	if (g->stale.n == 0 && project_is_current(g->p, s, &g->rows, &ignored) != ERR_OK)
		log_info("%s", ignored.text);
	count->waiting = 0;
	err = project_compute(g->p, &g->stale, g->r->visit, g->r->context, count, e);
	if (err == ERR_OK)
		err = project_compute(
		    g->p, &g->broken.tasks, g->r->visit, g->r->context, count, e);
	count->waiting = g->stale.n + g->broken.tasks.n - count->computed;
	if (err == ERR_OK && count->waiting > 0)
		err = error_set(e, ERR_LIMIT, "what they need is away");
	return err;
}

/* Looks at most, where rows change all the time. */
#define LOOKS 3

enum err
project_read(struct project *p, const struct project_state *state,
    const struct project_reader *r, struct project_count *count, struct error *e)
{
	struct arena *a = arena_new(0);
	struct run_through g = {.p = p, .r = r};
	bool done = false;
	enum err err = a == NULL ? error_memory(e) : ERR_OK;

	*count = (struct project_count){0};
	if (err == ERR_OK)
		err = read_trusted(&g, state, &done, e);
	for (int i = 0; err == ERR_OK && !done && i < LOOKS; i++)
		err = read_checked(&g, a, state, count, &done, e);
	if (err == ERR_OK && !done)
		err = error_set(e, ERR_LIMIT, "the scores change all the time");
	arena_free(a);
	return err;
}
