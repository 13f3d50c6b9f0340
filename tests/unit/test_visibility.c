/* lib/labelstudio/condition, visibility: conditions as JSON, and what of a result they
 * leave.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "json/write.h"
#include "labelstudio/visibility.h"
#include "arena_fixture.h"

static const struct json *
parsed(struct arena *in, const char *text)
{
	const struct json *j;

	if (json_parse(in, str_of(text), &j, &e) != ERR_OK)
		fail_msg("%s: %s", text, e.text);
	return j;
}

static struct conditions
conditions_of(const char *text)
{
	struct conditions c;

	if (condition_read(a, parsed(a, text), &c, &e) != ERR_OK)
		fail_msg("%s: %s", text, e.text);
	return c;
}

static void
conditions_are_written_as_they_were_read(void **state)
{
	static const char *const texts[] = {"[]", "[{\"when\":\"choice-selected\"}]",
	    "[{\"when\":\"choice-selected\",\"control\":\"c\",\"choices\":[\"a\",\"b "
	    "c\"]}]",
	    "[{\"when\":\"region-selected\",\"labels\":[\"Person\"]},{\"when\":"
	    "\"choice-unselected\",\"control\":\"q_{{idx}}\",\"shown\":[{\"when\":\"region-"
	    "selected\",\"control\":\"box\"}]}]"};

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		struct conditions c = conditions_of(texts[i]);
		struct buf b = BUF_INIT;
		struct json_writer w = JSON_WRITER(&b);

		condition_write(&w, NULL, &c);
		assert_false(buf_failed(&b));
		assert_string_equal(b.s, texts[i]);
		buf_free(&b);
	}
}

static void
what_is_no_condition_is_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
	    {"{}", "must be a list of conditions"},
	    {"[1]", "[0]: there is no such condition"},
	    {"[{}]", "[0]: there is no such condition"},
	    {"[{\"when\":\"no-region-selected\"}]", "[0]: there is no such condition"},
	    {"[{\"when\":\"choice-selected\",\"control\":1}]",
		"[0]: control must be a text"},
	    {"[{\"when\":\"choice-selected\"},{\"when\":\"choice-selected\",\"choices\":"
	     "\"a\"}]",
		"[1]: choices must be a list"},
	    {"[{\"when\":\"region-selected\",\"labels\":[\"a\",2]}]",
		"[0]: labels must be texts"},
	    {"[{\"when\":\"choice-unselected\",\"shown\":[{\"when\":\"\"}]}]",
		"[0]: [0]: there is no such condition"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct conditions c = {.n = 77};

		assert_int_equal(
		    condition_read(a, parsed(a, rows[i].text), &c, &e), ERR_INPUT);
		assert_string_equal(e.text, rows[i].message);
		assert_int_equal(c.n, 77);
	}
}

#define ITEM(id, name, type, value)                                                        \
	"{\"id\":\"" id "\",\"from_name\":\"" name "\",\"to_name\":\"t\",\"type\":\"" type \
	"\",\"value\":{" value "}}"
#define CHOICE(id, name, value) ITEM(id, name, "choices", "\"choices\":[\"" value "\"]")
#define TEXT(id, name) ITEM(id, name, "textarea", "\"text\":[\"x\"]")
#define AT "\"x\":1,\"y\":1,\"width\":9,\"height\":9"
#define BOX(id, name, label)                                                               \
	ITEM(id, name, "rectanglelabels", AT ",\"rectanglelabels\":[\"" label "\"]")
#define SELECTED(more) "[{\"when\":\"choice-selected\"" more "}]"
#define UNSELECTED(more) "[{\"when\":\"choice-unselected\"" more "}]"
#define REGION(more) "[{\"when\":\"region-selected\"" more "}]"
#define Q ",\"control\":\"q\""
#define Q_YES Q ",\"choices\":[\"Yes\"]"

struct row {
	const char *conditions, *result;
	const char *want; /* "hidden", or the places of the items that are left: "0 2" */
};

