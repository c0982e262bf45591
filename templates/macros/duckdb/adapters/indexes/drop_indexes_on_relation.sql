{# DuckDB renames no table that has indexes. Opens no transaction, as it may run after the commit. #}
{% macro drop_indexes_on_relation(relation) -%}
  {# Counting never fails beside another transaction that renames a table with indexes; listing does. #}
  {% call statement('count_indexes_on_relation', fetch_result=true, auto_begin=false) %}
    select index_count
    from duckdb_tables()
    where database_name = '{{ relation.database }}'
      and schema_name = '{{ relation.schema }}'
      and table_name = '{{ relation.identifier }}'
      and index_count > 0
  {% endcall %}
  {% if load_result('count_indexes_on_relation').table.rows | length == 0 %}
    {% do return('') %}
  {% endif %}
  {% call statement('get_indexes_on_relation', fetch_result=true, auto_begin=false) %}
    select index_name
    from duckdb_indexes()
    where database_name = '{{ relation.database }}'
      and schema_name = '{{ relation.schema }}'
      and table_name = '{{ relation.identifier }}'
  {% endcall %}
  {% for row in load_result('get_indexes_on_relation').table %}
    {% call statement('drop_index_' ~ loop.index, auto_begin=false) %}
      drop index "{{ relation.database }}"."{{ relation.schema }}"."{{ row[0] }}"
    {% endcall %}
  {% endfor %}
{%- endmacro %}
