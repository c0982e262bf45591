//! YAML text → values with spans, read as PyYAML reads it (YAML 1.1 scalars).
