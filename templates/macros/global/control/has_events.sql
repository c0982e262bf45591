{# Tells whether there is a table of events. #}
{% macro has_events(events) %}
  {% do return(adapter.get_relation(events.database, events.schema, events.identifier) is not none) %}
{% endmacro %}
