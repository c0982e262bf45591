{#
  The names of the model's documented columns in brackets. Under this name, without a prefix, the
  global default still answers `adapter.dispatch`.
#}
{% macro get_column_names() %}
  {%- set names = [] -%}
  {%- for column in model['columns'].values() -%}
    {%- do names.append(adapter.quote(column['name']) if column.get('quote') else column['name']) -%}
  {%- endfor %}
    ( {{ names | join(' , ') }} )
{% endmacro %}
