-- Records of a scope: log, chains, tracks, outbox, receipts.

-- name: log_head_get
SELECT era, gsn, head FROM log_head WHERE one = 1;

-- name: log_head_put
INSERT INTO log_head (one, era, gsn, head, signed) VALUES (1, ?1, ?2, ?3, ?4)
ON CONFLICT (one) DO UPDATE SET era = ?1, gsn = ?2, head = ?3, signed = ?4;

-- name: log_head_signed
SELECT signed FROM log_head WHERE one = 1;

-- name: entry_put
INSERT INTO entries (gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, head, rec, op, sig, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: entry_head
SELECT head FROM entries WHERE gsn = ?1;

-- name: entry_rules
SELECT rv_gen, rv_ver, tv FROM entries WHERE gsn = ?1;

-- name: entry_each
SELECT gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, op, sig, body, rec, head
FROM entries WHERE gsn >= ?1 ORDER BY gsn;

-- name: entry_of_record
SELECT gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, op, sig, body
FROM entries WHERE rec = ?1 ORDER BY gsn;

-- name: entry_erase_record
UPDATE entries SET body = NULL WHERE rec = ?1 AND gsn < ?2 AND body IS NOT NULL;

-- name: entry_erase_one
UPDATE entries SET body = NULL WHERE rec = ?1 AND gsn < ?2 AND op_id = ?3 AND body IS NOT NULL;

-- name: entry_bare
UPDATE entries SET body = NULL WHERE gsn = ?1;

-- name: entry_bare_each
-- scan: after a sync that brought entries, and when the log is verified
SELECT gsn, rec FROM entries WHERE body IS NULL ORDER BY gsn;

-- name: cut_erase
-- scan: what eras have cut off is little
UPDATE cut SET body = NULL
WHERE body IS NOT NULL AND op_id IN (SELECT op_id FROM entries WHERE body IS NULL);

-- name: chain_get
SELECT seq, op_id FROM chains WHERE device = ?1 AND inc = ?2;

-- name: chain_each
SELECT inc, seq, op_id FROM chains WHERE device = ?1 ORDER BY inc;

-- name: chain_put
INSERT INTO chains (device, inc, seq, op_id) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (device, inc) DO UPDATE SET seq = ?3, op_id = ?4;

-- name: track_get
SELECT track FROM tracks WHERE rec = ?1;

-- name: track_put
INSERT INTO tracks (rec, track) VALUES (?1, ?2) ON CONFLICT (rec) DO UPDATE SET track = ?2;

-- name: record_between
SELECT rec FROM entries WHERE rec BETWEEN ?1 AND ?2
UNION SELECT rec FROM outbox WHERE rec BETWEEN ?1 AND ?2 ORDER BY rec;

-- name: outbox_put
INSERT INTO outbox (inc, seq, op_id, rec, made_ms, op, sig, body, refused)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0);

-- name: outbox_waiting
-- scan: all that waits, by its index
SELECT inc, seq, op_id, op, sig, body, refused, made_ms FROM outbox INDEXED BY outbox_waiting
WHERE refused = 0 ORDER BY inc, seq LIMIT -1 OFFSET ?1;

-- name: outbox_of_record
SELECT op_id, op, sig, body, refused, made_ms FROM outbox WHERE rec = ?1 ORDER BY inc, seq;

-- name: outbox_all
-- scan: the outbox is short
SELECT op_id, rec FROM outbox ORDER BY inc, seq;

-- name: entry_refused
-- scan: of an index that holds the refused alone
SELECT op_id, rec FROM entries INDEXED BY entries_refused WHERE verdict <> 0 ORDER BY gsn;

-- name: entry_sent
-- scan: of the receipts, which are of what this device wrote alone
SELECT e.op_id, e.rec FROM receipts r CROSS JOIN entries e ON e.op_id = r.op_id
WHERE e.recv_ms >= ?1 ORDER BY e.gsn DESC LIMIT ?2;

-- name: outbox_forget
DELETE FROM outbox WHERE op_id = ?1 AND refused > 0;

-- name: outbox_end
SELECT seq, op_id FROM outbox WHERE inc = ?1 ORDER BY seq DESC LIMIT 1;

-- name: outbox_drop
DELETE FROM outbox WHERE op_id = ?1;

-- name: outbox_refuse
UPDATE outbox SET refused = ?3 WHERE inc = ?1 AND seq >= ?2 AND refused = 0;

