package dev.argus.web;

import java.net.URI;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * A request that brings photos.
 *
 * @param principal who pays for them with their rate
 * @param key stands for all of its photos, each by its place
 * @param callback where the client wants to be told when they are done
 */
record UploadRequest(
    HttpRequest http,
    Client client,
    Principal principal,
    Preferences preferences,
    Optional<IdempotencyKey> key,
    Optional<URI> callback) {}
