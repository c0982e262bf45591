{# The arguments of a merge with guards that guard nothing, for engines that have no MERGE. #}
{% macro without_merge(arg_dict) %}
  {% if arg_dict.get('write_guards') %}
    {% do return(arg_dict) %}
  {% endif %}
  {% do arg_dict.update({'write_guards': {
       'strategy': 'merge', 'key': _column_list(arg_dict['unique_key']), 'updated_at': [], 'order': [],
       'deduplicates': false, 'absent': 'ignore', 'soft_delete': none}}) %}
  {% do return(arg_dict) %}
{% endmacro %}
