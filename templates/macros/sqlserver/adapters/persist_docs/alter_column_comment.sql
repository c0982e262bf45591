{# Comments are extended properties there, which are left alone. #}
{% macro sqlserver__alter_column_comment(relation, column_dict) -%}
  {% do return('') %}
{%- endmacro %}
