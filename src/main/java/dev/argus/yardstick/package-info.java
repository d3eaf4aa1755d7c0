/**
 * What a fleet that knew all arrivals beforehand would have been billed: a plan that can be carried
 * out, and bounds that no schedule goes below. All pure; docs/simulation.md has the proofs.
 */
package dev.argus.yardstick;
