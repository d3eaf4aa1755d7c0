/** Proofs that nothing accepted is lost: crashes, outages and photos that kill, in memory. */
package dev.argus.reliability;
