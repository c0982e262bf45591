{# The rows that fail `unique_combination_of_columns`, each as its `dsql_row`: all but the survivor. #}
{% macro quarantined_by_unique_combination_of_columns(model, combination_of_columns, quote_columns=false) %}
  {{ adapter.dispatch('quarantined_by_unique_combination_of_columns', 'dbt')(
       model, combination_of_columns, quote_columns) }}
{% endmacro %}

{% macro default__quarantined_by_unique_combination_of_columns(model, combination_of_columns, quote_columns) %}
{%- set columns = [] -%}
{%- for column in combination_of_columns -%}
  {%- do columns.append(adapter.quote(column) if quote_columns else column) -%}
{%- endfor %}
{{ quarantined_repetitions(model, columns) }}
{% endmacro %}
