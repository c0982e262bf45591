{% macro duckdb__get_quarantine_columns(relation) %}
  {% do return(run_query(
       "select column_name, data_type from duckdb_columns() where lower(schema_name) = '"
       ~ escape_single_quotes(relation.schema | lower) ~ "' and lower(table_name) = '"
       ~ escape_single_quotes(relation.identifier | lower) ~ "' and lower(database_name) = '"
       ~ escape_single_quotes(relation.database | lower) ~ "' order by column_index")) %}
{% endmacro %}
