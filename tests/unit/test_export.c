/* lib/labelstudio/export, exporttask, cutter, scan: exports are read task by task, whatever
 * the chunks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "labelstudio/cutter.h"
#include "labelstudio/export.h"
#include "labelstudio/scan.h"

static const size_t chunks[] = {1, 2, 3, 7, 64, 0};

/* A file that is gone when it is closed. */
static FILE *
file_of(const void *bytes, size_t n)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	return f;
}

static FILE *
data_file(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/data/labelstudio/%s",
	    srcdir == NULL ? "." : srcdir, name);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s is missing", path);
	return f;
}

/*
 * What a reader that goes on after mistakes gets, a line each: "number@line+offset=id", "!
 * message", at last "end" or, after a final error, "stop".
 */
static void
record(struct buf *log, const void *bytes, size_t n, struct export_options options)
{
	FILE *f = file_of(bytes, n);
	struct export *x = export_open(fileno(f), &options);
	const struct export_task *t = NULL;
	struct error e = {0};
	enum err err;

	assert_non_null(x);
	while ((err = export_next(x, &t, &e)) != ERR_OK || t != NULL) {
		if (err != ERR_OK) {
			assert_int_equal(err, e.code);
			buf_printf(log, "! %s\n", e.text);
			if (export_ended(x))
				break;
			continue;
		}
		buf_printf(log, "%" PRIu64 "@%" PRIu64 "+%" PRIu64 "=%" PRId64 "\n",
		    t->number, t->line, t->offset, t->id.value);
		assert_int_equal(t->number, export_count(x));
	}
	assert_true(export_ended(x));
	buf_puts(log, err == ERR_OK ? "end" : "stop");
	/* Asking again changes nothing. */
	t = NULL;
	assert_int_equal(export_next(x, &t, NULL), err);
	assert_null(t);
	if (err == ERR_OK)
		assert_int_equal(export_position(x), n);
	export_close(x);
	fclose(f);
}

static void
expect_bytes(const void *bytes, size_t n, size_t max, const char *log)
{
	for (size_t i = 0; i < N_OF(chunks); i++) {
		struct buf b = BUF_INIT;

		record(&b, bytes, n,
		    (struct export_options){.chunk = chunks[i], .max_task_bytes = max});
		if (!str_is(buf_text(&b), log))
			fail_msg("chunks of %zu, %.80s:\n%s\ninstead of\n%s", chunks[i],
			    n == 0 ? "" : (const char *)bytes, b.s, log);
		buf_free(&b);
	}
}

static void
expect(const char *text, const char *log)
{
	expect_bytes(text, strlen(text), 0, log);
}

static void
arrays_lines_and_single_tasks(void **state)
{
	(void)state;
	expect("[]", "end");
	expect(" [ ] \r\n", "end");
	expect("[{\"id\":5,\"data\":{}}]", "1@1+1=5\nend");
	expect("[\n{\"id\":5,\"data\":{}},\n{\"id\":6,\"data\":{}}\n]\n",
	    "1@2+2=5\n2@3+22=6\nend");
	expect("[\r\n{\"id\":5,\"data\":{}} , {\"id\":6,\"data\":{}}\r\n]\r\n",
	    "1@2+3=5\n2@2+24=6\nend");
	expect("{\"id\":5,\"data\":{}}", "1@1+0=5\nend");
	expect("{\n\"id\":\n5,\"data\":{}}\n\n", "1@1+0=5\nend");
	expect("{\"id\":5,\"data\":{}}\n{\"id\":6,\"data\":{}}\n\n{\"id\":7,\"data\":{}}",
	    "1@1+0=5\n2@2+19=6\n3@4+39=7\nend");
	expect("{\"id\":5,\"data\":{}}\r\n{\"id\":6,\"data\":{}}\r\n",
	    "1@1+0=5\n2@2+20=6\nend");
	expect("\xef\xbb\xbf[{\"id\":5,\"data\":{}}]", "1@1+4=5\nend");
	expect("\xef\xbb\xbf{\"id\":5,\"data\":{}}", "1@1+3=5\nend");
}

static void
strings_hide_brackets(void **state)
{
	(void)state;
	expect("[{\"data\":{\"t\":\"]}{[\\\"]}\\\\\"},\"id\":5},{\"id\":6,\"data\":{}}]",
	    "1@1+1=5\n2@1+36=6\nend");
	expect("[{\"data\":{\"\\\\\\\"}\":\"\\u005d\"},\"id\":5}]", "1@1+1=5\nend");
	expect("[{\"data\":{\"Grüße €😀\":\"]}\"},\"id\":5},{\"id\":6,\"data\":{}}]",
	    "1@1+1=5\n2@1+42=6\nend");
}

static void
files_that_are_no_exports(void **state)
{
	(void)state;
	expect("", "! line 1: the file is empty\nstop");
	expect(" \n\n ", "! line 3: the file is empty\nstop");
	expect("\xef\xbb\xbf", "! line 1: the file is empty\nstop");
	expect("\xef\xbb", "! line 1: neither an array nor an object in JSON\nstop");
	expect("\xef\xbb{}", "! line 1: neither an array nor an object in JSON\nstop");
	expect("17", "! line 1: neither an array nor an object in JSON\nstop");
	expect("\"text\"", "! line 1: neither an array nor an object in JSON\nstop");
	expect("null", "! line 1: neither an array nor an object in JSON\nstop");
	expect("\n<html>", "! line 2: neither an array nor an object in JSON\nstop");
	expect("id,text\n1,a", "! line 1: neither an array nor an object in JSON\nstop");
	expect_bytes(
	    "[\0]", 3, 0, "! line 1: a value of the array is missing, or is no JSON\nstop");
}

