#include "reliability/sufficiency.h"

#include "base/str.h"

static const char few_units[] = "Fewer than " STR_OF_MACRO(
    SUFFICIENCY_UNITS) " tasks were rated by 2 people or more: the "
		       "value may change much with a few more.";

const char *
sufficiency_warning(size_t units, size_t raters, size_t categories)
{
	if (raters < 2)
		return "Fewer than 2 people have rated the same tasks: nothing can be said "
		       "about agreement.";
	if (categories < 2)
		return "All answers are the same: agreement cannot be told from a habit.";
	if (units < SUFFICIENCY_UNITS)
		return few_units;
	return NULL;
}
