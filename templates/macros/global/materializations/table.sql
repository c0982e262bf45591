{# Builds the table beside the relation that it replaces, and swaps names as a view does. #}
{% materialization table, default %}
  {% if replaces_relations() %}
    {% do return(create_or_replace_table()) %}
  {% endif %}

  {% set existing_relation = load_cached_relation(this) %}
  {% set target_relation = this.incorporate(type='table') %}
  {% set intermediate_relation = make_intermediate_relation(target_relation) %}
  {% set backup_type = 'table' if existing_relation is none else existing_relation.type %}
  {% set backup_relation = make_backup_relation(target_relation, backup_type) %}
  {% set leftovers = [
       load_cached_relation(intermediate_relation), load_cached_relation(backup_relation)] %}
  {% set grant_config = config.get('grants') %}

  {% do run_hooks(pre_hooks, inside_transaction=false) %}

  {% do begin_node_transaction() %}
  {% for leftover in leftovers %}
    {% do drop_relation_if_exists(leftover) %}
  {% endfor %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}

  {% call statement('main') -%}
    {{ get_create_table_as_sql(False, intermediate_relation, sql) }}
  {%- endcall %}
  {% do create_indexes(intermediate_relation) %}

  {% set outdated = [] %}
  {# A hook can have dropped the relation. #}
  {% if existing_relation is not none %}
    {% set existing_relation = load_cached_relation(existing_relation) %}
  {% endif %}
  {% if existing_relation is not none %}
    {% do adapter.rename_relation(existing_relation, backup_relation) %}
    {% do outdated.append(backup_relation) %}
  {% endif %}
  {% do adapter.rename_relation(intermediate_relation, target_relation) %}

  {% do run_hooks(post_hooks, inside_transaction=true) %}

  {% set revokes = should_revoke(existing_relation, full_refresh_mode=true) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=revokes) %}
  {% do persist_docs(target_relation, model) %}

  {% do commit_node_transaction(outdated) %}
  {% do run_hooks(post_hooks, inside_transaction=false) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
