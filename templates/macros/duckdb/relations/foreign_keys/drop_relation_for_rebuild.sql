{#
  Drops what is to be built again under the same name, and first whatever points at it. Needs a
  transaction even where the profile has none, so that a build that fails loses nothing.
#}
{% macro drop_relation_for_rebuild(relation) -%}
  {% do adapter.ensure_transaction() %}
  {% set dropped = [] %}
  {% if relation.is_table and may_be_foreign_key_target(relation) %}
    {% set dropped = drop_foreign_key_dependents(relation) %}
  {% endif %}
  {% do adapter.drop_relation(relation) %}
  {% do return(dropped) %}
{%- endmacro %}