static void
commas_and_what_follows(void **state)
{
	static const char missing[] =
	    "a value of the array is missing, or is no JSON\nstop";
	static const char comma[] = "a comma or ] must follow a value of the array\nstop";
	char log[200];

	(void)state;
	snprintf(log, sizeof(log), "1@1+1=5\n! line 1: %s", missing);
	expect("[{\"id\":5,\"data\":{}},]", log);
	expect("[{\"id\":5,\"data\":{}},,{\"id\":6,\"data\":{}}]", log);
	expect("[{\"id\":5,\"data\":{}}, \xff]", log);
	snprintf(log, sizeof(log), "! line 2: %s", missing);
	expect("[\n,{\"id\":5,\"data\":{}}]", log);
	expect("[\n}", log);
	snprintf(log, sizeof(log), "1@1+1=5\n! line 2: %s", comma);
	expect("[{\"id\":5,\"data\":{}}\n{\"id\":6,\"data\":{}}]", log);
	expect("[{\"id\":5,\"data\":{}}\n}", log);
	expect("[{\"id\":5,\"data\":{}}]\n\n[]",
	    "1@1+1=5\n! line 3: something follows the array\nstop");
	expect("[{\"id\":5,\"data\":{}}]]",
	    "1@1+1=5\n! line 1: something follows the array\nstop");
	expect("[]x", "! line 1: something follows the array\nstop");
	expect("{\"id\":5,\"data\":{}}]",
	    "1@1+0=5\n! line 1: neither an array nor an object in JSON\nstop");
	expect("{\"id\":5,\"data\":{}},{\"id\":6,\"data\":{}}",
	    "1@1+0=5\n! line 1: neither an array nor an object in JSON\nstop");
	expect("{\"id\":5,\"data\":{}}\ngarbage",
	    "1@1+0=5\n! line 2: neither an array nor an object in JSON\nstop");
}

/* Every beginning of a file, as after a kill: whole tasks are read, then the error is
 * final. */
static void
truncated_files(void **state)
{
	static const char text[] =
	    "[{\"id\":5,\"data\":{\"a\":\"\\\"}\"}},\n{\"id\":6,\"data\":{}}]";
	const size_t first = strlen("[{\"id\":5,\"data\":{\"a\":\"\\\"}\"}}"),
		     second = sizeof(text) - 2;

	(void)state;
	for (size_t n = 1; n < sizeof(text) - 1; n++) {
		char log[300], open[100];
		bool inside = (n > 1 && n < first) || (n > first + 2 && n < second);

		snprintf(
		    open, sizeof(open), "value %d, which begins here", n < first ? 1 : 2);
		snprintf(log, sizeof(log),
		    "%s%s! line %d: the file ends inside %s: it is cut short\nstop",
		    n >= first ? "1@1+1=5\n" : "", n >= second ? "2@2+30=6\n" : "",
		    n > first + 1 ? 2 : 1, inside ? open : "the array");
		expect_bytes(text, n, 0, log);
	}
	expect("{\"id\":5,\"data\":{}}\n{\"id\":",
	    "1@1+0=5\n! line 2: the file ends inside value 2, which begins here: "
	    "it is cut short\nstop");
	expect("[1",
	    "! line 1: the file ends inside value 1, which begins here: it is cut "
	    "short\nstop");
}

static void
a_bad_task_does_not_stop_the_rest(void **state)
{
	(void)state;
	expect("[{\"id\":5,\"data\":{}},\n{\"id\":6,\"data\":{\"a\":[1,01]}},\n"
	       "{\"id\":7,\"data\":{}}]",
	    "1@1+1=5\n! line 2, byte 21, task 2 (id 6): $[1].data.a[1]: JSON: line 1, "
	    "column 24: not a number, or one out of range (01)\n3@3+51=7\nend");
	expect("[1,null,\"x]\",[{}],true,{\"id\":6,\"data\":{}}]",
	    "! line 1, byte 1, task 1: $[0]: must be an object, is 1\n"
	    "! line 1, byte 3, task 2: $[1]: must be an object, is null\n"
	    "! line 1, byte 8, task 3: $[2]: must be an object, is \"x]\"\n"
	    "! line 1, byte 13, task 4: $[3]: must be an object, is a list\n"
	    "! line 1, byte 18, task 5: $[4]: must be an object, is a boolean\n"
	    "6@1+23=6\nend");
	expect("{\"detail\":\"Invalid token.\"}\n{\"id\":2,\"data\":{}}",
	    "! line 1, byte 0, task 1: $: is no task: it has neither data nor "
	    "annotations\n2@2+28=2\nend");
	expect(
	    "[{\"id\":5,\"annotations\":[{\"id\":1,\"result\":[]},{\"completed_by\":[]}]},"
	    "{\"id\":6,\"data\":{}}]",
	    "! line 1, byte 1, task 1 (id 5): $[0].annotations[1].completed_by: must be an "
	    "id, an email or an "
	    "object with them, is a list\n2@1+67=6\nend");
}

static void
long_tasks_are_read_over(void **state)
{
	static const char text[] = "[{\"id\":5,\"data\":{}},\n{\"id\":6,\n\"data\":{\"t\":"
				   "\"xxxxxxxxxxxxxxxx\"}},\n{\"id\":7,\"data\":{}}]";
	static const char log[] =
	    "1@1+1=5\n! line 2, byte 21, task 2: its text is over 20 bytes\n3@4+64=7\nend";

	(void)state;
	expect_bytes(text, sizeof(text) - 1, 20, log);
	expect_bytes("{\"id\":5,\"data\":{}}", 18, 18, "1@1+0=5\nend");
	expect_bytes("{\"id\":5,\"data\":{}}", 18, 17,
	    "! line 1, byte 0, task 1: its text is over 17 bytes\nend");
	expect_bytes("{\"id\":5  ", 9, 7,
	    "! line 1: the file ends inside value 1, which begins here: it is cut "
	    "short\nstop");
}

static void
deep_nesting(void **state)
{
	struct buf b = BUF_INIT;
	struct buf log = BUF_INIT;

	(void)state;
	buf_puts(&b, "[{\"id\":5,\"data\":{\"a\":");
	for (int i = 0; i < 100000; i++)
		buf_char(&b, '[');
	for (int i = 0; i < 100000; i++)
		buf_char(&b, ']');
	buf_puts(&b, "}},{\"id\":6,\"data\":{}}]");
	record(&log, b.s, b.n, (struct export_options){0});
	assert_non_null(
	    strstr(log.s, "! line 1, byte 1, task 1 (id 5): $[0].data.a[0][0]"));
	assert_non_null(strstr(log.s, "[0] and deeper: JSON: line 1, column "));
	assert_non_null(strstr(log.s, "2@1+200024=6\nend"));
	buf_free(&b);
	buf_free(&log);
}

