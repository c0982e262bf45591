{# Tells whether a database has a ledger. #}
{% macro has_ledger(ledger) %}
  {% set publishes = ledger.publishes %}
  {% do return(adapter.get_relation(
       publishes.database, publishes.schema, publishes.identifier) is not none) %}
{% endmacro %}
