{% macro postgres__latest_rows(sql, key, order) -%}
    select distinct on ({{ key | join(', ') }}) * from (
{{ sql }}
    ) as DBT_INTERNAL_BATCH
    order by {{ (key | join(', ')) ~ (', ' ~ order | join(' desc nulls last, ') ~ ' desc nulls last' if order else '') }}
{%- endmacro %}
