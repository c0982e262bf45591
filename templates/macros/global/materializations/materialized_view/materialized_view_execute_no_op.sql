{% macro materialized_view_execute_no_op(target_relation) %}
  {% do store_raw_result(
       name='main', message='skip ' ~ target_relation, code='skip', rows_affected='-1') %}
{% endmacro %}
