{% macro duckdb__post_snapshot(temporary_relation) %}
  {% do return(drop_relation(temporary_relation)) %}
{% endmacro %}
