{# Of rows of a relation for which a condition holds: how many there are, and some of their keys as text; none if there is no such relation. #}
{% macro find_incident_rows(relation, condition, key, most) %}
  {% do return(adapter.dispatch('find_incident_rows', 'dbt')(relation, condition, key, most)) %}
{% endmacro %}

{% macro default__find_incident_rows(relation, condition, key, most) %}
  {% if adapter.get_relation(relation.database, relation.schema, relation.identifier) is none %}
    {% do return(none) %}
  {% endif %}
  {% set sql %}
    select
      (select count(*) from {{ relation }} where {{ condition }}) as found,
      {{ "keys.dsql_key" if key else "null" }}
    from (select 1 as one) as once
    {% if key %}
    left join (
      select distinct cast({{ key }} as varchar) as dsql_key
      from {{ relation }}
      where {{ condition }}
      order by 1
      limit {{ most }}
    ) as keys on 1 = 1
    {% endif %}
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
