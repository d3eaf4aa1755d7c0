package dev.argus.protocol;

/**
 * One guess of the classifier.
 *
 * @param label the human-readable name of the class, such as {@code bathtub}
 * @param probability softmax probability, 0 to 1
 */
public record Prediction(String label, double probability) {}
