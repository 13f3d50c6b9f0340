#include "project/keeping.h"

#include "base/log.h"
#include "store/scores.h"

/* Bytes that may wait. */
#define KEEPING_BYTES ((size_t)4 << 20)

void
keeping_begin(struct keeping *k, struct store *s)
{
	k->store = s;
	k->denied = false;
	k->failed = (struct error){0};
	k->n = 0;
	k->bytes = (struct buf)BUF_INIT;
}

void
keeping_add(struct keeping *k, struct arena *a, int64_t project, int64_t task,
    const struct kept *scores)
{
	struct keeping_row *row;

	if (k->denied)
		return;
	if (k->n == KEEPING_ROWS || k->bytes.n > KEEPING_BYTES)
		keeping_flush(k);
	row = &k->rows[k->n];
	*row = (struct keeping_row){.project = project, .task = task, .begin = k->bytes.n};
	kept_write(a, scores, &k->bytes);
	row->scores = k->bytes.n - row->begin;
	kept_write_labels(a, scores, &k->bytes);
	row->labels = k->bytes.n - row->begin - row->scores;
	if (!buf_failed(&k->bytes) && kept_fingerprint(scores, row->fingerprint) == ERR_OK)
		k->n++;
}

void
keeping_flush(struct keeping *k)
{
	struct store_scores list[KEEPING_ROWS];
	struct error e = {0};
	enum err err;

	for (size_t i = 0; i < k->n; i++) {
		const struct keeping_row *row = &k->rows[i];
		const char *bytes = k->bytes.s + row->begin;

		list[i] = (struct store_scores){
		    .project = row->project,
		    .task = row->task,
		    .fingerprint = str_of(row->fingerprint),
		    .bytes = {bytes, row->scores},
		    .labels = {bytes + row->scores, row->labels},
		};
	}
	err = buf_failed(&k->bytes) ? ERR_OK : store_scores_put(k->store, list, k->n, &e);
	k->denied |= err == ERR_DB_DENIED;
	if (k->failed.code == ERR_OK && err != ERR_OK)
		k->failed = e;
	if (err == ERR_DB_DENIED)
		log_warning(
		    "scores cannot be kept, they are computed at each request: %s", e.text);
	else if (err != ERR_OK)
		log_info("scores were not kept: %s", e.text);
	k->n = 0;
	if (k->bytes.room > KEEPING_BYTES)
		buf_free(&k->bytes);
	buf_clear(&k->bytes);
}

void
keeping_end(struct keeping *k)
{
	keeping_flush(k);
	buf_free(&k->bytes);
}
