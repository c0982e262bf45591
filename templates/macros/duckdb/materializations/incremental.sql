{#
  Creates the table, replaces it on a full refresh, or else puts the new rows into a temporary table
  and lets the strategy's statements bring them over, in one transaction.
#}
{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}
  {% set language = model['language'] %}
  {% set existing_relation = load_cached_relation(this) %}
  {% set target_relation = this.incorporate(type='table') %}
  {% set intermediate_relation = make_intermediate_relation(target_relation) %}
  {% set backup_type = 'table' if existing_relation is none else existing_relation.type %}
  {% set backup_relation = make_backup_relation(target_relation, backup_type) %}
  {% set leftovers = [
       load_cached_relation(intermediate_relation), load_cached_relation(backup_relation)] %}

  {% set creates = existing_relation is none %}
  {% set replaces = not creates and (should_full_refresh() or existing_relation.is_view) %}
  {% set in_place = replaces and has_foreign_key_constraints(existing_relation) %}
  {% set on_schema_change = incremental_validate_on_schema_change(
       config.get('on_schema_change'), default='ignore') %}
  {% set grant_config = config.get('grants') %}

  {% set guards = get_write_guards() %}
  {% set model_code = compiled_code %}
  {% if guards %}
    {% set model_code = guarded_rows(guards, compiled_code, target_relation) %}
  {% endif %}

  {% set partitioned_by, sorted_by = none, none %}
  {# The partitions of `insert_overwrite` are of rows, not of files. #}
  {% set partitions_rows = guards and guards.partition_by and not adapter.is_ducklake(target_relation) %}
  {% if (creates or replaces) and not partitions_rows %}
    {% set partitioned_by = duckdb__get_partitioned_by(target_relation, false) %}
  {% endif %}
  {% if creates or replaces %}
    {% set sorted_by = duckdb__get_sorted_by(target_relation, false) %}
  {% endif %}
  {# DuckLake partitions and sorts no table that its own transaction has made. #}
  {% set in_transaction = not (
       (partitioned_by or sorted_by) and adapter.is_ducklake(target_relation)) %}

  {% set staging = duckdb__dispatch_temporary_relation(
       target_relation, adapter.batch_id_for_model(model)) %}
  {% set temp_relation = staging.relation %}

  {% do run_hooks(pre_hooks, inside_transaction=false) %}

  {% if in_transaction %}
    {% do begin_node_transaction() %}
  {% endif %}
  {% for leftover in leftovers %}
    {% do drop_relation_if_exists(leftover) %}
  {% endfor %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}

  {% if guards %}
    {% do check_guarded_columns(
         guards,
         adapter.get_column_schema_from_query(compiled_code),
         none if creates or replaces else adapter.get_columns_in_relation(existing_relation)) %}
  {% endif %}

  {% set dropped_dependents = [] %}
  {% if creates or replaces %}
    {% if in_place %}
      {% set dropped_dependents = drop_relation_for_rebuild(existing_relation) %}
    {% endif %}
    {% set built_relation = target_relation if creates or in_place else intermediate_relation %}
    {% set build_sql = create_table_as(
         False,
         built_relation,
         model_code,
         language,
         partitioned_by=partitioned_by,
         sorted_by=sorted_by) %}
  {% else %}
    {% set fill_sql = create_table_as(
         staging.temporary, temp_relation, model_code, language) %}
    {% if language == 'python' %}
      {% call statement('pre', language=language) %}
        {{- fill_sql }}
      {% endcall %}
    {% else %}
      {% do run_query(fill_sql) %}
    {% endif %}
    {% if guards %}
      {% do check_guarded_rows(guards, temp_relation) %}
    {% endif %}

    {% do adapter.expand_target_column_types(
         from_relation=temp_relation, to_relation=target_relation) %}
    {% set dest_columns =
         process_schema_changes(on_schema_change, temp_relation, existing_relation)
         or adapter.get_columns_in_relation(existing_relation) %}

    {% set strategy_sql = adapter.get_incremental_strategy_macro(
         context, config.get('incremental_strategy') or 'default') %}
    {% set arguments = {
         'target_relation': target_relation,
         'temp_relation': temp_relation,
         'unique_key': config.get('unique_key'),
         'dest_columns': dest_columns,
         'incremental_predicates':
           config.get('predicates', none) or config.get('incremental_predicates', none)} %}
    {% if guards %}
      {% do arguments.update({'write_guards': guards}) %}
    {% endif %}
    {% set build_sql = strategy_sql(arguments) %}
    {% set language = 'sql' %}
  {% endif %}

  {% call statement('main', language=language, auto_begin=in_transaction) %}
    {{- build_sql }}
  {% endcall %}
  {% if guards and (creates or replaces) %}
    {% do check_guarded_rows(guards, built_relation) %}
  {% endif %}

  {% set outdated = [] if staging.temporary else [temp_relation] %}
  {% if replaces and not in_place %}
    {% do commit_staging(intermediate_relation) %}
    {% do drop_indexes_on_relation(target_relation) %}
    {% if may_be_foreign_key_target(target_relation) %}
      {% set dropped_dependents = drop_foreign_key_dependents(target_relation) %}
    {% endif %}
    {% do adapter.rename_relation(target_relation, backup_relation) %}
    {% do adapter.rename_relation(intermediate_relation, target_relation) %}
    {% do outdated.append(backup_relation) %}
  {% endif %}
  {% do restore_foreign_key_dependents(dropped_dependents) %}

  {% set revokes = should_revoke(existing_relation, replaces or should_full_refresh()) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=revokes) %}
  {% if creates or replaces or should_full_refresh() %}
    {% do create_indexes(target_relation) %}
  {% endif %}
  {% do persist_docs(target_relation, model) %}

  {% do run_hooks(post_hooks, inside_transaction=true) %}
  {% do record_batch(target_relation, anew=creates or replaces) %}
  {% do commit_node_transaction(outdated) %}
  {% do run_hooks(post_hooks, inside_transaction=false) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
