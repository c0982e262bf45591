{% macro get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {% do return(adapter.dispatch('get_delete_insert_merge_sql', 'dbt')(
       target, source, unique_key, dest_columns, incremental_predicates)) %}
{%- endmacro %}

{% macro default__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set column_list = get_quoted_csv(dest_columns | map(attribute='name')) -%}

  {%- if unique_key -%}
    {%- set key_list = unique_key if unique_key is string else unique_key | join(', ') %}
    delete from {{ target }} as DBT_INTERNAL_DEST
    where ({{ key_list }}) in (
        select distinct {{ key_list }}
        from {{ source }} as DBT_INTERNAL_SOURCE
    )
    {%- for predicate in incremental_predicates or [] %}
        and {{ predicate }}
    {%- endfor -%};
  {%- endif %}

    insert into {{ target }} ({{ column_list }})
    (
        select {{ column_list }}
        from {{ source }}
    )
{%- endmacro %}
