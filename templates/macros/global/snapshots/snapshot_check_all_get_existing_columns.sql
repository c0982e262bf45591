{#
  The checked columns that the snapshot has, quoted; before them, whether the query has one that the
  snapshot lacks, which makes every row a changed one.
#}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) -%}
  {%- if not target_exists -%}
    {%- do return((false, [])) -%}
  {%- endif -%}

  {%- if check_cols_config == 'all' -%}
    {%- set wanted = get_columns_in_query(node['compiled_code']) -%}
  {%- elif check_cols_config is iterable and check_cols_config | length > 0 -%}
    {#- Asks the database for the names in its own case. The query may end with a comment. -#}
    {%- set checked_sql -%}
      select {{ check_cols_config | join(', ') }} from (
          {{ node['compiled_code'] }}
      ) subq
    {%- endset -%}
    {%- set wanted = get_columns_in_query(checked_sql) -%}
  {%- else -%}
    {%- do exceptions.raise_compiler_error(
          "`check_cols` is 'all' or a list of columns, not " ~ check_cols_config) -%}
  {%- endif -%}

  {%- set target_relation = adapter.get_relation(
        database=node.database, schema=node.schema, identifier=node.alias) -%}
  {%- set existing = adapter.get_columns_in_relation(target_relation)
        | map(attribute='name') | list -%}
  {%- set found = [] -%}
  {%- for name in wanted if name in existing -%}
    {%- do found.append(adapter.quote(name)) -%}
  {%- endfor -%}
  {%- do return((found | length < wanted | length, found)) -%}
{%- endmacro %}