static struct export *
open_data(const char *name, FILE **f)
{
	struct export *x;

	*f = data_file(name);
	x = export_open(fileno(*f), NULL);
	assert_non_null(x);
	return x;
}

static const struct export_task *
next_task(struct export *x)
{
	const struct export_task *t = NULL;
	struct error e = {0};

	if (export_next(x, &t, &e) != ERR_OK)
		fail_msg("%s", e.text);
	return t;
}

static void
assert_str(struct str a, const char *b)
{
	if (b == NULL ? a.s != NULL : a.s == NULL || !str_is(a, b))
		fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(a), b == NULL ? "(absent)" : b);
}

static void
assert_id(struct export_id id, int64_t value)
{
	assert_true(id.given);
	assert_int_equal(id.value, value);
}

static void
easy_exports(void **state)
{
	FILE *f;
	struct export *x = open_data("easy.json", &f);
	const struct export_task *t = next_task(x);
	const struct export_annotation *a = t->annotations;

	(void)state;
	assert_id(t->id, 101);
	assert_id(t->inner_id, 1);
	assert_id(t->project, 3);
	assert_false(t->overlap.given);
	assert_int_equal(t->line, 2);
	assert_str(t->data.text,
	    "{\"ocr\": \"/data/upload/3/a1b2c3d4-r-101.png\", "
	    "\"note\": \"brackets ]} in { strings [ and \\\"quotes\\\" \\\\\"}");
	assert_str(json_str(json_get(t->data.json, "note")),
	    "brackets ]} in { strings [ and \"quotes\" \\");
	assert_str(t->meta.text, "{\"source\": \"till 4\"}");
	assert_str(t->created_at, "2024-02-28 23:59:59.999999");
	assert_str(t->updated_at, "2024-03-01 10:30:01.000000");
	assert_int_equal(t->n_annotations, 2);
	assert_id(a->id, 501);
	assert_id(a->completed_by.id, 7);
	assert_null(a->completed_by.email.s);
	assert_int_equal(a->result.json->n, 1);
	assert_true(str_starts(a->result.text, "[\n          {\"id\": \"r1\""));
	assert_false(a->was_cancelled);
	assert_true(a->ground_truth);
	assert_str(a->created_at, "2024-03-01 09:15:02.120000");
	assert_str(a->draft_created_at, "2024-03-01 09:14:00.500000");
	assert_true(a->lead_time.given && a->lead_time.value == 12.5);
	assert_str(a->unique_id, "0f6a3f6e-2f3c-4d1e-9a55-0c2f5b1d7e11");
	assert_str(a->last_action, "submitted");
	assert_false(a->import_id.given);
	assert_id(a->parent_prediction, 901);
	assert_false(a->parent_annotation.given);
	a++;
	assert_false(a->completed_by.id.given);
	assert_true(a->was_cancelled);
	assert_false(a->ground_truth);
	assert_str(a->result.text, "[]");
	assert_str(a->created_at, "2024-03-01 08:30:00.000000");
	assert_str(a->updated_at, "2024-03-01 08:30:01.250000");
	assert_null(a->draft_created_at.s);
	assert_int_equal(t->n_predictions, 2);
	assert_true(t->predictions[1].id_only);
	assert_id(t->predictions[1].id, 902);
	assert_null(t->predictions[1].result.json);
	t = next_task(x);
	assert_id(t->id, 102);
	assert_int_equal(t->n_annotations, 0);
	assert_int_equal(t->n_predictions, 0);
	assert_str(json_str(json_get(t->data.json, "ocr")),
	    "/data/upload/3/Quittung-Grüße-€-😀.png");
	assert_null(next_task(x));
	assert_true(export_ended(x));
	export_close(x);
	fclose(f);
}

static void
snapshots(void **state)
{
	FILE *f;
	struct export *x = open_data("snapshot.json", &f);
	const struct export_task *t = next_task(x);
	const struct export_prediction *p = t->predictions;

	(void)state;
	assert_id(t->annotations[0].completed_by.id, 8);
	assert_str(t->annotations[0].completed_by.email, "kim@example.org");
	assert_str(t->annotations[0].completed_by.first_name, "Kim");
	assert_str(t->annotations[0].completed_by.last_name, "Łuk");
	assert_null(t->annotations[0].completed_by.username.s);
	assert_null(t->annotations[0].completed_by.avatar.s);
	assert_str(t->annotations[0].updated_at, "2024-05-05 05:05:06.000007");
	assert_true(t->is_labeled);
	assert_id(t->overlap, 2);
	assert_null(t->meta.json);
	assert_null(t->meta.text.s);
	assert_null(t->created_at.s);
	assert_int_equal(t->n_predictions, 3);
	assert_id(p->id, 951);
	assert_false(p->id_only);
	assert_str(p->model_version, "ocr-2.1");
	assert_true(p->score.given && p->score.value == 0.91);
	assert_str(p->created_at, "2024-05-04 00:00:00.000000");
	assert_str(p->result.text, "[]");
	assert_str(p[1].model_version, NULL);
	assert_null(p[1].result.json);
	assert_false(p[1].score.given);
	assert_str(p[2].model_version, "");
	assert_true(p[2].score.given && p[2].score.value == 0.5);
	assert_null(next_task(x));
	export_close(x);
	fclose(f);
}

