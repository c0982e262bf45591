{# The rows a unit test expects as a query: of the columns that they name. #}
{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}

{%- if not rows -%}
    select * from dbt_internal_unit_test_actual
    limit 0
{%- endif -%}
{%- for row in rows -%}
select
  {%- for name, value in format_row(row, column_name_to_data_types).items() %} {{ value }} as {{ column_name_to_quoted[name] }}
    {{- ',' if not loop.last }}
  {%- endfor %}
  {%- if not loop.last %}
union all
{% endif %}
{%- endfor -%}

{% endmacro %}
