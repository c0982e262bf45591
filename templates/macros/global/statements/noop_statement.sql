{#
  Records a result and shows its text in target/run, but sends nothing: for work that was done by
  other means, as a seed's rows are.
#}
{% macro noop_statement(name=None, message=None, code=None, rows_affected=None, res=None) -%}
  {%- set text = caller() -%}

  {%- if name == 'main' -%}
    {%- do log('Writing runtime sql for node "' ~ model['unique_id'] ~ '"') -%}
    {%- do write(text) -%}
  {%- endif -%}

  {%- if name is not none -%}
    {%- do store_raw_result(
          name,
          message=message,
          code=code,
          rows_affected=rows_affected,
          agate_table=res) -%}
  {%- endif -%}
{%- endmacro %}
