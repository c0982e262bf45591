{% macro give(x) %}given {{ x }}{% endmacro %}
{% macro refer() %}{{ return(ref('shelved')) }}{% endmacro %}
{% macro dispatched() %}{{ return(adapter.dispatch('dispatched', 'shelf')()) }}{% endmacro %}
{% macro default__dispatched() %}by default{% endmacro %}
{% macro overridden() %}{{ return(adapter.dispatch('overridden', 'shelf')()) }}{% endmacro %}
{% macro default__overridden() %}of the shelf{% endmacro %}
{% macro duckdb__overridden() %}of the shelf for DuckDB{% endmacro %}
{% macro variable(name) %}{{ return(var(name)) }}{% endmacro %}
{% macro key(fields) %}
  {%- set parts = [] -%}
  {%- for field in fields -%}
    {%- do parts.append("coalesce(cast(" ~ field ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- if not loop.last %}{%- do parts.append("'-'") -%}{%- endif -%}
  {%- endfor -%}
  {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}
{% macro columns_of(from, except=[]) %}
  {%- if not execute -%}{{ return('*') }}{%- endif -%}
  {%- set names = [] -%}
  {%- for column in adapter.get_columns_in_relation(from) if column.name not in except -%}
    {%- do names.append(adapter.quote(column.name)) -%}
  {%- endfor -%}
  {{ return(names|join(', ') or '*') }}
{%- endmacro %}
{% macro series(upper) %}
  {%- set rows = run_query('select unnest(range(' ~ upper ~ ')) as n') -%}
  {%- if execute %}{% for row in rows %}{{ row.n }}{{ ' ' if not loop.last }}{% endfor %}{% endif -%}
{% endmacro %}
{% macro wrapped(name) %}<{{ name }} {{ caller(1, two=2) }}{{ varargs }}{{ kwargs }}>{% endmacro %}
