{# The rows of a relation for which a condition holds, each as its `dsql_row`. #}
{% macro held_rows(relation, condition) %}
  {% do return("select " ~ row_identifier() ~ " as dsql_row from " ~ relation ~ " where " ~ condition) %}
{% endmacro %}
