{# Returns the version of the ledger that is there. #}
{% macro get_ledger_version(ledger) %}
  {% do return(run_query("select max(version) from " ~ ledger.version)) %}
{% endmacro %}
