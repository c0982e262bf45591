{# A temporary table lies in no schema. #}
{% macro postgres__make_temp_relation(base_relation, suffix) -%}
  {% do return(base_relation.incorporate(path={
       'identifier': base_relation.identifier ~ suffix,
       'schema': none,
       'database': none})) %}
{%- endmacro %}
