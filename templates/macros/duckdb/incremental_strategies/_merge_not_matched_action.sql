{# What is done with a new row that matches none, or with a row of the table that none matches. #}
{%- macro _merge_not_matched_action(clause) -%}
  {%- set action, mode = clause.get('action'), clause.get('mode') -%}
  {%- if action == 'update' -%}
    {%- set assignments = [] -%}
    {%- for column, expression in clause.get('set_expressions', {}).items() -%}
      {%- do assignments.append(column ~ ' = ' ~ expression) -%}
    {%- endfor -%}
    UPDATE SET
        {{ assignments | join(', ') }}
  {%- elif action != 'insert' -%}
    {{ _merge_other_action(clause) }}
  {%- elif mode == 'by_name' -%}
    INSERT BY NAME
  {%- elif mode == 'by_position' -%}
    INSERT BY POSITION
  {%- elif mode == 'star' -%}
    INSERT *
  {%- elif mode == 'explicit' -%}
    {%- set insert = clause.get('insert', {}) -%}
    INSERT
        ({{ insert.get('columns', []) | join(', ') }})
        VALUES ({{ insert.get('values', []) | join(', ') }})
  {%- endif -%}
{%- endmacro -%}
