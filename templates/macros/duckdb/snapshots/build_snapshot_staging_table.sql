{# In the place of the global one, for databases without temporary tables. #}
{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}
  {% set staging = duckdb__dispatch_temporary_relation(target_relation) %}
  {% set changes_sql = snapshot_staging_table(strategy, sql, target_relation) %}
  {% call statement('build_snapshot_staging_relation') %}
    {{ create_table_as(staging.temporary, staging.relation, changes_sql) }}
  {% endcall %}
  {% do return(staging.relation) %}
{% endmacro %}