static void
old_exports_and_lines(void **state)
{
	FILE *f;
	struct export *x = open_data("completions.json", &f);
	const struct export_task *t = next_task(x);

	(void)state;
	assert_id(t->id, 17);
	assert_true(t->is_labeled);
	assert_int_equal(t->n_annotations, 2);
	assert_id(t->annotations[0].id, 17001);
	assert_str(t->annotations[0].created_at, "2020-04-28 16:15:43.000000");
	assert_true(t->annotations[0].ground_truth);
	assert_false(t->annotations[0].was_cancelled);
	assert_str(t->annotations[1].created_at, "2020-04-28 16:15:44.250000");
	assert_true(t->annotations[1].was_cancelled);
	assert_false(t->annotations[1].completed_by.id.given);
	assert_str(t->annotations[1].completed_by.email, "lee@example.org");
	assert_false(t->predictions[0].id.given);
	assert_str(t->predictions[0].model_version, "3");
	assert_null(next_task(x));
	export_close(x);
	fclose(f);
	x = open_data("lines.jsonl", &f);
	assert_id(next_task(x)->id, 1);
	t = next_task(x);
	assert_id(t->id, 2);
	assert_str(t->annotations[0].completed_by.email, "a@example.org");
	t = next_task(x);
	assert_id(t->id, 3);
	assert_int_equal(t->line, 4);
	assert_null(next_task(x));
	export_close(x);
	fclose(f);
}

/* One task that is refused, and why. */
static void
mistakes_name_their_place(void **state)
{
	static const struct {
		const char *task, *message;
	} rows[] = {
	    {"{\"id\":-1,\"data\":{}}",
		"task 1: $.id: must be a whole number from 0, is -1"},
	    {"{\"id\":1.5,\"data\":{}}", "$.id: must be a whole number from 0, is 1.5"},
	    {"{\"id\":\"\",\"data\":{}}", "$.id: must be a whole number from 0, is \"\""},
	    {"{\"id\":\"1x\",\"data\":{}}",
		"$.id: must be a whole number from 0, is \"1x\""},
	    {"{\"id\":9223372036854775808,\"data\":{}}",
		"$.id: must be a whole number from 0"},
	    {"{\"id\":[],\"data\":{}}", "$.id: must be a whole number from 0, is a list"},
	    {"{\"id\":1,\"data\":[]}",
		"task 1 (id 1): $.data: must be an object, is a list"},
	    {"{\"id\":1,\"data\":\"x\"}", "$.data: must be an object, is \"x\""},
	    {"{\"id\":1,\"annotations\":[{\"result\":[],\"updated_at\":\"2024-02-30T00:00:"
	     "00Z\"}]}",
		"$.annotations[0].updated_at: must be a date and time in ISO 8601, is "
		"\"2024-02-30T00:00:00Z\""},
	    {"{\"id\":1,\"annotations\":[{\"result\":[],\"created_at\":\"yesterday\"}]}",
		"$.annotations[0].created_at: must be a date and time in ISO 8601, is "
		"\"yesterday\""},
	    {"{\"id\":1,\"annotations\":[{\"result\":[],\"updated_at\":1e300}]}",
		"$.annotations[0].updated_at: must be a date and time in ISO 8601"},
	    {"{\"id\":1,\"annotations\":[{\"result\":[],\"updated_at\":true}]}",
		"$.annotations[0].updated_at: must be a date and time in ISO 8601, is a "
		"boolean"},
	    {"{\"id\":1,\"annotations\":[{\"result\":[],\"was_cancelled\":2}]}",
		"$.annotations[0].was_cancelled: must be true or false, is 2"},
	    {"{\"id\":1,\"annotations\":{}}",
		"$.annotations: must be a list, is an object"},
	    {"{\"id\":1,\"completions\":7}", "$.completions: must be a list, is 7"},
	    {"{\"id\":1,\"data\":{},\"predictions\":\"x\"}",
		"$.predictions: must be a list, is \"x\""},
	    {"{\"id\":1,\"annotations\":[{},7]}",
		"$.annotations[1]: must be an object, is 7"},
	    {"{\"id\":1,\"completions\":[{},null]}",
		"$.completions[1]: must be an object, is null"},
	    {"{\"id\":1,\"annotations\":[{\"result\":[],\"completed_by\":\"kim\"}]}",
		"$.annotations[0].completed_by: must be an id, an email or an object with "
		"them, is \"kim\""},
	    {"{\"id\":1,\"annotations\":[{\"result\":[],\"completed_by\":{\"id\":\"a\"}}]}",
		"$.annotations[0].completed_by.id: must be a whole number from 0, is "
		"\"a\""},
	    {"{\"id\":1,\"annotations\":[{\"result\":[],\"completed_by\":{\"id\":1,"
	     "\"email\":[]}}]}",
		"$.annotations[0].completed_by.email: must be a string, is a list"},
	    {"{\"id\":1,\"annotations\":[{\"result\":[],\"skipped\":\"no\"}]}",
		"$.annotations[0].skipped: must be true or false, is \"no\""},
	    {"{\"id\":1,\"data\":{},\"predictions\":[1,-2]}",
		"$.predictions[1]: must be an object or an id, is -2"},
	    {"{\"id\":1,\"data\":{},\"predictions\":[{\"model_version\":{}}]}",
		"$.predictions[0].model_version: must be a string, is an object"},
	    {"{}", "$: is no task: it has neither data nor annotations"},
	    {"{\"id\":5}", "task 1 (id 5): $: is no task: it has neither data nor"},
	    {"{\"id\":5,\"data\":null,\"predictions\":[]}", "(id 5): $: is no task"},
	    {"{\"id\":5,\"image\":\"a\",\"label\":[{\"x\":1}],\"annotator\":1,"
	     "\"annotation_id\":7}",
		"(id 5): $: is of a JSON_MIN export"},
	    {"{\"id\":5,\"data\":\"a text\",\"annotation_id\":7}", "JSON_MIN"},
	    {"{\"id\":\"5\",\"label\":\"cat\",\"annotator\":\"1\","
	     "\"annotation_id\":\"7\",\"lead_time\":null}",
		"(id 5): $: is a row of a CSV export"},
	    {"{\"id\":7,\"task\":5,\"result\":[]}",
		"(id 5): $: is an annotation without its task"},
	    {"{\"id\":31,\"result\":[{\"x\":nul}],\"task\":{\"id\":5,\"data\":{}}}",
		"task 1 (id 5): $.result[0].x: JSON: "},
	    {"{\"id\":31,\"task\":{\"data\":{\"id\":6},\"id\":\"5\"},\"result\":[{\"x\":"
	     "nul}]}",
		"task 1 (id 5): $.result[0].x: JSON: "},
	    {"{\"id\":31,\"completed_by\":[],\"result\":[],\"task\":{\"id\":5,\"data\":{}}"
	     "}",
		"task 1 (id 5): $.completed_by: must be an id"},
	    {"{\"id\":7,\"result\":[]}", "task 1: $: is an annotation without its task"},
	    {"{\"id\":7,\"completed_by\":1,\"result\":[]}", "without its task"},
	    {"{\"info\":{},\"images\":[{\"id\":1}],\"annotations\":[{\"id\":1,\"image_id\":"
	     "1}],"
	     "\"categories\":[]}",
		"task 1: $: is of a COCO export, which does not say who annotated: export "
		"the project as JSON"},
	    {"{\"images\":[],\"categories\":[{\"id\":1}],\"annotations\":[]}", "COCO"},
	    {"{\"id\":4,\"image_id\":3,\"category_id\":1,\"bbox\":[1,2,3,4]}", "COCO"},
	    {"{\"id\":5,\"annotations\":[{\"id\":1,\"image_id\":3,\"bbox\":[1,2,3,4]}]}",
		"(id 5): $: has annotations without result, as no export of Label Studio "
		"has: export the project as JSON"},
	    {"{\"id\":5,\"data\":{},\"annotations\":[{\"id\":1,\"completed_by\":2},{}]}",
		"annotations without result"},
	    {"{\"id\":5,\"data\":{},\"completions\":[{\"id\":1}]}",
		"annotations without result"},
	    {"{\"id\":5,\"data\":{\"a\":1},\"annotation_id\":7}", "JSON_MIN"},
	    {"{\"id\":{\"0\":5},\"label\":{\"0\":\"cat\"},\"annotation_id\":{\"0\":7}}",
		"$: is a row of a CSV export"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct buf log = BUF_INIT;

		record(
		    &log, rows[i].task, strlen(rows[i].task), (struct export_options){0});
		if (strstr(log.s, rows[i].message) == NULL)
			fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].task, log.s,
			    rows[i].message);
		assert_true(str_starts(buf_text(&log), "! line 1, byte 0, task 1"));
		assert_non_null(strstr(log.s, "\nend"));
		buf_free(&log);
	}
}

