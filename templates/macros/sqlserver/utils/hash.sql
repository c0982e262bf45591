{% macro sqlserver__hash(field) -%}
  lower(convert(varchar(32), hashbytes('MD5', cast({{ field }} as varchar(8000))), 2))
{%- endmacro %}
