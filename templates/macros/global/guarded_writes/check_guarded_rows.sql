{#
  Refuses rows that cannot be told apart as the configuration says: without a key, with one that
  comes twice, without a time or a batch. `relation` holds them; nothing else is written yet.
#}
{% macro check_guarded_rows(guards, relation) %}
  {% do return(adapter.dispatch('check_guarded_rows', 'dbt')(guards, relation)) %}
{% endmacro %}

{% macro default__check_guarded_rows(guards, relation) %}
  {% if not adapter.has_connection() %}
    {% do return(none) %}
  {% endif %}
  {% set tests = [] %}
  {% if guards.key %}
    {% do tests.append(("`unique_key` is null in {} of the model's rows, which nothing tells apart",
         guards.key | join(' is null and ') ~ ' is null')) %}
  {% endif %}
  {% if guards.strategy == 'scd2' %}
    {% do tests.append(("`updated_at` is null in {} of the model's rows: a version needs a time",
         guards.updated_at | first ~ ' is null')) %}
  {% endif %}
  {% if guards.batch_id %}
    {% do tests.append(("`batch_id_column` is null in {} of the model's rows, which belong to no batch",
         guards.batch_id ~ ' is null')) %}
  {% endif %}
  {% for message, condition in tests %}
    {% do _refuse_rows(message, 'select count(*) from ' ~ relation ~ ' where ' ~ condition) %}
  {% endfor %}
  {% if guards.key and not guards.deduplicates %}
    {% set key = guards.key | join(', ') %}
    {% do _refuse_rows(
         "`unique_key` has {} values that come more than once in the model's rows: set `deduplicate`"
         ~ ' to the column by which the latest row is taken',
         'select count(*) from (select ' ~ key ~ ' from ' ~ relation ~ ' group by ' ~ key
         ~ ' having count(*) > 1) as DBT_INTERNAL_KEYS') %}
  {% endif %}
{% endmacro %}

{% macro _refuse_rows(message, sql) %}
  {% set count = run_query(sql).columns[0].values()[0] %}
  {% if count %}
    {% do exceptions.raise_compiler_error(message.format(count)) %}
  {% endif %}
{% endmacro %}
