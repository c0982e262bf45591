{% macro duckdb__get_incremental_merge_sql(args_dict) %}
  {% do return(duckdb__get_merge_sql(
       args_dict['target_relation'],
       args_dict['temp_relation'],
       args_dict['unique_key'],
       args_dict['dest_columns'],
       normalize_incremental_predicates(args_dict.get('incremental_predicates')))) %}
{% endmacro %}
