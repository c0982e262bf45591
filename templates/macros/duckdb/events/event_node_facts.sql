{# What was built, and what of it went where. What is skipped has only ended. The JSON of an event is read once for all facts. #}
{% macro duckdb__event_node_facts() %}
  {% set paths = [
    "relation", "failures", "answer.adapter_response.rows_affected", "cause", "checksum", "attached_node",
  ] %}
  {% set facts = "(coalesce(finished.facts, started.facts)->>['$." ~ paths | join("', '$.") ~ "'])" %}
      {{ facts }}[1] as relation_name,
      {{ facts }}[2]::bigint as failures,
      {{ facts }}[3]::bigint as rows_affected,
      {{ facts }}[4] as cause,
      {{ facts }}[5] as checksum,
      {{ facts }}[6] as attached_node,
      started.facts->>'$.waited_for' as waited_for,
{% endmacro %}
