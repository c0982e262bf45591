{# Strategy `delete+insert`: deletes the rows with the keys of the new ones, then adds these. #}
{% macro get_incremental_delete_insert_sql(arg_dict) %}
  {% do return(adapter.dispatch('get_incremental_delete_insert_sql', 'dbt')(arg_dict)) %}
{% endmacro %}

{% macro default__get_incremental_delete_insert_sql(arg_dict) %}
  {% if arg_dict.get('write_guards') %}
    {% do return(get_guarded_sql(arg_dict)) %}
  {% endif %}
  {% do return(get_delete_insert_merge_sql(
       arg_dict['target_relation'],
       arg_dict['temp_relation'],
       arg_dict['unique_key'],
       arg_dict['dest_columns'],
       arg_dict['incremental_predicates'])) %}
{% endmacro %}
