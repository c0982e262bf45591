{# A whole table materialization, for engines whose `create table` replaces one by itself. #}
{% macro create_or_replace_table() %}
  {% set existing_relation = load_cached_relation(this) %}
  {% set target_relation = this.incorporate(type='table') %}

  {% do run_hooks(pre_hooks, inside_transaction=false) %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}
  {% if existing_relation is not none and not existing_relation.is_table %}
    {% do adapter.drop_relation(existing_relation) %}
  {% endif %}

  {% call statement('main') -%}
    {{ get_create_table_as_sql(False, target_relation, sql) }}
  {%- endcall %}

  {% do run_hooks(post_hooks, inside_transaction=true) %}
  {% set revokes = should_revoke(existing_relation, full_refresh_mode=true) %}
  {% do apply_grants(target_relation, config.get('grants'), should_revoke=revokes) %}
  {% do persist_docs(target_relation, model) %}
  {% do run_hooks(post_hooks, inside_transaction=false) %}

  {% do return({'relations': [target_relation]}) %}
{% endmacro %}
