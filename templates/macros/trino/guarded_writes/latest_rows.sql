{# There is neither `qualify` nor `*` without a column, so the columns have to be known. #}
{% macro trino__latest_rows(sql, key, order) %}
  {%- set columns = adapter.get_column_schema_from_query(sql) or adapter.get_columns_in_relation(this) -%}
  {%- if not columns -%}
    {%- do exceptions.raise_compiler_error(
          'The columns of ' ~ this.identifier ~ ' are not known: select them by name, or enforce a contract') -%}
  {%- endif %}
    select {{ columns | map(attribute='quoted') | join(', ') }} from (
        select *, row_number() over ({{ latest_first(key, order) }}) as dbt_row_number from (
{{ sql }}
        ) as DBT_INTERNAL_BATCH
    ) as DBT_INTERNAL_ROWS
    where dbt_row_number = 1
{% endmacro %}
