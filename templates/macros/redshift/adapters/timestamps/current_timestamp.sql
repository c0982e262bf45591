{% macro redshift__current_timestamp() -%}
  getdate()
{%- endmacro %}
