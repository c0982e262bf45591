{# The kinds of key constraints on a table as it is in the database. #}
{% macro existing_constraint_types(relation) -%}
  {% if relation is none or not relation.is_table %}
    {% do return([]) %}
  {% endif %}
  {% do return(adapter.existing_key_constraint_types(relation)) %}
{%- endmacro %}
