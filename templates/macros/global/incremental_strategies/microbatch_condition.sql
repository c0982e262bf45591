{# The condition on which a row is of the batch at hand, whose span of time is in UTC. #}
{% macro microbatch_condition(prefix='') -%}
  {%- set batch = model.get('batch') or {} -%}
  {%- set start, end = batch.get('event_time_start'), batch.get('event_time_end') -%}
  {%- if not config.get('event_time') or not start or not end -%}
    {%- do exceptions.raise_compiler_error(
          'Strategy `microbatch` needs the configuration `event_time`, and a batch with a start and an end') -%}
  {%- endif -%}
  {%- set moments = [] -%}
  {%- for moment in [start, end] -%}
    {%- do moments.append("cast('" ~ (moment | string).split('+')[0] ~ "' as " ~ type_timestamp() ~ ')') -%}
  {%- endfor -%}
  {%- set time = prefix ~ config.get('event_time') -%}
  {% do return(time ~ ' >= ' ~ moments[0] ~ ' and ' ~ time ~ ' < ' ~ moments[1]) %}
{%- endmacro %}