/* What Python writes and JSON does not know is no mistake where nobody needs it. */
static void
nan_and_lone_surrogates(void **state)
{
	static const struct {
		const char *text, *data;
	} rows[] = {
	    {"{\"id\":5,\"data\":{\"a\":NaN}}", "{\"a\":null}"},
	    {"{\"id\":5,\"data\":{\"a\":[NaN,-Infinity,Infinity,1.5,\"NaN\"]}}",
		"{\"a\":[null,null,null,1.5,\"NaN\"]}"},
	    {"{\"data\":{\"a\":\"x\\ud83dy\\udc4d\\ud83d\\udc4d\\\\ud83d\"},\"id\":5}",
		"{\"a\":\"x\\ufffdy\\ufffd\\ud83d\\udc4d\\\\ud83d\"}"},
	    {"{\"data\":{\"\\uDEAD\":\"\\uD83D\"},\"meta\":{\"m\":NaN},\"id\":5}",
		"{\"\\ufffd\":\"\\ufffd\"}"},
	    {"{\"id\":5,\"data\":{},\"predictions\":[{\"id\":1,\"score\":NaN,\"result\":[]}"
	     "]}",
		"{}"},
	    {"{\"id\":5,\"data\":{},\"annotations\":[{\"id\":1,\"lead_time\":NaN,"
	     "\"result\":[{\"value\":{\"text\":[\"NaN\"]}}]}]}",
		"{}"},
	};
	static const struct {
		const char *text, *message;
	} wrong[] = {
	    {"{\"annotations\":[{\"result\":[{\"value\":{\"x\":NaN}}]}],\"id\":5}",
		"task 1 (id 5): $.annotations[0].result[0].value.x: JSON: line 1, column "
		"42: not a number, or one out of range (NaN)"},
	    {"{\"id\":5,\"data\":{\"b\":NaN},\"annotations\":[{\"result\":[{\"value\":"
	     "{\"text\":\"\\ud800\"}}]}]}",
		"(id 5): $.annotations[0].result[0].value.text: JSON: line 1"},
	    {"{\"id\":5,\"data\":{\"a\":nul}}",
		"$.data.a: JSON: line 1, column 21: no such "
		"value (nul)"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		FILE *f = file_of(rows[i].text, strlen(rows[i].text));
		struct export *x = export_open(fileno(f), NULL);
		const struct export_task *t = next_task(x);

		assert_id(t->id, 5);
		assert_str(t->data.text, rows[i].data);
		assert_true(t->n_predictions == 0 || !t->predictions[0].score.given);
		assert_null(next_task(x));
		export_close(x);
		fclose(f);
	}
	for (size_t i = 0; i < N_OF(wrong); i++) {
		struct buf log = BUF_INIT;

		record(
		    &log, wrong[i].text, strlen(wrong[i].text), (struct export_options){0});
		if (strstr(log.s, wrong[i].message) == NULL)
			fail_msg("%s: \"%s\" does not say \"%s\"", wrong[i].text, log.s,
			    wrong[i].message);
		buf_free(&log);
	}
}

/* What no matrix needs is taken where it is usable, and is missing else. */
static void
oddities_that_nobody_needs(void **state)
{
	static const char *const rows[] = {
	    "\"inner_id\":\"x\",\"overlap\":[],\"is_labeled\":2,\"created_at\":"
	    "\"yesterday\","
	    "\"updated_at\":{},\"data\":{\"a\":1e999},\"annotations\":[{\"result\":[],"
	    "\"lead_time\":\"long\",\"import_id\":{},\"unique_id\":[],\"last_action\":{},"
	    "\"parent_annotation\":1.5,\"parent_prediction\":\"p\",\"draft_created_at\":"
	    "7e77,"
	    "\"completed_by\":{\"id\":3,\"first_name\":[],\"avatar\":{}}}],"
	    "\"predictions\":[{\"score\":\"high\",\"result\":[]}]",
	    "\"inner_id\":1.5,\"meta\":[1e999],\"data\":{\"a\":-1.5E+400},\"annotations\":["
	    "{"
	    "\"result\":[],\"lead_time\":1e999,\"completed_by\":3}],"
	    "\"predictions\":[{\"score\":1e400,\"result\":[]}]",
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char text[800];
		FILE *f = file_of(
		    text, (size_t)snprintf(text, sizeof(text), "{\"id\":5,%s}", rows[i]));
		struct export *x = export_open(fileno(f), NULL);
		const struct export_task *t = next_task(x);

		assert_id(t->id, 5);
		assert_false(t->inner_id.given || t->overlap.given);
		assert_null(t->created_at.s);
		assert_str(t->data.text, "{\"a\":null}");
		assert_int_equal(t->n_annotations, 1);
		assert_id(t->annotations[0].completed_by.id, 3);
		assert_null(t->annotations[0].completed_by.first_name.s);
		assert_false(t->annotations[0].lead_time.given);
		assert_false(t->annotations[0].parent_annotation.given);
		assert_false(t->predictions[0].score.given);
		export_close(x);
		fclose(f);
	}
}

/* Nobody, however that is said. */
static void
completed_by_nobody(void **state)
{
	static const char *const rows[] = {"{}", "null", "0", "{\"id\":null}",
	    "{\"id\":0,\"email\":\"\"}", "{\"first_name\":\"Kim\",\"username\":\"kim\"}"};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char text[200];
		FILE *f = file_of(text,
		    (size_t)snprintf(text, sizeof(text),
			"{\"id\":5,\"annotations\":[{\"id\":7,\"result\":[],\"completed_"
			"by\":%s}]}",
			rows[i]));
		struct export *x = export_open(fileno(f), NULL);
		const struct export_task *t = next_task(x);

		assert_int_equal(t->n_annotations, 1);
		assert_false(t->annotations[0].completed_by.id.given);
		assert_null(t->annotations[0].completed_by.email.s);
		export_close(x);
		fclose(f);
	}
}

