package dev.argus.localaws;

/** Where the embedded AWS says that it is. */
final class LocalAccount {
  static final String REGION = "us-east-1";
  static final String ZONE = "us-east-1a";

  /** AWS gives this account number to no one. */
  static final String ID = "000000000000";

  private LocalAccount() {}
}
