{# A temporary table belongs to one connection and lies in no schema; its name is used only once. #}
{% macro duckdb__make_temp_relation(base_relation, suffix) %}
  {% do return(base_relation.incorporate(path={
       'identifier': base_relation.identifier ~ suffix ~ py_current_timestring(),
       'schema': none,
       'database': none})) %}
{% endmacro %}
