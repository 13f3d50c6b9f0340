/*
 * coefficient: agreement beyond chance of ratings, a question a line in, an estimate a line
 * out; or of a CSV file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choice.h"
#include "command.h"
#include "csv.h"
#include "json/json.h"
#include "json/write.h"
#include "reliability/coefficient.h"

enum { OPTION_COEFFICIENT, OPTION_WEIGHTS, OPTION_DISTANCE, OPTION_HEADER };
static const struct option_row options[] = {
    [OPTION_COEFFICIENT] = {"coefficient", "NAME",
	"of a FILE: percent, cohen, scott, fleiss, conger, brennan_prediger, ac1, ac2 or "
	"alpha",
	false},
    [OPTION_WEIGHTS] = {"weights", "NAME",
	"of a FILE: identity, linear, quadratic, ordinal, radical, ratio, jaccard or masi",
	false},
    [OPTION_DISTANCE] = {"distance", "NAME",
	"of a FILE, for alpha: nominal, ordinal, interval, ratio, jaccard or masi", false},
    [OPTION_HEADER] = {"header", NULL, "the first line of the FILE names the raters",
	false},
    {0}};

static enum err
read_question(struct str coefficient, struct str weights, struct str distance,
    struct coefficient_question *r, struct error *e)
{
	int found[3] = {0};
	enum err err;

	if (coefficient.s == NULL)
		return error_set(e, ERR_INPUT, "coefficient: a name is required");
	err = choice_find(
	    "coefficient", coefficient, choice_coefficient, COEFFICIENT__MAX, &found[0], e);
	if (err == ERR_OK)
		err = choice_find(
		    "weights", weights, choice_weights, WEIGHTING__MAX, &found[1], e);
	if (err == ERR_OK)
		err = choice_find(
		    "distance", distance, choice_distance, DISTANCE__MAX, &found[2], e);
	if (err == ERR_OK && weights.s != NULL && distance.s != NULL)
		err = error_set(e, ERR_INPUT, "either weights or a distance, not both");
	*r = (struct coefficient_question){
	    .coefficient = (enum coefficient)found[0],
	    .weights = (enum weighting_kind)found[1],
	    .by_distance = distance.s != NULL,
	    .distance = (enum distance_kind)found[2],
	};
	return err;
}

/* A member that must be a text; absent if it is not there. */
static enum err
read_text(const struct json *doc, const char *key, struct str *r, struct error *e)
{
	const struct json *j = json_get(doc, key);

	*r = json_str(j);
	return json_is_null(j) || j->type == JSON_STRING
	    ? ERR_OK
	    : error_set(e, ERR_INPUT, "%s: a text is required", key);
}

static enum err
answer_line(
    struct arena *a, struct str line, struct coefficient_estimate *r, struct error *e)
{
	struct str coefficient, weights, distance;
	struct coefficient_question q;
	struct ratings ratings;
	const struct json *doc;
	enum err err = json_parse(a, line, &doc, e);

	if (err == ERR_OK)
		err = read_text(doc, "coefficient", &coefficient, e);
	if (err == ERR_OK)
		err = read_text(doc, "weights", &weights, e);
	if (err == ERR_OK)
		err = read_text(doc, "distance", &distance, e);
	if (err == ERR_OK)
		err = read_question(coefficient, weights, distance, &q, e);
	if (err == ERR_OK)
		err = ratings_read(a, json_get(doc, "items"), "items", &ratings, e);
	return err == ERR_OK ? coefficient_compute(a, &q, &ratings, r, e) : err;
}

static void
write_estimate(struct json_writer *w, const struct coefficient_estimate *r)
{
	if (r->undefined != NULL) {
		json_write_null(w, "value");
		json_write_null(w, "se");
		json_write_null(w, "ci");
	} else {
		json_write_number(w, "value", r->value);
		if (r->has_se) {
			json_write_number(w, "se", r->se);
			json_open_array(w, "ci");
			json_write_number(w, NULL, r->low);
			json_write_number(w, NULL, r->high);
			json_close_array(w);
		} else {
			json_write_null(w, "se");
			json_write_null(w, "ci");
		}
	}
	json_write_integer(w, "units", (int64_t)r->units);
	json_write_integer(w, "raters", (int64_t)r->raters);
	if (r->undefined != NULL)
		json_write_text(w, "reason", str_of(r->undefined));
}

