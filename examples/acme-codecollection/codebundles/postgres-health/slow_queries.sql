select calls, round(total_exec_time) as total_ms, round(mean_exec_time) as mean_ms, left(query, 200)
from pg_stat_statements
order by total_exec_time desc
limit 10;
