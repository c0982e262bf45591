{# What was decided on the rows of a node, oldest first. #}
{% macro get_quarantine_decisions(table, node) %}
  {% do return(run_query(
       'select row_id, decision, correction, decided_by, reason, decided_at from ' ~ table
       ~ " where node = '" ~ escape_single_quotes(node) ~ "' order by decided_at")) %}
{% endmacro %}
