{# Strategy `merge`: updates the rows that have the key of a new one, and inserts the others. #}
{% macro get_incremental_merge_sql(arg_dict) %}
  {% do return(adapter.dispatch('get_incremental_merge_sql', 'dbt')(arg_dict)) %}
{% endmacro %}

{% macro default__get_incremental_merge_sql(arg_dict) %}
  {% if arg_dict.get('write_guards') %}
    {% do return(get_guarded_sql(arg_dict)) %}
  {% endif %}
  {% do return(get_merge_sql(
       arg_dict['target_relation'],
       arg_dict['temp_relation'],
       arg_dict['unique_key'],
       arg_dict['dest_columns'],
       arg_dict['incremental_predicates'])) %}
{% endmacro %}
