{# The rows that fail `relationships`, each as its `dsql_row`. #}
{% macro quarantined_by_relationships(model, column_name, to, field) %}
  {{ adapter.dispatch('quarantined_by_relationships', 'dbt')(model, column_name, to, field) }}
{% endmacro %}

{% macro default__quarantined_by_relationships(model, column_name, to, field) %}
with referring as (
  select dsql_row, {{ column_name }} as dsql_value
  from {{ model }}
),
referred as (
  select {{ field }} as dsql_value
  from {{ to }}
)
select dsql_row
from referring
where dsql_value is not null
  and not exists (select 1 from referred where referred.dsql_value = referring.dsql_value)
{% endmacro %}
