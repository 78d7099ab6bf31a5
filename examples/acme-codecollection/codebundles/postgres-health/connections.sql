select coalesce(application_name, '?') as application, state, count(*)
from pg_stat_activity
group by 1, 2
order by 3 desc;
