{% macro redshift__same_value(left, right) -%}
  {% do return('(' ~ left ~ ' = ' ~ right ~ ' or (' ~ left ~ ' is null and ' ~ right ~ ' is null))') %}
{%- endmacro %}
