package dev.argus.localaws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The EC2 Query protocol over HTTP: guard, read, verify, act, answer.
 *
 * <p>It runs what it is sent, so nothing is acted on before the signature is found right.
 */
final class Ec2Endpoint implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(Ec2Endpoint.class);
  private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

  /** User data of 16 KB is 22 KB in base64, and each of its characters may take three. */
  private static final int MAX_BODY_BYTES = 256 * 1024;

  private record Answer(int status, String xml) {}

  private final SignatureCheck signature;
  private final Ec2Faults faults;
  private final Map<String, Ec2Action> actions;

  Ec2Endpoint(SignatureCheck signature, Ec2Faults faults, Map<String, Ec2Action> actions) {
    this.signature = signature;
    this.faults = faults;
    this.actions = actions;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      HttpServers.answer(exchange, answer.status(), "text/xml;charset=UTF-8", answer.xml());
    }
  }

  private Answer answer(HttpExchange exchange) {
    String requestId = UUID.randomUUID().toString();
    try {
      if (!LoopbackGuard.allows(exchange)) {
        throw new Ec2Exception(
            403, "UnauthorizedOperation", "Only programs on this machine may call, not web pages");
      }
      HttpCall call = HttpCall.read(exchange, MAX_BODY_BYTES);
      signature.verify(call);
      return new Answer(200, act(parameters(call), requestId));
    } catch (Ec2Exception e) {
      log.debug("EC2 call {} refused: {} {}", requestId, e.code(), e.getMessage());
      return new Answer(e.status(), error(e.code(), e.getMessage(), requestId));
    } catch (RuntimeException e) {
      log.error("EC2 call {} failed", requestId, e);
      return new Answer(500, error("InternalError", "An internal error has occurred", requestId));
    }
  }

  private String act(Ec2Parameters parameters, String requestId) {
    String name = parameters.text("Action").orElseThrow(() -> Ec2Exception.missing("Action"));
    Ec2Action action = actions.get(name);
    if (action == null) {
      throw new Ec2Exception(
          400,
          "InvalidAction",
          "The action " + name + " is not valid here; expected one of " + actions.keySet());
    }
    faults.beforeCall();
    return Xml.document(
        name + "Response",
        NAMESPACE,
        xml -> {
          xml.text("requestId", requestId);
          action.answer(parameters, xml);
        });
  }

  private static Ec2Parameters parameters(HttpCall call) {
    return switch (call.method()) {
      case "GET" -> Ec2Parameters.parse(call.query());
      case "POST" -> Ec2Parameters.parse(new String(call.body(), StandardCharsets.UTF_8));
      default -> throw new Ec2Exception(405, "InvalidAction", "Expected POST or GET");
    };
  }

  private static String error(String code, String message, String requestId) {
    return Xml.document(
        "Response",
        "",
        xml ->
            xml.nested(
                    "Errors",
                    x -> x.nested("Error", e -> e.text("Code", code).text("Message", message)))
                .text("RequestID", requestId));
  }
}
