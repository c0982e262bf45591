{% macro proper_name(column) -%}
    upper(left(trim({{ column }}), 1)) || lower(substr(trim({{ column }}), 2))
{%- endmacro %}

{% macro snake_case(column) -%}
    regexp_replace(lower(trim({{ column }})), '[^a-z0-9]+', '_', 'g')
{%- endmacro %}
