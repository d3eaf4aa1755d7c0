/**
 * What Argus costs: the requests and instance seconds that AWS bills, counted as it bills them, and
 * an estimate in USD from the prices in the configuration.
 *
 * <p>{@link dev.argus.costs.CostKeeper} keeps the account; {@link dev.argus.costs.Bill} prices it.
 */
package dev.argus.costs;
