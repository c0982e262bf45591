{# The mean of a column of numbers or truth values. #}
{% macro checkpoint_mean(column) %}
  {{- adapter.dispatch('checkpoint_mean', 'dbt')(column) -}}
{% endmacro %}

{% macro default__checkpoint_mean(column) -%}
  {%- if column.is_boolean -%}
    avg(case when {{ column.name }} then 1.0 when not {{ column.name }} then 0.0 end)
  {%- else -%}
    avg(cast({{ column.name }} as {{ api.Column.translate_type("float") }}))
  {%- endif -%}
{%- endmacro %}
