package dev.argus.web;

import org.apache.pekko.http.scaladsl.model.headers.CustomHeader;

/**
 * {@code Connection: close}, which Pekko HTTP sends and does not act on.
 *
 * <p>At its own header of this name Pekko HTTP lets go of the connection before the answer is on
 * its way, and nobody learns when it is. {@link ConnectionStage} closes the connection itself.
 */
final class LastAnswer extends CustomHeader {
  @Override
  public String name() {
    return "Connection";
  }

  @Override
  public String value() {
    return "close";
  }

  @Override
  public boolean renderInRequests() {
    return false;
  }

  @Override
  public boolean renderInResponses() {
    return true;
  }
}
