/* lib/offline/offline: matrices of tasks of an export, with a configuration and without,
 * as the service would give them after an import. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "offline/offline.h"
#include "service/render.h"
#include "service/selection_read.h"
#include "json/write.h"
#include "labelstudio/export.h"
#include "arena_fixture.h"

static struct offline o;
static struct selection selection;
static char warned[2000];

static void
note(void *context, const struct matrix_warning *w)
{
	size_t n = strlen(warned);

	(void)context;
	snprintf(warned + n, sizeof(warned) - n, "%s\n", w->text);
}

/* Begin anew with a selection; `config` NULL: none. */
static enum err
begin(const char *select, const char *config)
{
	warned[0] = '\0';
	offline_end(&o);
	assert_int_equal(selection_parse_json(a, str_of(select), &selection, &e), ERR_OK);
	o = (struct offline){
	    .arena = a, .selection = &selection, .options = {0.0, note, NULL}};
	return offline_begin(&o, str_of(config), &e);
}

static int
tear_down(void **state)
{
	offline_end(&o);
	o = (struct offline){0};
	return arena_tear_down(state);
}

/* A task, read as the export's reader does. */
static const struct export_task *
task(const char *text)
{
	struct export_task *t = arena_calloc(a, 1, sizeof(*t));
	const struct json *j;

	if (json_parse(a, str_of(text), &j, &e) != ERR_OK ||
	    export_task_read(a, j, "$", t, &e) != ERR_OK)
		fail_msg("%s", e.text);
	return t;
}

/* The answer for a task as JSON. */
static const char *
answer(const struct export_task *t)
{
	struct offline_answer r;
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	const char *text;

	if (offline_task(&o, a, t, &r, &e) != ERR_OK)
		fail_msg("%s", e.text);
	render_matrix(&w, &r.matrix, r.rows, STR(""));
	assert_false(buf_failed(&b));
	text = arena_str(a, buf_text(&b)).s;
	buf_free(&b);
	return text;
}

static void
assert_begins(const char *text, const char *want)
{
	if (strncmp(text, want, strlen(want)) != 0)
		fail_msg("%s does not begin with %s", text, want);
}

static void
assert_holds(const char *text, const char *want)
{
	if (strstr(text, want) == NULL)
		fail_msg("%s does not hold %s", text, want);
}

