{# A truth value as it stands in SQL. #}
{% macro truth(value) -%}
  {% do return(adapter.dispatch('truth', 'dbt')(value)) %}
{%- endmacro %}

{% macro default__truth(value) -%}
  {% do return('true' if value else 'false') %}
{%- endmacro %}
