{# A layer's schema is called what the configuration says: `stage`, not `main_stage`. #}
{% macro generate_schema_name(custom_schema_name=none, node=none) -%}
    {{ target.schema if custom_schema_name is none else custom_schema_name | trim }}
{%- endmacro %}
