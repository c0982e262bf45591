{# What is known to stand in the place of `relation`: with its real type, or none. #}
{% macro load_cached_relation(relation) %}
  {% do return(adapter.get_relation(
       database=relation.database,
       schema=relation.schema,
       identifier=relation.identifier)) %}
{% endmacro %}
