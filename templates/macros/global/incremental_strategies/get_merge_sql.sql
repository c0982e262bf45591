{% macro get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {# Their former name was `predicates`. #}
  {% set predicates = kwargs.get('predicates', incremental_predicates) %}
  {% do return(adapter.dispatch('get_merge_sql', 'dbt')(
       target, source, unique_key, dest_columns, predicates)) %}
{%- endmacro %}

{# Without a key no row matches, and all are inserted. #}
{% macro default__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- set predicates = [] + (incremental_predicates or []) -%}
  {%- if not unique_key -%}
    {%- do predicates.append('FALSE') -%}
  {%- elif unique_key is sequence and unique_key is not string and unique_key is not mapping -%}
    {%- for key in unique_key -%}
      {%- do predicates.append(
            'DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
    {%- endfor -%}
  {%- else -%}
    {%- do predicates.append(get_merge_unique_key_match(
          ('DBT_INTERNAL_SOURCE.' ~ unique_key) | trim,
          ('DBT_INTERNAL_DEST.' ~ unique_key) | trim)) -%}
  {%- endif -%}

  {%- set header = config.get('sql_header', none) -%}
  {%- set column_list = get_quoted_csv(dest_columns | map(attribute='name')) -%}
  {%- set update_columns = get_merge_update_columns(
        config.get('merge_update_columns'), config.get('merge_exclude_columns'), dest_columns) %}

    {{ header if header is not none }}

    merge into {{ target }} as DBT_INTERNAL_DEST
        using {{ source }} as DBT_INTERNAL_SOURCE
        on ({{ predicates | join(') and (') }})

    {% if unique_key %}
    when matched then update set
        {% for column in update_columns -%}
            {{ column }} = DBT_INTERNAL_SOURCE.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    {% endif %}

    when not matched then insert
        ({{ column_list }})
    values
        ({{ column_list }})
{% endmacro %}
