{% macro bigquery__hash(field) -%}
  to_hex(md5(cast({{ field }} as string)))
{%- endmacro %}
