{# Its MERGE has no conditions. #}
{% macro redshift__merge_form() -%}
  {% do return('without') %}
{%- endmacro %}
