{# What was built, and what of it went where. The JSON of an event is read once for all of them. #}
{% macro duckdb__event_node_facts() %}
  {% set paths = [
    "relation", "failures", "answer.adapter_response.rows_affected", "cause", "checksum", "attached_node", "waited_for",
  ] %}
  {% set facts = "(facts->>['$." ~ paths | join("', '$.") ~ "'])" %}
      max({{ facts }}[1]) as relation_name,
      max({{ facts }}[2]::bigint) as failures,
      max({{ facts }}[3]::bigint) as rows_affected,
      max({{ facts }}[4]) as cause,
      max({{ facts }}[5]) as checksum,
      max({{ facts }}[6]) as attached_node,
      max({{ facts }}[7]) as waited_for,
{% endmacro %}
