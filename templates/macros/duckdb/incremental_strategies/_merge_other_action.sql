{# The actions that write no values, the same for both kinds of clauses. #}
{%- macro _merge_other_action(clause) -%}
  {%- set action = clause.get('action') -%}
  {%- if action == 'delete' -%}
    DELETE
  {%- elif action == 'do_nothing' -%}
    DO NOTHING
  {%- elif action == 'error' -%}
    {%- set message = clause.get('error_message') -%}
    ERROR{{ " '" ~ message | replace("'", "''") ~ "'" if message }}
  {%- endif -%}
{%- endmacro -%}
