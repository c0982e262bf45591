{#
  DuckDB neither renames nor drops a table that a foreign key points at, nor can it drop the key. So
  the tables with such keys, and those with keys to them, are dropped first; only tables that this
  run builds anew afterwards, else it is an error. Their rows are kept under another name until
  `restore_foreign_key_dependents`. Keys do not leave their schema.
#}
{% macro drop_foreign_key_dependents(relation) -%}
  {% set schema_filter = "lower(database_name) = lower('"
       ~ adapter.escape_sql_string(relation.database) ~ "') and lower(schema_name) = lower('"
       ~ adapter.escape_sql_string(relation.schema) ~ "')" %}
  {% call statement('get_foreign_key_dependents', fetch_result=true) %}
    with recursive foreign_keys as (
      select
        table_name,
        lower(table_name) as owner,
        lower(referenced_table) as target
      from duckdb_constraints()
      where constraint_type = 'FOREIGN KEY'
        and {{ schema_filter }}
        and owner <> target
    ),
    dependents as (
      select owner, 1 as depth
      from foreign_keys
      where target = lower('{{ adapter.escape_sql_string(relation.identifier) }}')
      union
      select foreign_keys.owner, depth + 1
      from dependents
      join foreign_keys on foreign_keys.target = dependents.owner
    )
    {# Whoever has the longest way to the table is dropped first. #}
    select table_name, target
    from (select owner, max(depth) as depth from dependents group by owner)
    join foreign_keys using (owner)
    order by depth desc, table_name, target
  {% endcall %}
  {% set targets_by_table = {} %}
  {% for row in load_result('get_foreign_key_dependents').table %}
    {% do targets_by_table.setdefault(row[0], []).append(row[1]) %}
  {% endfor %}
  {% if not targets_by_table %}
    {% do return([]) %}
  {% endif %}

  {# The models that build these tables. #}
  {% set builders = {relation.identifier | lower: model} %}
  {% for node in graph.nodes.values() if node.resource_type == 'model'
        and (node.database or '') | lower == (relation.database or '') | lower
        and node.schema | lower == relation.schema | lower %}
    {% set name = (node.alias or node.name) | lower %}
    {% for table in targets_by_table if table | lower == name %}
      {% do builders.update({name: node}) %}
    {% endfor %}
  {% endfor %}

  {% set problems = [] %}
  {% for table, targets in targets_by_table.items() %}
    {% set node = builders.get(table | lower) %}
    {% set ns = namespace(comes_later=false) %}
    {% for target in targets if node and target in builders
          and builders[target].unique_id in node.depends_on.nodes %}
      {% set ns.comes_later = true %}
    {% endfor %}

    {% if not node %}
      {% do problems.append(table ~ ' (no model builds it)') %}
    {% elif node.unique_id not in selected_resources %}
      {% do problems.append(table ~ ' (model ' ~ node.name ~ ' is not selected)') %}
    {% elif not ns.comes_later %}
      {% do problems.append(table ~ ' (model ' ~ node.name ~ ' need not run after this one, as it'
           ~ ' has no ref() to the table its foreign key points at: write `to: ref(...)`)') %}
    {% else %}
      {% set own = node.config.full_refresh %}
      {% set refreshed = flags.FULL_REFRESH if own is none else own %}
      {% if node.config.materialized != 'table'
            and not (node.config.materialized == 'incremental' and refreshed) %}
        {% do problems.append(table ~ ' (model ' ~ node.name ~ ' is materialized as '
             ~ node.config.materialized ~ ' and would lose rows: use --full-refresh)') %}
      {% endif %}
    {% endif %}
  {% endfor %}
  {% if problems %}
    {% do exceptions.raise_compiler_error('Cannot replace ' ~ relation
         ~ ': DuckDB replaces no table that a foreign key points at, and these tables with such '
         ~ 'keys are not built anew in this run: ' ~ problems | join('; ')) %}
  {% endif %}

  {% set dropped = [] %}
  {% for table in targets_by_table %}
    {% set dependent = api.Relation.create(
         database=relation.database, schema=relation.schema, identifier=table, type='table') %}
    {% set backup = dependent.incorporate(
         path={'identifier': table ~ '__dbt_fk_backup'}, type='table') %}
    {% do adapter.drop_relation(backup) %}
    {% call statement('backup_foreign_key_dependent_' ~ loop.index) %}
      create table {{ backup }} as select * from {{ dependent }}
    {% endcall %}
    {% do log('Dropping ' ~ dependent ~ ', whose foreign key points at ' ~ relation
              ~ '; this run builds it anew', info=True) %}
    {% do adapter.drop_relation(dependent) %}
    {% do dropped.append({'relation': dependent, 'backup': backup}) %}
  {% endfor %}
  {% do return(dropped) %}
{%- endmacro %}