#define SEVEN(rest) "{\"id\":7,\"result\":[]," rest "}"
#define DAY(n) "\"updated_at\":\"2024-01-0" n "T00:00:00Z\",\"lead_time\":" n

/* Of annotations with the same id the one that was changed last counts, then the last. */
static void
the_same_id_twice(void **state)
{
	static const struct {
		const char *list;
		double lead_time;
	} rows[] = {
	    {SEVEN(DAY("1")) "," SEVEN(DAY("2")), 2},
	    {SEVEN(DAY("2")) "," SEVEN(DAY("1")), 2},
	    {SEVEN("\"lead_time\":1") "," SEVEN("\"lead_time\":2"), 2},
	    {SEVEN(DAY("2")) "," SEVEN("\"lead_time\":3"), 3},
	    {SEVEN("\"lead_time\":3") "," SEVEN(DAY("2")), 3},
	    {SEVEN(DAY("1")) "," SEVEN(DAY("3")) "," SEVEN(DAY("2")), 3},
	    {SEVEN("\"created_at\":\"2024-01-05T00:00:00Z\",\"lead_time\":5") "," SEVEN(
		 DAY("2")),
		5},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char text[800];
		FILE *f = file_of(text,
		    (size_t)snprintf(text, sizeof(text),
			"{\"id\":5,\"annotations\":[{\"result\":[]},%s,{\"result\":[]},{"
			"\"id\":8,\"result\":[]}],\"predictions\":[3,{\"id\":3,\"result\":"
			"[]},3,{\"result\":[]},{\"id\":4}]}",
			rows[i].list));
		struct export *x = export_open(fileno(f), NULL);
		const struct export_task *t = next_task(x);

		assert_int_equal(t->n_annotations, 4);
		assert_id(t->annotations[1].id, 7);
		assert_true(t->annotations[1].lead_time.value == rows[i].lead_time);
		assert_id(t->annotations[3].id, 8);
		assert_int_equal(t->n_predictions, 3);
		assert_id(t->predictions[0].id, 3);
		assert_false(t->predictions[0].id_only);
		assert_int_equal(t->predictions[0].at, 1);
		export_close(x);
		fclose(f);
	}
}

/* An outline has whose annotations they are, and nothing that anybody said. */
static void
outlines(void **state)
{
	static const char text[] =
	    "{\"id\":5,\"data\":{\"t\":\"]}\\\"\"},\"meta\":{\"a\":1},\"annotations\":[{"
	    "\"id\":7,"
	    "\"completed_by\":{\"id\":3,\"email\":\"kim@example.com\"},\"result\":[{"
	    "\"value\":"
	    "{\"result\":[1]}}],\"ground_truth\":true}],\"drafts\":[{\"result\":[{}]}],"
	    "\"predictions\":[{\"id\":8,\"result\":[NaN],\"model_version\":\"v\"},9]}";
	FILE *f = file_of(text, sizeof(text) - 1);
	struct export *x =
	    export_open(fileno(f), &(struct export_options){.outline = true});
	const struct export_task *t = next_task(x);
	struct export_task whole;
	struct arena *a = arena_new(0);
	struct str copy = arena_str(a, t->text);

	(void)state;
	assert_id(t->id, 5);
	assert_str(t->data.text, "{}");
	assert_int_equal(t->n_annotations, 1);
	assert_id(t->annotations[0].completed_by.id, 3);
	assert_str(t->annotations[0].completed_by.email, "kim@example.com");
	assert_true(t->annotations[0].ground_truth);
	assert_str(t->annotations[0].result.text, "[]");
	assert_int_equal(t->n_predictions, 2);
	assert_str(t->predictions[0].model_version, "v");
	assert_true(t->predictions[1].id_only);
	assert_str(t->text, text);
	assert_null(next_task(x));
	export_close(x);
	fclose(f);
	/* Read again, its text is still what it was, mistakes too. */
	assert_int_equal(export_task_again(a, copy, "$", &whole, NULL), ERR_INPUT);
	copy = STR("{\"id\":6,\"data\":{\"a\":NaN}}");
	assert_int_equal(export_task_again(a, copy, "$", &whole, NULL), ERR_OK);
	assert_id(whole.id, 6);
	assert_str(whole.data.text, "{\"a\":null}");
	arena_free(a);
}

