{% macro get_true_sql() %}
  {% do return(adapter.dispatch('get_true_sql', 'dbt')()) %}
{% endmacro %}

{% macro default__get_true_sql() %}
  {% do return('TRUE') %}
{% endmacro %}
