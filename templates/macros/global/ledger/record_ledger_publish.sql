{#
  Lists what the open transaction publishes, as the next version of its relation. Whoever repeats it
  under the same id changes nothing in the list but what the last time has left. `restores` is the
  version that it is again.
#}
{% macro record_ledger_publish(ledger, publish) %}
  {% do return(adapter.dispatch('record_ledger_publish', 'dbt')(ledger, publish)) %}
{% endmacro %}

{% macro default__record_ledger_publish(ledger, publish) %}
  {% set id = escape_single_quotes(publish.publish_id) %}
  {% set node = escape_single_quotes(publish.node) %}
  {% call statement() %}
    delete from {{ ledger.publishes }} where publish_id = '{{ id }}'
  {% endcall %}
  {% call statement() %}
    insert into {{ ledger.publishes }} (
      publish_id, run_id, node, relation_name, batch_start, version, row_count, content_checksum,
      code_checksum, inputs, published_at, restores
    )
    select
      '{{ id }}',
      '{{ escape_single_quotes(publish.run_id) }}',
      '{{ node }}',
      '{{ escape_single_quotes(publish.relation_name) }}',
      {{ "null" if publish.batch_start is none else "timestamp '" ~ publish.batch_start ~ "'" }},
      coalesce((select max(version) from {{ ledger.publishes }} where node = '{{ node }}'), 0) + 1,
      {{ "null" if publish.row_count is none else publish.row_count }},
      {{ "null" if publish.content_checksum is none else "'" ~ publish.content_checksum ~ "'" }},
      {% if publish.restores is not none %}
        {% for column in ['code_checksum', 'inputs'] %}
          (
            select {{ column }} from {{ ledger.publishes }}
            where node = '{{ node }}' and version = {{ publish.restores }}
          ),
        {% endfor %}
      {% elif publish.inputs %}
        '{{ publish.code_checksum }}',
        (
          select '{' || string_agg('"' || node || '": ' || cast(version as varchar), ', ' order by node) || '}'
          from (
            select node, max(version) as version
            from {{ ledger.publishes }}
            where node in (
              {%- for input in publish.inputs -%}
                '{{ escape_single_quotes(input) }}'{{ ", " if not loop.last }}
              {%- endfor -%}
            )
            group by node
          ) as versions
        ),
      {% else %}
        '{{ publish.code_checksum }}',
        null,
      {% endif %}
      timestamp '{{ modules.datetime.datetime.utcnow() }}',
      {{ "null" if publish.restores is none else publish.restores }}
  {% endcall %}
{% endmacro %}