/* Packed as gzip does it, in `parts` files one after the other. */
static size_t
pack(const char *text, size_t n, size_t parts, unsigned char *out, size_t room)
{
	size_t used = 0;

	for (size_t i = 0; i < parts; i++) {
		size_t from = n * i / parts, to = n * (i + 1) / parts;
		z_stream z = {0};

		assert_int_equal(
		    deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
		z.next_in = (unsigned char *)(uintptr_t)(text + from);
		z.avail_in = (unsigned)(to - from);
		z.next_out = out + used;
		z.avail_out = (unsigned)(room - used);
		assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
		used = room - z.avail_out;
		deflateEnd(&z);
	}
	return used;
}

static void
packed_files(void **state)
{
	static const char text[] = "[{\"id\":5,\"data\":{}},\n{\"id\":6,\"data\":{}}]";
	unsigned char packed[400];

	(void)state;
	for (size_t parts = 1; parts <= 3; parts++) {
		size_t n = pack(text, sizeof(text) - 1, parts, packed, sizeof(packed));

		expect_bytes(packed, n, 0, "1@1+1=5\n2@2+21=6\nend");
		for (size_t cut = 2; cut < n; cut++) {
			struct buf log = BUF_INIT;

			record(&log, packed, cut, (struct export_options){.chunk = 3});
			assert_non_null(strstr(log.s, "\nstop"));
			buf_free(&log);
		}
	}
	/* What is packed twice, or packed and no text in UTF-8, is called by its name. */
	static const struct {
		struct str inside;
		const char *what;
	} rows[] = {
	    {STR_INIT("[\0{\0\"\0"), "is text in UTF-16"},
	    {STR_INIT("\xff\xfe[\0]\0"), "is text in UTF-16"},
	    {STR_INIT("PK\3\4aaaaaaaaa"), "is a ZIP archive"},
	    {STR_INIT("\x1f\x8b\x08"), "is packed with gzip again: unpack it once"},
	};
	for (size_t i = 0; i < N_OF(rows); i++)
		for (size_t parts = 1; parts <= 3; parts++) {
			size_t n = pack(rows[i].inside.s, rows[i].inside.n, parts, packed,
			    sizeof(packed));
			char want[200];

			snprintf(want, sizeof(want),
			    "is packed with gzip, and what is in it %s", rows[i].what);
			for (size_t chunk = 1; chunk < 70; chunk += 23) {
				struct buf said = BUF_INIT;

				record(&said, packed, n,
				    (struct export_options){.chunk = chunk});
				assert_non_null(strstr(said.s, want));
				buf_free(&said);
			}
		}
	assert_true(pack(text, sizeof(text) - 1, 1, packed, sizeof(packed)) > 20);
	packed[20] ^= 0x55;
	struct buf log = BUF_INIT;
	record(&log, packed, 60, (struct export_options){0});
	assert_non_null(strstr(log.s, "is packed with gzip, and damaged"));
	buf_free(&log);
}

static void
files_that_are_no_text(void **state)
{
	static const struct {
		struct str head;
		const char *name;
	} rows[] = {
	    {STR_INIT("\xff\xfe[\0]\0"), "UTF-16"},
	    {STR_INIT("\xfe\xff\0[\0]"), "UTF-16"},
	    {STR_INIT("[\0{\0\"\0"), "UTF-16"},
	    {STR_INIT("\0{\0\"\0i"), "UTF-16"},
	    {STR_INIT("\xff\xfe\0\0[\0\0\0"), "UTF-32"},
	    {STR_INIT("\0\0\xfe\xff\0\0\0["), "UTF-32"},
	    {STR_INIT("PK\3\4\24\0\0\0"), "ZIP"},
	    {STR_INIT("BZh91AY&SY"), "bzip2"},
	    {STR_INIT("\xfd"
		      "7zXZ\0\0\4"),
		"xz"},
	    {STR_INIT("\x28\xb5\x2f\xfd\4\0"), "zstd"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct buf log = BUF_INIT;

		record(&log, rows[i].head.s, rows[i].head.n, (struct export_options){0});
		assert_true(str_starts(buf_text(&log), "! line 1: is "));
		assert_non_null(strstr(log.s, rows[i].name));
		assert_non_null(strstr(log.s, "\nstop"));
		buf_free(&log);
	}
}

/* A target storage keeps each annotation with its task inside. */
static void
annotations_of_a_target_storage(void **state)
{
	static const char text[] =
	    "{\"id\":31,\"completed_by\":{\"id\":4,\"email\":\"kim@example.com\"},"
	    "\"result\":[{\"id\":\"r\"}],\"was_cancelled\":true,\"project\":9,"
	    "\"task\":{\"id\":5,\"data\":{\"t\":\"x\"},\"project\":9}}";
	FILE *f = file_of(text, sizeof(text) - 1);
	struct export *x = export_open(fileno(f), NULL);
	const struct export_task *t = next_task(x);

	(void)state;
	assert_id(t->id, 5);
	assert_id(t->project, 9);
	assert_str(t->data.text, "{\"t\":\"x\"}");
	assert_int_equal(t->n_annotations, 1);
	assert_int_equal(t->n_predictions, 0);
	assert_id(t->annotations[0].id, 31);
	assert_id(t->annotations[0].completed_by.id, 4);
	assert_true(t->annotations[0].was_cancelled);
	assert_null(next_task(x));
	export_close(x);
	fclose(f);
}

/* Nulls and missing keys are the same; annotations win over completions. */
static void
nothing_given(void **state)
{
	static const char text[] = "{\"id\":null,\"data\":null,\"inner_id\":null,\"created_"
				   "at\":null,\"is_labeled\":null,"
				   "\"predictions\":null,\"annotations\":[{\"result\":null,"
				   "\"completed_by\":null}],"
				   "\"completions\":[{},{}]}";
	FILE *f = file_of(text, sizeof(text) - 1);
	struct export *x = export_open(fileno(f), NULL);
	const struct export_task *t = next_task(x);

	(void)state;
	assert_false(t->id.given);
	assert_int_equal(t->id.value, 0);
	assert_null(t->data.json);
	assert_null(t->created_at.s);
	assert_false(t->is_labeled);
	assert_int_equal(t->n_predictions, 0);
	assert_int_equal(t->n_annotations, 1);
	assert_false(t->annotations[0].id.given);
	assert_null(t->annotations[0].result.json);
	assert_null(t->annotations[0].completed_by.email.s);
	export_close(x);
	fclose(f);
}

static void
no_memory_is_an_error(void **state)
{
	static const char text[] =
	    "{\"id\":1,\"data\":{},\"created_at\":\"2024-01-01T00:00:00Z\",\"predictions\":"
	    "[{\"model_version\":2}],"
	    "\"annotations\":[{\"result\":[],\"completed_by\":{\"id\":1,\"data\":{}}}]}";
	struct arena *a = arena_new(0);
	const struct json *tree;
	enum err err = ERR_MEMORY;
	size_t failures = 0;

	(void)state;
	assert_int_equal(json_parse(a, STR(text), &tree, NULL), ERR_OK);
	for (size_t limit = 16; err != ERR_OK; limit += 16, failures++) {
		struct arena *small = arena_new(limit);
		struct export_task t = {0};
		struct error e = {0};

		err = export_task_read(small, tree, "$", &t, &e);
		assert_true(err == ERR_MEMORY || err == ERR_OK);
		assert_int_equal(e.code, err);
		arena_free(small);
	}
	assert_true(failures > 5);
	arena_free(a);
}

static void
reading_can_fail(void **state)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY);
	struct export *x = export_open(fd, NULL);
	const struct export_task *t;
	struct error e = {0};

	(void)state;
	assert_int_equal(export_next(x, &t, &e), ERR_IO);
	assert_true(export_ended(x));
	e = (struct error){0};
	assert_int_equal(export_next(x, &t, &e), ERR_IO);
	assert_true(str_starts(str_of(e.text), "line 1: "));
	export_close(x);
	export_close(NULL);
	close(fd);
}

