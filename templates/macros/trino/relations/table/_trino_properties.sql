{% macro _trino_properties(properties) -%}
  {%- set parts = [] -%}
  {%- for name, value in properties.items() -%}
    {%- do parts.append(name ~ ' = ' ~ value) -%}
  {%- endfor -%}
  {%- do return(parts | join(', ')) -%}
{%- endmacro %}
