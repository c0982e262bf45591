{# Makes the grants on a relation those of its configuration; without any it leaves them alone. #}
{% macro apply_grants(relation, grant_config, should_revoke) %}
  {% do return(adapter.dispatch('apply_grants', 'dbt')(relation, grant_config, should_revoke)) %}
{% endmacro %}

{% macro default__apply_grants(relation, grant_config, should_revoke=True) %}
  {% if not grant_config %}
    {% do return('') %}
  {% endif %}

  {% set to_grant, to_revoke = grant_config, {} %}
  {% if should_revoke and adapter.has_connection() %}
    {% set current = adapter.standardize_grants_dict(run_query(get_show_grant_sql(relation))) %}
    {% set to_grant = diff_of_two_dicts(grant_config, current) %}
    {% set to_revoke = diff_of_two_dicts(current, grant_config) %}
    {% if not to_grant and not to_revoke %}
      {% do log('On ' ~ relation.render() ~ ': all grants are in place.') %}
    {% endif %}
  {% endif %}

  {% set statements = get_dcl_statement_list(relation, to_revoke, get_revoke_sql)
       + get_dcl_statement_list(relation, to_grant, get_grant_sql) %}
  {% if statements %}
    {% do call_dcl_statements(statements) %}
  {% endif %}
{% endmacro %}
