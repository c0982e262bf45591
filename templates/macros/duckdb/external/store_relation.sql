{# Hands a written file over to a plugin, with the columns of the relation. #}
{% macro store_relation(plugin, relation, location, format, config) -%}
  {% do adapter.store_relation(
       plugin, relation, adapter.get_columns_in_relation(relation), location, format, config) %}
{% endmacro %}
