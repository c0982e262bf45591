{% macro spark__latest_rows(sql, key, order) -%}
    select * except (dbt_row_number) from (
        select *, row_number() over ({{ latest_first(key, order) }}) as dbt_row_number from (
{{ sql }}
        ) as DBT_INTERNAL_BATCH
    ) as DBT_INTERNAL_ROWS
    where dbt_row_number = 1
{%- endmacro %}
