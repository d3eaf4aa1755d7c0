package dev.argus.web;

import java.net.InetAddress;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Who sent a request.
 *
 * @param address where its connection comes from
 * @param gone completes when the connection ends before the request is answered
 */
record Client(InetAddress address, CompletionStage<Done> gone) {}
