/* lib/service/render: matrices, participants, dimensions and metrics as JSON, key by key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "service/render.h"
#include "json/write.h"
#include "arena_fixture.h"

/* What was written, which is freed; in the arena. */
static const char *
text_of(struct buf *b)
{
	struct str text;

	assert_false(buf_failed(b));
	text = arena_str(a, buf_text(b));
	buf_free(b);
	return text.s;
}

static const char *
dimension_text(const struct store_dimension *d)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);

	render_dimension(a, &w, d);
	return text_of(&b);
}

static const char *
params_text(const struct metric *m)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);

	render_params(&w, NULL, m);
	return text_of(&b);
}

static const char *
metric_text(const struct metric *m)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);

	render_metric(&w, m);
	return text_of(&b);
}

static const char *
matrix_text(
    const double *cells, size_t n, const struct matrix_row *rows, const char *hostname)
{
	struct matrix m = {.n = n, .cells = (double *)(uintptr_t)cells};
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);

	render_matrix(&w, &m, rows, str_of(hostname));
	return text_of(&b);
}

/* The one user of a 1x1 matrix. */
static const char *
user_text(const struct store_user *u, const char *hostname)
{
	static const double cell = 1.0;
	struct participant p = {.kind = PARTICIPANT_ANNOTATOR, .user = u->id};
	struct matrix_row row = {&p, u};
	const char *text = matrix_text(&cell, 1, &row, hostname);
	static const char before[] = "{\"matrix\":[[1.0]],\"users\":[";
	size_t n = strlen(text);

	assert_int_equal(strncmp(text, before, sizeof(before) - 1), 0);
	assert_string_equal(text + n - 2, "]}");
	return arena_str(a, (struct str){text + sizeof(before) - 1, n - sizeof(before) - 1})
	    .s;
}

static void
matrices_of_nobody(void **state)
{
	(void)state;
	assert_string_equal(matrix_text(NULL, 0, NULL, ""), "{\"matrix\":[],\"users\":[]}");
}

static void
cells_are_short_or_null(void **state)
{
	static const double cells[] = {
	    1.0, 0.6, (double)NAN, 0.1 + 0.2, 0.0, 1.0 / 3.0, (double)NAN, -0.0, 1e-7};
	struct participant models[] = {{.kind = PARTICIPANT_MODEL, .model = STR_INIT("v1")},
	    {.kind = PARTICIPANT_MODEL, .model = STR_INIT("model:v1")},
	    {.kind = PARTICIPANT_GROUND_TRUTH}};
	struct matrix_row rows[] = {
	    {&models[0], NULL}, {&models[1], NULL}, {&models[2], NULL}};

	(void)state;
	assert_string_equal(matrix_text(cells, 3, rows, "http://host"),
	    "{\"matrix\":[[1.0,0.6,null],[0.30000000000000004,0.0,0.3333333333333333],"
	    "[null,0.0,1e-07]],\"users\":["
	    "{\"id\":\"model:v1\",\"username\":\"Model v1\"},"
	    "{\"id\":\"model:model:v1\",\"username\":\"Model model:v1\"},"
	    "{\"id\":\"ground_truth\",\"username\":\"Ground Truth\"}]}");
}

static void
model_names_are_any_text(void **state)
{
	static const double cells[4] = {0};
	struct participant models[] = {{.kind = PARTICIPANT_MODEL},
	    {.kind = PARTICIPANT_MODEL, .model = STR_INIT("a\"\n\xc3\xa4%s")}};
	struct matrix_row rows[] = {{&models[0], NULL}, {&models[1], NULL}};

	(void)state;
	assert_non_null(strstr(matrix_text(cells, 2, rows, ""),
	    "\"users\":[{\"id\":\"model:\",\"username\":\"Model (no version)\"},"
	    "{\"id\":\"model:a\\\"\\n\xc3\xa4%s\",\"username\":\"Model "
	    "a\\\"\\n\xc3\xa4%s\"}]"));
}

#define USER(email_, first, last, avatar_)                                                 \
	{.id = 1,                                                                          \
	    .email = STR_INIT(email_),                                                     \
	    .first_name = STR_INIT(first),                                                 \
	    .last_name = STR_INIT(last),                                                   \
	    .username = STR_INIT("jd"),                                                    \
	    .avatar = STR_INIT(avatar_)}

static void
annotators_have_their_keys_in_order(void **state)
{
	struct store_user u = USER("j@example.com", "Jane", "Doe", "");

	(void)state;
	assert_string_equal(user_text(&u, ""),
	    "{\"avatar\":null,\"email\":\"j@example.com\",\"first_name\":\"Jane\",\"id\":1,"
	    "\"initials\":\"JD\",\"last_name\":\"Doe\",\"username\":\"jd\"}");
}

