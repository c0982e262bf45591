{# The macro of a snapshot strategy: `name`, or `package.name` for the one of a certain package. #}
{% macro strategy_dispatch(name) -%}
  {% set package_name, strategy_name = name.split('.', 1) if '.' in name else (none, name) %}
  {% if package_name is none %}
    {% set macros = context %}
  {% elif package_name in context %}
    {% set macros = context[package_name] %}
  {% else %}
    {% do exceptions.raise_compiler_error(
         "No package '" ~ package_name ~ "' for the snapshot strategy '" ~ name ~ "'") %}
  {% endif %}

  {% set macro_name = 'snapshot_' ~ strategy_name ~ '_strategy' %}
  {% if macro_name not in macros %}
    {% do exceptions.raise_compiler_error(
         "No snapshot strategy '" ~ strategy_name ~ "': macro `" ~ macro_name ~ "` not found"
         ~ (" in package '" ~ package_name ~ "'" if package_name is not none else '')) %}
  {% endif %}
  {% do return(macros[macro_name]) %}
{%- endmacro %}
