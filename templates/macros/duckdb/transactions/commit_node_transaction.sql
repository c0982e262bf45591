{# DuckLake can lose what happened to a table that one transaction both renames and drops. #}
{% macro duckdb__commit_node_transaction(to_drop) %}
  {% set to_drop_later = [] %}
  {% for relation in to_drop if relation is not none %}
    {% if adapter.is_ducklake(relation) %}
      {% do to_drop_later.append(relation) %}
    {% else %}
      {% do adapter.drop_relation(relation) %}
    {% endif %}
  {% endfor %}

  {% do adapter.commit() %}
  {% for relation in to_drop_later %}
    {% do adapter.drop_relation(relation) %}
  {% endfor %}
{% endmacro %}