/* What is left of the values of `control`. */
static const char *
left(struct arena *in, const struct row *row, const char *control, bool per_region)
{
	static char text[256];
	struct conditions c = conditions_of(row->conditions);
	struct visibility_of of = {str_of(control), per_region, &c};
	struct result all, value;
	bool hidden = false;
	size_t n = 0;

	if (result_read(in, parsed(a, row->result), &all, &e) != ERR_OK ||
	    result_of_control(in, &all, of.control, &value) != ERR_OK ||
	    visibility_apply(in, &of, &all, &value, &hidden) != ERR_OK)
		return "no memory";
	text[0] = '\0';
	assert_true(!hidden || value.n == 0);
	for (uint32_t i = 0; i < value.n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%u", i == 0 ? "" : " ",
		    value.items[i].index);
	return hidden ? "hidden" : text;
}

static void
assert_left(const struct row *rows, size_t n, const char *control, bool per_region)
{
	for (size_t i = 0; i < n; i++) {
		const char *is = left(a, &rows[i], control, per_region);

		if (strcmp(is, rows[i].want) != 0)
			fail_msg("%s of %s: \"%s\" is not \"%s\"", rows[i].conditions,
			    rows[i].result, is, rows[i].want);
	}
}

static void
choices_show_and_hide(void **state)
{
	static const struct row rows[] = {
	    {"[]", "[]", ""},
	    {SELECTED(Q_YES), "[]", "hidden"},
	    {SELECTED(Q_YES), "[" CHOICE("1", "q", "Yes") "]", ""},
	    {SELECTED(Q_YES), "[" CHOICE("1", "q", "Yes") "," TEXT("2", "why") "]", "1"},
	    {SELECTED(Q_YES), "[" CHOICE("1", "q", "No") "," TEXT("2", "why") "]",
		"hidden"},
	    {SELECTED(Q_YES), "[" CHOICE("1", "q", "yes") "]", "hidden"},
	    {SELECTED(Q_YES), "[" CHOICE("1", "p", "Yes") "]", "hidden"},
	    {SELECTED(Q ",\"choices\":[\"No\",\"Yes\"]"), "[" CHOICE("1", "q", "Yes") "]",
		""},
	    /* Any choice. */
	    {SELECTED(Q), "[" CHOICE("1", "q", "No") "]", ""},
	    {SELECTED(Q), "[" CHOICE("1", "p", "No") "]", "hidden"},
	    {SELECTED(Q), "[" ITEM("1", "q", "choices", "\"choices\":[]") "]", "hidden"},
	    {SELECTED(Q), "[" ITEM("1", "q", "choices", "\"choices\":null") "]", "hidden"},
	    {SELECTED(Q), "[" ITEM("1", "q", "choices", "") "]", "hidden"},
	    {SELECTED(Q), "[{\"from_name\":\"q\",\"type\":\"choices\"}]", "hidden"},
	    /* Several chosen, nested ones, predictions that are not as careful. */
	    {SELECTED(Q_YES),
		"[" ITEM("1", "q", "choices", "\"choices\":[\"No\",\"Yes\"]") "]", ""},
	    {SELECTED(Q_YES),
		"[" ITEM("1", "q", "choices", "\"choices\":[[\"All\",\"Yes\"]]") "]", ""},
	    {SELECTED(Q_YES),
		"[" ITEM("1", "q", "choices", "\"choices\":[[\"Yes\",\"All\"]]") "]",
		"hidden"},
	    {SELECTED(Q_YES), "[" ITEM("1", "q", "choices", "\"choices\":\"Yes\"") "]", ""},
	    {SELECTED(Q ",\"choices\":[\"2\"]"),
		"[" ITEM("1", "q", "choices", "\"choices\":[2]") "]", ""},
	    {SELECTED(Q ",\"choices\":[\"2\"]"),
		"[" ITEM("1", "q", "choices", "\"choices\":[{}]") "]", "hidden"},
	    {SELECTED(Q_YES),
		"[" ITEM(
		    "1", "q", "taxonomy", "\"taxonomy\":[[\"a\"],[\"b\",\"Yes\"]]") "]",
		""},
	    {SELECTED(Q_YES),
		"[" ITEM("1", "q", "taxonomy", "\"taxonomy\":[[\"Yes\",\"b\"]]") "]",
		"hidden"},
	    /* What has no choices. */
	    {SELECTED(Q), "[" ITEM("1", "q", "rating", "\"rating\":3") "]", "hidden"},
	    {UNSELECTED(Q), "[" ITEM("1", "q", "rating", "\"rating\":3") "]", ""},
	    /* Of any control but its own. */
	    {SELECTED(""), "[" CHOICE("1", "p", "No") "]", ""},
	    {SELECTED(""), "[" ITEM("1", "p", "taxonomy", "\"taxonomy\":[[\"No\"]]") "]",
		"hidden"},
	    {SELECTED(""), "[" CHOICE("1", "why", "No") "]", "hidden"},
	    {SELECTED(",\"choices\":[\"Yes\"]"), "[" CHOICE("1", "p", "No") "]", "hidden"},
	    {SELECTED(",\"choices\":[\"Yes\"]"),
		"[" CHOICE("1", "p", "No") "," CHOICE("2", "r", "Yes") "]", ""},
	    /* The contrary. */
	    {UNSELECTED(Q_YES), "[]", ""},
	    {UNSELECTED(Q_YES), "[" CHOICE("1", "q", "No") "," TEXT("2", "why") "]", "1"},
	    {UNSELECTED(Q_YES), "[" CHOICE("1", "q", "Yes") "," TEXT("2", "why") "]",
		"hidden"},
	    {UNSELECTED(Q), "[" CHOICE("1", "q", "No") "]", "hidden"},
	    {UNSELECTED(""), "[" CHOICE("1", "p", "No") "]", "hidden"},
	    /* What is selected in a hidden control is not selected. */
	    {UNSELECTED(Q ",\"shown\":" SELECTED(",\"control\":\"p\"")),
		"[" CHOICE("1", "q", "No") "]", ""},
	    {UNSELECTED(Q ",\"shown\":" SELECTED(",\"control\":\"p\"")),
		"[" CHOICE("1", "q", "No") "," CHOICE("2", "p", "x") "]", "hidden"},
	    /* All of several. */
	    {"[{\"when\":\"choice-selected\"" Q_YES
	     "},{\"when\":\"choice-selected\",\"control\":"
	     "\"p\"}]",
		"[" CHOICE("1", "q", "Yes") "]", "hidden"},
	    {"[{\"when\":\"choice-selected\"" Q_YES
	     "},{\"when\":\"choice-selected\",\"control\":"
	     "\"p\"}]",
		"[" CHOICE("1", "q", "Yes") "," CHOICE("2", "p", "x") "]", ""},
	};

	(void)state;
	assert_left(rows, N_OF(rows), "why", false);
}

