{# Without the lock, two merges can insert the same key. #}
{% macro sqlserver__merge_target(target) -%}
  {% do return(target ~ ' with (holdlock) as DBT_INTERNAL_DEST') %}
{%- endmacro %}
