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
    {% set build_sql = get_create_table_as_sql(False, target_relation, sql) %}
  {% elif replaces %}
    {% set indexed_relation = intermediate_relation %}
    {% set build_sql = get_create_table_as_sql(False, intermediate_relation, sql) %}
  {% else %}
    {% set indexed_relation = temp_relation %}
    {% do run_query(get_create_table_as_sql(True, temp_relation, sql)) %}
    {# The types of a contract are fixed. #}
    {% set contract = config.get('contract') %}
    {% if not contract or not contract.enforced %}
      {% do adapter.expand_target_column_types(
           from_relation=temp_relation, to_relation=target_relation) %}
    {% endif %}
    {% set dest_columns =
         process_schema_changes(on_schema_change, temp_relation, existing_relation)
         or adapter.get_columns_in_relation(existing_relation) %}
    {% set build_sql = strategy_sql({
         'target_relation': target_relation,
         'temp_relation': temp_relation,
         'unique_key': config.get('unique_key'),
         'dest_columns': dest_columns,
         'incremental_predicates':
           config.get('predicates', none) or config.get('incremental_predicates', none)}) %}
  {% endif %}

  {% call statement('main') %}
    {{ build_sql }}
  {% endcall %}

  {% if creates or replaces or should_full_refresh() %}
    {% do create_indexes(indexed_relation) %}
  {% endif %}

  {% set outdated = [] %}
  {% if replaces %}
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
