#include "store/driver/dberror.h"

#include <stddef.h>

static const struct dberror table[] = {
    /* Not reached, or lost. */
    {2002, ERR_DB_AWAY, DBERROR_LOST, "it cannot be reached"},
    {2003, ERR_DB_AWAY, DBERROR_LOST, "it cannot be reached"},
    {2005, ERR_DB_AWAY, DBERROR_LOST, "its host is unknown"},
    {2006, ERR_DB_AWAY, DBERROR_LOST, "the connection was lost"},
    {2012, ERR_DB_AWAY, DBERROR_LOST, "it cannot be reached"},
    {2013, ERR_DB_AWAY, DBERROR_LOST, "the connection was lost"},
    {2014, ERR_DB_AWAY, DBERROR_LOST, "the connection is out of step"},
    {2026, ERR_DB_AWAY, DBERROR_LOST, "no secure connection"},
    {2027, ERR_DB_AWAY, DBERROR_LOST, "the connection is out of step"},
    {2055, ERR_DB_AWAY, DBERROR_LOST, "the connection was lost"},
    {1040, ERR_DB_AWAY, DBERROR_LOST, "it has too many connections"},
    {1047, ERR_DB_AWAY, DBERROR_LOST, "the cluster node is not ready"},
    {1053, ERR_DB_AWAY, DBERROR_LOST, "it is shutting down"},
    {1129, ERR_DB_AWAY, DBERROR_LOST, "it blocks this host"},
    {1130, ERR_DB_AWAY, DBERROR_LOST, "it does not take connections from this host"},
    {1203, ERR_DB_AWAY, DBERROR_LOST, "the account has too many connections"},
    {1226, ERR_DB_AWAY, DBERROR_LOST, "the account is over a limit of its own"},
    {1927, ERR_DB_AWAY, DBERROR_LOST, "the connection was killed"},
    {4031, ERR_DB_AWAY, DBERROR_LOST, "the connection was idle for too long"},

    {1317, ERR_DB_SLOW, DBERROR_NONE, "the statement was stopped"},
    {1969, ERR_DB_SLOW, DBERROR_NONE, "no answer within the time allowed"},
    {3024, ERR_DB_SLOW, DBERROR_NONE, "no answer within the time allowed"},

    {1020, ERR_DB_REFUSED, DBERROR_CONFLICT, "somebody else changed the same rows"},
    {1205, ERR_DB_REFUSED, DBERROR_CONFLICT, "somebody else holds the same rows"},
    {1213, ERR_DB_REFUSED, DBERROR_CONFLICT, "somebody else holds the same rows"},

    {1243, ERR_DB_REFUSED, DBERROR_PREPARE, "the statement is no more prepared"},
    {1615, ERR_DB_REFUSED, DBERROR_PREPARE, "the statement is no more prepared"},
    {2056, ERR_DB_REFUSED, DBERROR_PREPARE, "the statement is no more prepared"},
    {2057, ERR_DB_REFUSED, DBERROR_PREPARE, "the statement is no more prepared"},

    {1044, ERR_DB_DENIED, DBERROR_NONE, "the account may not use this database"},
    {1045, ERR_DB_DENIED, DBERROR_NONE, "it refused the account or its password"},
    {1698, ERR_DB_DENIED, DBERROR_NONE, "it refused the account"},
    {3118, ERR_DB_DENIED, DBERROR_NONE, "the account is locked"},
    {4151, ERR_DB_DENIED, DBERROR_NONE, "the account is locked"},
    {1142, ERR_DB_DENIED, DBERROR_NONE, "the account may not do that"},
    {1143, ERR_DB_DENIED, DBERROR_NONE, "the account may not do that"},
    {1227, ERR_DB_DENIED, DBERROR_NONE, "the account may not do that"},
    {1290, ERR_DB_DENIED, DBERROR_NONE, "it is read only"},
    {1792, ERR_DB_DENIED, DBERROR_NONE, "it is read only"},
    {1836, ERR_DB_DENIED, DBERROR_NONE, "it is read only"},

    {1046, ERR_DB_SCHEMA, DBERROR_NONE, "no database is named"},
    {1049, ERR_DB_SCHEMA, DBERROR_NONE, "there is no such database"},
    {1054, ERR_DB_SCHEMA, DBERROR_NONE, "a column is not there"},
    {1146, ERR_DB_SCHEMA, DBERROR_NONE,
	"a table is not there (agreement-matrix init makes ours)"},

    /* A step of our tables that was interrupted, and runs again. */
    {1060, ERR_DB_REFUSED, DBERROR_DONE, "the column is there already"},
    {1061, ERR_DB_REFUSED, DBERROR_DONE, "the index is there already"},
    {1091, ERR_DB_REFUSED, DBERROR_DONE, "what is to be dropped is not there"},

    /* What an export brought along and a column cannot take. */
    {1264, ERR_INPUT, DBERROR_NONE, NULL},
    {1292, ERR_INPUT, DBERROR_NONE, NULL},
    {1366, ERR_INPUT, DBERROR_NONE, NULL},
    {1406, ERR_INPUT, DBERROR_NONE, NULL},
    {3140, ERR_INPUT, DBERROR_NONE,
	"a value is no JSON that it takes, or one nested more than 100 deep"},
    {4025, ERR_INPUT, DBERROR_NONE,
	"a value is no JSON that it takes, or one nested more than 32 deep"},

    {1153, ERR_LIMIT, DBERROR_NONE, "more than its max_allowed_packet"},
    {1301, ERR_LIMIT, DBERROR_NONE, "more than its max_allowed_packet"},
    {2020, ERR_LIMIT, DBERROR_LOST, "more than the client's max_allowed_packet"},
    {2008, ERR_MEMORY, DBERROR_LOST, "out of memory"},
    {1064, ERR_DB_REFUSED, DBERROR_NONE, "it does not understand the statement"},
};

static const struct dberror other = {0, ERR_DB_REFUSED, DBERROR_NONE, NULL};

const struct dberror *
dberror_find(unsigned number)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].number == number)
			return &table[i];
	return &other;
}
