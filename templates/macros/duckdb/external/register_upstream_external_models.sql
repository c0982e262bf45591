{#
  For on-run-start: makes the views again of those external models that the run reads but does not
  build, since the database of the last run may be gone while the files are not.
#}
{%- macro register_upstream_external_models() -%}
  {%- if not execute -%}
    {%- do return('') -%}
  {%- endif -%}

  {%- set seen = {} -%}
  {%- set schemas = {} -%}
  {%- for id in selected_resources if id in graph['nodes'] -%}
    {%- for upstream_id in graph['nodes'][id]['depends_on']['nodes']
          if upstream_id not in seen and upstream_id not in selected_resources -%}
      {%- do seen.update({upstream_id: true}) -%}
      {%- set upstream = graph['nodes'].get(upstream_id) -%}
      {%- if upstream
            and upstream.resource_type in ('model', 'seed')
            and upstream.config.materialized == 'external' -%}
        {%- set relation = api.Relation.create(
              database=upstream['database'],
              schema=upstream['schema'],
              identifier=upstream['alias']) -%}
        {%- set location = upstream.config.get(
              'location', external_location(relation, upstream.config)) -%}
        {%- set read_location = adapter.external_read_location(
              location, render_write_options(upstream.config)) -%}

        {%- if relation.schema not in schemas -%}
          {%- call statement('main') -%}
            create schema if not exists {{ relation.without_identifier() }}
          {%- endcall -%}
          {%- do schemas.update({relation.schema: true}) -%}
        {%- endif -%}
        {%- call statement('main') -%}
          create or replace view {{ relation }} as (
            select * from '{{ read_location }}'
          );
        {%- endcall -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}

  {%- if schemas -%}
    {%- do adapter.commit() -%}
  {%- endif %}
{% endmacro -%}