static void
avatars_are_below_the_host(void **state)
{
	struct store_user u = USER("j@example.com", "Jane", "Doe", "avatars/1.png");

	(void)state;
	assert_non_null(strstr(user_text(&u, "https://labels.example.com"),
	    "{\"avatar\":\"https://labels.example.com/data/avatars/1.png\","));
	assert_non_null(strstr(user_text(&u, ""), "{\"avatar\":\"/data/avatars/1.png\","));
	u.avatar = (struct str){0};
	assert_non_null(
	    strstr(user_text(&u, "https://labels.example.com"), "{\"avatar\":null,"));
}

static void
initials_are_code_points(void **state)
{
	static const struct {
		struct store_user user;
		const char *initials;
	} rows[] = {
	    {USER("x@y", "Jane", "Doe", ""), "JD"},
	    {USER("x@y", "jane", "doe", ""), "jd"},
	    {USER("x@y", "Jane", "", ""), "J"},
	    {USER("x@y", "", "Doe", ""), "D"},
	    {USER("x@y", "", "", ""), "x@"},
	    {USER("\xc3\xa4\xc3\xb6@y", "", "", ""), "\xc3\xa4\xc3\xb6"},
	    {USER("x", "", "", ""), "x"},
	    {USER("", "", "", ""), ""},
	    {USER("x@y", "\xc3\x89mile", "\xc5\x81ukasz", ""), "\xc3\x89\xc5\x81"},
	    {USER("x@y", "\xe6\x9d\xb1", "\xe4\xba\xac", ""), "\xe6\x9d\xb1\xe4\xba\xac"},
	    {USER("x@y", "\xf0\x9f\x98\x80x", "Doe", ""),
		"\xf0\x9f\x98\x80"
		"D"},
	    /* A letter and the mark above it are two code points, of which the first
	       counts. */
	    {USER("x@y", "e\xcc\x81", "Doe", ""), "eD"},
	    {USER("x@y", "\"", "\\", ""), "\\\"\\\\"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char want[64];

		snprintf(want, sizeof(want), "\"initials\":\"%s\",", rows[i].initials);
		if (strstr(user_text(&rows[i].user, ""), want) == NULL)
			fail_msg("%s is not in %s", want, user_text(&rows[i].user, ""));
	}
}

#define DELETED                                                                            \
	"{\"avatar\":null,\"email\":\"deleted-17-user@example.com\",\"first_name\":"       \
	"\"Deleted\","                                                                     \
	"\"id\":17,\"initials\":\"DU\",\"last_name\":\"User "                              \
	"17\",\"username\":\"deleted-17\"}"

static void
the_deleted_show_nothing_of_themselves(void **state)
{
	struct store_user u = USER("j@example.com", "Jane", "Doe", "avatars/1.png");

	(void)state;
	u.id = 17;
	u.deleted = true;
	assert_string_equal(user_text(&u, "https://labels.example.com"), DELETED);
	/* Their row is gone. */
	u = (struct store_user){.id = 17};
	assert_string_equal(user_text(&u, ""), DELETED);
}

static void
names_that_are_null_show_as_null(void **state)
{
	struct store_user u = {.id = 1, .email = STR_INIT("ab@c")};

	(void)state;
	assert_string_equal(user_text(&u, ""),
	    "{\"avatar\":null,\"email\":\"ab@c\",\"first_name\":null,\"id\":1,\"initials\":"
	    "\"ab\","
	    "\"last_name\":null,\"username\":null}");
}

/* ------------------------------------------------------------------ dimensions */

/* The text between two keys. */
static const char *
between(const char *text, const char *from, const char *to)
{
	const char *first = strstr(text, from),
		   *end = first == NULL ? NULL : strstr(first, to);

	assert_non_null(end);
	return arena_str(a, (struct str){first, (size_t)(end - first)}).s;
}

static const struct store_dimension full = {.id = 3,
    .project = 2,
    .name = STR_INIT("Fruit"),
    .description = STR_INIT("what it is"),
    .control_tag = STR_INIT("fruit"),
    .control_type = STR_INIT("Choices"),
    .object_type = STR_INIT("Image"),
    .extraction_method = STR_INIT("from_name"),
    .extraction_params = STR_INIT("{\"a\":1}"),
    .metric_type = STR_INIT("jaccard_similarity_threshold"),
    .metric_params = STR_INIT("{ \"threshold\" : 0.70 }"),
    .is_active = true,
    .is_present = true,
    .is_categorical = true,
    .order = 4,
    .values_enum = STR_INIT("[\"Apple\", \"P\\u00e4r\"]"),
    .weight = 0.5,
    .label_weights = STR_INIT("{\"Apple\":2}"),
    .created_at = STR_INIT("2024-05-01T10:00:00.000000Z"),
    .updated_at = STR_INIT("2024-05-02T10:00:00.000000Z"),
    .created_by = 7};

static void
dimensions_have_their_keys_in_order(void **state)
{
	const char *text = dimension_text(&full);

	(void)state;
	assert_string_equal(between(text, "{", ",\"allowed_metrics_with_params\""),
	    "{\"id\":3,\"project\":2,\"name\":\"Fruit\",\"description\":\"what it is\","
	    "\"control_tag\":\"fruit\",\"extraction_method\":\"from_name\","
	    "\"extraction_method_params\":{\"a\":1},\"metric_type\":\"jaccard_similarity_"
	    "threshold\","
	    "\"metric_params\":{\"threshold\":0.7},\"is_active\":true,\"is_categorical\":"
	    "true,"
	    "\"is_user_defined\":false,\"order\":4,\"values_enum\":[\"Apple\","
	    "\"P\xc3\xa4r\"]");
	assert_string_equal(strstr(text, ",\"created_at\""),
	    ",\"created_at\":\"2024-05-01T10:00:00.000000Z\",\"created_by\":7,"
	    "\"updated_at\":\"2024-05-02T10:00:00.000000Z\",\"weight\":0.5}");
}

static void
what_a_dimension_has_not_is_null_or_empty(void **state)
{
	struct store_dimension d = {.id = 1, .is_user_defined = true};
	const char *text = dimension_text(&d);

	(void)state;
	assert_string_equal(between(text, "{", ",\"allowed_metrics_with_params\""),
	    "{\"id\":1,\"project\":0,\"name\":null,\"description\":null,\"control_tag\":"
	    "null,"
	    "\"extraction_method\":null,\"extraction_method_params\":{},\"metric_type\":"
	    "null,"
	    "\"metric_params\":{},\"is_active\":false,\"is_categorical\":false,"
	    "\"is_user_defined\":true,\"order\":0,\"values_enum\":null");
	assert_string_equal(strstr(text, ",\"created_at\""),
	    ",\"created_at\":null,\"created_by\":null,\"updated_at\":null,\"weight\":0.0}");
	/* A damaged column shows as nothing. */
	d.metric_params = STR("{");
	d.values_enum = STR("[\"a\"");
	text = dimension_text(&d);
	assert_non_null(strstr(text, "\"metric_params\":null,"));
	assert_non_null(strstr(text, "\"values_enum\":null,"));
}

static void
active_is_what_is_also_present(void **state)
{
	(void)state;
	for (int bits = 0; bits < 4; bits++) {
		struct store_dimension d = full;

		d.is_active = (bits & 1) != 0;
		d.is_present = (bits & 2) != 0;
		assert_non_null(strstr(dimension_text(&d),
		    bits == 3 ? "\"is_active\":true," : "\"is_active\":false,"));
	}
}

static void
allowed_metrics_fit_the_control(void **state)
{
	struct store_dimension d = full;
	const char *text = dimension_text(&d);

	(void)state;
	text = strstr(text, "\"allowed_metrics_with_params\":{\"exact_match\":{");
	assert_non_null(text);
	assert_non_null(strstr(text,
	    "\"jaccard_similarity_threshold\":{\"threshold\":{\"type\":\"number\","
	    "\"default\":0.5,"
	    "\"minimum\":0.0,\"maximum\":1.0,\"description\":\""));
	assert_null(strstr(text, "\"bbox_iou\":"));
	assert_null(strstr(text, "\"bbox_labels\":"));
	d.per_region = true;
	text = dimension_text(&d);
	assert_non_null(strstr(text, "\"bbox_labels\":{"));
	assert_null(strstr(text, "\"jaccard_similarity\":"));
	d.control_type = STR("wordcloud");
	text = dimension_text(&d);
	assert_non_null(strstr(text, "\"allowed_metrics_with_params\":{\"exact_match\":{"));
	assert_null(strstr(text, "_iou"));
}

/* ------------------------------------------------------------------ metrics */

static void
parameters_show_type_default_and_bounds(void **state)
{
	const char *text = params_text(metric_find(STR("text_similarity_threshold")));

	(void)state;
	/* The default is that of the metric, not of the parameter. */
	assert_non_null(
	    strstr(text, "\"threshold\":{\"type\":\"number\",\"default\":0.85,"));
	assert_non_null(strstr(text,
	    "\"algorithm\":{\"type\":\"string\",\"default\":\"levenshtein\",\"enum\":["
	    "\"levenshtein\","));
	assert_non_null(strstr(text,
	    "\"qval\":{\"type\":\"integer\",\"default\":1,\"minimum\":0,\"maximum\":3,"));
	text = params_text(metric_find(STR("exact_match")));
	assert_non_null(
	    strstr(text, "\"order_matters\":{\"type\":\"boolean\",\"default\":false,"));
	assert_non_null(
	    strstr(text, "\"label_weights\":{\"type\":\"object\",\"default\":{},"));
	/* No upper bound is none. */
	text = params_text(metric_find(STR("numeric_difference_threshold")));
	assert_non_null(strstr(text,
	    "\"max_difference\":{\"type\":\"number\",\"default\":1.0,\"minimum\":0.0,"
	    "\"description\""));
	assert_string_equal(params_text(metric_find(STR("numeric_difference"))), "{}");
}

/* The defaults that are shown are parameters that the metric takes. */
static void
shown_defaults_are_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < metric_count; i++) {
		const struct json *shown;
		struct buf given = BUF_INIT;
		struct json_writer w = JSON_WRITER(&given);
		const struct json *params;
		struct measure m;

		assert_int_equal(
		    json_parse(a, str_of(params_text(&metric_table[i])), &shown, &e),
		    ERR_OK);
		json_open_object(&w, NULL);
		for (uint32_t k = 0; k < shown->n; k++)
			json_write_copy(&w, arena_str(a, json_key(shown, k)).s,
			    json_get(json_value(shown, k), "default"));
		json_close_object(&w);
		assert_int_equal(
		    json_parse(a, str_of(text_of(&given)), &params, &e), ERR_OK);
		if (measure_init(a, str_of(metric_table[i].name), params, &m, &e) != ERR_OK)
			fail_msg("%s", e.text);
	}
}

