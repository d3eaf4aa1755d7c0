package dev.argus.web;

import java.util.concurrent.CompletionStage;

/**
 * One uploaded photo on its way to an answer.
 *
 * @param field the name of its form field; empty for a raw body
 */
record Upload(String field, String name, CompletionStage<Outcome> outcome) {}
