{# Who started it, where, of which state of the project, and what it has changed. #}
{% macro duckdb__event_run_facts() %}
      max(facts->>'$.project') filter (kind = 'run_started') as project,
      max(facts->>'$.target') filter (kind = 'run_started') as target,
      max(facts->>'$.command') filter (kind = 'run_started') as typed,
      max(facts->>'$.user') filter (kind = 'run_started') as started_by,
      max(facts->>'$.host') filter (kind = 'run_started') as host,
      max(facts->>'$.ci.system') filter (kind = 'run_started') as ci_system,
      max(facts->>'$.ci.job') filter (kind = 'run_started') as ci_job,
      max(facts->>'$.git.commit') filter (kind = 'run_started') as git_commit,
      max(facts->>'$.git.branch') filter (kind = 'run_started') as git_branch,
      bool_or((facts->>'$.git.is_dirty')::boolean) filter (kind = 'run_started') as is_dirty,
      list_sort(list(distinct (facts->>'$.relation')) filter (
        kind = 'node_finished' and status = 'success' and resource_type in ('model', 'seed', 'snapshot')
        and (facts->>'$.relation') is not null
      )) as relations_written,
      sum((facts->>'$.answer.adapter_response.rows_affected')::bigint) filter (
        kind = 'node_finished' and status = 'success' and resource_type in ('model', 'seed', 'snapshot')
      )::bigint as rows_written,
{% endmacro %}
