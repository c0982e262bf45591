{# The rows that fail `unique`, each as its `dsql_row`: all of one value but the survivor. #}
{% macro quarantined_by_unique(model, column_name) %}
  {{ adapter.dispatch('quarantined_by_unique', 'dbt')(model, column_name) }}
{% endmacro %}

{% macro default__quarantined_by_unique(model, column_name) %}
{{ quarantined_repetitions(model, [column_name], column_name ~ ' is not null') }}
{% endmacro %}
