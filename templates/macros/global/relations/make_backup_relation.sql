{# The relation that the replaced one becomes; it keeps the replaced one's type. #}
{% macro make_backup_relation(base_relation, backup_relation_type, suffix='__dbt_backup') %}
  {% do return(adapter.dispatch('make_backup_relation', 'dbt')(
       base_relation, backup_relation_type, suffix)) %}
{% endmacro %}

{% macro default__make_backup_relation(base_relation, backup_relation_type, suffix) %}
  {% do return(base_relation.incorporate(
       path={'identifier': base_relation.identifier ~ suffix},
       type=backup_relation_type)) %}
{% endmacro %}
