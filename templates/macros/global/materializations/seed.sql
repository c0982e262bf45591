{#
  Loads a CSV file: into a new table at first and on a full refresh, else into the old one, emptied.
  The rows are bound or copied, so `main` only shows what was sent.
#}
{% materialization seed, default %}
  {% set full_refresh = should_full_refresh() %}
  {% set existing_relation = adapter.get_relation(
       database=database, schema=schema, identifier=model['alias']) %}
  {% set has_table = existing_relation is not none and existing_relation.is_table %}
  {% set grant_config = config.get('grants') %}

  {% set agate_table = load_agate_table() %}
  {% do store_result('agate_table', response='OK', agate_table=agate_table) %}

  {% do run_hooks(pre_hooks, inside_transaction=false) %}
  {% do begin_node_transaction() %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}

  {% if has_table %}
    {% set table_sql = reset_csv_table(model, full_refresh, existing_relation, agate_table) %}
  {% elif existing_relation is not none and existing_relation.is_view %}
    {% do exceptions.raise_compiler_error(
         'Seed ' ~ model['alias'] ~ ' cannot be loaded: ' ~ existing_relation.render()
         ~ ' is a view') %}
  {% else %}
    {% set table_sql = create_csv_table(model, agate_table) %}
  {% endif %}

  {% set row_count = agate_table.rows | length %}
  {% set rows_sql = load_csv_rows(model, agate_table) if row_count else '' %}
  {% set code = 'CREATE' if full_refresh else 'INSERT' %}

  {% call noop_statement('main', code ~ ' ' ~ row_count, code, row_count) %}
    {{ get_csv_sql(table_sql, rows_sql) }};
  {% endcall %}

  {% set target_relation = this.incorporate(type='table') %}
  {% set revokes = should_revoke(existing_relation, full_refresh) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=revokes) %}
  {% do persist_docs(target_relation, model) %}

  {% if full_refresh or not has_table %}
    {% do create_indexes(target_relation) %}
  {% endif %}

  {% do run_hooks(post_hooks, inside_transaction=true) %}
  {% do commit_node_transaction() %}
  {% do run_hooks(post_hooks, inside_transaction=false) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
