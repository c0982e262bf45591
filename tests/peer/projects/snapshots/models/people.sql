{{ config(materialized='table') }}
{% if var('load') == 1 %}
select 1 as id, 'a' as part, 'ada' as name, timestamp '2024-01-01' as changed_at
union all select 2, 'a', 'bob', timestamp '2024-01-01'
union all select 3, 'b', 'cy', timestamp '2024-01-01'
{% elif var('load') == 2 %}
select 1 as id, 'a' as part, 'ada l.' as name, timestamp '2024-02-01' as changed_at, 'x' as extra
union all select 3, 'b', 'cy', timestamp '2024-01-01', 'y'
union all select 4, 'b', 'di', timestamp '2024-02-01', 'z'
{% else %}
select 1 as id, 'a' as part, 'ada l.' as name, timestamp '2024-02-01' as changed_at, 'x' as extra
union all select 2, 'a', 'bob', timestamp '2024-03-01', 'back'
union all select 4, 'b', 'di', timestamp '2024-02-01', 'zz'
{% endif %}
