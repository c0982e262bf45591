{# The rows that fail `accepted_values`, each as its `dsql_row`. #}
{% macro quarantined_by_accepted_values(model, column_name, values, quote=True) %}
  {{ adapter.dispatch('quarantined_by_accepted_values', 'dbt')(model, column_name, values, quote) }}
{% endmacro %}

{% macro default__quarantined_by_accepted_values(model, column_name, values, quote) %}
{%- set accepted = [] -%}
{%- for value in values -%}
  {%- do accepted.append("'" ~ value ~ "'" if quote else value) -%}
{%- endfor %}
select dsql_row
from {{ model }}
where {{ column_name }} not in ({{ accepted | join(', ') }})
{% endmacro %}
