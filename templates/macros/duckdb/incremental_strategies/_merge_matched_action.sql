{# What is done with a row of the table that a new row matches. #}
{%- macro _merge_matched_action(clause, dest_columns) -%}
  {%- set action, mode = clause.get('action'), clause.get('mode') -%}
  {%- if action != 'update' -%}
    {{ _merge_other_action(clause) }}
  {%- elif mode == 'by_name' -%}
    UPDATE BY NAME
  {%- elif mode == 'by_position' -%}
    UPDATE BY POSITION
  {%- elif mode == 'star' -%}
    UPDATE SET *
  {%- elif mode == 'explicit' -%}
    {%- set update = clause.get('update', {}) -%}
    {%- set expressions = update.get('set_expressions', {}) -%}
    {%- set assignments = [] -%}
    {%- for column, expression in expressions.items() -%}
      {%- do assignments.append(column ~ ' = ' ~ expression) -%}
    {%- endfor -%}
    {%- for column in get_merge_update_columns(
          update.get('include', []), update.get('exclude', []), dest_columns)
          if column | replace('"', '') | replace("'", '') not in expressions -%}
      {%- do assignments.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
    {%- endfor -%}
    UPDATE SET
        {{ assignments | join(', ') }}
  {%- endif -%}
{%- endmacro -%}
