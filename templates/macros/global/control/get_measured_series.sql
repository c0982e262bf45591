{# A series out of a view of checkpoints beside the events; none where there is no such view. #}
{% macro get_measured_series(events, nodes, view, value, size, part) %}
  {% set view = events.incorporate(path={"identifier": view}) %}
  {% if not has_events(view) %}
    {% do return(none) %}
  {% endif %}
  {% set sql %}
    select node, run_id, measured_at, {{ value }}, {{ size or "null" }}, {{ part }}
    from {{ view }}
    where 1 = 1
      {{ among_nodes(nodes) }}
    order by measured_at, run_id
  {% endset %}
  {% do return(run_query(sql)) %}
{% endmacro %}
