{% macro get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header=false) -%}
  {% do return(adapter.dispatch('get_insert_overwrite_merge_sql', 'dbt')(
       target, source, dest_columns, predicates, include_sql_header)) %}
{%- endmacro %}

{# The header is for adapters that put this statement in the place of the model's own. #}
{% macro default__get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header) -%}
  {%- set header = config.get('sql_header', none) -%}
  {%- set column_list = get_quoted_csv(dest_columns | map(attribute='name')) %}

    {{ header if include_sql_header and header is not none }}

    merge into {{ target }} as DBT_INTERNAL_DEST
        using {{ source }} as DBT_INTERNAL_SOURCE
        on FALSE

    when not matched by source
        {{ 'and ' ~ predicates | join(' and ') if predicates }}
        then delete

    when not matched then insert
        ({{ column_list }})
    values
        ({{ column_list }})
{% endmacro %}
