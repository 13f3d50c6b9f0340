#include "choice.h"

#include <stdio.h>
#include <string.h>

#include "project/reliability.h"

const char *
choice_coefficient(int i)
{
	return coefficient_table[i].name;
}

const char *
choice_weights(int i)
{
	return weighting_names[i];
}

const char *
choice_distance(int i)
{
	return i == DISTANCE__MAX ? RELIABILITY_SCORE : distance_names[i];
}

static enum err
unknown(const char *what, struct str given, choice_name *name, int n, struct error *e)
{
	struct error list;

	error_set(&list, ERR_INPUT, "%s", name(0));
	for (int i = 1; i < n; i++) {
		char *end = list.text + strlen(list.text);

		snprintf(
		    end, sizeof(list.text) - (size_t)(end - list.text), ", %s", name(i));
	}
	return error_set(e, ERR_INPUT, "%s: there is no \"%.*s\", but %s", what,
	    STR_ARG(given), list.text);
}

enum err
choice_find(
    const char *what, struct str given, choice_name *name, int n, int *r, struct error *e)
{
	int i = 0;

	while (given.s != NULL && i < n && !str_is(given, name(i)))
		i++;
	if (i == n)
		return unknown(what, given, name, n, e);
	*r = i;
	return ERR_OK;
}
