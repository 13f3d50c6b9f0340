/*
 * score: one metric case a line in, one score a line out.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "base/number.h"
#include "json/out.h"
#include "metric/metric.h"

static const struct option_row options[] = {{0}};

/* {"metric","params","a","b"}; the control is told for the reader's sake and does not
 * change a score. */
static enum err
score_line(struct arena *a, struct str line, double *r, struct error *e)
{
	const struct prepared *side[2] = {NULL, NULL};
	static const char *const keys[] = {"a", "b"};
	const struct json *doc;
	struct measure m;
	enum err err = json_parse(a, line, &doc, e);

	if (err == ERR_OK && json_str(json_get(doc, "metric")).s == NULL)
		err = error_set(e, ERR_INPUT, "metric: a name is required");
	if (err == ERR_OK)
		err = measure_init(
		    a, json_str(json_get(doc, "metric")), json_get(doc, "params"), &m, e);
	for (int i = 0; err == ERR_OK && i < 2; i++) {
		const struct json *list = json_get(doc, keys[i]);
		struct result value;

		if (list == NULL)
			return error_set(e, ERR_INPUT, "%s: is missing", keys[i]);
		err = result_read(a, list, &value, e);
		if (err == ERR_OK)
			err = measure_prepare(&m, a, &value, &side[i], e);
		if (err != ERR_OK)
			error_prefix(e, "%s: ", keys[i]);
	}
	if (err == ERR_OK)
		err = measure_score(&m, a, side[0], side[1], r);
	return err;
}

static bool
print_answer(enum err err, double score, const struct error *e)
{
	struct json_object *o = json_out_object();
	struct buf b = BUF_INIT;
	bool ok;

	if (err == ERR_OK)
		json_out_add(o, "score", json_out_number(score));
	else
		json_out_add(o, "error",
		    json_out_string(str_of(e->text[0] == '\0' ? err_text(err) : e->text)));
	ok = json_out_write(&b, o, false) == ERR_OK && puts(b.s) >= 0;
	json_out_free(o);
	buf_free(&b);
	return ok;
}

static int
run(const struct arguments *arguments)
{
	struct arena *a = arena_new(0);
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
		err = score_line(a, text, &score, &e);
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
	arena_free(a);
	return status;
}

const struct command command_score = {"score", NULL, 0, 0, options, run,
    "score metric cases: lines {\"metric\",\"params\",\"control\",\"a\",\"b\"} on standard "
    "input give "
    "{\"score\":x} or {\"error\":\"..\"}, in order"};
