{# Lists the tables that are there, in lower case, as the ledger names those that are kept. #}
{% macro get_kept_tables_sql() %}
  {% do return(adapter.dispatch('get_kept_tables_sql', 'dbt')()) %}
{% endmacro %}

{% macro default__get_kept_tables_sql() %}
  {% do return("select lower('\"' || table_catalog || '\".\"' || table_schema || '\".\"' || table_name || '\"') "
       ~ "from information_schema.tables") %}
{% endmacro %}
