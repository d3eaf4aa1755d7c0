package dev.argus.reliability;

/**
 * Where a process dies: at one of its calls to a queue or a bucket.
 *
 * @param call the call by the name of its process, what it does, and to what
 * @param occurrence which of its calls of that name, from 1
 */
record CrashPoint(String call, int occurrence, When when) {
  /** Whether the call has taken effect when its process dies. */
  enum When {
    BEFORE,
    AFTER
  }

  @Override
  public String toString() {
    return when + " " + call + (occurrence > 1 ? " number " + occurrence : "");
  }
}
