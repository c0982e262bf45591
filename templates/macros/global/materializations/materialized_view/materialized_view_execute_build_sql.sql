{% macro materialized_view_execute_build_sql(build_sql, existing_relation, target_relation, post_hooks) %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}

  {% set grant_config = config.get('grants') %}

  {% call statement(name='main') %}
    {{ build_sql }}
  {% endcall %}

  {% set revokes = should_revoke(existing_relation, full_refresh_mode=true) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=revokes) %}
  {% do persist_docs(target_relation, model) %}

  {% do run_hooks(post_hooks, inside_transaction=true) %}
  {% do adapter.commit() %}
{% endmacro %}
