{# Every day between the first and the last is there. #}
{% test no_gaps(model, column_name) %}

with

days as (

    select distinct {{ column_name }} as present_day
    from {{ model }}

),

pairs as (

    select
        present_day,
        lead(present_day) over (order by present_day) as next_day
    from days

)

select *
from pairs
where {{ dbt.datediff('present_day', 'next_day', 'day') }} > 1

{% endtest %}
