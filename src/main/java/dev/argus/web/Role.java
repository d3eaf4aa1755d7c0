package dev.argus.web;

/** What a caller may do; each may do what those before it may. */
enum Role {
  /** Look whether Argus lives, and at the page. */
  ANYONE,
  /** Upload photos, ask for results, read metrics. */
  USER,
  /** Look at decisions, costs, the live feed and dead letters, and send those again or discard them. */
  OPERATOR
}
