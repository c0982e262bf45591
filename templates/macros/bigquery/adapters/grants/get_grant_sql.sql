{# A privilege is a role, a grantee has its kind in front: `user:me@example.com`. #}
{% macro bigquery__get_grant_sql(relation, privilege, grantees) -%}
  grant `{{ privilege }}` on {{ relation.type }} {{ relation.render() }} to {{ '"' ~ grantees | join('", "') ~ '"' }}
{%- endmacro %}
