{#
  Drops what the node leaves behind and commits, so that the old state and the new follow each other
  without a moment between them, and no backup outlives a run that dies.
#}
{% macro commit_node_transaction(to_drop=[]) %}
  {% do return(adapter.dispatch('commit_node_transaction', 'dbt')(to_drop)) %}
{% endmacro %}

{% macro default__commit_node_transaction(to_drop) %}
  {% for relation in to_drop %}
    {% do drop_relation_if_exists(relation) %}
  {% endfor %}
  {% do adapter.commit() %}
{% endmacro %}
