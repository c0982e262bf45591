{# Counts a test's failing rows, which are kept in a relation of their own if so configured. #}
{% materialization test, default %}
  {% set header = config.get('sql_header') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS else none %}
  {% set failing_rows_sql %}
    {{ get_limit_subquery_sql(sql, config.get('limit')) }}
  {% endset %}
  {% set relations = [] %}

  {% if should_store_failures() %}
    {% set identifier = model['alias'] %}
    {% set existing_relation = adapter.get_relation(
         database=database, schema=schema, identifier=identifier) %}

    {# It is none, not absent, if the command line asks to store failures. #}
    {% set store_as = config.get('store_failures_as') or 'table' %}
    {% if store_as not in ['table', 'view'] %}
      {% do exceptions.raise_compiler_error(
           "`store_failures_as` is 'ephemeral', 'table' or 'view', not '" ~ store_as ~ "'") %}
    {% endif %}
    {% set target_relation = api.Relation.create(
         database=database, schema=schema, identifier=identifier, type=store_as) %}

    {% do begin_node_transaction() %}
    {% if existing_relation %}
      {% do adapter.drop_relation(existing_relation) %}
    {% endif %}
    {% call statement(auto_begin=true) %}
      {{ header if header }}
      {{ get_create_sql(target_relation, failing_rows_sql) }}
    {% endcall %}
    {% do commit_node_transaction() %}
    {% do relations.append(target_relation) %}

    {# The test itself need not run again. #}
    {% set failing_rows_sql %}
        select *
        from {{ target_relation }}
    {% endset %}
  {% endif %}

  {% call statement('main', fetch_result=true) -%}
    {{ header if header }}
    {# The rows are limited already, and an override of the macro may need the argument. #}
    {{ get_test_sql(
         failing_rows_sql,
         config.get('fail_calc'),
         config.get('warn_if'),
         config.get('error_if'),
         limit=none) }}
  {%- endcall %}

  {% do return({'relations': relations}) %}
{% endmaterialization %}
