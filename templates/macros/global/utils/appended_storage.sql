{# Says, behind the type of a column, how it is stored in a table to which each run adds: few values that come again, or others. #}
{% macro appended_storage(is_repeated) %}
  {{- return(adapter.dispatch('appended_storage', 'dbt')(is_repeated)) -}}
{% endmacro %}

{% macro default__appended_storage(is_repeated) %}{% endmacro %}
