{# The condition on which two values are the same; nothing is the same as nothing. #}
{% macro same_value(left, right) -%}
  {% do return(adapter.dispatch('same_value', 'dbt')(left, right)) %}
{%- endmacro %}

{% macro default__same_value(left, right) -%}
  {% do return(left ~ ' is not distinct from ' ~ right) %}
{%- endmacro %}
