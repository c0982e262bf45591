{% macro rename_relation(from_relation, to_relation) -%}
  {% do return(adapter.dispatch('rename_relation', 'dbt')(from_relation, to_relation)) %}
{% endmacro %}

{% macro default__rename_relation(from_relation, to_relation) -%}
  {% set new_name = adapter.quote_as_configured(to_relation.identifier, 'identifier') %}
  {% call statement('rename_relation') -%}
    alter table {{ from_relation.render() }} rename to {{ new_name }}
  {%- endcall %}
{% endmacro %}
