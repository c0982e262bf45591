{# Runs a query and answers with its rows. It never opens a transaction of its own. #}
{% macro run_query(sql) %}
  {% set result_name = 'run_query_statement' %}
  {% call statement(result_name, fetch_result=true, auto_begin=false) %}
    {{ sql }}
  {% endcall %}
  {% do return(load_result(result_name).table) %}
{% endmacro %}
