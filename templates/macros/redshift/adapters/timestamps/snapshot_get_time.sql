{% macro redshift__snapshot_get_time() -%}
  getdate()
{%- endmacro %}
