{# What was built, and what of it went where. #}
{% macro duckdb__event_node_facts() %}
      max(facts->>'$.relation') as relation_name,
      max((facts->>'$.failures')::bigint) as failures,
      max((facts->>'$.answer.adapter_response.rows_affected')::bigint) as rows_affected,
      max(facts->>'$.cause') as cause,
{% endmacro %}
