#include "offline/people.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/import.h"

/* Email of somebody who is known by a number alone, as the importer makes it up. */
#define MADE_UP "user-%" PRId64 "@export.invalid"

/* Where a number is in the list, or would be. */
static size_t
place_of(const struct people *p, int64_t id)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->list[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct store_user *
by_id(const struct people *p, int64_t id)
{
	size_t i = place_of(p, id);

	return i < p->n && p->list[i].id == id ? &p->list[i] : NULL;
}

static struct store_user *
by_email(struct store_user *list, size_t n, struct str email)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(list[i].email, email))
			return &list[i];
	return NULL;
}

/* Room for one more in a list. */
static bool
reserve(struct arena *a, struct store_user **list, size_t n, size_t *room)
{
	size_t more = *room == 0 ? 16 : *room * 2;
	struct store_user *bigger;

	if (n < *room)
		return true;
	bigger = arena_alloc(a, more * sizeof(*bigger));
	if (bigger == NULL)
		return false;
	if (n > 0)
		memcpy(bigger, *list, n * sizeof(*bigger));
	*list = bigger;
	*room = more;
	return true;
}

static bool
insert(struct people *p, struct store_user user)
{
	size_t i = place_of(p, user.id);

	if (!reserve(p->arena, &p->list, p->n, &p->room))
		return false;
	memmove(p->list + i + 1, p->list + i, (p->n - i) * sizeof(p->list[0]));
	p->list[i] = user;
	p->n++;
	return true;
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

/* Whether that is somebody else with the number that `u` has. */
static bool
differs(const struct store_user *u, const struct export_user *who)
{
	return who->email.n > 0 && !str_eq_nocase(u->email, who->email) &&
	    !import_made_up(u->email);
}

static bool
wait_for_number(struct people *p, const struct export_user *who)
{
	struct store_user fresh;

	if (!reserve(p->arena, &p->waiting, p->n_waiting, &p->waiting_room) ||
	    !make(p, who, &fresh))
		return false;
	p->waiting[p->n_waiting++] = fresh;
	return true;
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

/* Somebody who has no number yet, or is new. */
static bool
meet_waiting(struct people *p, const struct export_user *who, bool number)
{
	struct store_user *u =
	    who->email.n == 0 ? NULL : by_email(p->waiting, p->n_waiting, who->email);
	struct store_user fresh;

	if (u == NULL && !number)
		return wait_for_number(p, who);
	if (u == NULL)
		return make(p, who, &fresh) && insert(p, fresh);
	if (!complete_known(p, who, u))
		return false;
	fresh = *u;
	fresh.id = who->id.value;
	return !number || insert(p, fresh);
}

enum err
people_meet(struct people *p, const struct export_user *who)
{
	struct store_user *u = who->id.given ? by_id(p, who->id.value) : NULL;
	bool taken = u != NULL && differs(u, who);
	bool ok;

	if (!who->id.given && who->email.n == 0)
		return ERR_OK;
	if (u == NULL || taken)
		u = who->email.n == 0 ? NULL : by_email(p->list, p->n, who->email);
	ok = u != NULL ? complete_known(p, who, u)
		       : meet_waiting(p, who, who->id.given && !taken);
	return ok ? ERR_OK : ERR_MEMORY;
}

/* A number that nobody has: after the largest, as a database would give it. */
static int64_t
free_number(const struct people *p)
{
	int64_t largest = p->n == 0 ? 0 : p->list[p->n - 1].id;
	int64_t id = 1;

	if (largest < INT32_MAX)
		return largest + 1;
	while (by_id(p, id) != NULL)
		id++;
	return id;
}

enum err
people_settle(struct people *p)
{
	for (size_t i = 0; i < p->n_waiting; i++) {
		struct store_user *u = by_email(p->list, p->n, p->waiting[i].email);

		/* Somebody with this email and a number of their own came later. */
		if (u != NULL)
			continue;
		p->waiting[i].id = free_number(p);
		if (!insert(p, p->waiting[i]))
			return ERR_MEMORY;
	}
	p->n_waiting = 0;
	return ERR_OK;
}

const struct store_user *
people_find(const struct people *p, const struct export_user *who)
{
	const struct store_user *u = who->id.given ? by_id(p, who->id.value) : NULL;

	if (u != NULL && (who->email.n == 0 || str_eq_nocase(u->email, who->email)))
		return u;
	return who->email.n == 0 ? NULL : by_email(p->list, p->n, who->email);
}
