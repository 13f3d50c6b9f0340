#include "offline/people.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/import.h"

/* Email of a user known by a number alone, as the importer makes it up. */
#define MADE_UP "user-%" PRId64 "@export.invalid"

/* In place of an id: none yet, until people_settle(); and a user who turned out to be
 * another one. */
#define NO_NUMBER 0
#define MERGED (-1)

static struct str
number_key(const int64_t *id)
{
	return (struct str){(const char *)id, sizeof(*id)};
}

static struct store_user *
look_up(const struct people_index *x, struct str name)
{
	size_t at;

	return map_find(&x->names, name, &at) && x->who[at]->id != MERGED ? x->who[at]
									  : NULL;
}

static struct store_user *
by_number(const struct people *p, int64_t id)
{
	return look_up(&p->numbers, number_key(&id));
}

/* An email in lower case, in the scratch; absent if it is longer than any that was met. */
static struct str
lower(const struct people *p, struct str email)
{
	if (email.n > p->scratch_room)
		return (struct str){0};
	for (size_t i = 0; i < email.n; i++)
		p->scratch[i] = email.s[i] >= 'A' && email.s[i] <= 'Z'
		    ? (char)(email.s[i] | 32)
		    : email.s[i];
	return (struct str){p->scratch, email.n};
}

static struct store_user *
by_email(const struct people *p, struct str email)
{
	return email.n == 0 ? NULL : look_up(&p->emails, lower(p, email));
}

/* Room for one more in a list of people. */
static bool
reserve(struct arena *a, struct store_user ***list, size_t n, size_t *room)
{
	size_t more = *room == 0 ? 16 : *room * 2;
	struct store_user **bigger;

	if (n < *room)
		return true;
	bigger = arena_alloc(a, more * sizeof(struct store_user *));
	if (bigger == NULL)
		return false;
	if (n > 0)
		memcpy(bigger, *list, n * sizeof(struct store_user *));
	*list = bigger;
	*room = more;
	return true;
}

/* From now on the name, of which a copy is kept, is that of `u`. */
static bool
call(struct people *p, struct people_index *x, struct str name, struct store_user *u)
{
	size_t at = x->names.n;

	if (!map_find(&x->names, name, &at)) {
		struct str copy = arena_str(p->arena, name);

		if (copy.s == NULL || !reserve(p->arena, &x->who, at, &x->room) ||
		    map_add(p->arena, &x->names, copy) != ERR_OK)
			return false;
	}
	x->who[at] = u;
	return true;
}

static bool
call_by_email(struct people *p, struct store_user *u)
{
	if (u->email.n > p->scratch_room) {
		p->scratch_room = u->email.n * 2;
		p->scratch = arena_alloc(p->arena, p->scratch_room);
	}
	if (p->scratch == NULL) {
		p->scratch_room = 0;
		return false;
	}
	return call(p, &p->emails, lower(p, u->email), u);
}

/* Take over a text that is said and new. */
static bool
complete(struct arena *a, struct str said, bool empty_too, struct str *known)
{
	if (said.s == NULL || (said.n == 0 && !empty_too) || str_eq(said, *known))
		return true;
	*known = arena_str(a, said);
	return known->s != NULL;
}

static bool
complete_user(struct people *p, const struct export_user *who, struct store_user *u)
{
	return complete(p->arena, who->email, false, &u->email) &&
	    complete(p->arena, who->username, false, &u->username) &&
	    complete(p->arena, who->first_name, true, &u->first_name) &&
	    complete(p->arena, who->last_name, true, &u->last_name) &&
	    complete(p->arena, export_avatar(who->avatar), false, &u->avatar);
}

/* A user as the importer would make them. */
static bool
make(struct people *p, const struct export_user *who, struct store_user *r)
{
	*r = (struct store_user){.id = who->id.value,
	    .email = {"", 0},
	    .username = {"", 0},
	    .first_name = {"", 0},
	    .last_name = {"", 0},
	    .avatar = {"", 0}};
	if (who->email.n == 0)
		r->email = str_of(arena_printf(p->arena, MADE_UP, who->id.value));
	if (r->email.s == NULL || !complete_user(p, who, r))
		return false;
	if (r->username.n == 0)
		r->username = import_username(r->email);
	return true;
}

/* Whether that is another user with the number that `u` has. */
static bool
differs(const struct store_user *u, const struct export_user *who)
{
	return who->email.n > 0 && !str_eq_nocase(u->email, who->email) &&
	    !import_made_up(u->email);
}

static bool
complete_known(struct people *p, const struct export_user *who, struct store_user *u)
{
	bool made_up = import_made_up(u->email);

	if (!complete_user(p, who, u))
		return false;
	/* Whose email was made up had a username made of it. */
	if (made_up && who->email.n > 0 && who->username.n == 0)
		u->username = import_username(u->email);
	return true;
}

static struct store_user *
add(struct people *p, const struct export_user *who)
{
	struct store_user *u = arena_alloc(p->arena, sizeof(*u));

	if (u == NULL || !reserve(p->arena, &p->list, p->n, &p->room) || !make(p, who, u))
		return NULL;
	u->id = NO_NUMBER;
	p->list[p->n++] = u;
	return u;
}

enum err
people_meet(struct people *p, const struct export_user *who)
{
	struct store_user *named = by_email(p, who->email);
	struct store_user *numbered = who->id.given ? by_number(p, who->id.value) : NULL;
	/* The number is another user's, who has an email. */
	bool taken = numbered != NULL && differs(numbered, who);
	struct store_user *u = named != NULL ? named : taken ? NULL : numbered;

	if (!who->id.given && who->email.n == 0)
		return ERR_OK;
	if (u == NULL)
		u = add(p, who);
	else if (!complete_known(p, who, u))
		return ERR_MEMORY;
	if (u == NULL || !call_by_email(p, u))
		return ERR_MEMORY;
	if (!who->id.given || taken)
		return ERR_OK;
	/* The user known by the number alone is the one of the email. */
	if (numbered != NULL && numbered != u)
		numbered->id = MERGED;
	if (u->id == NO_NUMBER)
		u->id = who->id.value;
	return call(p, &p->numbers, number_key(&who->id.value), u) ? ERR_OK : ERR_MEMORY;
}

static int
id_cmp(const void *x, const void *y)
{
	int64_t a = ((const struct store_user *)x)->id;
	int64_t b = ((const struct store_user *)y)->id;

	return (a > b) - (a < b);
}

/* All users by id, less those who are another one. */
static enum err
sort(struct people *p)
{
	size_t n = 0;

	p->known = arena_alloc(p->arena, p->n * sizeof(p->known[0]));
	if (p->known == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i]->id != MERGED)
			p->known[n++] = *p->list[i];
	p->n = n;
	if (n > 0)
		qsort(p->known, n, sizeof(p->known[0]), id_cmp);
	return ERR_OK;
}

enum err
people_settle(struct people *p)
{
	int64_t next = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->list[i]->id > next)
			next = p->list[i]->id;
	/* As a database would give them, which has no larger ones. */
	if (next >= INT32_MAX)
		next = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct store_user *u = p->list[i];

		if (u->id != NO_NUMBER)
			continue;
		do
			next++;
		while (by_number(p, next) != NULL);
		u->id = next;
	}
	return sort(p);
}

const struct store_user *
people_find(const struct people *p, const struct export_user *who)
{
	const struct store_user *u = who->id.given ? by_number(p, who->id.value) : NULL;

	if (u != NULL && (who->email.n == 0 || str_eq_nocase(u->email, who->email)))
		return u;
	return by_email(p, who->email);
}
