{# The names of the model's documented columns. #}
{% macro default__get_column_names() %}
  {%- for column in model['columns'].values() -%}
    {{ adapter.quote(column['name']) if column.get('quote') else column['name'] }}
    {{- ', ' if not loop.last }}
  {%- endfor -%}
{% endmacro %}
