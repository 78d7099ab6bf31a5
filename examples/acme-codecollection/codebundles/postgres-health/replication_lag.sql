select application_name, pg_wal_lsn_diff(sent_lsn, replay_lsn) as bytes_behind, replay_lag
from pg_stat_replication;
