{# Strategy `microbatch`: the rows of one span of time take the place of those that were there. #}
{% macro get_incremental_microbatch_sql(arg_dict) %}
  {% do return(adapter.dispatch('get_incremental_microbatch_sql', 'dbt')(arg_dict)) %}
{% endmacro %}

{% macro default__get_incremental_microbatch_sql(arg_dict) %}
  {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
  {%- set replaced %}
    delete from {{ arg_dict['target_relation'] }}
    where {{ microbatch_condition() }}
  {%- endset -%}
  {%- set inserted %}
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
    where {{ microbatch_condition() }}
  {%- endset -%}
  {% do return(write_script([replaced, inserted])) %}
{% endmacro %}
