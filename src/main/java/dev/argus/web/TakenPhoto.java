package dev.argus.web;

import java.util.concurrent.CompletionStage;

/**
 * A photo that was taken of a request, on its way to an answer.
 *
 * @param field the name of its form field; empty for a raw body
 */
record TakenPhoto(String field, String name, CompletionStage<Outcome> outcome) {}
