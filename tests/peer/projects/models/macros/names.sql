{% macro say(schemas) %}{% do log('schemas: ' ~ schemas | sort | join(', '), info=true) %}{% endmacro %}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
  {%- if custom_alias_name -%}{{ custom_alias_name | trim }}
  {%- elif node.version -%}{{ node.name ~ '__' ~ (node.version | replace('.', '_')) }}
  {%- else -%}{{ node.name }}{%- endif -%}
{%- endmacro %}
{% test above(model, column_name, floor=0) %}
{{ config(severity='warn', error_if='> 10') }}
select * from {{ model }} where {{ column_name }} <= {{ floor }}
{% endtest %}
{% macro cents(column, places=2) %}round({{ column }} / 100.0, {{ places }}){% endmacro %}
