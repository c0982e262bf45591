{# A relation's name as it is written inside a Python string. #}
{% macro resolve_model_name(input_model_name) %}
  {% do return(adapter.dispatch('resolve_model_name', 'dbt')(input_model_name)) %}
{% endmacro %}

{%- macro default__resolve_model_name(input_model_name) -%}
  {{ input_model_name | string | replace('"', '\"') }}
{%- endmacro -%}
