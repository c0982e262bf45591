{{ config(materialized='table') }}
with countries as (select code, name from {{ ref('countries') }})
select countries.name, count(*) as lines, {{ dbt.safe_cast("'1'", dbt.type_int()) }} as one, {{ dbt.dateadd('day', 1, 'max(small.loaded_at)') }} as next_day,
    {{ dbt.datediff('min(small.loaded_at)', 'max(small.loaded_at)', 'day') }} as days, {{ dbt.listagg('small.country', "', '") }} as countries
from {{ ref('small') }} as small
join countries on countries.code = small.country
group by countries.name
