{# Adds the rows whose key, or else whose batch, the table has not. #}
{% macro guarded_append(arg_dict) %}
  {%- set guards = arg_dict['write_guards'] -%}
  {%- set columns = [guards.batch_id] if guards.batch_id else guards.key %}
    insert into {{ arg_dict['target_relation'] }} ({{ arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') }})
    select {{ prefixed_columns(arg_dict['dest_columns']) }}
    from {{ arg_dict['temp_relation'] }} as DBT_INTERNAL_SOURCE
    where not exists (
        select 1
        from {{ arg_dict['target_relation'] }} as DBT_INTERNAL_DEST
        where {{ same_key(columns) }}
    )
{% endmacro %}
