{% macro bigquery__write_script(statements) -%}
  {%- if statements | length < 2 -%}
    {%- do return(default__write_script(statements)) -%}
  {%- endif -%}
  {%- set script -%}
begin
begin transaction;

{{ default__write_script(statements) }};

commit transaction;
exception when error then
  rollback transaction;
  raise;
end
  {%- endset -%}
  {% do return(script) %}
{%- endmacro %}
