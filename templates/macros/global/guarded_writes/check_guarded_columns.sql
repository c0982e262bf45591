{#
  Refuses a configuration that does not fit the columns of the model, before anything is written:
  columns that are not there, times that are none. `old_columns` are those of the table if there is one.
#}
{% macro check_guarded_columns(guards, columns, old_columns=none) %}
  {% do return(adapter.dispatch('check_guarded_columns', 'dbt')(guards, columns, old_columns)) %}
{% endmacro %}

{% macro default__check_guarded_columns(guards, columns, old_columns) %}
  {% set settings = [
       ('unique_key', guards.key),
       ('updated_at', guards.updated_at),
       ('deduplicate', guards.order),
       ('batch_id_column', [guards.batch_id] if guards.batch_id else []),
       ('partition_by', guards.partition_by)] %}
  {# Without a connection nobody may know the columns. #}
  {% if not columns %}
    {% do return(none) %}
  {% endif %}
  {% set by_name = {} %}
  {% for column in columns %}
    {% do by_name.update({column.name | lower: column}) %}
  {% endfor %}

  {% for setting, names in settings %}
    {% for name in names if _bare_name(name) not in by_name %}
      {% do exceptions.raise_compiler_error(
           '`' ~ setting ~ '` names `' ~ name ~ '`, which is no column of the model: there is '
           ~ columns | map(attribute='name') | join(', ')) %}
    {% endfor %}
  {% endfor %}

  {% for name in guards.updated_at %}
    {% set type = by_name[_bare_name(name)] %}
    {% if type.dtype and not _tells_time(type) %}
      {% do exceptions.raise_compiler_error(
           '`updated_at` names `' ~ name ~ '`, which is ' ~ type.dtype
           ~ ': it must be a date, a time or a number, by which rows are older or newer') %}
    {% endif %}
    {% for old in old_columns or [] if old.name | lower == _bare_name(name) and old.dtype and type.dtype %}
      {% if _is_number(old) != _is_number(type) or not _tells_time(old) %}
        {% do exceptions.raise_compiler_error(
             '`updated_at` names `' ~ name ~ '`, which is ' ~ type.dtype ~ ' in the model and '
             ~ old.dtype ~ ' in its table: build the table anew with --full-refresh') %}
      {% endif %}
    {% endfor %}
  {% endfor %}

  {% set added = [('soft_delete_column', guards.soft_delete)] if guards.soft_delete else [] %}
  {% if guards.strategy == 'scd2' %}
    {% set added = [('snapshot_meta_column_names', guards.valid_from), ('snapshot_meta_column_names', guards.valid_to)] %}
  {% endif %}
  {% for setting, name in added if _bare_name(name) in by_name %}
    {% do exceptions.raise_compiler_error(
         '`' ~ setting ~ '` is `' ~ name ~ '`, which the model selects already: dsql adds this column') %}
  {% endfor %}
{% endmacro %}

{# A name as a database lists it, in lower case. #}
{% macro _bare_name(name) %}
  {% do return(name | replace('"', '') | replace('`', '') | lower) %}
{% endmacro %}

{% macro _is_number(column) %}
  {% do return(column.is_number() or column.dtype | lower in ['uhugeint', 'bignum']) %}
{% endmacro %}

{% macro _tells_time(column) %}
  {% set type = column.dtype | lower %}
  {% do return(_is_number(column) or type.startswith('date') or type.startswith('time') or 'datetime' in type) %}
{% endmacro %}
