{# Keeps every version of every row: all of them are new on the first run, the changes after that. #}
{% materialization snapshot, default %}
  {% set exists, target_relation = get_or_create_relation(
       database=model.database,
       schema=model.schema,
       identifier=model.get('alias', model.get('name')),
       type='table') %}
  {% if not target_relation.is_table %}
    {% do exceptions.relation_wrong_type(target_relation, 'table') %}
  {% endif %}
  {% set grant_config = config.get('grants') %}

  {% do run_hooks(pre_hooks, inside_transaction=false) %}
  {% do begin_node_transaction() %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}

  {% set strategy_macro = strategy_dispatch(config.get('strategy')) %}
  {% set strategy = strategy_macro(
       model, 'snapshotted_data', 'source_data', model['config'], exists) %}

  {% if not exists %}
    {% set checked_sql = build_snapshot_table(strategy, model['compiled_code']) %}
    {% set build_sql = create_table_as(False, target_relation, checked_sql) %}
  {% else %}
    {% set columns = config.get('snapshot_table_column_names')
         or get_snapshot_table_column_names() %}
    {% do adapter.assert_valid_snapshot_target_given_strategy(
         target_relation, columns, strategy) %}

    {% set checked_sql = snapshot_staging_table(strategy, sql, target_relation) %}
    {% set staging_table = build_snapshot_staging_table(strategy, sql, target_relation) %}
    {% do adapter.expand_target_column_types(
         from_relation=staging_table, to_relation=target_relation) %}

    {% set staging_only = [
         'dbt_change_type', 'DBT_CHANGE_TYPE', 'dbt_unique_key', 'DBT_UNIQUE_KEY'] %}
    {% if strategy.unique_key | is_list %}
      {% for key in strategy.unique_key %}
        {% do staging_only.append('dbt_unique_key_' ~ loop.index) %}
        {% do staging_only.append('DBT_UNIQUE_KEY_' ~ loop.index) %}
      {% endfor %}
    {% endif %}

    {% do create_columns(
         target_relation,
         adapter.get_missing_columns(staging_table, target_relation)
         | rejectattr('name', 'in', staging_only) | list) %}

    {% set insert_columns = [] %}
    {% for column in adapter.get_columns_in_relation(staging_table)
         | rejectattr('name', 'in', staging_only) %}
      {% do insert_columns.append(adapter.quote(column.name)) %}
    {% endfor %}
    {% set build_sql = snapshot_merge_sql(
         target=target_relation, source=staging_table, insert_cols=insert_columns) %}
  {% endif %}

  {% do check_time_data_types(checked_sql) %}

  {% call statement('main') %}
      {{ build_sql }}
  {% endcall %}

  {% set revokes = should_revoke(exists, full_refresh_mode=false) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=revokes) %}
  {% do persist_docs(target_relation, model) %}
  {% if not exists %}
    {% do create_indexes(target_relation) %}
  {% endif %}

  {% do run_hooks(post_hooks, inside_transaction=true) %}
  {% do commit_node_transaction() %}

  {% if exists %}
    {% do post_snapshot(staging_table) %}
  {% endif %}
  {% do run_hooks(post_hooks, inside_transaction=false) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
