{#
  Inserts what is missing, updates what is newer, and does with the rest of the table what
  `when_not_matched_by_source` says. The predicates narrow the rows of the table that count.
#}
{% macro guarded_merge(arg_dict) %}
  {%- set guards = arg_dict['write_guards'] -%}
  {%- set target, source = arg_dict['target_relation'], arg_dict['temp_relation'] -%}
  {%- set dest_columns = arg_dict['dest_columns'] -%}
  {%- set predicates = _predicate_list(arg_dict['incremental_predicates']) -%}
  {%- set form = merge_form() -%}
  {%- set match = ([same_key(guards.key)] + predicates) | join(' and ') -%}

  {%- set assignments = _guarded_assignments(guards, dest_columns) -%}
  {%- set updates = [] -%}
  {%- if guards.updated_at -%}
    {%- do updates.append(is_newer(guards.updated_at)) -%}
  {%- endif -%}
  {%- if guards.soft_delete and updates -%}
    {#- A row that comes back is taken as it comes. -#}
    {%- do updates.append('DBT_INTERNAL_DEST.' ~ guards.soft_delete ~ ' = ' ~ truth(true)) -%}
  {%- endif -%}
  {%- set updates = '(' ~ updates | join(' or ') ~ ')' if updates else none -%}

  {%- set gone = [] -%}
  {%- if guards.soft_delete -%}
    {%- do gone.append('DBT_INTERNAL_DEST.' ~ guards.soft_delete ~ ' = ' ~ truth(false)) -%}
  {%- endif -%}
  {%- set gone = gone + predicates -%}
  {%- set removal = 'update set ' ~ guards.soft_delete ~ ' = ' ~ truth(true) if guards.soft_delete else 'delete' -%}
  {%- set in_rows = form == 'by_rows' and guards.absent != 'ignore' -%}

  {%- set statements = [] -%}
  {%- if form == 'without' -%}
    {%- if assignments -%}
      {%- do statements.append(update_table(
            target, assignments, source ~ ' as DBT_INTERNAL_SOURCE', match ~ (' and ' ~ updates if updates else ''))) -%}
    {%- endif -%}
    {%- do statements.append(_insert_missing(target, source, dest_columns, guards.key)) -%}
  {%- else -%}
    {%- set merge %}
    merge into {{ merge_target(target) }}
    using {{ _with_absent_rows(target, source, dest_columns, guards.key, gone) if in_rows else source }} as DBT_INTERNAL_SOURCE
    on ({{ match }})
    {%- if in_rows %}
    when matched and DBT_INTERNAL_SOURCE.dbt_is_absent = 1 then {{ removal }}
    {%- endif %}
    {%- if assignments %}
    when matched {{ 'and ' ~ updates if updates }} then update set
        {{ assignments | join(',\n        ') }}
    {%- endif %}
    when not matched then insert ({{ dest_columns | map(attribute='quoted') | join(', ') }})
        values ({{ prefixed_columns(dest_columns) }})
    {%- if form == 'by_source' and guards.absent != 'ignore' %}
    when not matched by source {{ 'and ' ~ gone | join(' and ') if gone }} then {{ removal }}
    {%- endif %}
    {%- endset -%}
    {%- do statements.append(merge) -%}
  {%- endif -%}

  {%- if form in ['by_statement', 'without'] and guards.absent != 'ignore' -%}
    {%- do statements.append(_remove_absent(guards, target, source, gone)) -%}
  {%- endif -%}
  {% do return(statements) %}
{% endmacro %}

{% macro _predicate_list(predicates) %}
  {% if not predicates %}
    {% do return([]) %}
  {% endif %}
  {% do return([predicates] if predicates is string else predicates | list) %}
{% endmacro %}

{# What an update sets: all columns but those of the key, or those that the model names. #}
{% macro _guarded_assignments(guards, dest_columns) %}
  {% set include = config.get('merge_update_columns') %}
  {% set key = guards.key | map('lower') | list %}
  {% set assignments = [] %}
  {% for name in get_merge_update_columns(include, config.get('merge_exclude_columns'), dest_columns) %}
    {% set bare = _bare_name(name) %}
    {% if bare not in key and name | lower not in key %}
      {% do assignments.append(name ~ ' = DBT_INTERNAL_SOURCE.' ~ name) %}
    {% endif %}
  {% endfor %}
  {% if include and guards.soft_delete and guards.soft_delete not in include %}
    {% do assignments.append(guards.soft_delete ~ ' = DBT_INTERNAL_SOURCE.' ~ guards.soft_delete) %}
  {% endif %}
  {% do return(assignments) %}
{% endmacro %}

{% macro _insert_missing(target, source, dest_columns, key) %}
    insert into {{ target }} ({{ dest_columns | map(attribute='quoted') | join(', ') }})
    select {{ prefixed_columns(dest_columns) }}
    from {{ source }} as DBT_INTERNAL_SOURCE
    where not exists (
        select 1
        from {{ target }} as DBT_INTERNAL_DEST
        where {{ same_key(key) }}
    )
{% endmacro %}

{# The rows of the source, and those of the table that it has not. #}
{% macro _with_absent_rows(target, source, dest_columns, key, conditions) -%}
    (
        select {{ prefixed_columns(dest_columns) }}, 0 as dbt_is_absent
        from {{ source }} as DBT_INTERNAL_SOURCE
        union all
        select {{ prefixed_columns(dest_columns, 'DBT_INTERNAL_DEST') }}, 1 as dbt_is_absent
        from {{ target }} as DBT_INTERNAL_DEST
        where {{ _is_absent(source, key, conditions) }}
    )
{%- endmacro %}

{% macro _is_absent(source, key, conditions) -%}
not exists (
            select 1
            from {{ source }} as DBT_INTERNAL_SOURCE
            where {{ same_key(key) }}
        )
        {%- for condition in conditions %}
        and {{ condition }}
        {%- endfor %}
{%- endmacro %}

{% macro _remove_absent(guards, target, source, conditions) %}
  {%- set absent = _is_absent(source, guards.key, conditions) -%}
  {%- if guards.soft_delete -%}
    {% do return(update_table(target, [guards.soft_delete ~ ' = ' ~ truth(true)], none, absent)) %}
  {%- endif -%}
  {% do return(delete_from(target) ~ '\n    where ' ~ absent) %}
{% endmacro %}
