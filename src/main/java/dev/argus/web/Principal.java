package dev.argus.web;

/**
 * Who calls.
 *
 * @param role what their token says; {@link Role#ANYONE} without one
 * @param clientKey what tells one client from another, for limits that each has: the token, else
 *     the address. Never the token itself
 */
record Principal(Role role, String clientKey) {
  static Principal withToken(Role role) {
    return new Principal(role, "token:" + role);
  }

  static Principal withoutToken(Client client) {
    return new Principal(Role.ANYONE, "address:" + client.network());
  }
}
