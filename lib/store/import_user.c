#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/import.h"
#include "store/query.h"

/* Emails of users that an export names only by number: of those who have that number here,
 * and of those who have another because the number is taken. */
#define MADE_UP_DOMAIN "@export.invalid"
#define MADE_UP_ROOM 96

/* A user of this database. */
struct known {
	int64_t id;   /* 0: none */
	bool made_up; /* the email is */
};

bool
import_made_up(struct str email)
{
	static const struct str domain = STR_INIT(MADE_UP_DOMAIN);

	return email.n > domain.n &&
	    str_eq((struct str){email.s + email.n - domain.n, domain.n}, domain);
}

static struct str
made_up_email(const struct import_origin *from, int64_t number, int64_t id,
    char room[static MADE_UP_ROOM])
{
	int n = id == number
	    ? snprintf(room, MADE_UP_ROOM, "user-%" PRId64 MADE_UP_DOMAIN, number)
	    : snprintf(room, MADE_UP_ROOM,
		  "user-%" PRId64 "-project-%" PRId64 MADE_UP_DOMAIN, number,
		  from->project);

	return (struct str){room, (size_t)n};
}

static enum err
find(struct store *s, enum stmt how, const struct db_value *by, struct known *r,
    struct error *e)
{
	struct db_answer answer;
	enum err err = query_short(s, how, by, &answer, e);

	if (err == ERR_OK && answer.n > 0)
		*r = (struct known){query_integer(&answer.rows->v[0]),
		    import_made_up(query_text(&answer.rows->v[1]))};
	return err;
}

/* Whether two addresses are the same, but for the case of letters. */
static bool
same_email(struct str a, struct str b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++)
		if ((unsigned char)a.s[i] >= 0x80 && (unsigned char)b.s[i] >= 0x80)
			return true; /* the database knows their cases, and more */
	return str_eq_nocase(a, b);
}

/* The database takes accents for nothing; addresses that differ are those of two people,
 * who cannot both be there. */
static enum err
find_email(struct store *s, struct str email, struct known *r, struct error *e)
{
	struct db_value by = DB_TEXT(email);
	struct db_answer answer;
	enum err err = query_short(s, STMT_USER_BY_EMAIL, &by, &answer, e);
	struct str known;

	if (err != ERR_OK || answer.n == 0)
		return err;
	known = query_text(&answer.rows->v[1]);
	if (!same_email(email, known))
		return error_set(e, ERR_INPUT,
		    "completed_by.email: the database cannot tell %.*s from %.*s, which is "
		    "somebody else",
		    STR_ARG(email), STR_ARG(known));
	*r = (struct known){query_integer(&answer.rows->v[0]), import_made_up(known)};
	return ERR_OK;
}

/* Whom the number has meant in this project's exports. */
static enum err
find_person(struct store *s, const struct import_origin *from, int64_t number,
    struct known *r, struct error *e)
{
	struct db_value recorded[] = {DB_INTEGER(from->project), DB_INTEGER(number)};
	struct db_value before[] = {
	    DB_INTEGER(number), DB_INTEGER(from->project), DB_INTEGER(from->project)};
	enum err err = find(s, STMT_PERSON, recorded, r, e);

	return err != ERR_OK || r->id != 0 ? err
					   : find(s, STMT_PERSON_BEFORE, before, r, e);
}

/* One that was made for the number, in a time that is not recorded. */
static enum err
find_made_up(struct store *s, const struct import_origin *from, int64_t number,
    struct known *r, struct error *e)
{
	char room[MADE_UP_ROOM];
	struct db_value email = DB_TEXT(made_up_email(from, number, 0, room));

	return find(s, STMT_USER_BY_EMAIL, &email, r, e);
}

/* Finds the user made up for that number that nothing refers to since their project was
 * deleted. */
static enum err
find_free(struct store *s, int64_t number, struct known *r, struct error *e)
{
	char room[MADE_UP_ROOM];
	struct db_value params[] = {DB_INTEGER(number),
	    DB_TEXT(made_up_email(&(struct import_origin){0}, number, number, room))};

	return find(s, STMT_PERSON_FREE, params, r, e);
}

/* Merges a user who was known by a number alone into one who is there. */
static enum err
merge(struct store *s, const struct import_origin *from, int64_t made_up, int64_t id,
    struct error *e)
{
	struct db_value params[] = {
	    DB_INTEGER(id), DB_INTEGER(from->project), DB_INTEGER(made_up)};
	struct db_answer answer;

	return query_short(s, STMT_PERSON_MERGE, params, &answer, e);
}

/*
 * Finds the user; if there is none, r->id is 0 and *id_r the id that is free for them, 0:
 * any. *merged_r is the made-up user that they were taken for, 0: none.
 */
static enum err
resolve(struct store *s, const struct import_origin *from, const struct import_user *u,
    struct known *r, int64_t *id_r, int64_t *merged_r, struct error *e)
{
	struct known person = {0}, holder = {0};
	struct db_value id = DB_INTEGER(u->id);
	enum err err = ERR_OK;

