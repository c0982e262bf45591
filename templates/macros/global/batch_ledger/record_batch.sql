{#
  Lists the batch as built, in the transaction that builds it. `anew`: the relation was made from
  nothing, so what was listed before is gone. Without `batch_ledger` in the context, nothing is listed.
#}
{% macro record_batch(relation, anew=false) %}
  {% if batch_ledger is defined and batch_ledger %}
    {% do adapter.dispatch('record_batch', 'dbt')(batch_ledger, relation, anew) %}
  {% endif %}
{% endmacro %}

{% macro default__record_batch(ledger, relation, anew) %}
  {% set name = escape_single_quotes(relation.identifier) %}
  {% set start, end = model.batch.event_time_start, model.batch.event_time_end %}
  {% set first = start.strftime('%Y-%m-%d %H:%M:%S') %}
  {% set last = end.strftime('%Y-%m-%d %H:%M:%S') %}
  {% set event_time = config.get('event_time') %}
  {# A part of the rows is not the batch, and more of them come until its time is over. #}
  {% set is_whole = not flags.EMPTY and flags.SAMPLE is none and run_started_at >= end %}
  {% do run_query("delete from " ~ ledger ~ " where relation_name = '" ~ name ~ "'"
       ~ ("" if anew else
          " and batch_start >= timestamp '" ~ first ~ "' and batch_end <= timestamp '" ~ last ~ "'")) %}
  {% call statement() %}
    insert into {{ ledger }}
    select
      '{{ name }}',
      '{{ escape_single_quotes(model.unique_id) }}',
      timestamp '{{ first }}',
      timestamp '{{ last }}',
      '{{ config.get('batch_size') }}',
      {{ is_whole }},
      count(*),
      '{{ invocation_id }}',
      timestamp '{{ modules.datetime.datetime.utcnow() }}'
    from {{ relation }}
    where {{ event_time }} >= '{{ start }}' and {{ event_time }} < '{{ end }}'
  {% endcall %}
{% endmacro %}