/* Begin with an export of one task. */
static void
begin_with(const char *select, const char *config, const struct export_task *t)
{
	assert_int_equal(begin(select, config), ERR_OK);
	assert_int_equal(offline_survey(&o, t, &e), ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
}

/* Survey, choose, and answer for one task. */
static const char *
all_of(const char *select, const char *config, const char *text)
{
	const struct export_task *t = task(text);

	begin_with(select, config, t);
	assert_int_equal(offline_choose(&o, (struct str){0}, &e), ERR_OK);
	return answer(t);
}

#define EVERYBODY                                                                          \
	"{\"annotators\":{\"all\":true},\"models\":{\"all\":true},\"ground_truth\":true}"
#define ANNOTATORS "{\"annotators\":{\"all\":true}}"
#define CONFIG                                                                             \
	"<View><Text name=\"t\" value=\"$t\"/><Choices name=\"q\" toName=\"t\"><Choice "   \
	"value=\"a\"/></Choices></View>"
#define CHOICE(name, value)                                                                \
	"{\"id\":\"1" name "\",\"from_name\":\"" name                                      \
	"\",\"type\":\"choices\",\"value\":{\"choices\":[\"" value "\"]}}"
#define BY(id, user, rest) "{\"id\":" id ",\"completed_by\":" user ",\"result\":[" rest "]}"

static void
a_task_is_answered(void **state)
{
	static const char text[] =
	    "{\"id\":1,\"data\":{},\"annotations\":["
	    "{\"id\":12,\"completed_by\":{\"id\":2,\"email\":\"bob@x\",\"first_name\":"
	    "\"Bob\"},"
	    "\"result\":[" CHOICE("q",
		"b") "]},"
		     "{\"id\":11,\"completed_by\":1,\"ground_truth\":true,\"result\":"
		     "[" CHOICE("q", "a") "]},"
					  "{\"id\":13,\"completed_by\":3,\"was_cancelled\":"
					  "true,\"result\":[" CHOICE("q",
					      "a") "]}],"
						   "\"predictions\":[{\"id\":21,\"model_"
						   "version\":\"v1\",\"result\":[" CHOICE(
						       "q", "a") "]},22]}";

	(void)state;
	/* The cancelled one, and the prediction that is an id alone, are nobody's. */
	assert_string_equal(all_of(EVERYBODY, CONFIG, text),
	    "{\"matrix\":[[1.0,0.0,1.0,null],[0.0,1.0,0.0,0.0],[1.0,0.0,1.0,1.0],[null,0.0,"
	    "1.0,1.0]],"
	    "\"users\":["
	    "{\"avatar\":null,\"email\":\"user-1@export.invalid\",\"first_name\":\"\","
	    "\"id\":1,"
	    "\"initials\":\"us\",\"last_name\":\"\",\"username\":\"user-1\"},"
	    "{\"avatar\":null,\"email\":\"bob@x\",\"first_name\":\"Bob\",\"id\":2,"
	    "\"initials\":\"B\","
	    "\"last_name\":\"\",\"username\":\"bob\"},"
	    "{\"id\":\"model:v1\",\"username\":\"Model v1\"},"
	    "{\"id\":\"ground_truth\",\"username\":\"Ground Truth\"}]}");
	assert_string_equal(warned, "");
}

static void
the_latest_counts_to_the_microsecond(void **state)
{
	static const char *const times[][2] = {
	    {"2024-05-01T10:00:00.123455Z", "2024-05-01T10:00:00.123456Z"},
	    {"2024-05-01T10:00:00.000000Z", "2024-05-01T10:00:00.000001Z"},
	    {"2024-05-01T10:00:00Z", "2024-05-01T11:00:01+01:00"},
	    {"2023-12-31T23:59:59.999999Z", "2024-01-01T00:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(times); i++)
		for (int later = 0; later < 2; later++) {
			/* The one with the smaller id is the later one, and the other way
			 * round. */
			const char *text = arena_printf(a,
			    "{\"annotations\":[{\"id\":5,\"completed_by\":1,\"updated_at\":"
			    "\"%s\",\"result\":[" CHOICE(
				"q", "first") "]},{\"id\":4,\"completed_by\":1,\"updated_"
					      "at\":\"%s\","
					      "\"result\":[" CHOICE("q", "second") "]}," BY(
						  "6", "2", CHOICE("q", "second")) "]}",
			    times[i][later], times[i][1 - later]);

			assert_begins(all_of(ANNOTATORS, CONFIG, text),
			    later == 0 ? "{\"matrix\":[[1.0,1.0],"
				       : "{\"matrix\":[[1.0,0.0],");
		}
	/* Times of all microseconds of a while are in order. */
	for (int i = 0; i < 3000; i++) {
		struct arena_mark mark = arena_mark(a);
		const char *text = arena_printf(a,
		    "{\"annotations\":[{\"id\":5,\"completed_by\":1,\"updated_at\":\"2024-"
		    "05-01T10:00:00.%06d\","
		    "\"result\":[" CHOICE(
			"q", "a") "]},{\"id\":4,\"completed_by\":1,\"updated_at\":"
				  "\"2024-05-01T10:00:00.%06d\",\"result\":[]}," BY(
				      "6", "2", "") "]}",
		    i * 333, i * 333 + 1);

		assert_begins(all_of(ANNOTATORS, CONFIG, text), "{\"matrix\":[[1.0,1.0],");
		arena_rewind(a, mark);
	}
}

static void
without_times_the_larger_id_counts(void **state)
{
	(void)state;
	assert_begins(all_of(ANNOTATORS, CONFIG,
			  "{\"annotations\":[" BY("5", "1", CHOICE("q", "a")) "," BY(
			      "4", "1", "") "," BY("6", "2", "") "]}"),
	    "{\"matrix\":[[1.0,0.0],");
	/* created_at stands in for updated_at; without ids the last one counts. */
	assert_begins(all_of(ANNOTATORS, CONFIG,
			  "{\"annotations\":[{\"completed_by\":1,\"created_at\":\"2024-05-"
			  "02T00:00:00Z\",\"result\":"
			  "[]},{\"completed_by\":1,\"updated_at\":\"2024-05-01T00:00:00Z\","
			  "\"result\":[" CHOICE("q", "a") "]}," BY("6", "2", "") "]}"),
	    "{\"matrix\":[[1.0,1.0],");
	assert_begins(
	    all_of(ANNOTATORS, CONFIG,
		"{\"annotations\":[{\"completed_by\":1,\"result\":[" CHOICE("q",
		    "a") "]},{\"completed_by\":1,\"result\":[]}," BY("6", "2", "") "]}"),
	    "{\"matrix\":[[1.0,1.0],");
}

/* ------------------------------------------------------------------ surveys */

static void
results_are_surveyed_where_there_is_no_configuration(void **state)
{
	(void)state;
	assert_int_equal(begin(EVERYBODY, CONFIG), ERR_OK);
	assert_false(offline_needs_results(&o));
	assert_int_equal(begin(EVERYBODY, NULL), ERR_OK);
	assert_true(offline_needs_results(&o));
	assert_int_equal(begin(EVERYBODY, "<View"), ERR_INPUT);
	assert_int_equal(begin(EVERYBODY, ""), ERR_INPUT);
}

static void
without_a_configuration_all_results_suggest(void **state)
{
	const struct export_task *first = task("{\"annotations\":[" BY("1", "1",
	    CHOICE("q", "a")) "],"
			      "\"predictions\":[{\"result\":[" CHOICE("p", "a") "]}]}");
	const struct export_task *second = task("{\"annotations\":[" BY(
	    "2", "1", CHOICE("r", "a") "," CHOICE("q", "a")) "," BY("3", "2",
	    CHOICE("r", "a") "," CHOICE(
		"q", "b")) ","
			   "{\"id\":4,\"completed_by\":3,\"result\":\"[{\"}]}");

	(void)state;
	assert_int_equal(begin(ANNOTATORS, NULL), ERR_OK);
	assert_int_equal(offline_survey(&o, first, &e), ERR_OK);
	assert_int_equal(offline_survey(&o, second, &e), ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
	assert_int_equal(offline_choose(&o, (struct str){0}, &e), ERR_OK);
	assert_int_equal(o.dimensions.n, 3);
	assert_true(str_is(o.dimensions.list[0].row->name, "q"));
	assert_true(str_is(o.dimensions.list[1].row->name, "p"));
	assert_true(str_is(o.dimensions.list[2].row->name, "r"));
	/* q differs, p and r agree; the third's result is no JSON. */
	assert_begins(answer(second), "{\"matrix\":[[1.0,0.6666666666666666,null],");
	assert_holds(warned, "annotation 4, dimension 1: result, a string: JSON: line 1");
	warned[0] = '\0';
	assert_begins(answer(first), "{\"matrix\":[[1.0]]");
}

/* A survey that is there for names must not add to what the configuration says. */
static void
with_a_configuration_results_suggest_nothing(void **state)
{
	static const char text[] = "{\"annotations\":[" BY(
	    "1", "1", CHOICE("q", "a") "," CHOICE("old", "a")) "," BY("2", "2",
	    CHOICE("q", "a") "," CHOICE("old", "b")) "]}";

	(void)state;
	assert_begins(
	    all_of(ANNOTATORS, CONFIG, text), "{\"matrix\":[[1.0,1.0],[1.0,1.0]]");
	assert_begins(all_of("{\"annotators\":{\"ids\":[1,2]}}", CONFIG, text),
	    "{\"matrix\":[[1.0,1.0],[1.0,1.0]]");
	assert_int_equal(o.dimensions.n, 1);
}

static void
those_named_may_be_of_other_tasks(void **state)
{
	const struct export_task *first =
	    task("{\"annotations\":[" BY("1", "{\"id\":8,\"email\":\"dot@x\"}", "") "]}");
	const struct export_task *second = task("{\"annotations\":[" BY("2", "1", "") "]}");

	(void)state;
	assert_int_equal(begin("{\"annotators\":{\"ids\":[8,1,99]}}", CONFIG), ERR_OK);
	assert_int_equal(offline_survey(&o, first, &e), ERR_OK);
	assert_int_equal(offline_survey(&o, second, &e), ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
	assert_int_equal(offline_choose(&o, (struct str){0}, &e), ERR_OK);
	assert_string_equal(answer(second),
	    "{\"matrix\":[[1.0,null],[null,null]],\"users\":["
	    "{\"avatar\":null,\"email\":\"user-1@export.invalid\",\"first_name\":\"\","
	    "\"id\":1,"
	    "\"initials\":\"us\",\"last_name\":\"\",\"username\":\"user-1\"},"
	    "{\"avatar\":null,\"email\":\"dot@x\",\"first_name\":\"\",\"id\":8,"
	    "\"initials\":\"do\","
	    "\"last_name\":\"\",\"username\":\"dot\"}]}");
	assert_begins(answer(first), "{\"matrix\":[[null,null],[null,1.0]]");
}

/* Users that a survey met are shown with what any task says of them. */
static void
what_is_known_of_a_user_is_shown_everywhere(void **state)
{
	const struct export_task *first = task("{\"annotations\":[" BY("1", "8", "") "]}");
	const struct export_task *second = task("{\"annotations\":[" BY(
	    "2", "{\"id\":8,\"email\":\"dot@x\",\"last_name\":\"Fox\"}", "") "]}");

	(void)state;
	assert_int_equal(begin(ANNOTATORS, NULL), ERR_OK);
	assert_int_equal(offline_survey(&o, first, &e), ERR_OK);
	assert_int_equal(offline_survey(&o, second, &e), ERR_OK);
	assert_int_equal(offline_survey(&o, first, &e), ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
	assert_int_equal(offline_choose(&o, (struct str){0}, &e), ERR_OK);
	assert_holds(answer(first), "\"email\":\"dot@x\"");
	assert_holds(answer(second), "\"last_name\":\"Fox\"");
}

static void
users_are_kept_in_order(void **state)
{
	static const int ids[] = {50, 3, 40, 1, 60, 2, 30, 3, 50, 7};

	(void)state;
	assert_int_equal(begin("{\"annotators\":{\"ids\":[1]}}", CONFIG), ERR_OK);
	for (int i = 0; i < 400; i++)
		assert_int_equal(
		    offline_survey(&o,
			task(arena_printf(a,
			    "{\"annotations\":[{\"completed_by\":%d,\"result\":[]}]}",
			    ids[i % 10] + i / 10 * 100)),
			&e),
		    ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
	assert_int_equal(o.people.n, 40 * 8);
	for (size_t i = 1; i < o.people.n; i++)
		assert_true(o.people.known[i - 1].id < o.people.known[i].id);
}

/* A survey of a large file takes no memory for what it has met already. */
static void
surveys_keep_what_is_new_alone(void **state)
{
	const struct export_task *t = task("{\"annotations\":[" BY("1", "1",
	    CHOICE("q", "a") "," CHOICE("r", "b")) "],"
						   "\"predictions\":[{\"result\":[" CHOICE(
						       "p", "a") "]}]}");
	struct arena *own = arena_new((size_t)1 << 20);

	(void)state;
	assert_int_equal(begin(ANNOTATORS, NULL), ERR_OK);
	o.arena = o.people.arena = o.repeats.arena = own;
	for (int i = 0; i < 20000; i++)
		assert_int_equal(offline_survey(&o, t, &e), ERR_OK);
	assert_int_equal(o.rows.n, 3);
	arena_free(own);
}

/* The ids of the rows of an answer, one after the other. */
static const char *
rows_of(const char *select, bool unnamed, const char *const *texts, size_t n, size_t which)
{
	struct offline_answer r;
	struct buf b = BUF_INIT;
	const char *ids;

	assert_int_equal(begin(select, CONFIG), ERR_OK);
	o.unnamed = unnamed;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(offline_survey(&o, task(texts[i]), &e), ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
	assert_int_equal(offline_choose(&o, (struct str){0}, &e), ERR_OK);
	assert_int_equal(offline_task(&o, a, task(texts[which]), &r, &e), ERR_OK);
	for (size_t i = 0; i < r.matrix.n; i++)
		buf_printf(&b, "%s%lld%s%.*s", i == 0 ? "" : " ",
		    (long long)r.rows[i].participant->user,
		    r.rows[i].participant->kind == PARTICIPANT_UNNAMED ? "!" : "",
		    r.rows[i].user == NULL ? 0 : (int)r.rows[i].user->username.n,
		    r.rows[i].user == NULL ? "" : r.rows[i].user->username.s);
	ids = arena_str(a, buf_text(&b)).s;
	buf_free(&b);
	return ids;
}

/* The email decides who somebody is, then the number; as after an import. */
static void
people_of_an_email_or_a_number(void **state)
{
	static const char *const emails[] = {
	    "{\"annotations\":[" BY("1", "\"kim@x\"", "") "," BY(
		"2", "\"lee@x\"", "") "," BY("3", "\"KIM@x\"", "") "]}",
	    "{\"annotations\":[" BY("4", "{\"id\":7,\"email\":\"Lee@X\"}", "") "," BY(
		"5", "8", "") "]}"};
	static const char *const clashes[] = {
	    "{\"annotations\":[" BY("1", "{\"id\":7,\"email\":\"kim@x\"}", "") "," BY(
		"2", "{\"id\":7,\"email\":\"lee@x\"}", "") "," BY("3", "7", "") "]}"};
	static const char *const numbers[] = {"{\"annotations\":[" BY("1", "7", "") "," BY(
	    "2", "{\"id\":5,\"email\":\"kim@x\"}", "") "," BY("3",
	    "{\"id\":7,\"email\":\"Kim@x\"}",
	    "") "," BY("4", "7", "") "," BY("5", "8", "") "]}"};
	static const char *const completed[] = {"{\"annotations\":[" BY("1", "7", "") "]}",
	    "{\"annotations\":[" BY("2", "{\"id\":7,\"email\":\"kim@x\"}", "") "]}"};

	(void)state;
	/* kim has no number and gets the one after the largest, lee has one elsewhere. */
	assert_string_equal(rows_of(ANNOTATORS, false, emails, 2, 0), "7lee 9kim");
	assert_string_equal(rows_of(ANNOTATORS, false, emails, 2, 1), "7lee 8user-8");
	assert_string_equal(rows_of(ANNOTATORS, false, emails, 1, 0), "1kim 2lee");
	assert_string_equal(
	    rows_of("{\"annotators\":{\"ids\":[9]}}", false, emails, 2, 1), "9kim");
	/* Two people with one number: the second gets another. */
	assert_string_equal(rows_of(ANNOTATORS, false, clashes, 1, 0), "7kim 8lee");
	/* One person of several numbers, and a number that turns out to be somebody. */
	assert_string_equal(rows_of(ANNOTATORS, false, numbers, 1, 0), "5kim 8user-8");
	/* Known by number first, by email later. */
	assert_string_equal(rows_of(ANNOTATORS, false, completed, 2, 0), "7kim");
}

static void
annotations_of_nobody(void **state)
{
	static const char *const texts[] = {
	    "{\"annotations\":[" BY("46", "null", CHOICE("q", "a")) "," BY(
		"45", "3", CHOICE("q", "a")) "," BY("47", "null", CHOICE("q", "b")) "]}"};

	(void)state;
	assert_string_equal(rows_of(ANNOTATORS, false, texts, 1, 0), "3user-3");
	assert_string_equal(rows_of(ANNOTATORS, true, texts, 1, 0), "3user-3 46! 47!");
	assert_string_equal(
	    rows_of("{\"annotators\":{\"ids\":[3,46]}}", true, texts, 1, 0), "3user-3");
	assert_int_equal(begin(ANNOTATORS, CONFIG), ERR_OK);
	o.unnamed = true;
	assert_int_equal(offline_survey(&o, task(texts[0]), &e), ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
	assert_int_equal(offline_choose(&o, (struct str){0}, &e), ERR_OK);
	assert_begins(answer(task(texts[0])),
	    "{\"matrix\":[[1.0,1.0,0.0],[1.0,1.0,0.0],[0.0,0.0,1.0]],");
	assert_holds(answer(task(texts[0])),
	    "{\"id\":\"annotation:46\",\"username\":\"Annotation 46\"},"
	    "{\"id\":\"annotation:47\",\"username\":\"Annotation 47\"}]}");
}

/* ------------------------------------------------------------------ tasks in several
 * places */

static struct export_task *
with_text(const char *text)
{
	struct export_task *t = arena_calloc(a, 1, sizeof(*t));

	assert_int_equal(export_task_again(a, str_of(text), "$", t, &e), ERR_OK);
	t->text = str_of(text);
	return t;
}

static void
tasks_in_several_places_are_one(void **state)
{
	static const char *const texts[] = {
	    "{\"id\":5,\"data\":{},\"annotations\":[" BY(
		"1", "1", CHOICE("q", "a")) "],"
					    "\"predictions\":[{\"id\":9,\"model_version\":"
					    "\"v\",\"result\":[]}]}",
	    "{\"id\":6,\"data\":{},\"annotations\":[" BY("7", "1", CHOICE("q", "b")) "]}",
	    "{\"id\":2,\"completed_by\":2,\"result\":[" CHOICE(
		"q", "b") "],\"task\":{\"id\":5,\"data\":{}}}",
	    "{\"data\":{},\"annotations\":[" BY("8", "1", "") "]}",
	    "{\"id\":5,\"data\":{},\"annotations\":[" BY("1", "1", CHOICE("q", "b")) "," BY(
		"3", "3", CHOICE("q", "b")) "],\"predictions\":[9,10]}"};
	static const size_t joined[] = {0, 1, 0, 1, 3}; /* annotations then; 0: wait */
	const struct export_task *whole = NULL;

	(void)state;
	assert_int_equal(begin(ANNOTATORS, CONFIG), ERR_OK);
	for (size_t i = 0; i < N_OF(texts); i++)
		assert_int_equal(offline_survey(&o, with_text(texts[i]), &e), ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
	assert_int_equal(offline_choose(&o, (struct str){0}, &e), ERR_OK);
	for (size_t i = 0; i < N_OF(texts); i++) {
		const struct export_task *t = with_text(texts[i]);

		assert_int_equal(offline_join(&o, a, t, &whole, &e), ERR_OK);
		assert_int_equal(whole == NULL ? 0 : whole->n_annotations, joined[i]);
		if (joined[i] == 1)
			assert_ptr_equal(whole, t);
	}
	assert_int_equal(whole->id.value, 5);
	/* What an id alone says takes nothing away. */
	assert_int_equal(whole->n_predictions, 2);
	assert_false(whole->predictions[0].id_only);
	assert_true(whole->predictions[1].id_only);
	/* The first annotation was changed in its second place. */
	assert_begins(
	    answer(whole), "{\"matrix\":[[1.0,1.0,1.0],[1.0,1.0,1.0],[1.0,1.0,1.0]],");
	offline_end(&o);
}

/* What belongs to another task is refused, whoever comes first has it. */
static void
each_annotation_has_one_task(void **state)
{
	static const struct {
		const char *text;
		const char *problem; /* NULL: none */
	} rows[] = {
	    {"{\"id\":5,\"annotations\":[" BY("1", "1", "") "," BY(
		 "2", "1", "") "],"
			       "\"predictions\":[{\"id\":1,\"result\":[]},4]}",
		NULL},
	    {"{\"id\":6,\"annotations\":[" BY("3", "1", "") "," BY("2", "1", "") "]}",
		"task 0 (id 6): $.annotations[1]: the annotation 2 belongs to another "
		"task, 5, "
		"not to 6"},
	    /* The task that was refused got nothing. */
	    {"{\"id\":7,\"annotations\":[" BY("3", "1", "") "]}", NULL},
	    {"{\"id\":8,\"data\":{},\"predictions\":[{\"id\":1,\"result\":[]}]}",
		"$.predictions[0]: the prediction 1 belongs to another task, 5, not to 8"},
	    /* An id alone says nothing, no id is nobody's, and places of one task share. */
	    {"{\"id\":9,\"data\":{},\"predictions\":[1,4,{\"result\":[]}]}", NULL},
	    {"{\"annotations\":[" BY("1", "1", "") "]}", NULL},
	    {"{\"id\":2,\"completed_by\":2,\"result\":[],\"task\":{\"id\":5,\"data\":{}}}",
		NULL},
	    {"{\"id\":2,\"completed_by\":2,\"result\":[],\"task\":{\"id\":4,\"data\":{}}}",
		"(id 4): $: the annotation 2 belongs to another task, 5, not to 4"},
	    {"{\"id\":10,\"annotations\":[{\"result\":[]},{\"result\":[]}]}", NULL},
	};

	(void)state;
	assert_int_equal(begin(ANNOTATORS, CONFIG), ERR_OK);
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_int_equal(offline_survey(&o, with_text(rows[i].text), &e), ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
	for (size_t i = 0; i < N_OF(rows); i++) {
		enum err err = offline_claim(&o, with_text(rows[i].text), &e);

		assert_int_equal(err, rows[i].problem == NULL ? ERR_OK : ERR_INPUT);
		if (rows[i].problem != NULL)
			assert_holds(e.text, rows[i].problem);
	}
	/* Those alone are kept that several tasks have. */
	assert_int_equal(o.owners.lists[OWNERS_ANNOTATIONS].n, 2);
	assert_int_equal(o.owners.lists[OWNERS_PREDICTIONS].n, 1);
	offline_end(&o);
}

/* ------------------------------------------------------------------ one dimension */

#define TWO                                                                                \
	"<View><Text name=\"t\" value=\"$t\"/><Choices name=\"q\" toName=\"t\"/>"          \
	"<Choices name=\"r\" toName=\"t\"/></View>"

static void
dimensions_are_chosen_by_name_and_number(void **state)
{
	static const struct {
		const char *name, *matrix;
	} rows[] = {
	    {NULL, "{\"matrix\":[[1.0,0.5],"},
	    {"q", "{\"matrix\":[[1.0,1.0],"},
	    {"1", "{\"matrix\":[[1.0,1.0],"},
	    {"r", "{\"matrix\":[[1.0,0.0],"},
	    {"2", "{\"matrix\":[[1.0,0.0],"},
	};
	const struct export_task *t = task(
	    "{\"annotations\":[" BY("1", "1", CHOICE("q", "a") "," CHOICE("r", "a")) "," BY(
		"2", "2", CHOICE("q", "a") "," CHOICE("r", "b")) "]}");

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		begin_with(ANNOTATORS, TWO, t);
		assert_int_equal(offline_choose(&o, str_of(rows[i].name), &e), ERR_OK);
		assert_begins(answer(t), rows[i].matrix);
	}
	assert_int_equal(offline_choose(&o, STR("x"), &e), ERR_UNKNOWN);
	assert_string_equal(e.text, "there is no dimension \"x\"");
	assert_int_equal(offline_choose(&o, STR("3"), &e), ERR_UNKNOWN);
	assert_int_equal(offline_choose(&o, STR(""), &e), ERR_UNKNOWN);
}

#define NAMED_TWO                                                                          \
	"<View><Text name=\"t\" value=\"$t\"/><Choices name=\"2\" toName=\"t\"/>"          \
	"<Choices name=\"r\" toName=\"t\"/></View>"

/* An id wins over a name: "2" is r, the second, and not the control of that name. */
static void
an_id_wins_over_a_name(void **state)
{
	const struct export_task *t = task(
	    "{\"annotations\":[" BY("1", "1", CHOICE("2", "a") "," CHOICE("r", "a")) "," BY(
		"2", "2", CHOICE("2", "a") "," CHOICE("r", "b")) "]}");

	(void)state;
	begin_with(ANNOTATORS, NAMED_TWO, t);
	assert_int_equal(offline_choose(&o, STR("2"), &e), ERR_OK);
	assert_int_equal(o.dimensions.n, 1);
	assert_begins(answer(t), "{\"matrix\":[[1.0,0.0],");
	assert_int_equal(offline_choose(&o, STR("1"), &e), ERR_OK);
	assert_begins(answer(t), "{\"matrix\":[[1.0,1.0],");
}

static void
a_dimension_may_be_measured_otherwise(void **state)
{
	const struct export_task *t = task("{\"annotations\":[" BY("1", "1",
	    "{\"from_name\":\"q\",\"type\":\"choices\",\"value\":{\"choices\":[\"a\",\"b\"]"
	    "}}") "," BY("2", "2", CHOICE("q", "a")) "]}");

	(void)state;
	begin_with(ANNOTATORS, CONFIG, t);
	assert_int_equal(offline_choose(&o, STR("q"), &e), ERR_OK);
	assert_begins(answer(t), "{\"matrix\":[[1.0,0.0],");
	assert_int_equal(
	    offline_measure(&o, STR("jaccard_similarity"), (struct str){0}, &e), ERR_OK);
	assert_begins(answer(t), "{\"matrix\":[[1.0,0.5],");
	assert_int_equal(offline_measure(&o, STR("jaccard_similarity_threshold"),
			     STR("{\"threshold\":0.4}"), &e),
	    ERR_OK);
	assert_begins(answer(t), "{\"matrix\":[[1.0,1.0],");
	assert_int_equal(
	    offline_measure(&o, STR("jaccard"), (struct str){0}, &e), ERR_UNKNOWN);
	assert_int_equal(
	    offline_measure(&o, STR("bbox_iou"), (struct str){0}, &e), ERR_INPUT);
	assert_int_equal(offline_measure(&o, STR("exact_match"), STR("{"), &e), ERR_INPUT);
}

static void
costs_are_limited(void **state)
{
	const struct export_task *t = task("{\"annotations\":[" BY(
	    "1", "1", CHOICE("q", "a")) "," BY("2", "2", CHOICE("q", "a")) "]}");
	struct offline_answer r;

	(void)state;
	begin_with(ANNOTATORS, CONFIG, t);
	assert_int_equal(offline_choose(&o, (struct str){0}, &e), ERR_OK);
	o.options.max_cost = 1e-6;
	assert_int_equal(offline_task(&o, a, t, &r, &e), ERR_LIMIT);
	assert_holds(e.text, "more than max_cost");
}

static void
memory_ends(void **state)
{
	const struct export_task *t =
	    task("{\"annotations\":[" BY("1", "1", CHOICE("q", "a")) "," BY(
		"2", "{\"id\":2,\"email\":\"bob@x\"}", CHOICE("q", "a")) "]}");
	int failed = 0;

	(void)state;
	begin_with(EVERYBODY, CONFIG, t);
	assert_int_equal(offline_choose(&o, (struct str){0}, &e), ERR_OK);
	for (size_t limit = 16; limit < 20000; limit += 48) {
		struct arena *small = arena_new(limit);
		struct offline_answer r = {0};
		enum err err = offline_task(&o, small, t, &r, &e);

		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_int_equal(r.matrix.n, err == ERR_OK ? 3 : 0);
		failed += err == ERR_MEMORY;
		arena_free(small);
	}
	assert_true(failed >= 5 && failed <= 400);
}

#define SAID                                                                               \
	"{\"id\":5,\"data\":{},\"annotations\":["                                          \
	"{\"id\":8,\"completed_by\":2,\"ground_truth\":true,\"result\":[" CHOICE(          \
	    "q", "b") "]}," BY("7", "1",                                                   \
	    CHOICE("q", "a")) "],\"predictions\":[{\"id\":9,"                              \
			      "\"model_version\":\"v\",\"result\":[" CHOICE(               \
				  "q", "a") "]}]}"

static void
what_the_database_keeps(void **state)
{
	const struct export_task *t = task(SAID);
	const struct store_dimension *named = NULL;
	struct kept k;

	(void)state;
	begin_with(ANNOTATORS, CONFIG, t);
	assert_int_equal(offline_every(&o, (struct str){0}, &named, &e), ERR_OK);
	assert_null(named);
	assert_int_equal(offline_kept(&o, a, t, &k, &e), ERR_OK);
	/* Everybody, whatever the selection is: two annotators, one of them the ground
	 * truth, and the model. */
	assert_int_equal(k.n, 3);
	assert_int_equal(k.sides[0].user, 1);
	assert_int_equal(k.sides[1].user, 2);
	assert_true(k.sides[1].ground_truth && !k.sides[0].ground_truth);
	assert_int_equal(k.sides[1].version.id, 8);
	assert_true(str_is(k.sides[2].model, "v"));
	assert_int_equal(k.m, 1);
	assert_true(k.scores.list[scores_place(&k.scores, 0, 1)] == 0.0);
	assert_true(k.scores.list[scores_place(&k.scores, 0, 2)] == 1.0);
	assert_true(str_is(k.scores.labels[1].list[0].text, "b"));
	assert_int_equal(offline_every(&o, STR("q"), &named, &e), ERR_OK);
	assert_non_null(named);
	assert_int_equal(offline_every(&o, STR("x"), &named, &e), ERR_UNKNOWN);
	assert_int_equal(offline_user(&o, 2)->id, 2);
	assert_null(offline_user(&o, 3));
}

static void
values_are_read_again(void **state)
{
	const struct export_task *t = with_text(SAID);
	const struct store_dimension *named;
	struct store_version version = {.id = 8, .kind = STORE_ANNOTATION};
	struct matrix_side side = {0};
	size_t left = 1000;

	(void)state;
	begin_with(ANNOTATORS, CONFIG, t);
	assert_int_equal(offline_every(&o, (struct str){0}, &named, &e), ERR_OK);
	assert_int_equal(offline_value(&o, a, a, t, &version, &left, &side, &e), ERR_OK);
	assert_non_null(side.result);
	assert_true(left < 1000);
	version.kind = STORE_PREDICTION;
	assert_int_equal(
	    offline_value(&o, a, a, t, &version, &left, &side, &e), ERR_NOT_FOUND);
	version.id = 9;
	left = 10;
	assert_int_equal(offline_value(&o, a, a, t, &version, &left, &side, &e), ERR_LIMIT);
	assert_int_equal(left, 10);
}

static void
tasks_may_be_joined_again(void **state)
{
	static const char *const texts[] = {
	    "{\"id\":5,\"data\":{},\"annotations\":[" BY("1", "1", CHOICE("q", "a")) "]}",
	    "{\"id\":5,\"data\":{},\"annotations\":[" BY("2", "2", CHOICE("q", "b")) "]}"};
	const struct export_task *whole = NULL;

	(void)state;
	assert_int_equal(begin(ANNOTATORS, CONFIG), ERR_OK);
	for (size_t i = 0; i < N_OF(texts); i++)
		assert_int_equal(offline_survey(&o, with_text(texts[i]), &e), ERR_OK);
	assert_int_equal(offline_settle(&o, &e), ERR_OK);
	for (int times = 0; times < 3; times++) {
		/* The second time the last place never comes. */
		for (size_t i = 0; i < (times == 1 ? 1 : N_OF(texts)); i++) {
			assert_int_equal(
			    offline_join(&o, a, with_text(texts[i]), &whole, &e), ERR_OK);
			assert_int_equal(whole == NULL ? 0 : whole->n_annotations, i * 2);
		}
		offline_again(&o);
	}
}

static void
memory_ends_for_what_is_kept(void **state)
{
	const struct export_task *t = with_text(SAID);
	const struct store_dimension *named;
	const struct store_version version = {.id = 8, .kind = STORE_ANNOTATION};
	int failed = 0;

	(void)state;
	begin_with(EVERYBODY, CONFIG, t);
	assert_int_equal(offline_every(&o, (struct str){0}, &named, &e), ERR_OK);
	for (size_t limit = 16; limit < 40000; limit += 48) {
		struct arena *small = arena_new(limit);
		struct matrix_side side = {0};
		struct kept k = {.n = 77};
		size_t left = 1000;
		enum err err = offline_kept(&o, small, t, &k, &e);

		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_int_equal(k.n, err == ERR_OK ? 3 : 77);
		failed += err == ERR_MEMORY;
		arena_reset(small);
		err = offline_value(&o, small, small, t, &version, &left, &side, &e);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		failed += err == ERR_MEMORY;
		arena_free(small);
	}
	assert_true(failed >= 5 && failed <= 1600);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_task_is_answered),
	    TEST(the_latest_counts_to_the_microsecond),
	    TEST(without_times_the_larger_id_counts),
	    TEST(results_are_surveyed_where_there_is_no_configuration),
	    TEST(without_a_configuration_all_results_suggest),
	    TEST(with_a_configuration_results_suggest_nothing),
	    TEST(those_named_may_be_of_other_tasks),
	    TEST(what_is_known_of_a_user_is_shown_everywhere),
	    TEST(users_are_kept_in_order),
	    TEST(surveys_keep_what_is_new_alone),
	    TEST(people_of_an_email_or_a_number),
	    TEST(annotations_of_nobody),
	    TEST(tasks_in_several_places_are_one),
	    TEST(each_annotation_has_one_task),
	    TEST(dimensions_are_chosen_by_name_and_number),
	    TEST(an_id_wins_over_a_name),
	    TEST(a_dimension_may_be_measured_otherwise),
	    TEST(costs_are_limited),
	    TEST(memory_ends),
	    TEST(what_the_database_keeps),
	    TEST(values_are_read_again),
	    TEST(tasks_may_be_joined_again),
	    TEST(memory_ends_for_what_is_kept),
	};

	return cmocka_run_group_tests_name("offline", tests, NULL, NULL);
}