static void
regions_show_and_hide(void **state)
{
	static const char labels_beside[] = "[" ITEM("r", "box", "rectangle", AT) "," ITEM(
	    "r", "label", "labels", AT ",\"labels\":[\"Person\"]") "]";
	static const struct row rows[] = {
	    {REGION(""), "[]", "hidden"},
	    {REGION(""), "[" TEXT("1", "why") "," CHOICE("2", "q", "Yes") "]", "hidden"},
	    {REGION(""), "[" BOX("r", "box", "Car") "]", ""},
	    {REGION(",\"labels\":[\"Person\"]"), "[" BOX("r", "box", "Car") "]", "hidden"},
	    {REGION(",\"labels\":[\"Person\"]"),
		"[" BOX("r", "box", "Car") "," BOX("s", "box", "Person") "]", ""},
	    {REGION(",\"labels\":[\"Person\",\"Car\"]"), "[" BOX("r", "box", "Car") "]",
		""},
	    {REGION(",\"control\":\"box\""), "[" BOX("r", "box", "Car") "]", ""},
	    {REGION(",\"control\":\"other\""), "[" BOX("r", "box", "Car") "]", "hidden"},
	    {REGION(",\"control\":\"box\",\"labels\":[\"Car\"]"),
		"[" BOX("r", "other", "Car") "," BOX("s", "box", "Person") "]", "hidden"},
	    /* By the object. */
	    {REGION(",\"control\":\"t\""), "[" BOX("r", "box", "Car") "]", ""},
	    {REGION(",\"control\":\"u\""), "[" BOX("r", "box", "Car") "]", "hidden"},
	    /* Labels beside what draws, and in it. */
	    {REGION(",\"control\":\"label\",\"labels\":[\"Person\"]"), labels_beside, ""},
	    {REGION(",\"control\":\"box\""), labels_beside, ""},
	    {REGION(",\"labels\":[\"Car\"]"), labels_beside, "hidden"},
	    {REGION(",\"control\":\"v\",\"labels\":[\"Man\"]"),
		"[" ITEM(
		    "r", "v", "videorectangle", "\"sequence\":[],\"labels\":[\"Man\"]") "]",
		""},
	    {REGION(",\"labels\":[\"Name\"]"),
		"[" ITEM(
		    "r", "n", "labels", "\"start\":1,\"end\":2,\"labels\":[\"Name\"]") "]",
		""},
	    {REGION(",\"labels\":[\"Name\"]"),
		"[" ITEM("r", "n", "hypertextlabels",
		    "\"startOffset\":1,\"hypertextlabels\":[\"Name\"]") "]",
		""},
	    /* A choice is no label. */
	    {REGION(",\"labels\":[\"Yes\"]"),
		"[" BOX("r", "box", "Car") "," CHOICE("r", "q", "Yes") "]", "hidden"},
	    /* What the editor selects without a geometry: messages, and regions of one's
	       own. */
	    {REGION(""), "[" ITEM("m", "chat", "chatmessage", "\"chatmessage\":{}") "]",
		""},
	    {REGION(""), "[" ITEM("m", "x", "unheard", "\"unheard\":{}") "]", ""},
	    /* Without an id. */
	    {REGION(",\"labels\":[\"Car\"]"),
		"[{\"from_name\":\"box\",\"type\":\"rectanglelabels\",\"value\":{" AT
		",\"rectanglelabels\":[\"Car\"]}}]",
		""},
	    {REGION(""), "[" BOX("r", "box", "Car") "," TEXT("1", "why") "]", "1"},
	};

	(void)state;
	assert_left(rows, N_OF(rows), "why", false);
}

