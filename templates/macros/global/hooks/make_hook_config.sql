{# A hook with its place, as the JSON text that the reader of hooks understands. #}
{% macro make_hook_config(sql, inside_transaction) %}
  {{ tojson({"sql": sql, "transaction": inside_transaction}) }}
{% endmacro %}