/* A pipe gives what it has, in pieces of its own. */
static void
pipes(void **state)
{
	int ends[2];
	struct export *x;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "[{\"id\":1,\"data\":{}},{\"i", 23), 23);
	x = export_open(ends[0], NULL);
	assert_id(next_task(x)->id, 1);
	assert_int_equal(write(ends[1], "d\":2,\"data\":{}}]", 16), 16);
	assert_id(next_task(x)->id, 2);
	close(ends[1]);
	assert_null(next_task(x));
	export_close(x);
	close(ends[0]);
}

/* Any bytes at all: the same ending whatever the chunks, and no crash. */
static void
mangled_files(void **state)
{
	static const char text[] =
	    "[{\"id\":5,\"data\":{\"a\":\"\\\"}\\\\\"},"
	    "\"annotations\":[{\"id\":1,\"data\":{}}]},\n{\"id\":6,\"data\":{}}]";
	uint32_t random = 12345;

	(void)state;
	for (int round = 0; round < 300; round++) {
		char mangled[sizeof(text)];
		struct buf first = BUF_INIT;

		memcpy(mangled, text, sizeof(text));
		for (int k = 0; k <= round % 3; k++) {
			static const char bytes[] = "[]{}\",\\:\n0x\xff";

			random = random * 1664525 + 1013904223;
			mangled[(random >> 8) % (sizeof(text) - 1)] =
			    bytes[(random >> 24) % (sizeof(bytes) - 1)];
		}
		record(&first, mangled, sizeof(text) - 1, (struct export_options){0});
		expect_bytes(mangled, sizeof(text) - 1, 0, first.s);
		buf_free(&first);
	}
}

static void
scans_end_where_the_value_ends(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool done;
	} rows[] = {
	    {"{}x", 2, true},
	    {"[[]]]", 4, true},
	    {"\"a\"b", 3, true},
	    {"\"\\\"\"b", 4, true},
	    {"\"\\\\\"b", 4, true},
	    {"12,", 2, true},
	    {"12", 2, false},
	    {"null]", 4, true},
	    {"{\"}\"", 4, false},
	    {"\"\\", 2, false},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct scan s = scan_start(rows[i].bytes[0]);

		assert_int_equal(
		    scan_bytes(&s, rows[i].bytes, strlen(rows[i].bytes)), rows[i].n);
		assert_int_equal(s.done, rows[i].done);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(arrays_lines_and_single_tasks),
	    cmocka_unit_test(strings_hide_brackets),
	    cmocka_unit_test(files_that_are_no_exports),
	    cmocka_unit_test(commas_and_what_follows),
	    cmocka_unit_test(truncated_files),
	    cmocka_unit_test(a_bad_task_does_not_stop_the_rest),
	    cmocka_unit_test(long_tasks_are_read_over),
	    cmocka_unit_test(deep_nesting),
	    cmocka_unit_test(easy_exports),
	    cmocka_unit_test(snapshots),
	    cmocka_unit_test(old_exports_and_lines),
	    cmocka_unit_test(mistakes_name_their_place),
	    cmocka_unit_test(nan_and_lone_surrogates),
	    cmocka_unit_test(oddities_that_nobody_needs),
	    cmocka_unit_test(completed_by_nobody),
	    cmocka_unit_test(the_same_id_twice),
	    cmocka_unit_test(outlines),
	    cmocka_unit_test(packed_files),
	    cmocka_unit_test(files_that_are_no_text),
	    cmocka_unit_test(annotations_of_a_target_storage),
	    cmocka_unit_test(nothing_given),
	    cmocka_unit_test(no_memory_is_an_error),
	    cmocka_unit_test(reading_can_fail),
	    cmocka_unit_test(pipes),
	    cmocka_unit_test(mangled_files),
	    cmocka_unit_test(scans_end_where_the_value_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
