{# The rows that fail `not_null`, each as its `dsql_row`. #}
{% macro quarantined_by_not_null(model, column_name) %}
  {{ adapter.dispatch('quarantined_by_not_null', 'dbt')(model, column_name) }}
{% endmacro %}

{% macro default__quarantined_by_not_null(model, column_name) %}
select dsql_row
from {{ model }}
where {{ column_name }} is null
{% endmacro %}
