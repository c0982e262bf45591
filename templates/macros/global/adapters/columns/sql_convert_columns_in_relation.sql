{#
  Rows of name, type, length, precision and scale as columns: what an adapter's
  `get_columns_in_relation` ends with.
#}
{% macro sql_convert_columns_in_relation(table) -%}
  {% set columns = [] %}
  {% for row in table %}
    {% do columns.append(api.Column(*row)) %}
  {% endfor %}
  {% do return(columns) %}
{% endmacro %}
