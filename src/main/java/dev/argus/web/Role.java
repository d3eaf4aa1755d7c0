package dev.argus.web;

/** What a caller may do; each may do what those before it may. */
enum Role {
  /** Look whether Argus lives, and at the page. */
  ANYONE,
  /** Upload photos, ask for results, read metrics. */
  USER,
  /** Watch the cluster, its decisions and costs; send dead letters again or discard them. */
  OPERATOR
}
