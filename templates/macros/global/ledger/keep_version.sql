{#
  Keeps a table that the open transaction publishes as a table `<name>__v<version>` of the schema of
  `beside`, unless one with the same content is kept; then drops those that are too many.
#}
{% macro keep_version(ledger, publish_id, node, relation, beside, keep) %}
  {% do return(adapter.dispatch('keep_version', 'dbt')(
       ledger, publish_id, node, relation, beside, keep)) %}
{% endmacro %}

{% macro default__keep_version(ledger, publish_id, node, relation, beside, keep) %}
  {% set node = escape_single_quotes(node) %}
  {% set own = "publish_id = '" ~ escape_single_quotes(publish_id) ~ "'" %}
  {% if keep > 0 %}
    {% set name %}
      {{- relation.identifier }}__v{{ run_query("select version from " ~ ledger.publishes ~ " where " ~ own)[0][0] -}}
    {% endset %}
    {% set kept = api.Relation.create(
         database=beside.database, schema=beside.schema, identifier=name, type='table') %}
    {# Somebody may have dropped some. #}
    {% call statement() %}
      update {{ ledger.publishes }} set kept_as = null
      where node = '{{ node }}' and kept_as is not null and lower(kept_as) not in ({{ get_kept_tables_sql() }})
    {% endcall %}
    {% set same = run_query(
         "select max(kept_as) from " ~ ledger.publishes ~ " where node = '" ~ node
         ~ "' and content_checksum = (select content_checksum from " ~ ledger.publishes ~ " where " ~ own
         ~ ")")[0][0] %}
    {% if same is none %}
      {% set same = kept.render() %}
      {# Whoever had the name has been given another one. #}
      {% call statement() %}
        update {{ ledger.publishes }} set kept_as = null where kept_as = '{{ escape_single_quotes(same) }}'
      {% endcall %}
      {% call statement() %}
        drop table if exists {{ kept }}
      {% endcall %}
      {% call statement() %}
        create table {{ kept }} as select * from {{ relation }}
      {% endcall %}
    {% endif %}
    {% call statement() %}
      update {{ ledger.publishes }} set kept_as = '{{ escape_single_quotes(same) }}' where {{ own }}
    {% endcall %}
  {% endif %}
  {% set outdated = run_query(
       "select kept_as from " ~ ledger.publishes ~ " where node = '" ~ node
       ~ "' and kept_as is not null group by kept_as order by max(version) desc offset " ~ keep) %}
  {% for row in outdated %}
    {% call statement() %}
      drop table if exists {{ row[0] }}
    {% endcall %}
    {% call statement() %}
      update {{ ledger.publishes }} set kept_as = null where kept_as = '{{ escape_single_quotes(row[0]) }}'
    {% endcall %}
  {% endfor %}
{% endmacro %}
