/** Recognition: a model, loaded once, and one single-threaded predictor for each core. */
package dev.argus.inference;
