package dev.argus.localaws;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a RunInstances call asked for; the same for all its instances.
 *
 * @param userData decoded; empty for none
 * @param tags of the instances
 * @param profile name or ARN of the instance profile
 */
record Launch(
    String reservationId,
    String imageId,
    String instanceType,
    Optional<String> clientToken,
    byte[] userData,
    Map<String, String> tags,
    Optional<String> profile,
    Optional<String> subnetId,
    List<String> securityGroupIds,
    boolean spot,
    String httpTokens,
    int hopLimit) {}
