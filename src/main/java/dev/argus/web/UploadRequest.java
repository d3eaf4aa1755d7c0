package dev.argus.web;

import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * A request that brings photos.
 *
 * @param principal who pays for them with their rate
 * @param key stands for all of its photos, each by its place
 */
record UploadRequest(
    HttpRequest http,
    Client client,
    Principal principal,
    Preferences preferences,
    Optional<IdempotencyKey> key) {}
