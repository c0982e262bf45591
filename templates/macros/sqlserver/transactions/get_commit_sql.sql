{% macro sqlserver__get_commit_sql() -%}
  {%- set end -%}
commit transaction;
end try
begin catch
  if xact_state() <> 0 rollback transaction;
  throw;
end catch;
  {%- endset -%}
  {% do return(end) %}
{%- endmacro %}
