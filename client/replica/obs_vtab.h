/*
 * The virtual table `obs` over the packs and deltas of one replica file:
 *
 *   dataset, indicator, area, period, breakdown, value, missing, unit, status, method, source, note
 *   hidden: scaled (the value times 10,000, an integer), as_of (a release; all newest without it)
 *
 * Rows come ascending by dataset, indicator, area, breakdown, period. Equality on dataset,
 * indicator, area, period, breakdown and as_of is used; an indicator reads one pack. It works on
 * the connection that it is registered with, in the program and as a loadable extension
 * (kukyokuobs).
 */
#ifndef CLIENT_REPLICA_OBS_VTAB_H
#define CLIENT_REPLICA_OBS_VTAB_H

struct sqlite3;

/* A result code of SQLite. */
int kk_obs_vtab_register(struct sqlite3 *db);

#endif
