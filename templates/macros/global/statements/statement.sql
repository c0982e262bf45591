{#
  Sends the text between `call statement(...)` and `endcall` to the database. The result is kept
  under `name` for `load_result`; the statement named `main` is the one shown in target/run.
#}
{% macro statement(name=None, fetch_result=False, auto_begin=True, language='sql') -%}
  {#- Nothing may reach the database while files are only being parsed. -#}
  {%- if execute -%}
    {%- set code = caller() -%}

    {%- if name == 'main' -%}
      {{ log('Writing runtime ' ~ language ~ ' for node "' ~ model['unique_id'] ~ '"') }}
      {{ write(code) }}
    {%- endif -%}

    {%- if language == 'sql' -%}
      {%- set response, table = adapter.execute(code, auto_begin=auto_begin, fetch=fetch_result) -%}
    {%- elif language == 'python' -%}
      {%- set response, table = submit_python_job(model, code), none -%}
    {%- else -%}
      {%- do exceptions.raise_compiler_error(
            "A statement is written in 'sql' or 'python', not in '" ~ language ~ "'") -%}
    {%- endif -%}

    {%- if name is not none -%}
      {%- do store_result(name, response=response, agate_table=table) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