-- name: outbox_overtaken
SELECT o.inc, o.seq FROM outbox o INDEXED BY outbox_waiting
JOIN chains c ON c.device = ?1 AND c.inc = o.inc
WHERE o.refused = 0 AND o.seq <= c.seq ORDER BY o.inc, o.seq LIMIT 1;

-- name: outbox_numbered
UPDATE outbox SET refused = -1 WHERE op_id = ?1;

-- name: outbox_numbered_last
-- of the chain at hand; those that wait come behind it, and are passed over by their index
SELECT inc, seq, op_id FROM outbox
WHERE inc = (SELECT max(inc) FROM outbox) AND refused = -1 AND seq < coalesce(
    (SELECT min(w.seq) FROM outbox w INDEXED BY outbox_waiting
     WHERE w.refused = 0 AND w.inc = (SELECT max(inc) FROM outbox)), 1 << 62)
ORDER BY seq DESC LIMIT 1;

-- name: outbox_own
SELECT sig, body FROM outbox WHERE op_id = ?1;

-- name: outbox_count
-- scan: the outbox is short
SELECT count(*) FILTER (WHERE refused >= 0), count(*) FILTER (WHERE refused > 0) FROM outbox;

-- name: pushed_put
INSERT INTO pushed (body) VALUES (?1);

-- name: receipt_put
INSERT OR IGNORE INTO receipts (op_id, pushed) VALUES (?1, ?2);

-- name: receipt_get
SELECT body FROM pushed WHERE id = (SELECT pushed FROM receipts WHERE op_id = ?1);

-- name: complaint_put
INSERT OR IGNORE INTO complaints (gsn, own_verdict, page) VALUES (?1, ?2, ?3);

-- name: complaint_get
SELECT own_verdict FROM complaints WHERE gsn = ?1;

-- name: track_each
-- scan: verification reads every row
SELECT rec, track FROM tracks ORDER BY rec;

-- name: chain_of_all
-- scan: verification reads every row
SELECT device, inc, seq, op_id FROM chains ORDER BY device, inc;

-- name: glance_get
SELECT seen, doc, text, kind FROM glances WHERE rec = ?1;

-- name: glance_received
UPDATE glances SET closed = ?2, at_ms = ?3, seen = ?4 WHERE rec = ?1;

-- name: glance_put
INSERT INTO glances (rec, kind, closed, conflicts, at_ms, seen, doc, text)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (rec) DO UPDATE SET kind = ?2, closed = ?3, conflicts = ?4, at_ms = ?5, seen = ?6,
                                doc = ?7, text = ?8;

-- name: glance_of_kind
-- scan: what is behind, once
SELECT rec FROM glances
WHERE kind = ?1 AND at_ms >= ?2 AND closed <= ?3 AND rec NOT IN (SELECT rec FROM behind)
ORDER BY at_ms DESC LIMIT ?4;

-- name: glance_of_any
-- scan: what is behind, once
SELECT rec FROM glances
WHERE at_ms >= ?2 AND kind > ?1 AND closed <= ?3 AND rec NOT IN (SELECT rec FROM behind)
ORDER BY at_ms DESC LIMIT ?4;

-- name: glance_of_area
-- scan: what is behind, once
SELECT places.rec FROM places JOIN glances ON glances.rec = places.rec
WHERE places.area = ?5 AND places.kind = ?1 AND glances.at_ms >= ?2 AND glances.closed <= ?3
  AND places.rec NOT IN (SELECT rec FROM behind)
ORDER BY glances.at_ms DESC LIMIT ?4;

-- name: glance_of_ward
-- scan: what is behind, once
SELECT rec FROM glances
WHERE kind = ?1 AND at_ms >= ?2 AND closed <= ?3
  AND EXISTS (SELECT 1 FROM places WHERE places.rec = glances.rec
              AND (area = ?5 OR area BETWEEN ?5 || '-' AND ?5 || '-~'))
  AND rec NOT IN (SELECT rec FROM behind)
ORDER BY at_ms DESC LIMIT ?4;

-- name: glance_conflicts
-- scan: of an index that holds those in conflict alone, and what is behind, once
SELECT count(*) FROM glances INDEXED BY glances_in_conflict
WHERE conflicts > 0 AND rec NOT IN (SELECT rec FROM behind);

