{# How a script ends a transaction; only where statements are written down. #}
{% macro get_commit_sql() -%}
  {% do return(adapter.dispatch('get_commit_sql', 'dbt')()) %}
{%- endmacro %}

{% macro default__get_commit_sql() -%}
  {% do return('commit;') %}
{%- endmacro %}
