{# Whether `create or replace` makes tables and views, so that none needs to be built beside the old one. #}
{% macro replaces_relations() -%}
  {% do return(adapter.dispatch('replaces_relations', 'dbt')()) %}
{%- endmacro %}

{% macro default__replaces_relations() -%}
  {% do return(false) %}
{%- endmacro %}
