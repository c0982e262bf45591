{#
  Strategy `scd2`: a version for each key and time, each open until the next one begins. The ends
  of all versions of the keys at hand are computed anew, so batches may come late and twice.
#}
{% macro guarded_versions(arg_dict) %}
  {%- set guards = arg_dict['write_guards'] -%}
  {%- set target, source = arg_dict['target_relation'], arg_dict['temp_relation'] -%}
  {%- set dest_columns = arg_dict['dest_columns'] -%}
  {%- set form = merge_form() -%}
  {%- set versions = guarded_version_rows(guards, target, source, dest_columns) -%}
  {%- set match = same_key(guards.key + [guards.valid_from]) -%}
  {%- set changed = 'not (' ~ same_value('DBT_INTERNAL_SOURCE.' ~ guards.valid_to, 'DBT_INTERNAL_DEST.' ~ guards.valid_to) ~ ')' -%}
  {%- set assignment = guards.valid_to ~ ' = DBT_INTERNAL_SOURCE.' ~ guards.valid_to -%}
  {%- set statements = [] -%}

  {%- if form == 'without' -%}
    {#- What is inserted has its end already. -#}
    {%- do statements.append(update_table(
          target, [assignment], '(' ~ versions ~ ') as DBT_INTERNAL_SOURCE', match ~ ' and ' ~ changed)) -%}
    {%- do statements.append(_insert_missing(
          target, '(' ~ versions ~ ')', dest_columns, guards.key + [guards.valid_from])) -%}
  {%- else -%}
    {%- set merge %}
    merge into {{ merge_target(target) }}
    using ({{ versions }}) as DBT_INTERNAL_SOURCE
    on ({{ match }})
    when matched and {{ changed }} then update set
        {{ assignment }}
    when not matched then insert ({{ dest_columns | map(attribute='quoted') | join(', ') }})
        values ({{ prefixed_columns(dest_columns) }})
    {%- if guards.absent == 'delete' and form == 'by_source' %}
    when not matched by source then delete
    {%- endif %}
    {%- endset -%}
    {%- do statements.append(merge) -%}
  {%- endif -%}

  {%- if guards.absent == 'delete' and form != 'by_source' -%}
    {%- do statements.append(delete_from(target) ~ '\n    where ' ~ _is_absent(source, guards.key, [])) -%}
  {%- endif -%}
  {% do return(statements) %}
{% endmacro %}

{# All versions of the keys at hand; open ones of other keys, with an end, where those are to be closed. #}
{% macro guarded_version_rows(guards, target, source, dest_columns) %}
  {%- set own_columns = [] -%}
  {%- for column in dest_columns if column.name | lower != guards.valid_to | lower -%}
    {%- do own_columns.append(column) -%}
  {%- endfor -%}
  {%- set ordered = [] -%}
  {%- for column in dest_columns -%}
    {%- if column.name | lower == guards.valid_to | lower -%}
      {%- do ordered.append('lead(DBT_INTERNAL_VERSIONS.' ~ guards.valid_from ~ ') over (partition by DBT_INTERNAL_VERSIONS.'
            ~ guards.key | join(', DBT_INTERNAL_VERSIONS.') ~ ' order by DBT_INTERNAL_VERSIONS.' ~ guards.valid_from ~ ') as ' ~ column.quoted) -%}
    {%- else -%}
      {%- do ordered.append('DBT_INTERNAL_VERSIONS.' ~ column.quoted) -%}
    {%- endif -%}
  {%- endfor %}
        select {{ ordered | join(', ') }}
        from (
            select {{ prefixed_columns(own_columns) }}
            from {{ source }} as DBT_INTERNAL_SOURCE
            where not exists (
                select 1
                from {{ target }} as DBT_INTERNAL_DEST
                where {{ same_key(guards.key + [guards.valid_from]) }}
            )
            union all
            select {{ prefixed_columns(own_columns, 'DBT_INTERNAL_DEST') }}
            from {{ target }} as DBT_INTERNAL_DEST
            where exists (
                select 1
                from {{ source }} as DBT_INTERNAL_SOURCE
                where {{ same_key(guards.key) }}
            )
        ) as DBT_INTERNAL_VERSIONS
  {%- if guards.absent == 'soft_delete' %}
  {%- set closed = [] -%}
  {%- for column in dest_columns -%}
    {%- do closed.append(
          '(select max(' ~ guards.valid_from ~ ') from ' ~ source ~ ') as ' ~ column.quoted
          if column.name | lower == guards.valid_to | lower
          else 'DBT_INTERNAL_DEST.' ~ column.quoted) -%}
  {%- endfor %}
        union all
        select {{ closed | join(', ') }}
        from {{ target }} as DBT_INTERNAL_DEST
        where {{ _is_absent(source, guards.key, ['DBT_INTERNAL_DEST.' ~ guards.valid_to ~ ' is null']) }}
  {%- endif %}
{% endmacro %}
