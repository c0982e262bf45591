{# A query with the columns of a contract, each a typed null. #}
{% macro get_empty_schema_sql(columns) -%}
  {% do return(adapter.dispatch('get_empty_schema_sql', 'dbt')(columns)) %}
{% endmacro %}

{% macro default__get_empty_schema_sql(columns) %}
  {%- set untyped = [] -%}
  {%- set without_scale = [] -%}
    select
    {% for column in columns.values() %}
      {%- set data_type = column.get('data_type') -%}
      {%- if not data_type -%}
        {%- do untyped.append(column['name']) -%}
      {%- elif data_type.strip().lower() in ('numeric', 'decimal', 'number') -%}
        {%- do without_scale.append(column['name']) -%}
      {%- endif -%}
      {%- set name = adapter.quote(column['name']) if column.get('quote') else column['name'] -%}
      {{ cast('null', data_type) }} as {{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}

  {%- if untyped -%}
    {%- do exceptions.column_type_missing(column_names=untyped) -%}
  {%- elif without_scale -%}
    {%- do exceptions.warn(
          'Columns of a numeric type without precision and scale, which can round their values: '
          ~ without_scale) -%}
  {%- endif -%}
{% endmacro %}
