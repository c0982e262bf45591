{% macro duckdb__get_incremental_merge_sql(args_dict) %}
  {% if args_dict.get('write_guards') %}
    {% do return(get_guarded_sql(args_dict)) %}
  {% endif %}
  {% do return(duckdb__get_merge_sql(
       args_dict['target_relation'],
       args_dict['temp_relation'],
       args_dict['unique_key'],
       args_dict['dest_columns'],
       normalize_incremental_predicates(args_dict.get('incremental_predicates')))) %}
{% endmacro %}
