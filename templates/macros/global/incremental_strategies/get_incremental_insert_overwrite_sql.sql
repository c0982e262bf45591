{# Strategy `insert_overwrite`: the new rows take the place of those that the predicates name. #}
{% macro get_incremental_insert_overwrite_sql(arg_dict) %}
  {% do return(adapter.dispatch('get_incremental_insert_overwrite_sql', 'dbt')(arg_dict)) %}
{% endmacro %}

{% macro default__get_incremental_insert_overwrite_sql(arg_dict) %}
  {% if arg_dict.get('write_guards') %}
    {% do return(get_guarded_sql(arg_dict)) %}
  {% endif %}
  {% do return(get_insert_overwrite_merge_sql(
       arg_dict['target_relation'],
       arg_dict['temp_relation'],
       arg_dict['dest_columns'],
       arg_dict['incremental_predicates'])) %}
{% endmacro %}