static void
values_of_regions_ask_about_their_region(void **state)
{
	static const char geometry[] = "[" BOX("r", "box", "Car") "," BOX("s", "box",
	    "Person") "," ITEM("r", "why", "textarea", AT ",\"text\":[\"x\"]") "," ITEM("s",
	    "why", "textarea", AT ",\"text\":[\"y\"]") "]";
	static const struct row rows[] = {
	    {REGION(",\"labels\":[\"Person\"]"),
		"[" BOX("r", "box", "Car") "," BOX("s", "box", "Person") "," TEXT(
		    "r", "why") "," TEXT("s", "why") "]",
		"3"},
	    {REGION(",\"labels\":[\"Person\"]"), geometry, "3"},
	    {REGION(",\"labels\":[\"Person\"]"),
		"[" BOX("r", "box", "Car") "," TEXT("r", "why") "]", "hidden"},
	    {REGION(",\"labels\":[\"Person\"]"), "[" BOX("s", "box", "Person") "]", ""},
	    /* Choices of the same region .. */
	    {SELECTED(Q_YES),
		"[" BOX("r", "box", "Car") "," BOX("s", "box", "Car") "," CHOICE(
		    "r", "q", "Yes") "," CHOICE("s", "q", "No") "," TEXT("r",
		    "why") "," TEXT("s", "why") "]",
		"4"},
	    {SELECTED(Q_YES),
		"[" BOX("r", "box", "Car") "," CHOICE("r", "q", "No") "," TEXT(
		    "r", "why") "]",
		"hidden"},
	    {UNSELECTED(Q_YES),
		"[" BOX("r", "box", "Car") "," BOX("s", "box", "Car") "," CHOICE(
		    "r", "q", "Yes") "," TEXT("r", "why") "," TEXT("s", "why") "]",
		"4"},
	    /* .. and of the whole. */
	    {SELECTED(Q_YES),
		"[" BOX("r", "box", "Car") "," CHOICE("1", "q", "Yes") "," TEXT(
		    "r", "why") "]",
		"2"},
	    {SELECTED(Q_YES), "[" CHOICE("1", "q", "Yes") "]", ""},
	    {SELECTED(Q_YES), "[" CHOICE("1", "q", "No") "]", "hidden"},
	    /* Two conditions in two regions are not met in one. */
	    {"[{\"when\":\"choice-selected\"" Q_YES
	     "},{\"when\":\"region-selected\",\"labels\":[\"Car\"]}]",
		"[" BOX("r", "box", "Car") "," BOX("s", "box", "Person") "," CHOICE(
		    "s", "q", "Yes") "]",
		"hidden"},
	    {"[{\"when\":\"choice-selected\"" Q_YES
	     "},{\"when\":\"region-selected\",\"labels\":[\"Car\"]}]",
		"[" BOX("r", "box", "Car") "," BOX("s", "box", "Person") "," CHOICE(
		    "r", "q", "Yes") "]",
		""},
	    /* Answers to messages. */
	    {REGION(""),
		"[" ITEM("m", "chat", "chatmessage", "\"chatmessage\":{}") "," TEXT(
		    "m", "why") "]",
		"1"},
	};
	/* What a control draws is shown, or not, as a whole. */
	static const struct row drawn[] = {
	    {REGION(",\"labels\":[\"Person\"]"),
		"[" BOX("r", "box", "Person") "," BOX("s", "why", "Car") "]", "1"},
	    {REGION(",\"labels\":[\"Person\"]"), "[" BOX("s", "why", "Car") "]", "hidden"},
	    {SELECTED(Q_YES), "[" BOX("s", "why", "Car") "," CHOICE("1", "q", "Yes") "]",
		"0"},
	    {SELECTED(Q_YES), "[" BOX("s", "why", "Car") "," CHOICE("s", "q", "Yes") "]",
		"0"},
	    {SELECTED(Q_YES), "[" BOX("s", "why", "Car") "]", "hidden"},
	};

	(void)state;
	assert_left(rows, N_OF(rows), "why", true);
	assert_left(drawn, N_OF(drawn), "why", false);
}

