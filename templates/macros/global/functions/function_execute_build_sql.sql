{% macro function_execute_build_sql(build_sql, existing_relation, target_relation) %}
  {% do return(adapter.dispatch('function_execute_build_sql', 'dbt')(
       build_sql, existing_relation, target_relation)) %}
{% endmacro %}

{% macro default__function_execute_build_sql(build_sql, existing_relation, target_relation) %}
  {% set grant_config = config.get('grants') %}

  {% call statement(name='main') %}
    {{ build_sql }}
  {% endcall %}

  {% set revokes = should_revoke(existing_relation, full_refresh_mode=true) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=revokes) %}
  {% do persist_docs(target_relation, model) %}
  {% do adapter.commit() %}
{% endmacro %}
