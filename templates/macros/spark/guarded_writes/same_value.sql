{% macro spark__same_value(left, right) -%}
  {% do return(left ~ ' <=> ' ~ right) %}
{%- endmacro %}
