package dev.argus.localaws;

/** A refusal, with the error code and the HTTP status that EC2 uses for it. */
final class Ec2Exception extends RuntimeException {
  private final int status;
  private final String code;

  Ec2Exception(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  static Ec2Exception missing(String parameter) {
    return new Ec2Exception(
        400, "MissingParameter", "The request must contain the parameter " + parameter);
  }

  static Ec2Exception invalid(String message) {
    return new Ec2Exception(400, "InvalidParameterValue", message);
  }

  /** What EC2 answers to a call that would have worked, had it not been a rehearsal. */
  static Ec2Exception dryRun() {
    return new Ec2Exception(
        412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
  }

  static Ec2Exception noInstance(String id) {
    return new Ec2Exception(
        400, "InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist");
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
