{% macro spark__get_incremental_microbatch_sql(arg_dict) -%}
    insert into {{ arg_dict['target_relation'] }}
    replace where {{ microbatch_condition() }}
    select {{ arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') }}
    from {{ arg_dict['temp_relation'] }}
    where {{ microbatch_condition() }}
{%- endmacro %}
