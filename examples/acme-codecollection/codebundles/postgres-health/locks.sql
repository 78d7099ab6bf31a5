select blocked.pid, blocking.pid, now() - blocked.query_start as waits, blocked.query, blocking.query
from pg_stat_activity as blocked
join lateral unnest(pg_blocking_pids(blocked.pid)) as holder(pid) on true
join pg_stat_activity as blocking on blocking.pid = holder.pid
where now() - blocked.query_start > interval '1 minute';
