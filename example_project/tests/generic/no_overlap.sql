{# Periods of one key that begin before the previous one has ended. #}
{% test no_overlap(model, key, starts, ends) %}

with

periods as (

    select
        {{ key }},
        {{ starts }} as starts,
        lag({{ ends }}) over (partition by {{ key }} order by {{ starts }}) as previous_ends
    from {{ model }}

)

select *
from periods
where starts < previous_ends

{% endtest %}