-- name: glance_behind
-- scan: what is behind, or could not be read so far
SELECT rec FROM behind UNION SELECT rec FROM glances WHERE kind = 0;

-- name: glance_clear
-- scan: all of it is derived anew
DELETE FROM glances;

-- name: place_put
INSERT OR IGNORE INTO places (area, kind, rec) VALUES (?1, ?2, ?3);

-- name: place_drop
DELETE FROM places WHERE rec = ?1;

-- name: place_clear
-- scan: all of it is derived anew
DELETE FROM places;

-- name: stale_next
-- scan: some of what is behind
SELECT rec FROM stale ORDER BY n LIMIT ?1;

-- name: stale_drop
DELETE FROM stale WHERE rec = ?1;

-- name: stale_all
-- scan: the outbox is short
INSERT OR IGNORE INTO stale (rec) SELECT rec FROM outbox;

-- name: behind_any
-- scan: one of what is behind
SELECT EXISTS (SELECT 1 FROM stale) OR
       EXISTS (SELECT 1 FROM entries WHERE gsn > (SELECT gsn FROM indexed WHERE one = 1));

-- name: behind_count
-- scan: the stale are few; the log is numbered without gaps, and not read
SELECT (SELECT count(*) FROM stale) + (SELECT coalesce(max(gsn), 0) FROM entries) -
       (SELECT gsn FROM indexed WHERE one = 1);

-- name: entry_behind
-- with its track, and whether there is no other operation of its record
SELECT gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, op, sig, body, rec,
       (SELECT track FROM tracks WHERE tracks.rec = entries.rec),
       NOT EXISTS (SELECT 1 FROM entries o WHERE o.rec = entries.rec AND o.gsn <> entries.gsn) AND
       NOT EXISTS (SELECT 1 FROM outbox o WHERE o.rec = entries.rec)
FROM entries WHERE gsn > (SELECT gsn FROM indexed WHERE one = 1) ORDER BY gsn LIMIT ?1;

-- name: indexed_put
UPDATE indexed SET gsn = ?1 WHERE one = 1;

-- name: head_put
INSERT OR REPLACE INTO heads (gsn, signed) VALUES (?1, ?2);

-- name: head_next
SELECT signed FROM heads WHERE gsn >= ?1 ORDER BY gsn LIMIT 1;

-- name: head_at
SELECT signed FROM heads WHERE gsn = ?1;

-- name: head_cut
DELETE FROM heads WHERE gsn > ?1;

-- name: cut_put
INSERT INTO cut (era, after_gsn, cut_ms, own, returned, gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, op,
                 sig, body)
SELECT ?1, ?2, ?3, ?4, 0, gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, op, sig, body
FROM entries WHERE gsn = ?5;

-- name: cut_to_outbox
INSERT OR IGNORE INTO outbox (inc, seq, op_id, rec, made_ms, op, sig, body, refused)
SELECT ?1, ?2, op_id, rec, recv_ms, op, sig, body, 0 FROM entries WHERE gsn = ?3;

-- name: cut_stale
INSERT OR IGNORE INTO stale (rec) SELECT rec FROM entries WHERE gsn > ?1;

-- name: cut_receipts
DELETE FROM receipts WHERE op_id IN (SELECT op_id FROM entries WHERE gsn > ?1);

-- name: entry_cut
DELETE FROM entries WHERE gsn > ?1;

-- name: chain_clear
DELETE FROM chains;

-- name: track_clear
DELETE FROM tracks;

-- name: log_head_clear
DELETE FROM log_head;

-- name: cut_next
-- scan: of an index that holds what is still to be handed in alone
SELECT gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict, op, sig, body, n
FROM cut INDEXED BY cut_waiting WHERE returned = 0 ORDER BY n;

-- name: cut_carried
-- scan: what eras have cut off is little
SELECT gsn, recv_ms, tv, op, sig, body FROM cut
WHERE own = 0 AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.op_id = cut.op_id) ORDER BY n;

-- name: cut_returned
UPDATE cut SET returned = 1 WHERE n <= ?1 AND returned = 0;

-- name: cut_sum
-- scan: what eras have cut off is little
SELECT count(*), coalesce(sum(own), 0),
       coalesce(sum(NOT EXISTS (SELECT 1 FROM entries WHERE entries.op_id = cut.op_id)), 0),
       coalesce(max(cut_ms), 0)
FROM cut;

-- name: glance_drop
DELETE FROM glances WHERE rec = ?1;
