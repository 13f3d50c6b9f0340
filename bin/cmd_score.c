/*
 * score: one metric case a line in, one score a line out.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "embedding/embedding.h"
#include "base/number.h"
#include "json/write.h"
#include "metric/metric.h"

static const struct option_row options[] = {{0}};

extern char **environ;

/* Embeddings, for which the settings count from the first line on that needs them. */
struct embeddings {
	struct embedding *embedding;
	bool opened;
};

static enum err
add_embedder(struct embeddings *m, struct measure *r, struct error *e)
{
	enum err err = ERR_OK;

	if (!measure_embeds(r))
		return ERR_OK;
	if (!m->opened)
		err = embedding_open_run(environ, &m->embedding, e);
	m->opened = err == ERR_OK;
	embedding_begin(m->embedding);
	r->embedder = embedding_embedder(m->embedding);
	return err;
}

static enum err
read_measure(struct arena *a, const struct json *doc, struct embeddings *embeddings,
    struct measure *r, struct error *e)
{
	struct str name = json_str(json_get(doc, "metric"));
	enum err err;

	if (name.s == NULL)
		return error_set(e, ERR_INPUT, "metric: a name is required");
	err = measure_init(a, name, json_get(doc, "params"), r, e);
	if (err == ERR_OK)
		r->time_format = json_str(json_get(doc, "time_format"));
	return err == ERR_OK ? add_embedder(embeddings, r, e) : err;
}

/* The values of both sides, whose names are keys of the line. */
static const char *const sides[] = {"a", "b"};

static enum err
read_values(struct arena *a, const struct json *doc, struct result values[static 2],
    struct error *e)
{
	enum err err = ERR_OK;

	for (int i = 0; err == ERR_OK && i < 2; i++) {
		const struct json *list = json_get(doc, sides[i]);

		if (list == NULL)
			return error_set(e, ERR_INPUT, "%s: is missing", sides[i]);
		err = result_read(a, list, &values[i], e);
		if (err != ERR_OK)
			err = error_prefix(e, err, "%s: ", sides[i]);
	}
	return err;
}

/* {"metric","params","time_format","a","b"}; the control is printed for the reader and does
 * not change a score. */
static enum err
score_line(struct arena *a, struct str line, struct embeddings *embeddings, double *r,
    struct error *e)
{
	const struct prepared *side[2] = {NULL, NULL};
	struct result values[2];
	const struct json *doc;
	struct measure m;
	enum err err = json_parse(a, line, &doc, e);

	if (err == ERR_OK)
		err = read_measure(a, doc, embeddings, &m, e);
	if (err == ERR_OK)
		err = read_values(a, doc, values, e);
	if (err == ERR_OK)
		err = measure_expect(&m, a, values, 2, e);
	for (int i = 0; err == ERR_OK && i < 2; i++) {
		err = measure_prepare(&m, a, &values[i], &side[i], e);
		if (err != ERR_OK)
			err = error_prefix(e, err, "%s: ", sides[i]);
	}
	if (err == ERR_OK)
		err = measure_score(&m, a, side[0], side[1], r);
	return err;
}

static bool
print_answer(enum err err, double score, const struct error *e)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	bool ok;

	json_open_object(&w, NULL);
	if (err == ERR_OK)
		json_write_number(&w, "score", score);
	else
		json_write_text(
		    &w, "error", str_of(e->text[0] == '\0' ? err_text(err) : e->text));
	json_close_object(&w);
	ok = !buf_failed(&b) && puts(b.s) >= 0;
	buf_free(&b);
	return ok;
}

static int
run(const struct arguments *arguments)
{
	struct arena *a = arena_new(0);
	struct embeddings embeddings = {0};
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int status = EXIT_OK;

	(void)arguments;
	while (a != NULL && status == EXIT_OK && (n = getline(&line, &room, stdin)) >= 0) {
		struct str text = str_trim((struct str){line, (size_t)n});
		struct error e = {0};
		double score = 0.0;
		enum err err;

		if (text.n == 0)
			continue;
		arena_reset(a);
		err = score_line(a, text, &embeddings, &score, &e);
		if (!print_answer(err, score, &e))
			status = command_failed(
			    &command_score, "standard output: %s", strerror(errno));
	}
	if (a == NULL)
		status = command_failed(&command_score, "%s", err_text(ERR_MEMORY));
	else if (ferror(stdin))
		status =
		    command_failed(&command_score, "standard input: %s", strerror(errno));
	if (fflush(stdout) != 0)
		status =
		    command_failed(&command_score, "standard output: %s", strerror(errno));
	free(line);
	embedding_close(embeddings.embedding);
	arena_free(a);
	return status;
}

const struct command command_score = {
    .name = "score",
    .options = options,
    .run = run,
    .doc = "score metric cases: lines {\"metric\",\"params\",\"control\",\"a\",\"b\"} on "
	   "standard input give {\"score\":x} or {\"error\":\"..\"}, in order",
};
