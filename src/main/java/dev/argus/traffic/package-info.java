/**
 * When photos come: {@link dev.argus.traffic.Arrivals} and its kinds, all pure, so that a generator
 * in real time and a simulator in virtual time play the very same traffic.
 */
package dev.argus.traffic;
