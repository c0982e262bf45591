{# Only a table with a key of its own can be; the key may be about to go. #}
{% macro may_be_foreign_key_target(relation=none) -%}
  {% if not adapter.catalog_supports_foreign_keys(this.database) %}
    {% do return(false) %}
  {% endif %}
  {% set types = enforced_constraint_types() + existing_constraint_types(relation) %}
  {% do return('primary_key' in types or 'unique' in types) %}
{%- endmacro %}
