{# Whether the relation in which rows wait outlives the connection, and is to be dropped. #}
{% macro keeps_staging() -%}
  {% do return(adapter.dispatch('keeps_staging', 'dbt')()) %}
{%- endmacro %}

{% macro default__keeps_staging() -%}
  {% do return(false) %}
{%- endmacro %}
