{#
  Builds the table beside the relation that it replaces, and swaps names; in that relation's place if
  foreign keys forbid a new name. Either way in one transaction.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
  {% set language = model['language'] %}
  {% set existing_relation = load_cached_relation(this) %}
  {% set target_relation = this.incorporate(type='table') %}
  {% set intermediate_relation = make_intermediate_relation(target_relation) %}
  {% set backup_type = 'table' if existing_relation is none else existing_relation.type %}
  {% set backup_relation = make_backup_relation(target_relation, backup_type) %}
  {% set leftovers = [
       load_cached_relation(intermediate_relation), load_cached_relation(backup_relation)] %}
  {% set in_place = has_foreign_key_constraints(existing_relation) %}
  {% set built_relation = target_relation if in_place else intermediate_relation %}
  {% set partitioned_by = duckdb__get_partitioned_by(target_relation, false) %}
  {% set sorted_by = duckdb__get_sorted_by(target_relation, false) %}
  {% set grant_config = config.get('grants') %}

  {% do run_hooks(pre_hooks, inside_transaction=false) %}

  {% do begin_node_transaction() %}
  {% for leftover in leftovers %}
    {% do drop_relation_if_exists(leftover) %}
  {% endfor %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}

  {% set dropped_dependents = [] %}
  {% if in_place and existing_relation is not none %}
    {% set dropped_dependents = drop_relation_for_rebuild(existing_relation) %}
  {% endif %}

  {% call statement('main', language=language) -%}
    {{- create_table_as(
          False,
          built_relation,
          compiled_code,
          language,
          partitioned_by=partitioned_by,
          sorted_by=sorted_by) }}
  {%- endcall %}
  {% if not in_place %}
    {% do commit_staging(intermediate_relation) %}
  {% endif %}

  {% set outdated = [] %}
  {% if not in_place %}
    {% if existing_relation is not none %}
      {% do drop_indexes_on_relation(existing_relation) %}
      {% if existing_relation.is_table and may_be_foreign_key_target(existing_relation) %}
        {% set dropped_dependents = drop_foreign_key_dependents(existing_relation) %}
      {% endif %}
      {% do adapter.rename_relation(existing_relation, backup_relation) %}
      {% do outdated.append(backup_relation) %}
    {% endif %}
    {% do adapter.rename_relation(intermediate_relation, target_relation) %}
  {% endif %}
  {% do restore_foreign_key_dependents(dropped_dependents) %}
  {% do create_indexes(target_relation) %}

  {% do run_hooks(post_hooks, inside_transaction=true) %}

  {% set revokes = should_revoke(existing_relation, full_refresh_mode=true) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=revokes) %}
  {% do persist_docs(target_relation, model) %}

  {% do commit_node_transaction(outdated) %}
  {% do run_hooks(post_hooks, inside_transaction=false) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
