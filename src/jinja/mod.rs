//! Template + typed context → text + source map. The only place that names minijinja.
