{# Deletes the rows that have a newer one in the batch, then inserts what is missing. #}
{% macro guarded_delete_insert(arg_dict) %}
  {%- set guards = arg_dict['write_guards'] -%}
  {%- set target, source = arg_dict['target_relation'], arg_dict['temp_relation'] -%}
  {%- set predicates = _predicate_list(arg_dict['incremental_predicates']) -%}
  {%- set outdated %}
    {{ delete_from(target) }}
    where exists (
        select 1
        from {{ source }} as DBT_INTERNAL_SOURCE
        where {{ same_key(guards.key) }}
          {%- if guards.updated_at %}
          and {{ '(' ~ is_newer(guards.updated_at) ~ ' or DBT_INTERNAL_DEST.' ~ guards.soft_delete ~ ' = ' ~ truth(true) ~ ')'
                if guards.soft_delete else is_newer(guards.updated_at) }}
          {%- endif %}
    )
    {%- for predicate in predicates %}
    and {{ predicate }}
    {%- endfor %}
  {%- endset -%}
  {%- set statements = [outdated, _insert_missing(target, source, arg_dict['dest_columns'], guards.key)] -%}
  {%- if guards.absent != 'ignore' -%}
    {%- set live = ['DBT_INTERNAL_DEST.' ~ guards.soft_delete ~ ' = ' ~ truth(false)] if guards.soft_delete else [] -%}
    {%- do statements.append(_remove_absent(guards, target, source, live + predicates)) -%}
  {%- endif -%}
  {% do return(statements) %}
{% endmacro %}
