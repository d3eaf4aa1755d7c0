package dev.argus.web;

import java.net.URI;
import java.util.Optional;

/**
 * What is known of a request that brings photos. Not the request itself: a small photo is a part of
 * it, and waits are long.
 *
 * @param principal who pays for them with their rate
 * @param key stands for all of its photos, each by its place
 * @param callback where the client wants to be told when they are done
 */
record UploadRequest(
    Optional<String> traceparent,
    Client client,
    Principal principal,
    Preferences preferences,
    Optional<IdempotencyKey> key,
    Optional<URI> callback) {

  /** The same, whose photos nobody is called back for one by one. */
  UploadRequest withoutCallback() {
    return new UploadRequest(traceparent, client, principal, preferences, key, Optional.empty());
  }
}