	if (u->email.s != NULL)
		err = find_email(s, u->email, r, e);
	if (err == ERR_OK && u->id != 0)
		err = find_person(s, from, u->id, &person, e);
	/* One with another email of their own is another user. */
	if (r->id == 0 && person.id != 0 && (u->email.s == NULL || person.made_up))
		*r = person;
	else if (err == ERR_OK && r->id != 0 && person.made_up && person.id != r->id)
		err = merge(s, from, person.id, r->id, e);
	*merged_r = r->id != 0 && person.made_up && person.id != r->id ? person.id : 0;
	if (err == ERR_OK && r->id == 0 && u->id != 0)
		err = find(s, STMT_USER_BY_ID, &id, &holder, e);
	if (err == ERR_OK && holder.id != 0 && u->email.s == NULL)
		err = find_made_up(s, from, u->id, r, e);
	if (err == ERR_OK && r->id == 0 && holder.made_up)
		err = find_free(s, u->id, r, e);
	*id_r = holder.id == 0 ? u->id : 0;
	return err;
}

static enum err
insert(struct store *s, const struct import_origin *from, const struct import_user *u,
    int64_t *id, struct error *e)
{
	char room[MADE_UP_ROOM];
	struct str email =
	    u->email.s != NULL ? u->email : made_up_email(from, u->id, *id, room);
	struct db_value params[] = {query_id(*id), DB_TEXT(u->username), DB_TEXT(email),
	    DB_TEXT(email), DB_TEXT(u->first_name), DB_TEXT(u->last_name),
	    DB_TEXT(u->avatar), query_id(from->organization)};
	struct db_answer answer;
	enum err err = query_short(s, STMT_USER_INSERT, params, &answer, e);

	if (err == ERR_OK && *id == 0)
		*id = answer.insert_id;
	return err;
}

struct str
import_username(struct str email)
{
	const char *at = email.n == 0 ? NULL : memchr(email.s, '@', email.n);

	return at == NULL ? email : (struct str){email.s, (size_t)(at - email.s)};
}

/* What is said completes what is known; a username that was made of a made-up email goes
 * with it. */
static enum err
update(struct store *s, const struct import_origin *from, const struct import_user *u,
    const struct known *known, uint64_t *changed_r, struct error *e)
{
	struct str username = u->username.s == NULL && known->made_up
	    ? import_username(u->email)
	    : u->username;
	/* The email is known, but for its case, unless it was made up. */
	struct db_value params[] = {known->made_up ? DB_TEXT(u->email) : DB_NULL,
	    DB_TEXT(username), DB_TEXT(u->first_name), DB_TEXT(u->last_name),
	    DB_TEXT(u->avatar), query_id(from->organization), DB_INTEGER(known->id)};
	struct db_answer answer;
	enum err err = query_short(s, STMT_USER_UPDATE, params, &answer, e);

	if (err == ERR_OK)
		*changed_r = answer.affected;
	return err;
}

/* They are a member, and their number means them from now on. */
static enum err
record(struct store *s, const struct import_origin *from, int64_t number, int64_t id,
    uint64_t *changed_r, struct error *e)
{
	struct db_value member[] = {DB_INTEGER(id), DB_INTEGER(from->organization),
	    DB_INTEGER(from->organization), DB_INTEGER(id)};
	/* A user that no export names by number is not meant by their own. */
	struct db_value person[] = {DB_INTEGER(from->project),
	    DB_INTEGER(number != 0 ? number : -id), DB_INTEGER(id)};
	struct db_answer answer;
	enum err err = query_short(s, STMT_MEMBER_INSERT, member, &answer, e);

	if (err != ERR_OK)
		return err;
	*changed_r += answer.affected;
	return query_short(s, STMT_PERSON_PUT, person, &answer, e);
}

enum err
import_user(struct store *s, const struct import_origin *from, const struct import_user *u,
    struct import_person *r, struct error *e)
{
	struct known known = {0};
	uint64_t changed = 0;
	int64_t id = 0, merged = 0;
	enum err err;

	if (u->id == 0 && u->email.s == NULL)
		return error_set(e, ERR_INPUT, "a user has neither id nor email");
	err = resolve(s, from, u, &known, &id, &merged, e);
	if (err == ERR_OK && known.id != 0) {
		id = known.id;
		err = update(s, from, u, &known, &changed, e);
	} else if (err == ERR_OK) {
		err = insert(s, from, u, &id, e);
	}
	if (err == ERR_OK)
		err = record(s, from, u->id, id, &changed, e);
	if (err != ERR_OK)
		return err;
	*r = (struct import_person){
	    .id = id,
	    .change = known.id == 0 ? IMPORT_INSERTED
		: changed > 0	    ? IMPORT_UPDATED
				    : IMPORT_UNCHANGED,
	    .made_up = u->email.s == NULL && (known.id == 0 || known.made_up),
	    .merged = merged,
	};
	return ERR_OK;
}
