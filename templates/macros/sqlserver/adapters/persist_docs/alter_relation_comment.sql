{# Comments are extended properties there, which are left alone. #}
{% macro sqlserver__alter_relation_comment(relation, relation_comment) -%}
  {% do return('') %}
{%- endmacro %}
