{# Whether several statements can be one transaction. #}
{% macro runs_scripts() -%}
  {% do return(adapter.dispatch('runs_scripts', 'dbt')()) %}
{%- endmacro %}

{% macro default__runs_scripts() -%}
  {% do return(true) %}
{%- endmacro %}
