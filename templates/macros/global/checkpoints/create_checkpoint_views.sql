{# Makes views of what checkpoints have measured: a row for each node in a run, for each of its columns, and for each of its inputs. #}
{% macro create_checkpoint_views(events) %}
  {% do return(adapter.dispatch('create_checkpoint_views', 'dbt')(events)) %}
{% endmacro %}

{% macro default__create_checkpoint_views(events) %}{% endmacro %}