static bool
print_answer(enum err err, const struct coefficient_estimate *r, const struct error *e)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	bool ok;

	json_open_object(&w, NULL);
	if (err == ERR_OK)
		write_estimate(&w, r);
	else
		json_write_text(
		    &w, "error", str_of(e->text[0] == '\0' ? err_text(err) : e->text));
	json_close_object(&w);
	ok = !buf_failed(&b) && puts(b.s) >= 0;
	buf_free(&b);
	return ok;
}

static int
run_lines(struct arena *a)
{
	const struct command *c = &command_coefficient;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int status = EXIT_OK;

	while (status == EXIT_OK && (n = getline(&line, &room, stdin)) >= 0) {
		struct str text = str_trim((struct str){line, (size_t)n});
		struct coefficient_estimate r = {0};
		struct error e = {0};
		enum err err;

		if (text.n == 0)
			continue;
		arena_reset(a);
		err = answer_line(a, text, &r, &e);
		if (!print_answer(err, &r, &e))
			status = command_failed(c, "standard output: %s", strerror(errno));
	}
	if (ferror(stdin))
		status = command_failed(c, "standard input: %s", strerror(errno));
	free(line);
	return status;
}

static int
run_file(struct arena *a, const struct arguments *arguments)
{
	const struct command *c = &command_coefficient;
	struct coefficient_estimate r;
	struct coefficient_question q;
	struct ratings ratings;
	struct error e = {0};
	enum err err = read_question(str_of(arguments->option[OPTION_COEFFICIENT]),
	    str_of(arguments->option[OPTION_WEIGHTS]),
	    str_of(arguments->option[OPTION_DISTANCE]), &q, &e);

	if (err != ERR_OK)
		return command_usage(c, "--%s", e.text);
	err = csv_ratings(
	    a, arguments->rest[0], arguments->option[OPTION_HEADER] != NULL, &ratings, &e);
	if (err == ERR_OK)
		err = coefficient_compute(a, &q, &ratings, &r, &e);
	if (err != ERR_OK)
		return command_failed(c, "%s: %s", arguments->rest[0], e.text);
	print_answer(ERR_OK, &r, &e);
	return EXIT_OK;
}

static int
run(const struct arguments *arguments)
{
	struct arena *a;
	int status;

	for (int i = 0; i <= OPTION_HEADER && arguments->n_rest == 0; i++)
		if (arguments->option[i] != NULL)
			return command_usage(&command_coefficient,
			    "--%s is of a FILE; a line has its own", options[i].name);
	a = arena_new(0);
	if (a == NULL)
		return command_failed(&command_coefficient, "%s", err_text(ERR_MEMORY));
	status = arguments->n_rest > 0 ? run_file(a, arguments) : run_lines(a);
	arena_free(a);
	return status == EXIT_OK ? command_printed(&command_coefficient) : status;
}

const struct command command_coefficient = {
    .name = "coefficient",
    .rest = "[FILE.csv]",
    .max_rest = 1,
    .options = options,
    .run = run,
    .doc = "agreement beyond chance of ratings: lines {\"items\":[[1,2,null],..],"
	   "\"coefficient\":\"alpha\",\"distance\":\"ordinal\"} on standard input give "
	   "{\"value\":x,\"se\":..,\"ci\":[..,..],\"units\":n,\"raters\":n} or "
	   "{\"error\":\"..\"}, in order",
    .more =
	"A row of items is a unit (a task), a column a rater (a person), null is missing. "
	"A rating of several choices is a list of texts, whose order does not matter. "
	"\"weights\" (or for alpha \"distance\") say how alike two different ratings are: "
	"\"jaccard\" and \"masi\" compare texts and lists of texts. "
	"A value that is not defined is null, with the reason. The interval is the 95 % "
	"one.\n"
	"A FILE has the same rows as comma-separated values; an empty field is missing.",
};
