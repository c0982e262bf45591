{# Constraints need an empty table first. #}
{% macro postgres__create_table_as(temporary, relation, sql) -%}
  {%- if config.get('contract').enforced and not temporary %}
  {{ config.get('sql_header', none) or '' }}
  {{ create_and_fill_table(relation, sql) }}
  {%- else -%}
  {{ default__create_table_as(temporary, relation, sql) }}
  {%- endif -%}
{%- endmacro %}
