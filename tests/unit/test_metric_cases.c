/* The case files of all metrics: tests/golden and tests/cases/metric_*.jsonl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "cases.h"

#define OURS "tests/cases/metric_*.jsonl"

static void
check(const char *pattern, unsigned least)
{
	unsigned wrong = 0, rows = cases_read(pattern, case_check, &wrong);

	if (wrong > 0 || rows < least)
		fail_msg("%s: %u of %u cases are wrong, at least %u are expected", pattern,
		    wrong, rows, least);
}

static void
golden_cases_give_their_scores(void **state)
{
	(void)state;
	check("tests/golden/*.jsonl", 1369);
}

static void
our_cases_give_their_scores(void **state)
{
	(void)state;
	check(OURS, 300);
}

/* Of each metric, what the case files have. */
struct seen {
	unsigned scored, both_empty, one_empty;
};

static void
note(void *context, struct arena *a, const struct case_row *row)
{
	const struct metric *metric = metric_find(row->metric);
	struct seen *seen = context;

	(void)a;
	if (metric == NULL || row->error.s != NULL)
		return;
	seen += metric - metric_table;
	if (row->a->n == 0 && row->b->n == 0)
		seen->both_empty++;
	else if (row->a->n == 0 || row->b->n == 0)
		seen->one_empty++;
	else
		seen->scored++;
}

static void
every_metric_has_cases_of_its_own(void **state)
{
	struct seen *seen = calloc(metric_count, sizeof(*seen));

	(void)state;
	assert_non_null(seen);
	cases_read(OURS, note, seen);
	for (size_t i = 0; i < metric_count; i++)
		if (seen[i].both_empty == 0 || seen[i].one_empty == 0 ||
		    seen[i].scored == 0)
			fail_msg("%s: no case with both sides, one, or none of them empty",
			    metric_table[i].name);
	free(seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(golden_cases_give_their_scores),
	    cmocka_unit_test(our_cases_give_their_scores),
	    cmocka_unit_test(every_metric_has_cases_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