static void
metrics_show_what_they_are(void **state)
{
	const char *text = metric_text(metric_find(STR("bbox_labels")));

	(void)state;
	assert_ptr_equal(
	    strstr(text,
		"{\"name\":\"bbox_labels\",\"display_name\":\"Bounding Box Labels\","
		"\"description\":\""),
	    text);
	assert_non_null(strstr(text,
	    "\"control_tags\":[\"Choices\"],\"per_region\":true,\"params\":{"
	    "\"aggregate\":"));
	assert_non_null(strstr(text, ",\"methodologies\":[\"pairwise\"]}"));
	text = metric_text(metric_find(STR("exact_match")));
	assert_non_null(strstr(text, "\"control_tags\":null,\"per_region\":false,"));
	assert_non_null(strstr(text, ",\"methodologies\":[\"pairwise\",\"consensus\"]}"));
}

/* An answer is whole or known not to be. */
static void
memory_ends(void **state)
{
	static const double cell = 1.0;
	struct store_user u = USER("j@example.com", "Jane", "Doe", "avatars/1.png");
	struct participant p = {.kind = PARTICIPANT_ANNOTATOR, .user = 1};
	struct matrix_row row = {&p, &u};
	struct matrix m = {.n = 1, .cells = (double *)(uintptr_t)&cell};
	int failed = 0;

	(void)state;
	for (size_t limit = 16; limit < 1024; limit += 16) {
		struct buf b = {.limit = limit};
		struct json_writer w = JSON_WRITER(&b);

		render_matrix(&w, &m, &row, STR("http://host"));
		if (!buf_failed(&b))
			assert_non_null(strstr(b.s, "\"username\":"));
		failed += buf_failed(&b);
		buf_free(&b);
	}
	assert_true(failed >= 1 && failed <= 20);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(matrices_of_nobody),
	    TEST(cells_are_short_or_null),
	    TEST(model_names_are_any_text),
	    TEST(annotators_have_their_keys_in_order),
	    TEST(avatars_are_below_the_host),
	    TEST(initials_are_code_points),
	    TEST(the_deleted_show_nothing_of_themselves),
	    TEST(names_that_are_null_show_as_null),
	    TEST(dimensions_have_their_keys_in_order),
	    TEST(what_a_dimension_has_not_is_null_or_empty),
	    TEST(active_is_what_is_also_present),
	    TEST(allowed_metrics_fit_the_control),
	    TEST(parameters_show_type_default_and_bounds),
	    TEST(shown_defaults_are_taken),
	    TEST(metrics_show_what_they_are),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
