{# Works the changes out before the snapshot is touched, as they are written by two statements. #}
{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}
  {% set staging_relation = make_temp_relation(target_relation) %}
  {% set changes_sql = snapshot_staging_table(strategy, sql, target_relation) %}
  {% call statement('build_snapshot_staging_relation') %}
    {{ create_table_as(True, staging_relation, changes_sql) }}
  {% endcall %}
  {% do return(staging_relation) %}
{% endmacro %}
