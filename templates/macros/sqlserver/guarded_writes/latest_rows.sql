{# `sql` is the name of a view. #}
{% macro sqlserver__latest_rows(sql, key, order) -%}
    select top (1) with ties * from {{ sql }} as DBT_INTERNAL_BATCH
    order by row_number() over ({{ latest_first(key, order) }})
{%- endmacro %}
