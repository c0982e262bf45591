{# `is not distinct from` came with 2022. #}
{% macro sqlserver__same_value(left, right) -%}
  {% do return('exists (select ' ~ left ~ ' intersect select ' ~ right ~ ')') %}
{%- endmacro %}
