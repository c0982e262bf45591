{# The batch takes the place of the partitions that it has rows of. #}
{% macro partition_overwrite(arg_dict) -%}
  {% do return(adapter.dispatch('partition_overwrite', 'dbt')(arg_dict)) %}
{%- endmacro %}

{% macro default__partition_overwrite(arg_dict) %}
  {%- set target, source = arg_dict['target_relation'], arg_dict['temp_relation'] -%}
  {%- set replaced %}
    {{ delete_from(target) }}
    where exists (
        select 1
        from {{ source }} as DBT_INTERNAL_SOURCE
        where {{ same_key(arg_dict['write_guards'].partition_by) }}
    )
  {%- endset -%}
  {%- set inserted %}
    insert into {{ target }} ({{ arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') }})
    select {{ prefixed_columns(arg_dict['dest_columns']) }}
    from {{ source }} as DBT_INTERNAL_SOURCE
  {%- endset -%}
  {% do return([replaced, inserted]) %}
{% endmacro %}
