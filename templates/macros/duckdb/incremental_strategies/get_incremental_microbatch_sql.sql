{# The rows of the batch's span of time, which is in UTC, take the place of those that were there. #}
{% macro duckdb__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set event_time = config.get('event_time') -%}
  {%- if not event_time -%}
    {%- do exceptions.raise_compiler_error(
          'Strategy `microbatch` needs the configuration `event_time`') -%}
  {%- endif -%}
  {%- if config.get('unique_key') -%}
    {%- do exceptions.raise_compiler_error(
          'Strategy `microbatch` replaces rows by their `event_time`, never by a `unique_key`: '
          ~ 'remove the key, or use the strategy `merge`') -%}
  {%- endif -%}

  {%- set batch = model.get('batch') or {} -%}
  {%- set start, end = batch.get('event_time_start'), batch.get('event_time_end') -%}
  {%- if not start or not end -%}
    {%- do exceptions.raise_compiler_error(
          'Strategy `microbatch` needs a batch with a start and an end, and there is none') -%}
  {%- endif -%}

  {%- set target = arg_dict['target_relation'] -%}
  {%- set column_list = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
  {%- set in_batch = event_time ~ " >= '" ~ start ~ "' and " ~ event_time ~ " < '" ~ end ~ "'" -%}

  {%- set build_sql %}
    delete from {{ target }}
    where {{ in_batch }}
      {%- for predicate in normalize_incremental_predicates(
            arg_dict.get('incremental_predicates')) %}
      and ({{ predicate }})
      {%- endfor %};

    insert into {{ target }} ({{ column_list }})
    select {{ column_list }}
    from {{ arg_dict['temp_relation'] }}
    where {{ in_batch }};
  {%- endset -%}
  {%- do return(build_sql) -%}
{%- endmacro %}
