select case
    when exists (select 1 from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0) then 0
    else 1 - count(*)::numeric / current_setting('max_connections')::int
end
from pg_stat_activity;
