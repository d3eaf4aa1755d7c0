package dev.argus.protocol;

import java.util.Optional;

/** The keys under which photos, results and remembered state lie in S3. */
public final class ObjectKeys {
  /** State bucket: where the keys of {@link #attempts} begin. */
  public static final String ATTEMPTS = "attempts/";

  /** State bucket: where the keys of {@link #callback} begin. */
  public static final String CALLBACKS = "callbacks/";

  /** State bucket: where the keys of {@link #batch} begin. */
  public static final String BATCHES = "batches/";

  /** State bucket: the account of what app nodes cost. */
  public static final String COSTS_OF_FLEET = "costs/fleet";

  /** State bucket: where the keys of {@link #costsOfWebNode} begin. */
  public static final String COSTS_OF_WEB_NODES = "costs/web/";

  /** State bucket: where the keys of {@link #deadLetter} begin. */
  public static final String DEAD_LETTERS = "dead/";

  /** State bucket: where the keys of {@link #idempotencyKey} begin. */
  public static final String IDEMPOTENCY_KEYS = "idempotency/";

  /** State bucket: which web node leads, a {@link LeaderRecord}. */
  public static final String LEADER = "leader";

  /** State bucket: how far the search for photos whose message was lost has come. */
  public static final String SWEEP = "sweep";

  /** State bucket: how many app nodes are worth keeping without work, {@link WarmNodes}. */
  public static final String WARM_NODES = "leader-warm-nodes";

  /** State bucket: where the keys of {@link #webNode} begin. */
  public static final String WEB_NODES = "web-nodes/";

  private static final String RESULT_SUFFIX = ".json";

  private ObjectKeys() {}

  /** Input bucket: the photo as it came, which is also its acceptance record. */
  public static String photo(PhotoId id) {
    return id.toString();
  }

  /** Output bucket: the {@link ClassifyReply} as JSON. */
  public static String result(PhotoId id) {
    return id + RESULT_SUFFIX;
  }

  /** The id of a result's key; empty if the key is not one of ours. */
  public static Optional<PhotoId> idOfResult(String key) {
    return key.endsWith(RESULT_SUFFIX)
        ? PhotoId.parse(key.substring(0, key.length() - RESULT_SUFFIX.length()))
        : Optional.empty();
  }

  /** State bucket: how often a photo was worked on alone, since its node might die of it. */
  public static String attempts(PhotoId id) {
    return ATTEMPTS + id;
  }

  /** State bucket: a webhook that is owed, by its id. */
  public static String callback(String webhookId) {
    return CALLBACKS + webhookId;
  }

  /** State bucket: which photos came together in one request. */
  public static String batch(BatchId id) {
    return BATCHES + id;
  }

  /** State bucket: a {@link DeadLetter}, kept for the operator. */
  public static String deadLetter(String id) {
    return DEAD_LETTERS + id;
  }

  /** State bucket: the account of what a web node costs, by the name of its response queue. */
  public static String costsOfWebNode(String responseQueue) {
    return COSTS_OF_WEB_NODES + responseQueue;
  }

  /**
   * State bucket: which photo a client's idempotency key stands for.
   *
   * @param hash of the key, in hex: what a client sends is never a path
   * @param photo the photo's place in a form of several, from 0
   */
  public static String idempotencyKey(String hash, int photo) {
    return IDEMPOTENCY_KEYS + hash + (photo == 0 ? "" : "-" + (photo + 1));
  }

  /** State bucket: a web node's sign of life, by the name of its response queue. */
  public static String webNode(String responseQueue) {
    return WEB_NODES + responseQueue;
  }
}
