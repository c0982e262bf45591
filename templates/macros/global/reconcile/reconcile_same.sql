{# Tells whether two values are the same, or both null. #}
{% macro reconcile_same(one, other) %}
  {{- adapter.dispatch('reconcile_same', 'dbt')(one, other) -}}
{% endmacro %}

{% macro default__reconcile_same(one, other) -%}
  {{ one }} is not distinct from {{ other }}
{%- endmacro %}
