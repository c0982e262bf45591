{#
  Creates the table, replaces it on a full refresh, or else puts the new rows into a temporary table
  and lets the strategy's statement bring them over.
#}
{% materialization incremental, default %}
  {% set existing_relation = load_cached_relation(this) %}
  {% set target_relation = this.incorporate(type='table') %}
  {% set temp_relation = make_temp_relation(target_relation) %}
  {% set intermediate_relation = make_intermediate_relation(target_relation) %}
  {% set backup_type = 'table' if existing_relation is none else existing_relation.type %}
  {% set backup_relation = make_backup_relation(target_relation, backup_type) %}
  {% set leftovers = [
       load_cached_relation(intermediate_relation), load_cached_relation(backup_relation)] %}

  {% set creates = existing_relation is none %}
  {% set replaces = not creates and (should_full_refresh() or existing_relation.is_view) %}
  {% set on_schema_change = incremental_validate_on_schema_change(
       config.get('on_schema_change'), default='ignore') %}
  {% set grant_config = config.get('grants') %}

  {% set guards = get_write_guards() %}
  {% set model_code = sql %}
  {% if guards %}
    {% set model_code = guarded_rows(guards, sql, target_relation) %}
    {% do check_guarded_columns(
         guards,
         adapter.get_column_schema_from_query(sql),
         none if creates or replaces else adapter.get_columns_in_relation(existing_relation)) %}
  {% endif %}

  {% do run_hooks(pre_hooks, inside_transaction=false) %}

  {% do begin_node_transaction() %}
  {% for leftover in leftovers %}
    {% do drop_relation_if_exists(leftover) %}
  {% endfor %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}

  {# An unknown strategy is an error on the first run already. #}
  {% set strategy_sql = adapter.get_incremental_strategy_macro(
       context, config.get('incremental_strategy') or 'default') %}

  {% if creates %}
    {% set indexed_relation = target_relation %}
    {% set build_sql = get_create_table_as_sql(False, target_relation, model_code) %}
  {% elif replaces and replaces_relations() %}
    {% if existing_relation.is_view %}
      {% do adapter.drop_relation(existing_relation) %}
    {% endif %}
    {% set indexed_relation = target_relation %}
    {% set build_sql = get_create_table_as_sql(False, target_relation, model_code) %}
  {% elif replaces %}
    {% set indexed_relation = intermediate_relation %}
    {% set build_sql = get_create_table_as_sql(False, intermediate_relation, model_code) %}
  {% else %}
    {% set indexed_relation = temp_relation %}
    {% do run_query(get_create_table_as_sql(True, temp_relation, model_code)) %}
    {% if guards %}
      {% do check_guarded_rows(guards, temp_relation) %}
    {% endif %}
    {# The types of a contract are fixed. #}
    {% set contract = config.get('contract') %}
    {% if not contract or not contract.enforced %}
      {% do adapter.expand_target_column_types(
           from_relation=temp_relation, to_relation=target_relation) %}
    {% endif %}
    {% set dest_columns =
         process_schema_changes(on_schema_change, temp_relation, existing_relation)
         or adapter.get_columns_in_relation(existing_relation) %}
    {% if not dest_columns and not adapter.has_connection() %}
      {% do exceptions.raise_compiler_error(
           'Without a connection the columns of ' ~ this.identifier ~ ' are not known: select them by name, '
           ~ 'describe those of its sources under `columns`, or enforce a contract') %}
    {% endif %}
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
  {% endif %}

  {% call statement('main') %}
    {{ build_sql }}
  {% endcall %}
  {% if guards and (creates or replaces) %}
    {% do check_guarded_rows(guards, indexed_relation) %}
  {% endif %}

  {% if creates or replaces or should_full_refresh() %}
    {% do create_indexes(indexed_relation) %}
  {% endif %}

  {% set outdated = [] %}
  {% if keeps_staging() and not (creates or replaces) %}
    {% do outdated.append(temp_relation.incorporate(type='table')) %}
  {% endif %}
  {% if replaces and not replaces_relations() %}
    {% do adapter.rename_relation(target_relation, backup_relation) %}
    {% do adapter.rename_relation(intermediate_relation, target_relation) %}
    {% do outdated.append(backup_relation) %}
  {% endif %}

  {% set revokes = should_revoke(existing_relation, replaces or should_full_refresh()) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=revokes) %}
  {% do persist_docs(target_relation, model) %}

  {% do run_hooks(post_hooks, inside_transaction=true) %}
  {% do record_batch(target_relation, anew=creates or replaces) %}
  {% do commit_node_transaction(outdated) %}
  {% do run_hooks(post_hooks, inside_transaction=false) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
