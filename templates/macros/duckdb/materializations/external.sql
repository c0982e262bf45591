{#
  Writes the rows to a file and makes a view that reads it. A file without rows could not tell its
  columns, so it is given one row of nulls, which the view leaves out.
#}
{% materialization external, adapter='duckdb', supported_languages=['sql', 'python'] %}
  {% set location = render(config.get('location', default=external_location(this, config))) %}
  {% set options = render_write_options(config) %}
  {# Fills in the options that the location implies: these are read below. #}
  {% set write_options = adapter.external_write_options(location, options) %}
  {% set read_location = adapter.external_read_location(location, options) %}

  {% set formats = ['csv', 'parquet', 'json'] %}
  {% set format = config.get('format') %}
  {% if not format %}
    {% set format = options['format'] | lower %}
    {% set format = format if format in formats else 'parquet' %}
  {% elif format not in formats %}
    {% do exceptions.raise_compiler_error('Invalid format: ' ~ format
         ~ '. Allowed formats are: ' ~ formats | join(', ')) %}
  {% endif %}

  {% set default_read_options = {'union_by_name': False} if format == 'parquet'
       else {'auto_detect': True} %}
  {% set read_options = config.get(format ~ '_read_options', default_read_options) %}
  {# DuckDB knows it by an extension in lower case only. #}
  {% if format != 'parquet' and options.get('compression')
        and 'compression' not in read_options %}
    {% set read_options = dict(read_options, compression=options['compression']) %}
  {% endif %}

  {% set language = model['language'] %}
  {% set existing_relation = load_cached_relation(this) %}
  {% set target_relation = this.incorporate(type='view') %}
  {% set temp_relation = make_intermediate_relation(
       this.incorporate(type='table'), suffix='__dbt_tmp') %}
  {% set intermediate_relation = make_intermediate_relation(target_relation, suffix='__dbt_int') %}
  {% set backup_type = 'table' if existing_relation is none else existing_relation.type %}
  {% set backup_relation = make_backup_relation(target_relation, backup_type) %}
  {% set leftovers = [
       load_cached_relation(intermediate_relation),
       load_cached_relation(temp_relation),
       load_cached_relation(backup_relation)] %}
  {% set grant_config = config.get('grants') %}

  {% do run_hooks(pre_hooks, inside_transaction=false) %}

  {% do begin_node_transaction() %}
  {% for leftover in leftovers %}
    {% do drop_relation_if_exists(leftover) %}
  {% endfor %}
  {% do run_hooks(pre_hooks, inside_transaction=true) %}

  {% call statement('create_table', language=language) -%}
    {{- create_table_as(False, temp_relation, compiled_code, language) }}
  {%- endcall %}

  {% set is_empty = run_query('select count(*) as row_count from ' ~ temp_relation)[0][0] == 0 %}
  {% set columns = get_columns_in_relation(temp_relation) if is_empty else [] %}
  {% if is_empty %}
    {% call statement('write_null_row') -%}
      insert into {{ temp_relation }} values (
        {%- for column in columns -%} NULL, {%- endfor -%}
      )
    {%- endcall %}
  {% endif %}

  {% do write_to_file(temp_relation, location, write_options) %}

  {% call statement('main') -%}
    create or replace view {{ intermediate_relation }} as (
      select * from read_{{ format }}('{{ read_location }}'
      {%- for name, value in read_options.items() -%}
        , {{ name }}={{ "'" ~ value ~ "'" if value is string else value }}
      {%- endfor -%}
      )
      -- if relation is empty, filter by all columns having null values
      {{ 'where 1' if is_empty }}
      {%- for column in columns %} AND "{{ column.column }}" is not NULL
      {%- endfor %}
    );
  {%- endcall %}

  {% set outdated = [temp_relation] %}
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

  {# `glue_register` is the older way to name this plugin. #}
  {% set plugin = config.get('plugin') %}
  {% if config.get('glue_register', default=false) is true %}
    {% set plugin = 'glue|' ~ config.get('glue_database', 'default') %}
  {% endif %}
  {% if plugin is not none %}
    {% do store_relation(plugin, target_relation, location, format, config) %}
  {% endif %}

  {% do run_hooks(post_hooks, inside_transaction=false) %}

  {% do return({'relations': [target_relation]}) %}
{% endmaterialization %}
