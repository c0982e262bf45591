{# The whole table, where no partitions are named. #}
{% macro spark__get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header) -%}
    insert overwrite table {{ target }}
    select {{ dest_columns | map(attribute='quoted') | join(', ') }}
    from {{ source }}
{%- endmacro %}
