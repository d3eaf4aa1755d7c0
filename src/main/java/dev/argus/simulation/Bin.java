package dev.argus.simulation;

import java.time.Duration;

/**
 * What happened in one of the equal parts of a run, for charts.
 *
 * @param start since the run began
 * @param arrivals photos that came
 * @param answered photos that were answered
 * @param late of those, how many after their deadline
 * @param launches nodes that EC2 accepted to start
 * @param waiting photos that waited for their answers, on average
 * @param booting nodes that were paid and did not receive yet, on average
 * @param idle nodes that received and worked on nothing, on average
 * @param working nodes that worked on a photo, on average
 * @param leaving nodes that shut down, which is not paid, on average
 * @param billed instance seconds; what fills an instance's bill up to 60 s or a whole second counts
 *     where it ended
 * @param p50 seconds in which half of those that were answered had their answers; 0 if none was
 * @param p95 the same for 95 of 100
 * @param max the longest
 */
public record Bin(
    Duration start,
    long arrivals,
    long answered,
    long late,
    long launches,
    double waiting,
    double booting,
    double idle,
    double working,
    double leaving,
    double billed,
    double p50,
    double p95,
    double max) {}
