{# The bytes of the values of columns, of which each has its width, or none if that varies. #}
{% macro checkpoint_bytes(columns) %}
  {{- adapter.dispatch('checkpoint_bytes', 'dbt')(columns) -}}
{% endmacro %}

{% macro default__checkpoint_bytes(columns) -%}null{%- endmacro %}
