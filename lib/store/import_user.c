#include <inttypes.h>
#include <stdio.h>

#include "store/import.h"
#include "store/query.h"

/* Emails of users whom an export names by number alone. */
#define MADE_UP_DOMAIN "@export.invalid"
#define MADE_UP_ROOM 64

static struct str
made_up_email(int64_t id, char room[static MADE_UP_ROOM])
{
	int n = snprintf(room, MADE_UP_ROOM, "user-%" PRId64 MADE_UP_DOMAIN, id);

	return (struct str){room, (size_t)n};
}

/* Who it is, if they are there: *id_r, else 0. */
static enum err
find(struct store *s, enum stmt how, struct db_value by, int64_t *id_r, bool *made_up_r,
    struct error *e)
{
	char room[MADE_UP_ROOM];
	struct db_answer answer;
	enum err err = query_short(s, how, &by, &answer, e);

	if (err != ERR_OK)
		return err;
	*id_r = answer.n > 0 ? query_integer(&answer.rows->v[0]) : 0;
	*made_up_r = answer.n > 0 &&
	    str_eq(query_text(&answer.rows->v[1]), made_up_email(*id_r, room));
	return ERR_OK;
}

/*
 * The id to use, and whether that row is there. The email decides; then the number, unless
 * it is that of somebody else with an email of their own: then *id_r is 0, for a new one.
 */
static enum err
resolve(struct store *s, const struct import_user *u, int64_t *id_r, bool *there_r,
    struct error *e)
{
	int64_t by_email = 0, by_id = 0;
	bool made_up = false;
	enum err err = ERR_OK;

	if (u->email.s != NULL)
		err =
		    find(s, STMT_USER_BY_EMAIL, DB_TEXT(u->email), &by_email, &made_up, e);
	if (err == ERR_OK && by_email == 0 && u->id != 0)
		err = find(s, STMT_USER_BY_ID, DB_INTEGER(u->id), &by_id, &made_up, e);
	if (err != ERR_OK)
		return err;
	*there_r = true;
	if (by_email != 0) {
		*id_r = by_email;
	} else if (by_id != 0 && (u->email.s == NULL || made_up)) {
		*id_r = by_id;
	} else {
		*id_r = by_id != 0 ? 0 : u->id;
		*there_r = false;
	}
	return ERR_OK;
}

static enum err
insert(struct store *s, int64_t organization, const struct import_user *u, int64_t *id,
    struct error *e)
{
	char room[MADE_UP_ROOM];
	struct str email = u->email.s != NULL ? u->email : made_up_email(u->id, room);
	struct db_value params[] = {query_id(*id), DB_TEXT(u->username), DB_TEXT(email),
	    DB_TEXT(email), DB_TEXT(u->first_name), DB_TEXT(u->last_name),
	    DB_TEXT(u->avatar), query_id(organization)};
	struct db_answer answer;
	enum err err = query_short(s, STMT_USER_INSERT, params, &answer, e);

	if (err == ERR_OK && *id == 0)
		*id = answer.insert_id;
	return err;
}

static enum err
update(struct store *s, int64_t organization, const struct import_user *u, int64_t id,
    uint64_t *changed_r, struct error *e)
{
	struct db_value params[] = {DB_TEXT(u->email), DB_TEXT(u->username),
	    DB_TEXT(u->first_name), DB_TEXT(u->last_name), DB_TEXT(u->avatar),
	    query_id(organization), DB_INTEGER(id)};
	struct db_answer answer;
	enum err err = query_short(s, STMT_USER_UPDATE, params, &answer, e);

	if (err == ERR_OK)
		*changed_r = answer.affected;
	return err;
}

enum err
import_user(struct store *s, int64_t organization, const struct import_user *u,
    int64_t *id_r, enum import_change *change_r, struct error *e)
{
	struct db_value member[] = {
	    DB_NULL, DB_INTEGER(organization), DB_INTEGER(organization), DB_NULL};
	struct db_answer answer;
	uint64_t changed = 0;
	int64_t id = 0;
	bool there = false;
	enum err err;

	if (u->id == 0 && u->email.s == NULL)
		return error_set(e, ERR_INPUT, "a user has neither id nor email");
	err = resolve(s, u, &id, &there, e);
	if (err == ERR_OK)
		err = there ? update(s, organization, u, id, &changed, e)
			    : insert(s, organization, u, &id, e);
	if (err == ERR_OK) {
		member[0] = member[3] = DB_INTEGER(id);
		err = query_short(s, STMT_MEMBER_INSERT, member, &answer, e);
	}
	if (err != ERR_OK)
		return err;
	*id_r = id;
	if (!there)
		*change_r = IMPORT_INSERTED;
	else
		*change_r =
		    changed + answer.affected > 0 ? IMPORT_UPDATED : IMPORT_UNCHANGED;
	return ERR_OK;
}
