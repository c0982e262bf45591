{% macro spark__partition_overwrite(arg_dict) -%}
  {%- set partitions = arg_dict['write_guards'].partition_by -%}
  {%- set bare = [] -%}
  {%- for name in partitions -%}
    {%- do bare.append(_bare_name(name)) -%}
  {%- endfor -%}
  {%- set columns = [] -%}
  {%- for column in arg_dict['dest_columns'] if column.name | lower not in bare -%}
    {%- do columns.append(column.quoted) -%}
  {%- endfor -%}
  {%- set overwrite %}
    insert overwrite table {{ arg_dict['target_relation'] }} partition ({{ partitions | join(', ') }})
    select {{ (columns + partitions) | join(', ') }}
    from {{ arg_dict['temp_relation'] }}
  {%- endset -%}
  {#- Only partitions that the rows are in are replaced. -#}
  {% call statement() %}
    set spark.sql.sources.partitionOverwriteMode = dynamic
  {% endcall %}
  {% do return([overwrite]) %}
{%- endmacro %}
