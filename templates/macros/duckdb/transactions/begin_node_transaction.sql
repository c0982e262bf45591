{# Not if the profile switches transactions off. #}
{% macro duckdb__begin_node_transaction() %}
  {% if not adapter.disable_transactions() %}
    {% do adapter.ensure_transaction() %}
  {% endif %}
{% endmacro %}
