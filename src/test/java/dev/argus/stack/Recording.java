package dev.argus.stack;

import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.simulation.InMemoryCluster.Surroundings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Sees what a node asks its queues and buckets for, and says which calls of AWS that means. */
final class Recording {
  private final Stack stack;
  private final Set<String> calls = new TreeSet<>();

  Recording(Stack stack) {
    this.stack = stack;
  }

  /** The same surroundings, seen by this. */
  Surroundings of(Surroundings real) {
    return new Surroundings(
        queue("argus-requests", real.requests()),
        queue("argus-responses", real.responses()),
        queue("argus-requests-dead", real.deadLetters()),
        store(real.store()));
  }

  /**
   * Action and resource of each call so far, a space between, the names of objects as {@code x}.
   */
  synchronized Set<String> calls() {
    return Set.copyOf(calls);
  }

  /** A call as {@link #calls} names it. */
  static String name(Call call) {
    String uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    String resource = call.resource().replaceAll(uuid, "x");
    return call.action() + " " + resource.replaceAll("(:::[^/]+/.+/)[^/]+$", "$1x");
  }

  private MessageQueue queue(String name, MessageQueue real) {
    return seen(
        MessageQueue.class,
        real,
        (method, arguments) -> {
          String arn = "arn:aws:sqs:%s:%s:%s".formatted(Stack.REGION, Stack.ACCOUNT, name);
          add("sqs:GetQueueUrl", arn);
          for (String action : ofQueue(method)) {
            add("sqs:" + action, arn);
          }
        });
  }

  private ObjectStore store(ObjectStore real) {
    return seen(
        ObjectStore.class,
        real,
        (method, arguments) -> {
          String bucket = PhysicalName.attribute(stack.get(resource((Bucket) arguments[0])), "Arn");
          for (String action : ofStore(method)) {
            add("s3:" + action, action.equals("ListBucket") ? bucket : bucket + "/" + arguments[1]);
          }
        });
  }

  private static List<String> ofQueue(String method) {
    return switch (method) {
      case "send" -> List.of("SendMessage");
      case "deliveries" -> List.of("ReceiveMessage");
      case "acknowledgements", "renewals" -> List.of("DeleteMessage", "ChangeMessageVisibility");
      case "counts" -> List.of("GetQueueAttributes");
      default -> throw new AssertionError("say here what SQS is asked for by " + method);
    };
  }

  private static List<String> ofStore(String method) {
    return switch (method) {
      case "put" -> List.of("PutObject");
      // If-Match needs the right to read, and so does a look at what a lost answer has written.
      case "putIfAbsent", "putIfMatch" -> List.of("PutObject", "GetObject");
      case "get", "getVersion", "head" -> List.of("GetObject", "ListBucket");
      case "delete" -> List.of("DeleteObject");
      case "keysAfter", "check" -> List.of("ListBucket");
      default -> throw new AssertionError("say here what S3 is asked for by " + method);
    };
  }

  private static String resource(Bucket bucket) {
    return switch (bucket) {
      case INPUT -> "InputBucket";
      case OUTPUT -> "OutputBucket";
      case STATE -> "StateBucket";
    };
  }

  private synchronized void add(String action, String resource) {
    calls.add(name(new Call(action, resource, new Context())));
  }

  private interface Watcher {
    void sees(String method, Object[] arguments);
  }

  private static <T> T seen(Class<T> port, T real, Watcher watcher) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() != Object.class) {
                watcher.sees(method.getName(), arguments);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
