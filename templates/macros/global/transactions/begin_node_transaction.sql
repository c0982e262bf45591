{#
  Opens the transaction that holds all of a node's writes, unless it is open already. Without it the
  first statement that happens to ask for one would open it, and what ran before would stand alone.
#}
{% macro begin_node_transaction() %}
  {% do return(adapter.dispatch('begin_node_transaction', 'dbt')()) %}
{% endmacro %}

{# A statement opens the transaction it runs in: any will do. #}
{% macro default__begin_node_transaction() %}
  {% if not adapter.has_connection() %}
    {% do adapter.ensure_transaction() %}
    {% do return(none) %}
  {% endif %}
  {% call statement() %}
    select 1
  {% endcall %}
{% endmacro %}