static void
indices_of_repeaters_stay_together(void **state)
{
	static const struct row rows[] = {
	    {SELECTED(",\"control\":\"q_{{idx}}\",\"choices\":[\"Yes\"]"),
		"[" CHOICE("1", "q_0", "No") "," CHOICE("2", "q_1", "Yes") "," TEXT(
		    "3", "why_0") "," TEXT("4", "why_1") "]",
		"3"},
	    {SELECTED(",\"control\":\"q_{{idx}}\",\"choices\":[\"Yes\"]"),
		"[" CHOICE("1", "q_0", "No") "," TEXT("3", "why_0") "]", "hidden"},
	    {SELECTED(",\"control\":\"q_{{idx}}\""), "[" CHOICE("1", "q_10", "No") "]", ""},
	    {UNSELECTED(",\"control\":\"q_{{idx}}\",\"choices\":[\"Yes\"]"),
		"[" CHOICE("1", "q_1", "Yes") "," TEXT("3", "why_1") "," TEXT(
		    "4", "why_2") "]",
		"2"},
	    /* A condition on what is not repeated is one of the whole. */
	    {SELECTED(Q_YES),
		"[" CHOICE("1", "q", "Yes") "," TEXT("3", "why_0") "," TEXT(
		    "4", "why_1") "]",
		"1 2"},
	    {REGION(",\"control\":\"box_{{idx}}\""),
		"[" BOX("r", "box_1", "Car") "," TEXT("3", "why_0") "," TEXT(
		    "4", "why_1") "]",
		"2"},
	    /* Of several indices nobody knows which is which. */
	    {SELECTED(",\"control\":\"q_{{idx}}_{{idx}}\""),
		"[" CHOICE("1", "q_1_2", "Yes") "," TEXT("3", "why_0") "]", "1"},
	};

	(void)state;
	assert_left(rows, N_OF(rows), "why_{{idx}}", false);
}

