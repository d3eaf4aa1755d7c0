package dev.argus.localaws;

import java.time.Duration;

/**
 * Objects of one bucket are removed when they are older than this: one rule of a bucket's
 * lifecycle.
 *
 * @param prefix of their keys; empty for all
 * @param age since the object was last written
 */
public record Expiry(String bucket, String prefix, Duration age) {}
