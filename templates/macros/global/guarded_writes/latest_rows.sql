{# Of the rows of a query that agree in `key` the latest: the one that comes first by `order`, descending. #}
{% macro latest_rows(sql, key, order) -%}
  {% do return(adapter.dispatch('latest_rows', 'dbt')(sql, key, order)) %}
{%- endmacro %}

{% macro default__latest_rows(sql, key, order) %}
    select * from (
{{ sql }}
    ) as DBT_INTERNAL_BATCH
    qualify row_number() over ({{ latest_first(key, order) }}) = 1
{% endmacro %}
