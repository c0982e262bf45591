{#
  Puts rows into the relation of the node at hand as a run of it would: if it `merges`, through the
  incremental strategy where there is a `unique_key`, else as they are. With `once`, a row that is there
  already does not come twice.
#}
{% macro put_back_rows(relation, columns, rows, merges, once) %}
  {% do return(adapter.dispatch('put_back_rows', 'dbt')(relation, columns, rows, merges, once)) %}
{% endmacro %}

{% macro default__put_back_rows(relation, columns, rows, merges, once) %}
  {% set strategy = config.get('incremental_strategy') or 'default' %}
  {% set merges = merges and config.get('materialized') == 'incremental' and config.get('unique_key')
       and strategy not in ['append', 'insert_overwrite', 'microbatch'] %}
  {% set names = columns | map(attribute='name') | join(', ') %}
  {% if not merges %}
    {% call statement() %}
      insert into {{ relation }} ({{ names }})
      select {{ names }} from (
{{ rows }}
      ) as put_back
      {% if once %}
        where not exists (
          select 1 from {{ relation }} as model_rows
          where {{ same_quarantined_row(columns, 'put_back', 'model_rows', false) }}
        )
      {% endif %}
    {% endcall %}
    {% do return(none) %}
  {% endif %}

  {% set source = make_temp_relation(relation) %}
  {% call statement() %}
    create temporary table {{ source }} as
{{ rows }}
  {% endcall %}
  {% set arguments = {
       'target_relation': relation,
       'temp_relation': source,
       'unique_key': config.get('unique_key'),
       'dest_columns': adapter.get_columns_in_relation(relation),
       'incremental_predicates':
         config.get('predicates', none) or config.get('incremental_predicates', none)} %}
  {% set guards = get_write_guards() %}
  {% if guards %}
    {# These few rows are not all that the source has. #}
    {% do guards.update({'absent': 'ignore'}) %}
    {% do arguments.update({'write_guards': guards}) %}
  {% endif %}
  {% set strategy_sql = adapter.get_incremental_strategy_macro(context, strategy) %}
  {% call statement() %}
    {{ strategy_sql(arguments) }}
  {% endcall %}
  {% call statement() %}
    drop table if exists {{ source }}
  {% endcall %}
{% endmacro %}