/* Many regions with an answer each take no time worth speaking of. */
static void
many_regions(void **state)
{
	static const int many = 20000;
	struct conditions c = conditions_of(SELECTED(Q_YES));
	struct visibility_of of = {STR_INIT("why"), true, &c};
	struct result all, value;
	struct buf b = BUF_INIT;
	bool hidden;

	(void)state;
	buf_puts(&b, "[");
	for (int i = 0; i < many; i++)
		buf_printf(&b,
		    "%s{\"id\":\"r%d\",\"from_name\":\"box\",\"type\":\"rectangle\","
		    "\"value\":{" AT "}},{\"id\":\"r%d\",\"from_name\":\"q\",\"type\":"
		    "\"choices\",\"value\":{"
		    "\"choices\":[\"%s\"]}},{\"id\":\"r%d\",\"from_name\":\"why\",\"type\":"
		    "\"textarea\",\"value\":{\"text\":[\"x\"]}}",
		    i == 0 ? "" : ",", i, i, i % 4 == 0 ? "Yes" : "No", i);
	buf_puts(&b, "]");
	assert_int_equal(result_read(a, parsed(a, b.s), &all, &e), ERR_OK);
	assert_int_equal(result_of_control(a, &all, of.control, &value), ERR_OK);
	assert_int_equal(value.n, many);
	assert_int_equal(visibility_apply(a, &of, &all, &value, &hidden), ERR_OK);
	assert_int_equal(value.n, many / 4);
	assert_false(hidden);
	buf_free(&b);
}

static void
memory_ends(void **state)
{
	static const struct row row = {
	    "[{\"when\":\"choice-selected\",\"control\":\"q\",\"choices\":[\"2\"]},"
	    "{\"when\":\"choice-unselected\",\"control\":\"p\",\"shown\":[{\"when\":"
	    "\"region-selected\"}]}]",
	    "[" BOX("r", "box", "Car") "," ITEM(
		"r", "q", "choices", "\"choices\":[2]") "," TEXT("r", "why") "]",
	    "2"};
	size_t failures = 0;
	const char *is;

	(void)state;
	do {
		struct arena *small = arena_new(16 + failures * 16);

		is = left(small, &row, "why", true);
		failures += strcmp(is, "no memory") == 0;
		arena_free(small);
	} while (strcmp(is, "no memory") == 0);
	assert_string_equal(is, row.want);
	assert_true(failures >= 5 && failures <= 2000);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(conditions_are_written_as_they_were_read),
	    TEST(what_is_no_condition_is_refused),
	    TEST(choices_show_and_hide),
	    TEST(regions_show_and_hide),
	    TEST(values_of_regions_ask_about_their_region),
	    TEST(indices_of_repeaters_stay_together),
	    TEST(many_regions),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("visibility", tests, NULL, NULL);
}
