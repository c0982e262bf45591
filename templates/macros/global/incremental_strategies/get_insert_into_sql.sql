{% macro get_insert_into_sql(target_relation, temp_relation, dest_columns) %}
  {%- set column_list = get_quoted_csv(dest_columns | map(attribute='name')) %}

    insert into {{ target_relation }} ({{ column_list }})
    (
        select {{ column_list }}
        from {{ temp_relation }}
    )
{% endmacro %}
