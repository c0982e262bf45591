{# Rows wait behind a temporary view, which lies in no schema. #}
{% macro spark__make_temp_relation(base_relation, suffix) -%}
  {% do return(base_relation.incorporate(path={
       'identifier': base_relation.identifier ~ suffix,
       'schema': none,
       'database': none})) %}
{%- endmacro %}
