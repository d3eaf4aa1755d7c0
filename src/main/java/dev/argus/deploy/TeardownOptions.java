package dev.argus.deploy;

/**
 * What is asked of {@link Teardown}.
 *
 * @param force whether to go on although work is waiting
 * @param buckets whether to remove the buckets too, with all photos, results and releases
 */
public record TeardownOptions(boolean force, boolean buckets) {}
