{# How the database writes the place of a bound value. #}
{% macro get_binding_char() -%}
  {% do return(adapter.dispatch('get_binding_char', 'dbt')()) %}
{%- endmacro %}

{% macro default__get_binding_char() %}
  {% do return('%s') %}
{% endmacro %}
