{% macro is_core_v2() -%}
  {%- set major = dbt_version.split('.')[0] | int -%}
  {%- do return(major == 2) -%}
{%- endmacro %}
