{# Drops through the adapter, which then forgets the relation; does nothing without one. #}
{% macro drop_relation_if_exists(relation) %}
  {% if relation is not none %}
    {% do adapter.drop_relation(relation) %}
  {% endif %}
{% endmacro %}
