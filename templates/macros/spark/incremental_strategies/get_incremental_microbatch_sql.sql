{# One statement: Delta replaces by a condition, other formats by a merge of nothing with nothing. #}
{% macro spark__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
  {%- if config.get('file_format', 'delta') != 'delta' %}
    merge into {{ arg_dict['target_relation'] }} as DBT_INTERNAL_DEST
    using (
        select * from {{ arg_dict['temp_relation'] }} where {{ microbatch_condition() }}
    ) as DBT_INTERNAL_SOURCE
    on false
    when not matched then insert ({{ columns }})
        values ({{ prefixed_columns(arg_dict['dest_columns']) }})
    when not matched by source and {{ microbatch_condition('DBT_INTERNAL_DEST.') }} then delete
  {%- else %}
    insert into {{ arg_dict['target_relation'] }}
    replace where {{ microbatch_condition() }}
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
    where {{ microbatch_condition() }}
  {%- endif -%}
{%- endmacro %}
