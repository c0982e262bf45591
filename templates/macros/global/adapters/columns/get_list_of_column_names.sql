{%- macro get_list_of_column_names(columns) -%}
  {% do return(columns | map(attribute='name') | list) %}
{% endmacro %}
