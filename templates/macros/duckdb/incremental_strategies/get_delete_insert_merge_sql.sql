{# Parts of a key are compared one by one, a single key is looked up: null is equal to nothing. #}
{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set column_list = get_quoted_csv(dest_columns | map(attribute='name')) -%}
  {%- set predicates = incremental_predicates or [] -%}

  {%- if unique_key and unique_key is sequence and unique_key is not string %}
    delete from {{ target }} as DBT_INCREMENTAL_TARGET
    using {{ source }}
    where (
        {% for key in unique_key %}
        {{ source }}.{{ key }} = DBT_INCREMENTAL_TARGET.{{ key }}
        {{ 'and ' if not loop.last }}
        {% endfor %}
        {% for predicate in predicates %}
        and {{ predicate }}
        {% endfor %}
    );
  {%- elif unique_key %}
    delete from {{ target }}
    where (
        {{ unique_key }}) in (
        select ({{ unique_key }})
        from {{ source }}
    )
    {%- for predicate in predicates %}
        and {{ predicate }}
    {% endfor -%};
  {%- endif %}

    insert into {{ target }} ({{ column_list }})
    (
        select {{ column_list }}
        from {{ source }}
    )
{%- endmacro %}
